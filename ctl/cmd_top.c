// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "cmd.h"
#include "stop.h"
#include "top.h"
#include "../module/core/env.h"

static const char help[] =
	"Usage: pydetectctl top [OPTION]...\n\n"
	"Shows what the module is doing, until q is pressed: how many program starts it\n"
	"judges, what it loses, which windows fill, which rules match, the newest\n"
	"alerts. Where output is no terminal it does what --once does.\n\n"
	"  --interval TIME  look every TIME (default: 2s; units: s, m, h, d)\n"
	"  --once           print it as text after one interval, and end\n"
	"  -h, --help       show this; in the program, key h explains keys and figures\n";

static const struct option options[] = {
	{ "interval", required_argument, NULL, 'i' },
	{ "once", no_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* Seconds. */
#define INTERVAL_MAX 86400

/* A page that nobody has to fit onto a screen. */
#define TEXT_WIDTH 512
#define TEXT_HEIGHT 100

/**
 * struct top - a running top
 * @channel: for looking
 * @model: what was seen
 * @alerts: the newest alerts
 * @view: how it is shown
 * @next: when to look again, ns since boot
 * @quit: the user has seen enough
 */
struct top {
	struct channel *channel;
	struct top_model model;
	struct top_alerts alerts;
	struct top_view view;
	uint64_t next;
	bool quit;
};

static int sample(struct top *top)
{
	top->next =
		clock_read(CLOCK_BOOTTIME) + top->view.interval * NS_PER_SECOND;
	top_alerts_settle(&top->alerts);
	return top_sample(&top->model, top->channel);
}

static int make_page(const struct top *top, struct top_page *page, size_t width,
		     size_t height)
{
	int error = top_page_init(page, width, height);

	return error ? error :
		       top_layout(page, &top->model, &top->alerts, &top->view);
}

static int draw(const struct top *top)
{
	struct top_page page;
	size_t width, height;
	int error;

	top_draw_size(&width, &height);
	error = make_page(top, &page, width, height);
	if (!error)
		top_draw(&page);
	top_page_free(&page);
	return error;
}

static void obey(struct top *top, enum top_key key)
{
	switch (key) {
	case TOP_KEY_QUIT:
		top->quit = true;
		break;
	case TOP_KEY_PAUSE:
		top->view.paused = !top->view.paused;
		break;
	case TOP_KEY_SORT:
		top->view.sort = (top->view.sort + 1) % TOP_SORTS;
		break;
	case TOP_KEY_RESET:
		top_model_reset(&top->model);
		break;
	case TOP_KEY_HELP:
		top->view.help = !top->view.help;
		break;
	case TOP_KEY_NONE:
	case TOP_KEY_REDRAW:
		break;
	}
}

/*
 * Milliseconds until the next look, not a millisecond too early. Now and then
 * in between, for a signal that the window has another size may have come just
 * before we wait.
 */
static int patience(const struct top *top)
{
	const uint64_t now = clock_read(CLOCK_BOOTTIME);
	const uint64_t left = top->next > now ? top->next - now : 0;

	if (top->view.paused || left >= NS_PER_SECOND)
		return 1000;
	return left / 1000000 + 1;
}

static bool is_due(const struct top *top)
{
	return !top->view.paused && clock_read(CLOCK_BOOTTIME) >= top->next;
}

static int take_keys(struct top *top)
{
	enum top_key key = top_draw_key();

	if (key == TOP_KEY_NONE)
		return 0;
	for (; key != TOP_KEY_NONE; key = top_draw_key())
		obey(top, key);
	return draw(top);
}

static int take_time(struct top *top)
{
	int error;

	if (!is_due(top))
		return 0;
	error = sample(top);
	return error ? error : draw(top);
}

/* Alerts are taken as they come, so that top is no slow reader itself. */
static int follow(struct top *top, int stop)
{
	struct pollfd ready[] = {
		{ .fd = stop, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = channel_fd(top->alerts.channel), .events = POLLIN },
	};
	int error = draw(top);

	while (!error && !top->quit) {
		/* A signal says that the terminal has another size. */
		if (poll(ready, ARRAY_SIZE(ready), patience(top)) < 0) {
			ready[0].revents = 0;
			ready[1].revents = 0;
		}
		if (ready[0].revents || (ready[1].revents & ~POLLIN))
			break;
		error = top_alerts_receive(&top->alerts);
		if (!error)
			error = take_keys(top);
		if (!error)
			error = take_time(top);
	}
	return error;
}

static int failed(const struct top *top, int error)
{
	if (!error)
		return CMD_DONE;
	if (error == -ENOENT) {
		cmd_error("the module was unloaded");
		return CMD_NO_MODULE;
	}
	return cmd_channel_failed(top->channel, "looking at the module", error);
}

static int show_live(struct top *top)
{
	struct terminal terminal;
	int error, stop;

	terminal_init(&terminal, stdout);
	top->view.live = true;
	stop = stop_open();
	if (top_draw_open(terminal.colour)) {
		close(stop);
		cmd_error("top: terminal '%s' is not known; set TERM, or use --once",
			  getenv("TERM") ? getenv("TERM") : "");
		return CMD_FAILED;
	}
	error = follow(top, stop);
	top_draw_close();
	close(stop);
	return failed(top, error);
}

/* Alerts are taken while we wait. */
static int wait_interval(struct top *top)
{
	struct pollfd ready = {
		.fd = channel_fd(top->alerts.channel),
		.events = POLLIN,
	};
	int error = 0;

	while (!error && !is_due(top)) {
		poll(&ready, 1, patience(top));
		error = top_alerts_receive(&top->alerts);
	}
	return error ? error : sample(top);
}

static size_t text_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return TEXT_WIDTH;
	return size.ws_col;
}

static int show_once(struct top *top)
{
	struct terminal terminal;
	struct top_page page;
	int error = wait_interval(top);

	if (error)
		return failed(top, error);
	terminal_init(&terminal, stdout);
	error = make_page(top, &page, text_width(), TEXT_HEIGHT);
	if (!error)
		top_text(&page, &terminal);
	top_page_free(&page);
	return failed(top, error);
}

static int open_alerts(struct top *top)
{
	struct channel *channel;
	int result, error;

	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	error = top_alerts_subscribe(&top->alerts, channel, &top->model.status);
	return error ? cmd_channel_failed(channel, "subscribing to events",
					  error) :
		       CMD_DONE;
}

static int begin(struct top *top)
{
	int result = cmd_connect(&top->channel);
	int error;

	if (result != CMD_DONE)
		return result;
	error = top_alerts_init(&top->alerts);
	if (!error)
		error = sample(top);
	return error ? failed(top, error) : open_alerts(top);
}

static int show(struct top *top, bool once)
{
	int result = begin(top);

	if (result == CMD_DONE)
		result = once ? show_once(top) : show_live(top);
	top_alerts_close(&top->alerts);
	top_model_free(&top->model);
	channel_close(top->channel);
	return result;
}

static bool read_interval(const char *text, unsigned long long *seconds)
{
	if (cmd_seconds(text, seconds) && *seconds <= INTERVAL_MAX)
		return true;
	cmd_usage("top: '%s' is not a time like 2s or 1m, at most 1d", text);
	return false;
}

/**
 * cmd_top - pydetectctl top
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_top(int argc, char **argv)
{
	struct top top = { .view.interval = 2 };
	struct print_origin origin;
	bool once = !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO);
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'i':
			if (!read_interval(optarg, &top.view.interval))
				return CMD_USAGE;
			break;
		case 'o':
			once = true;
			break;
		case 'h':
			return cmd_help(help);
		default:
			return cmd_bad_option();
		}
	}
	if (optind < argc)
		return cmd_usage("top: unexpected argument '%s'", argv[optind]);
	print_origin(&origin);
	top.view.host = origin.host;
	return show(&top, once);
}
