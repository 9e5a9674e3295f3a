// SPDX-License-Identifier: GPL-2.0-only
/*
 * The newest alerts, and the bursts, one by one.
 */
#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "report.h"
#include "rule.h"
#include "../module/uapi/policy.h"
#include "../module/uapi/pydetect.h"

static void code(struct terminal *page, const struct event *event,
		 const struct event_process *process, uint32_t field)
{
	const struct print_command command = {
		.process = process,
		.hits = event->hits,
		.nr_hits = event->nr_hits,
		.field = field,
	};

	if (!process->nr_pieces)
		return;
	fputs("<code class=\"block\">", page->stream);
	print_command(page, &command);
	fputs("</code>", page->stream);
}

static void item(FILE *stream, const char *name)
{
	fprintf(stream, "<dt>%s</dt><dd>", name);
}

static void end_item(FILE *stream)
{
	fputs("</dd>\n", stream);
}

static void put_rule(struct terminal *page, const struct event_rule *rule)
{
	size_t i;

	item(page->stream, rule->correlation ? "Correlation" : "Rule");
	report_name(page, rule->title);
	report_level(page->stream, rule->level);
	if (rule->action == PYDETECT_ACTION_BLOCK)
		fputs(" <span class=\"level\">blocks</span>", page->stream);
	fputs("<br><span class=\"note\">", page->stream);
	report_name(page, rule->id);
	for (i = 0; i < rule->nr_labels; i++) {
		fputs(i ? ", " : "; labels ", page->stream);
		report_name(page, rule->labels[i]);
	}
	for (i = 0; i < rule->nr_tags; i++) {
		fputs(i ? ", " : "; ", page->stream);
		report_name(page, rule->tags[i]);
	}
	fputs("</span>", page->stream);
	end_item(page->stream);
}

static void put_process(struct terminal *page, const char *name,
			const struct event *event,
			const struct event_process *process, uint32_t field)
{
	if (!process->has)
		return;
	item(page->stream, name);
	report_name(page, process->image);
	fprintf(page->stream, " <span class=\"note\">pid %u%s%s</span>",
		process->pid, process->deleted ? ", file deleted" : "",
		process->unverified ? ", as it wants to be seen" : "");
	code(page, event, process, field);
	end_item(page->stream);
}

static void put_user(struct terminal *page, const struct event_process *process)
{
	item(page->stream, "User");
	print_user(page, process->uid);
	if (event_process_has(process, PYDETECT_PROCESS_EUID) &&
	    process->euid != process->uid) {
		fputs(" with the rights of ", page->stream);
		print_user(page, process->euid);
	}
	if (event_process_has(process, PYDETECT_PROCESS_LOGIN_UID)) {
		fputs(", logged in as ", page->stream);
		print_user(page, process->login_uid);
	}
	end_item(page->stream);
}

static void put_place(struct terminal *page, const char *name,
		      struct bytes place)
{
	if (!place.length)
		return;
	item(page->stream, name);
	report_name(page, place);
	end_item(page->stream);
}

static void put_hits(struct terminal *page, const struct event *event)
{
	size_t i;

	if (!event->nr_hits)
		return;
	item(page->stream, "Because of");
	for (i = 0; i < event->nr_hits; i++) {
		if (i)
			fputs("<br>", page->stream);
		report_name(page, event->hits[i].text);
	}
	end_item(page->stream);
}

static void put_event(FILE *stream, const struct event *event)
{
	item(stream, "Event");
	fprintf(stream, "number %" PRIu64 ", mode %s%s%s", event->number,
		event_mode_name(event->mode),
		event->exempt ? ", exempt: not denied" : "",
		event->brief ? ", too large to be told in full" : "");
	end_item(stream);
}

static void put_error(FILE *stream, const struct event *event)
{
	if (!event->error)
		return;
	item(stream, "Could not be judged");
	fputs(strerror(event->error), stream);
	end_item(stream);
}

static void put_details(struct terminal *page, const struct event *event)
{
	const struct event_process *process = &event->process;
	size_t i;

	fputs("<dl>\n", page->stream);
	for (i = 0; i < event->nr_rules; i++)
		put_rule(page, &event->rules[i]);
	put_error(page->stream, event);
	put_process(page, "Program", event, process,
		    PYDETECT_FIELD_COMMAND_LINE);
	put_process(page, "Parent", event, &event->parent,
		    PYDETECT_FIELD_PARENT_COMMAND_LINE);
	put_process(page, "Descends from", event, &event->lineage,
		    PYDETECT_FIELD_COUNT);
	put_user(page, process);
	put_place(page, "Directory", process->directory);
	put_place(page, "Control group", process->cgroup);
	put_hits(page, event);
	put_event(page->stream, event);
	fputs("</dl>\n", page->stream);
}

static void badge(FILE *stream, const struct event *event)
{
	enum report_kind kind = report_kind(event);

	fprintf(stream, "<span class=\"badge %s\">%s</span>",
		report_kind_class(kind),
		kind == REPORT_DENIED	  ? "denied" :
		kind == REPORT_WOULD_DENY ? "would be" :
					    "reported");
}

static void put_alert(struct terminal *page, const struct event *event)
{
	const struct event_rule *rule = event_main_rule(event);
	FILE *stream = page->stream;

	fputs("<details><summary><span class=\"when\">", stream);
	report_time(stream, event->time, "%e %b %T");
	fputs("</span>", stream);
	badge(stream, event);
	if (rule)
		report_name(page, rule->title);
	fputs(" <span class=\"note\">", stream);
	print_user(page, event->process.uid);
	fputs("</span></summary>\n", stream);
	put_details(page, event);
	fputs("</details>\n", stream);
}

static void put_kept(struct terminal *page, const struct report_kept *kept)
{
	struct event event;

	if (!report_decode(kept, &event))
		put_alert(page, &event);
	event_free(&event);
}

static void put_newest(struct terminal *page, const char *id, const char *title,
		       const struct report_newest *newest)
{
	FILE *stream = page->stream;
	uint64_t i;

	if (!newest->nr)
		return;
	fprintf(stream,
		"<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id,
		id, title);
	if (newest->nr > REPORT_ALERTS_MAX) {
		fprintf(stream, "<p class=\"note\">The last %d of ",
			REPORT_ALERTS_MAX);
		report_number(stream, newest->nr);
		fputs(".</p>\n", stream);
	}
	for (i = 0; i < newest->nr && i < REPORT_ALERTS_MAX; i++)
		put_kept(
			page,
			&newest->kept[(newest->nr - 1 - i) % REPORT_ALERTS_MAX]);
	fputs("</section>\n", stream);
}

/**
 * report_alerts - write the newest alerts
 * @page: the page
 * @report: the report
 *
 * Harmless ones come in numbers, and shall not drive the others out.
 */
void report_alerts(struct terminal *page, const struct report *report)
{
	put_newest(page, "grave",
		   "Newest alerts: blocked, or high and critical",
		   &report->grave);
	put_newest(page, "others", "Newest alerts: others", &report->others);
}
