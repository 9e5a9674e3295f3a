// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables: what happened most, and what mode block would have changed.
 */
#include "report.h"
#include "../module/core/env.h"

/**
 * struct top - a table of what happened most
 * @id: its name within the page
 * @title: its heading
 * @column: what its rows are
 * @class: of its section
 * @tally: the rows
 * @name: writes what a row is called
 */
struct top {
	const char *id;
	const char *title;
	const char *column;
	const char *class;
	const struct tally *tally;
	void (*name)(struct terminal *page, const struct tally_row *row);
};

static void rule_name(struct terminal *page, const struct tally_row *row)
{
	report_name(page, row->title);
	report_level(page->stream, row->level);
}

static void parent_name(struct terminal *page, const struct tally_row *row)
{
	report_name(page, row->image);
}

static void uid_name(struct terminal *page, const struct tally_row *row)
{
	print_user(page, row->user);
}

static void number_cell(FILE *stream, uint64_t number)
{
	fprintf(stream, "<td class=\"n%s\">", number ? "" : " zero");
	report_number(stream, number);
	fputs("</td>", stream);
}

static void newest_cell(FILE *stream, uint64_t time)
{
	fputs("<td class=\"n late\">", stream);
	report_time(stream, time, "%e %b %H:%M");
	fputs("</td></tr>\n", stream);
}

static void top_row(struct terminal *page, const struct top *top,
		    const struct tally_row *row, uint64_t most)
{
	FILE *stream = page->stream;

	fputs("<tr><th scope=\"row\">", stream);
	top->name(page, row);
	fprintf(stream,
		"<span class=\"bar\" style=\"width:%.1f%%\"></span></th>",
		100.0 * row->count / most);
	number_cell(stream, row->count);
	number_cell(stream, row->denied);
	number_cell(stream, row->would_deny);
	newest_cell(stream, row->last);
}

static void top_head(FILE *stream, const struct top *top)
{
	fprintf(stream,
		"<section aria-labelledby=\"%s\"%s>\n<h2 id=\"%s\">%s</h2>\n"
		"<table><thead><tr><th scope=\"col\">%s</th>"
		"<th scope=\"col\" class=\"n\">events</th>"
		"<th scope=\"col\" class=\"n\">denied</th>"
		"<th scope=\"col\" class=\"n\">would be</th>"
		"<th scope=\"col\" class=\"n late\">newest</th>"
		"</tr></thead>\n<tbody>\n",
		top->id, top->class, top->id, top->title, top->column);
}

/* What the table does not show. */
static void rest(FILE *stream, const struct tally *tally, size_t shown)
{
	if (tally_keys(tally) > shown) {
		fputs("<p class=\"note\">", stream);
		report_number(stream, tally_keys(tally) - shown);
		fputs(" more are not shown.</p>\n", stream);
	}
	if (!tally->beyond)
		return;
	fputs("<p class=\"note\">", stream);
	report_number(stream, TALLY_KEYS_MAX);
	fputs(" different ones were counted; ", stream);
	report_number(stream, tally->beyond);
	fputs(" events were of others that came later.</p>\n", stream);
}

static void put_top(struct terminal *page, const struct top *top)
{
	const struct tally_row *rows[REPORT_TOP];
	const size_t nr = tally_top(top->tally, rows, REPORT_TOP);
	size_t i;

	if (!nr)
		return;
	top_head(page->stream, top);
	for (i = 0; i < nr; i++)
		top_row(page, top, rows[i], rows[0]->count);
	fputs("</tbody></table>\n", page->stream);
	rest(page->stream, top->tally, nr);
	fputs("</section>\n", page->stream);
}

/**
 * report_tops - write what happened most
 * @page: the page
 * @report: the report
 */
void report_tops(struct terminal *page, const struct report *report)
{
	const struct top tops[] = {
		{ "rules", "Top rules", "rule", " class=\"wide\"",
		  &report->rules, rule_name },
		{ "parents", "Top parents", "started by", "", &report->parents,
		  parent_name },
		{ "users", "Top users", "user", "", &report->users, uid_name },
	};
	size_t i;

	fputs("<div class=\"tops\">\n", page->stream);
	for (i = 0; i < ARRAY_SIZE(tops); i++)
		put_top(page, &tops[i]);
	fputs("</div>\n", page->stream);
}

static void would_row(struct terminal *page, const struct tally_row *row)
{
	FILE *stream = page->stream;

	fputs("<tr><th scope=\"row\">", stream);
	rule_name(page, row);
	fputs("<br><span class=\"note\">started by ", stream);
	if (row->image.length)
		report_name(page, row->image);
	else
		fputs("an unknown program", stream);
	fputs(", newest as ", stream);
	print_user(page, row->user);
	fputs("</span><code class=\"block\">", stream);
	report_text(page, row->example, row->example_length);
	fputs("</code></th>", stream);
	number_cell(stream, row->count);
	newest_cell(stream, row->last);
}

static void would_table(struct terminal *page, const struct tally *tally)
{
	const struct tally_row *rows[REPORT_WOULD_MAX];
	const size_t nr = tally_top(tally, rows, REPORT_WOULD_MAX);
	size_t i;

	fputs("<table><thead><tr><th scope=\"col\">rule, parent, newest "
	      "command "
	      "line</th><th scope=\"col\" class=\"n\">starts</th>"
	      "<th scope=\"col\" class=\"n late\">newest</th></tr></thead>\n"
	      "<tbody>\n",
	      page->stream);
	for (i = 0; i < nr; i++)
		would_row(page, rows[i]);
	fputs("</tbody></table>\n", page->stream);
	rest(page->stream, tally, nr);
}

/**
 * report_would - write what mode block would have denied
 * @page: the page
 * @report: the report
 */
void report_would(struct terminal *page, const struct report *report)
{
	FILE *stream = page->stream;

	fputs("<section aria-labelledby=\"would\">\n"
	      "<h2 id=\"would\">What would have been blocked</h2>\n",
	      stream);
	if (report->would_deny) {
		fputs("<p class=\"note\">These starts went on because the mode "
		      "was report. Mode block would have denied them.</p>\n",
		      stream);
		would_table(page, &report->would);
	} else {
		fputs("<p class=\"note\">Nothing: mode block would not have "
		      "denied any start that went on.</p>\n",
		      stream);
	}
	fputs("</section>\n", stream);
}
