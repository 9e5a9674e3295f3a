// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page. It has no script and fetches nothing, and its policy says so to the
 * browser. What comes from events only gets in by terminal_bytes().
 */
#include <inttypes.h>

#include "clock.h"
#include "report.h"
#include "../module/version.h"

static void head(struct terminal *page, const struct report *report)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\""
	      "default-src 'none'; style-src 'unsafe-inline'; "
	      "base-uri 'none'; form-action 'none'\">\n"
	      "<meta name=\"viewport\" content=\""
	      "width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n"
	      "<title>pydetect: ",
	      page->stream);
	terminal_string(page, STYLE_PLAIN, report->host);
	fputs(", ", page->stream);
	report_time(page->stream, report->since, "%e %b %Y");
	fputs(" to ", page->stream);
	report_time(page->stream, report->until, "%e %b %Y");
	fputs("</title>\n<style>\n", page->stream);
	report_style(page->stream);
	fputs("</style>\n</head>\n<body>\n", page->stream);
}

static void header(struct terminal *page, const struct report *report)
{
	FILE *stream = page->stream;

	fputs("<header>\n<h1>Program starts", stream);
	if (report->host[0])
		fputs(" on <span class=\"any\">", stream);
	terminal_string(page, STYLE_PLAIN, report->host);
	if (report->host[0])
		fputs("</span>", stream);
	fputs("</h1>\n<p>", stream);
	report_time(stream, report->since, "%A, %e %B %Y, %H:%M");
	fputs(" to ", stream);
	report_time(stream, report->until, "%A, %e %B %Y, %H:%M (%Z)");
	fputs("</p>\n</header>\n<main>\n", stream);
}

static void figure(FILE *stream, const char *name, const char *class,
		   uint64_t number)
{
	fprintf(stream, "<div%s%s%s><dt>%s</dt><dd>", number ? " class=\"" : "",
		number ? class : "", number ? "\"" : "", name);
	report_number(stream, number);
	fputs("</dd></div>\n", stream);
}

static void figures(FILE *stream, const struct report *report)
{
	fputs("<dl class=\"figures\">\n", stream);
	figure(stream, "Events", "events", report->events);
	figure(stream, "Alerts", "alerts", report->alerts);
	figure(stream, "Denied", "denied", report->denied);
	figure(stream, "Would have been denied", "would", report->would_deny);
	figure(stream, "Could not be judged", "errors", report->errors);
	figure(stream, "Events missing", "missing", report->missing);
	fputs("</dl>\n", stream);
	if (report->missing)
		fputs("<p class=\"note\">Missing events have numbers, but were "
		      "overwritten in the module before anybody read "
		      "them.</p>\n",
		      stream);
}

static void legend(FILE *stream)
{
	size_t i;

	fputs("<ul class=\"legend\">\n", stream);
	for (i = 0; i < REPORT_KIND_COUNT; i++)
		fprintf(stream, "<li><i class=\"%s\"></i>%s</li>\n",
			report_kind_class(i), report_kind_name(i));
	fputs("</ul>\n", stream);
}

static void table_head(FILE *stream)
{
	size_t i;

	fputs("<thead><tr><th scope=\"col\">from</th>", stream);
	for (i = 0; i < REPORT_KIND_COUNT; i++)
		fprintf(stream,
			"<th scope=\"col\" class=\"n\" title=\"%s\">%s</th>",
			report_kind_name(i), report_kind_short(i));
	fputs("</tr></thead>\n", stream);
}

static void table_row(FILE *stream, const struct report *report, size_t index)
{
	const struct report_bucket *bucket = &report->buckets[index];
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < REPORT_KIND_COUNT; i++)
		total += bucket->kinds[i];
	if (!total)
		return;
	fputs("<tr><th scope=\"row\">", stream);
	report_time(stream, report->start + index * report->width,
		    report->width < 60 * NS_PER_SECOND ? "%e %b %T" :
							 "%e %b %H:%M");
	fputs("</th>", stream);
	for (i = 0; i < REPORT_KIND_COUNT; i++)
		fprintf(stream, "<td class=\"n%s\">%" PRIu64 "</td>",
			bucket->kinds[i] ? "" : " zero", bucket->kinds[i]);
	fputs("</tr>\n", stream);
}

static void timeline_table(FILE *stream, const struct report *report)
{
	size_t i;

	fputs("<details><summary>The same as a table</summary>\n"
	      "<table class=\"buckets\">",
	      stream);
	table_head(stream);
	fputs("<tbody>\n", stream);
	for (i = 0; i < report->nr_buckets; i++)
		table_row(stream, report, i);
	fputs("</tbody></table></details>\n", stream);
}

static void timeline(struct terminal *page, const struct report *report)
{
	FILE *stream = page->stream;

	fputs("<section aria-labelledby=\"timeline\">\n"
	      "<h2 id=\"timeline\">Timeline</h2>\n",
	      stream);
	if (report->events) {
		report_timeline(page, report);
		legend(stream);
		timeline_table(stream, report);
	} else {
		fputs("<p class=\"note\">Nothing was recorded in this "
		      "time.</p>\n",
		      stream);
	}
	fputs("</section>\n", stream);
}

static void foot(FILE *stream)
{
	fputs("</main>\n<footer>\n<p>Made by pydetectctl " PYDETECT_VERSION " o"
	      "n"
	      " ",
	      stream);
	report_time(stream, clock_read(CLOCK_REALTIME), "%e %B %Y, %H:%M (%Z)");
	fputs(". Bytes that are not text, or would make a line read other than "
	      "it is, are written as \\n, \\x1b, \\u202e and the "
	      "like.</p>\n</footer>\n</body>\n</html>\n",
	      stream);
}

/**
 * report_html - write the page
 * @report: what it is made of
 * @stream: where
 */
void report_html(const struct report *report, FILE *stream)
{
	struct terminal page;

	terminal_init_html(&page, stream);
	head(&page, report);
	header(&page, report);
	figures(stream, report);
	timeline(&page, report);
	report_would(&page, report);
	report_bursts(&page, report);
	report_tops(&page, report);
	report_alerts(&page, report);
	foot(stream);
}
