// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bar that shows how far a long input has been read.
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "progress.h"

/* What is over sooner needs no bar. */
#define PATIENCE (NS_PER_SECOND / 2)
#define INTERVAL (NS_PER_SECOND / 8)

#define BAR_WIDTH 30u

/**
 * progress_start - begin
 * @progress: filled in
 * @stream: the input; where it is a file, it is known how long it is
 */
void progress_start(struct progress *progress, FILE *stream)
{
	struct stat status;

	memset(progress, 0, sizeof(*progress));
	progress->wanted = isatty(STDERR_FILENO);
	if (!progress->wanted)
		return;
	progress->started = clock_read(CLOCK_MONOTONIC);
	progress->drawn = progress->started + PATIENCE - INTERVAL;
	if (!fstat(fileno(stream), &status) && S_ISREG(status.st_mode))
		progress->total = status.st_size;
}

static void draw_bar(const struct progress *progress, uint64_t bytes)
{
	static const char full[] = "##############################";
	double part = (double)bytes / progress->total;

	if (part > 1)
		part = 1;
	fprintf(stderr, "[%-*.*s] %3d%%  ", BAR_WIDTH, (int)(part * BAR_WIDTH),
		full, (int)(part * 100));
}

/**
 * progress_draw - draw the bar, if it is time to
 * @progress: the progress
 * @bytes: read so far
 */
void progress_draw(struct progress *progress, uint64_t bytes)
{
	const uint64_t time = clock_read(CLOCK_MONOTONIC);
	const double megabytes = bytes / 1e6;

	progress->steps = 0;
	if (time < progress->drawn + INTERVAL)
		return;
	progress->drawn = time;
	progress->shown = true;
	fflush(stdout);
	fputs("\r\033[K", stderr);
	if (progress->total)
		draw_bar(progress, bytes);
	fprintf(stderr, "%.0f MB, %.1f MB/s", megabytes,
		megabytes * NS_PER_SECOND / (time - progress->started));
	fflush(stderr);
}

/**
 * progress_hide - take the bar away, for something else to be printed
 * @progress: the progress
 */
void progress_hide(struct progress *progress)
{
	if (!progress->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->shown = false;
}
