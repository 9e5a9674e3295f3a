// SPDX-License-Identifier: GPL-2.0-only
/*
 * Correlations: what is refused in which words, what conditions come down to,
 * and what correlations refer to.
 */
#include "test_rule.h"

#define CORRELATION "title: C\nid: c\ncorrelation: %s\n"

/* Reading alone; in line 3, from column 14. */
static const struct refusal_case keys[] = {
	{ "[x]", 3, 14, "'correlation' should be a map, not a list", NULL },
	{ "{rules: a, timespan: 1s, condition: {gte: 1}}", 3, 14,
	  "a correlation needs 'type'", NULL },
	{ "{type: event_count, timespan: 1s, condition: {gte: 1}}", 3, 14,
	  "a correlation needs 'rules'", NULL },
	{ "{type: event_count, rules: a, condition: {gte: 1}}", 3, 14,
	  "a correlation needs 'timespan'", NULL },
	{ "{type: event_count, rules: a, timespan: 1s}", 3, 14,
	  "a correlation of type 'event_count' needs a 'condition'", NULL },
	{ "{type: event_count, rules: a, timespan: 1s, condition: {gte: 1}, groupby: Image}",
	  3, 79, "unknown key 'groupby'", "did you mean 'group-by'?" },
	{ "{type: event_cuont, rules: a, timespan: 1s}", 3, 21,
	  "unknown correlation type 'event_cuont'",
	  "did you mean 'event_count'?" },
	{ "{type: near, rules: a, timespan: 1s}", 3, 21,
	  "unknown correlation type 'near'",
	  "known are event_count, value_count, temporal, temporal_ordered" },
	{ "{type: value_sum, rules: a, timespan: 1s}", 3, 21,
	  "correlation type 'value_sum' is refused: no field holds a quantity to calculate with",
	  "did you mean 'value_count'?" },
	{ "{type: value_percentile, rules: a, timespan: 1s}", 3, 21,
	  "correlation type 'value_percentile' is refused: no field holds a quantity to calculate with",
	  "did you mean 'value_count'?" },
	{ "{type: event_count, rules: [], timespan: 1s, condition: {gte: 1}}",
	  3, 41, "'rules' names 0 rules; from 1 to 64 are possible", NULL },
	{ "{type: event_count, rules: [a, b, a], timespan: 1s, condition: {gte: 1}}",
	  3, 48, "'a' is named twice", NULL },
	{ "{type: event_count, rules: {a: b}, timespan: 1s, condition: {gte: 1}}",
	  3, 41,
	  "each element of 'rules' should be a single value, not a map", NULL },
	{ "{type: event_count, rules: a, timespan: 1s, condition: {gte: 1}, generate: maybe}",
	  3, 89, "'generate' should be true or false", NULL },
};

/* Behind "timespan: ", in line 3 at column 54. */
static const struct refusal_case timespans[] = {
	{ "90", 3, 54, "'90' is not a timespan",
	  "write a number and s, m, h or d: '90s'" },
	{ "1w", 3, 54, "'1w' is not a timespan",
	  "write a number and s, m, h or d: '90s'" },
	{ "s", 3, 54, "'s' is not a timespan",
	  "write a number and s, m, h or d: '90s'" },
	{ "-1s", 3, 54, "'-1s' is not a timespan",
	  "write a number and s, m, h or d: '90s'" },
	{ "1.5h", 3, 54, "'1.5h' is not a timespan",
	  "write a number and s, m, h or d: '90s'" },
	{ "1 h", 3, 54, "'1 h' is not a timespan",
	  "write a number and s, m, h or d: '90s'" },
	{ "0s", 3, 54, "'0s' is not a timespan",
	  "write a number and s, m, h or d: '90s'" },
	{ "367d", 3, 54, "a timespan of more than 366 days", NULL },
	{ "999999999d", 3, 54, "a timespan of more than 366 days", NULL },
	{ "[1s]", 3, 54, "'timespan' should be a single value, not a list",
	  NULL },
};

/* Behind "group-by: ", in line 3 at column 54. */
static const struct refusal_case groups[] = {
	{ "ParentProcesGuid", 3, 54, "unknown field 'ParentProcesGuid'",
	  "did you mean 'ParentProcessGuid'?" },
	{ "[Image, ComputerName]", 3, 62, "unknown field 'ComputerName'",
	  "known are Image, ImageName, ImageBuildId, CommandLine, ArgCount, ParentImage, ParentImageName, ParentCommandLine, LineageImage, LineageImageName, LineageBuildId, CurrentDirectory, User, LogonId, ProcessGuid, ParentProcessGuid, LineageGuid" },
	{ "Args", 3, 54,
	  "'Args' has several values in one start of a program, 'group-by' needs one",
	  NULL },
	{ "[Env]", 3, 55,
	  "'Env' has several values in one start of a program, 'group-by' needs one",
	  NULL },
	{ "{a: b}", 3, 54, "'group-by' should be a single value, not a map",
	  NULL },
	{ "[Image, ImageName, ImageBuildId, CommandLine, ArgCount, User, LogonId, ParentImage, ProcessGuid]",
	  3, 54, "more than 8 fields to group by", NULL },
};

/* Behind "condition: ", in line 3 at column 69; the type is event_count. */
static const struct refusal_case counts[] = {
	{ "{lte: 5}", 3, 69, "the condition holds before anything has happened",
	  "give a lower bound above zero, with 'gt' or 'gte'" },
	{ "{lt: 5}", 3, 69, "the condition holds before anything has happened",
	  "give a lower bound above zero, with 'gt' or 'gte'" },
	{ "{neq: 5}", 3, 69, "the condition holds before anything has happened",
	  "give a lower bound above zero, with 'gt' or 'gte'" },
	{ "{eq: 0}", 3, 69, "the condition holds before anything has happened",
	  "give a lower bound above zero, with 'gt' or 'gte'" },
	{ "{gte: 0}", 3, 69, "the condition holds before anything has happened",
	  "give a lower bound above zero, with 'gt' or 'gte'" },
	{ "{}", 3, 69, "the condition holds before anything has happened",
	  "give a lower bound above zero, with 'gt' or 'gte'" },
	{ "{gt: 5, lt: 6}", 3, 69, "no number meets the condition", NULL },
	{ "{gte: 6, lte: 5}", 3, 69, "no number meets the condition", NULL },
	{ "{eq: 5, neq: 5}", 3, 69, "no number meets the condition", NULL },
	{ "{lt: 0}", 3, 69, "no number meets the condition", NULL },
	{ "{gte: many}", 3, 75,
	  "'gte' compares with a whole number, not with 'many'", NULL },
	{ "{gte: -1}", 3, 75,
	  "'gte' compares with a whole number, not with '-1'", NULL },
	{ "{gte: 1.5}", 3, 75,
	  "'gte' compares with a whole number, not with '1.5'", NULL },
	{ "{gte: [1]}", 3, 75, "'gte' compares with a whole number", NULL },
	{ "{gte: 1000000000000000}", 3, 75,
	  "'gte' compares with a whole number, not with '1000000000000000'",
	  NULL },
	{ "{ge: 1}", 3, 70, "unknown key 'ge'", "did you mean 'gt'?" },
	{ "{gte: 4097}", 3, 69,
	  "the condition needs 4097 values in a window, which keeps at most 4096",
	  NULL },
	{ "{gte: 1, lte: 4096}", 3, 69,
	  "the condition needs 4097 values in a window, which keeps at most 4096",
	  NULL },
	{ "{gte: 1, neq: 999999999}", 3, 69,
	  "the condition needs 1000000000 values in a window, which keeps at most 4096",
	  NULL },
	{ "{gte: 1, field: Image}", 3, 85,
	  "'field' only goes with 'value_count'", NULL },
	{ "a and b", 3, 69, "a condition in words is not supported",
	  "write a number of rules, 'gte: 2', or correlations of correlations" },
	{ "[{gte: 1}]", 3, 69, "'condition' should be a map, not a list",
	  NULL },
};

/* Other types; in line 3, from column 14. */
static const struct refusal_case other_counts[] = {
	{ "{type: value_count, rules: a, timespan: 1s, condition: {gte: 1}}",
	  3, 69, "'value_count' needs a 'field' to count the values of", NULL },
	{ "{type: value_count, rules: a, timespan: 1s, condition: {gte: 1, field: Args}}",
	  3, 85,
	  "'Args' has several values in one start of a program, 'field' needs one",
	  NULL },
	{ "{type: value_count, rules: a, timespan: 1s, condition: {gte: 1, field: Imag}}",
	  3, 85, "unknown field 'Imag'", "did you mean 'Image'?" },
	{ "{type: temporal, rules: [a, b], timespan: 1s, condition: {gte: 3}}",
	  3, 71, "the condition asks for 3 rules, and there are 2", NULL },
	{ "{type: temporal, rules: [a, b], timespan: 1s, condition: {gte: 1, field: Image}}",
	  3, 87, "'field' only goes with 'value_count'", NULL },
	{ "{type: temporal_ordered, rules: [a, b], timespan: 1s, condition: {gte: 1}}",
	  3, 79, "'temporal_ordered' takes all its rules",
	  "leave the condition out" },
	{ "{type: temporal_ordered, rules: [a, b], timespan: 1s, condition: {gt: 2}}",
	  3, 79, "the condition asks for 3 rules, and there are 2", NULL },
};

/* Behind "aliases: " of a temporal correlation over a and b, at column 69. */
static const struct refusal_case aliases[] = {
	{ "[x]", 3, 69, "'aliases' should be a map, not a list", NULL },
	{ "{who: User}", 3, 75,
	  "each alias should be a map, not a single value", NULL },
	{ "{who: {a: User}}", 3, 75,
	  "alias 'who' does not say what it stands for in 'b'", NULL },
	{ "{who: {a: User, b: LogonId}}", 3, 88,
	  "alias 'who' stands for User and for LogonId: a window is grouped by the same fields for all rules",
	  NULL },
	{ "{who: {a: User, b: User, c: User}}", 3, 94,
	  "alias 'who' is about 'c', which is not among the rules", NULL },
	{ "{who: {a: User, b: Usre}}", 3, 88, "unknown field 'Usre'",
	  "did you mean 'User'?" },
	{ "{who: {a: Args, b: Args}}", 3, 79,
	  "'Args' has several values in one start of a program, an alias needs one",
	  NULL },
};

#define GOOD "correlation: {type: event_count, rules: a, timespan: 1s, condition: {gte: 1}}\n"

static const struct refusal_case documents[] = {
	{ "title: C\nid: c\n" GOOD
	  "detection:\n  a: {Image: x}\n  condition: a\n",
	  5, 3, "a correlation has no 'detection' of its own",
	  "make it a rule of its own, and name that in 'rules'" },
	{ "title: C\nid: c\ngenerate: true\ncorrelation: {type: event_count, rules: a, timespan: 1s, condition: {gte: 1}, generate: true}\n",
	  3, 11, "'generate' is given twice", NULL },
	{ "title: C\nid: c\ngenerate: 1\n" GOOD, 3, 11,
	  "'generate' should be true or false", NULL },
	{ "title: C\nid: c\n" GOOD "pydetect: {terms: true}\n", 4, 12,
	  "'terms' does not go with a correlation: it has no values of its own",
	  NULL },
	{ "title: C\nid: c\n" GOOD "pydetect: {decode: false}\n", 4, 12,
	  "'decode' does not go with a correlation: it has no values of its own",
	  NULL },
	{ "title: C\nid: c\n" GOOD "pydetect: {labels: {A: a}}\n", 4, 12,
	  "'labels' does not go with a correlation: it has no search identifiers",
	  NULL },
	{ "title: C\nid: c\n" GOOD "pydetect: {tests: {match: []}}\n", 4, 12,
	  "'tests' does not go with a correlation: its rules have tests, of one start each",
	  NULL },
	{ "title: C\nid: c\n" GOOD "pydetect: {acton: block}\n", 4, 12,
	  "unknown key 'acton'", "did you mean 'action'?" },
	{ "title: C\nid: c\nlevel: hgih\n" GOOD, 3, 8, "unknown level 'hgih'",
	  "did you mean 'high'?" },
};

static void test_keys(void **state)
{
	(void)state;
	CHECK_REFUSED(CORRELATION, keys);
	CHECK_REFUSED("title: C\nid: c\ncorrelation: {type: event_count, rules: a, timespan: %s, condition: {gte: 1}}\n",
		      timespans);
	CHECK_REFUSED("title: C\nid: c\ncorrelation: {type: event_count, rules: a, group-by: %s, timespan: 1s, condition: {gte: 1}}\n",
		      groups);
	CHECK_REFUSED("title: C\nid: c\ncorrelation: {type: event_count, rules: a, timespan: 1s, condition: %s}\n",
		      counts);
	CHECK_REFUSED(CORRELATION, other_counts);
	CHECK_REFUSED("title: C\nid: c\ncorrelation: {type: temporal, rules: [a, b], timespan: 1s, aliases: %s}\n",
		      aliases);
	CHECK_REFUSED("%s", documents);
}

/**
 * struct bounds_case - a condition and what it comes down to
 * @body: what stands in the correlation beside the timespan
 * @min: fewest
 * @max: most
 * @except: and not this
 */
struct bounds_case {
	const char *body;
	uint32_t min;
	uint32_t max;
	uint32_t except;
};

#define COUNT(condition) "type: event_count, rules: a, condition: " condition
#define TEMPORAL "type: temporal, rules: [a, b, c, d]"

static const struct bounds_case bounds[] = {
	{ COUNT("{gte: 5}"), 5, UINT32_MAX, 0 },
	{ COUNT("{gt: 5}"), 6, UINT32_MAX, 0 },
	{ COUNT("{gt: 0}"), 1, UINT32_MAX, 0 },
	{ COUNT("{eq: 5}"), 5, 5, 0 },
	{ COUNT("{neq: 0}"), 1, UINT32_MAX, 0 },
	{ COUNT("{gt: 100, lte: 200}"), 101, 200, 0 },
	{ COUNT("{gte: 3, lt: 8, gt: 4}"), 5, 7, 0 },
	{ COUNT("{gte: 3, neq: 3}"), 4, UINT32_MAX, 0 },
	{ COUNT("{gte: 3, neq: 2}"), 3, UINT32_MAX, 0 },
	{ COUNT("{gte: 3, neq: 7}"), 3, UINT32_MAX, 7 },
	{ COUNT("{gte: 3, lte: 7, neq: 7}"), 3, 6, 0 },
	{ COUNT("{gte: 3, lte: 7, neq: 9}"), 3, 7, 0 },
	{ COUNT("{gte: 3, lte: 7, neq: 5}"), 3, 7, 5 },
	{ COUNT("{gte: 4096}"), 4096, UINT32_MAX, 0 },
	{ COUNT("{gte: 1, lt: 4096}"), 1, 4095, 0 },
	{ TEMPORAL, 4, UINT32_MAX, 0 },
	{ TEMPORAL ", condition: {gte: 3}", 3, UINT32_MAX, 0 },
	{ TEMPORAL ", condition: {eq: 4}", 4, UINT32_MAX, 0 },
	{ TEMPORAL ", condition: {eq: 3}", 3, 3, 0 },
	{ TEMPORAL ", condition: {gte: 2, lt: 1000000}", 2, UINT32_MAX, 0 },
	{ TEMPORAL ", condition: {gte: 2, neq: 1000000}", 2, UINT32_MAX, 0 },
	{ TEMPORAL ", condition: {gte: 2, neq: 3}", 2, UINT32_MAX, 3 },
	{ "type: temporal_ordered, rules: [a, b]", 2, UINT32_MAX, 0 },
	{ "type: temporal_ordered, rules: [a, b], condition: {gte: 2}", 2,
	  UINT32_MAX, 0 },
};

static void check_bounds(const struct bounds_case *expected)
{
	const struct rule_correlation *correlation;
	struct reading reading;
	char *file;

	assert_true(asprintf(&file,
			     "title: C\nid: c\ncorrelation: {timespan: 2m, %s}\n",
			     expected->body) > 0);
	reading_init(&reading);
	read_text(&reading, file);
	correlation = only_rule(&reading)->correlation;
	assert_non_null(correlation);
	if (correlation->min != expected->min ||
	    correlation->max != expected->max ||
	    correlation->except != expected->except)
		fail_msg("%s: %u %u %u", expected->body, correlation->min,
			 correlation->max, correlation->except);
	assert_true(correlation->timespan == 120000000000ull);
	reading_free(&reading);
	free(file);
}

static void test_bounds(void **state)
{
	size_t n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(bounds); n++)
		check_bounds(&bounds[n]);
}

static void test_everything(void **state)
{
	const struct rule_correlation *correlation;
	const struct rule *rule;
	struct reading reading;

	(void)state;
	reading_init(&reading);
	read_text(&reading, "title: C\nid: c\nname: call_it\nlevel: high\n"
			    "tags: [attack.execution]\nauthor: me\n"
			    "falsepositives: [none]\nreferences: [x]\n"
			    "generate: true\n"
			    "correlation:\n  type: value_count\n"
			    "  rules: [a, b]\n  group-by: [whose, User, Image]\n"
			    "  timespan: 3h\n"
			    "  condition: {gte: 2, field: what}\n"
			    "  aliases:\n"
			    "    whose: {a: ParentProcessGuid, b: ParentProcessGuid}\n"
			    "    what: {a: CurrentDirectory, b: CurrentDirectory}\n"
			    "pydetect: {action: block}\n");
	rule = only_rule(&reading);
	correlation = rule->correlation;
	assert_string_equal(rule->name, "call_it");
	assert_int_equal(rule->level, PYDETECT_LEVEL_HIGH);
	assert_int_equal(rule->action, PYDETECT_ACTION_BLOCK);
	assert_int_equal(rule->nr_tags, 1);
	assert_null(rule->condition);
	assert_int_equal(correlation->type, PYDETECT_CORRELATION_VALUE_COUNT);
	assert_int_equal(correlation->field, PYDETECT_FIELD_CURRENT_DIRECTORY);
	assert_int_equal(correlation->nr_groups, 3);
	assert_int_equal(correlation->groups[0], PYDETECT_FIELD_IMAGE);
	assert_int_equal(correlation->groups[1], PYDETECT_FIELD_USER);
	assert_int_equal(correlation->groups[2],
			 PYDETECT_FIELD_PARENT_PROCESS_GUID);
	assert_true(correlation->generate);
	assert_int_equal(correlation->nr_references, 2);
	assert_string_equal(correlation->references[1].name, "b");
	reading_free(&reading);
}

static void check_shared(const char *groups, size_t warnings)
{
	struct reading reading;
	char *text;

	assert_true(asprintf(&text, "title: C\nid: c\ncorrelation:\n"
				    "  type: event_count\n  rules: a\n"
				    "  group-by: [%s]\n  timespan: 1m\n"
				    "  condition: {gte: 2}\n"
				    "pydetect: {action: block}\n",
			     groups) > 0);
	reading_init(&reading);
	read_text(&reading, text);
	assert_int_equal(reading.diag.nr_entries, warnings);
	if (warnings)
		assert_string_equal(
			reading.diag.entries[0].message,
			"users share what this correlation counts: one can have the starts of another denied");
	reading_free(&reading);
	free(text);
}

/* A correlation that blocks should not let users into each other's windows. */
static void test_shared(void **state)
{
	(void)state;
	check_shared("", 1);
	check_shared("Image, CurrentDirectory", 1);
	check_shared("Image, User", 0);
	check_shared("ParentProcessGuid", 0);
	check_shared("LineageGuid", 0);
}

/* A file of rules; each is a document of its own. */
#define RULE(id, search)                                                 \
	"title: " id "\nid: " id                                         \
	"\nlogsource: {product: linux, category: process_creation}\n"    \
	"detection: {a: {" search "}, condition: a}\n"
#define COUNTING(id, type, rules, rest)                                  \
	"---\ntitle: " id "\nid: " id "\ncorrelation: {type: " type       \
	", rules: " rules ", timespan: 1m" rest "}\n"

static void link_text(struct reading *reading, const char *text)
{
	reading_init(reading);
	read_text(reading, text);
	rule_set_link(&reading->set, &reading->diag);
}

static const struct rule *rule_of(const struct reading *reading, const char *id)
{
	size_t n;

	for (n = 0; n < reading->set.nr_rules; n++)
		if (!strcmp(reading->set.rules[n]->id, id))
			return reading->set.rules[n];
	return NULL;
}

/* Later files may be referred to, by id or by name; parts come first. */
static void test_link(void **state)
{
	struct reading reading;

	(void)state;
	reading_init(&reading);
	read_text(&reading, COUNTING("all", "temporal", "[many, ordered]", "")
		  COUNTING("many", "event_count", "rule_b",
			   ", condition: {gte: 2}"));
	read_text(&reading, RULE("a", "Image: x"));
	read_text(&reading, "name: rule_b\n" RULE("b", "Image: y"));
	read_text(&reading, COUNTING("ordered", "temporal_ordered", "[a, b]",
				     ", generate: true"));
	rule_set_link(&reading.set, &reading.diag);
	diag_print(&reading.diag, stderr, false);
	assert_int_equal(reading.diag.nr_errors, 0);
	assert_int_equal(reading.set.nr_rules, 5);
	assert_int_equal(rule_of(&reading, "many")->correlation->number, 0);
	assert_int_equal(rule_of(&reading, "ordered")->correlation->number, 1);
	assert_int_equal(rule_of(&reading, "all")->correlation->number, 2);
	assert_ptr_equal(rule_of(&reading, "many")->correlation->references[0]
				 .rule,
			 rule_of(&reading, "b"));
	assert_true(rule_of(&reading, "b")->silent);
	assert_false(rule_of(&reading, "a")->silent);
	assert_true(rule_of(&reading, "many")->silent);
	assert_true(rule_of(&reading, "ordered")->silent);
	assert_false(rule_of(&reading, "all")->silent);
	reading_free(&reading);
}

/**
 * struct link_case - files and what linking says about them
 * @text: the files
 * @left: rules that stay
 * @refusal: the first error
 */
struct link_case {
	const char *text;
	size_t left;
	struct refusal_case refusal;
};

static const struct link_case unlinked[] = {
	{ "name: rule_a\n" RULE("a", "Image: x")
	  COUNTING("c", "event_count", "rule_x", ", condition: {gte: 2}"),
	  1,
	  { NULL, 9, 41, "no rule has the id or the name 'rule_x'",
	    "did you mean 'rule_a'?" } },
	{ COUNTING("c", "event_count", "[nowhere]", ", condition: {gte: 2}"),
	  0,
	  { NULL, 4, 42, "no rule has the id or the name 'nowhere'", NULL } },
	{ "name: rule_a\n" RULE("a", "Image: x")
	  COUNTING("c", "temporal", "[a, rule_a]", ""),
	  1,
	  { NULL, 9, 42, "'rule_a' is a rule that is named before", NULL } },
	{ COUNTING("c", "temporal", "[c]", ""),
	  0,
	  { NULL, 4, 39,
	    "correlations go round in a circle: 'c', which refers to 'c'",
	    NULL } },
	{ COUNTING("c", "temporal", "[d]", "")
	  COUNTING("d", "temporal", "[e]", "")
	  COUNTING("e", "temporal", "[c]", ""),
	  0,
	  { NULL, 12, 39,
	    "correlations go round in a circle: 'c', which refers to 'd', which refers to 'e', which refers to 'c'",
	    NULL } },
	{ RULE("a", "Image: x")
	  COUNTING("c", "event_count", "a",
		   ", group-by: User, condition: {gte: 2}")
	  COUNTING("d", "temporal", "[c, a]", ", group-by: LogonId"),
	  2,
	  { NULL, 12, 39,
	    "'c' has another 'group-by' than this correlation: parts and whole share it",
	    NULL } },
	{ RULE("a", "Image: x")
	  "---\ntitle: c\nid: c\ncorrelation: {type: event_count, rules: a, timespan: 61s, condition: {gte: 2}}\n"
	  COUNTING("d", "temporal", "[c, a]", ""),
	  2,
	  { NULL, 12, 39,
	    "'c' has another 'timespan' than this correlation: parts and whole share it",
	    NULL } },
	{ RULE("a", "Image: x")
	  COUNTING("c", "event_count", "a",
		   ", group-by: LineageGuid, condition: {gte: 2}"),
	  1,
	  { NULL, 8, 14,
	    "no rule asks for LineageImage or LineageBuildId: no start has a lineage",
	    "add such a value to the rules that are counted" } },
	{ RULE("a", "LineageImage|exists: true")
	  COUNTING("c", "value_count", "a",
		   ", condition: {gte: 2, field: LineageImage}"),
	  1,
	  { NULL, 8, 14,
	    "no rule asks for LineageImage or LineageBuildId: no start has a lineage",
	    "add such a value to the rules that are counted" } },
};

static void check_unlinked(const struct link_case *expected)
{
	struct reading reading;

	link_text(&reading, expected->text);
	if (!reading.diag.nr_errors)
		fail_msg("nothing wrong with %s", expected->text);
	assert_entry(&reading.diag.entries[0], &expected->refusal);
	assert_int_equal(reading.set.nr_rules, expected->left);
	assert_true(reading.set.nr_refused > 0);
	reading_free(&reading);
}

static void test_unlinked(void **state)
{
	size_t n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(unlinked); n++)
		check_unlinked(&unlinked[n]);
}

/* What is refused takes along what refers to it, with the first reason. */
static void test_taken_along(void **state)
{
	static const char *const messages[] = {
		"unknown field 'Imag'",
		"'a' was refused: unknown field 'Imag'",
		"'c' was refused: unknown field 'Imag'",
	};
	struct reading reading;
	size_t n;

	(void)state;
	link_text(&reading, RULE("a", "Imag: x") "---\n" RULE("b", "Image: x")
		  COUNTING("c", "temporal", "[a, b]", "")
		  COUNTING("d", "temporal", "[b, c]", ""));
	assert_int_equal(reading.diag.nr_errors, ARRAY_SIZE(messages));
	for (n = 0; n < ARRAY_SIZE(messages); n++)
		assert_string_equal(reading.diag.entries[n].message,
				    messages[n]);
	assert_int_equal(reading.set.nr_rules, 1);
	assert_int_equal(reading.set.nr_refused, 3);
	/* Nobody wanted to hear of it by itself. */
	assert_true(rule_of(&reading, "b")->silent);
	reading_free(&reading);
}

/* A refused correlation still says which of its rules are only parts. */
static void test_refused_silences(void **state)
{
	struct reading reading;

	(void)state;
	link_text(&reading, RULE("a", "Image: x")
		  COUNTING("c", "value_sum", "a", ""));
	assert_int_equal(reading.set.nr_rules, 1);
	assert_true(rule_of(&reading, "a")->silent);
	reading_free(&reading);
}

static void test_names(void **state)
{
	static const struct refusal_case taken = {
		NULL, 7, 1, "another rule has the name 'n'",
		"the other one is test.yml:1: a"
	};
	struct reading reading;

	(void)state;
	reading_init(&reading);
	read_text(&reading, "name: n\n" RULE("a", "Image: x") "---\nname: n\n"
			    RULE("b", "Image: x"));
	assert_int_equal(reading.set.nr_rules, 1);
	assert_int_equal(reading.set.nr_refused, 1);
	assert_entry(&reading.diag.entries[0], &taken);
	reading_free(&reading);
}

/* A good rule takes the id over from one that was refused. */
static void test_second_try(void **state)
{
	struct reading reading;

	(void)state;
	link_text(&reading, RULE("a", "Imag: x") "---\n" RULE("a", "Image: x")
		  COUNTING("c", "event_count", "a", ", condition: {gte: 2}"));
	assert_int_equal(reading.diag.nr_errors, 1);
	assert_int_equal(reading.set.nr_rules, 2);
	reading_free(&reading);
}

/* As deep as it goes, each referring to the next one in the file. */
static void test_chain(void **state)
{
	struct reading reading;
	char *text = NULL;
	FILE *stream;
	unsigned int n;
	size_t size;

	(void)state;
	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	for (n = 0; n < PYDETECT_CORRELATIONS_MAX; n++)
		fprintf(stream,
			"title: c%u\nid: c%u\ncorrelation: {type: temporal, rules: c%u, timespan: 1m}\n---\n",
			n, n, n + 1);
	fprintf(stream, RULE("c%u", "Image: x"), n, n);
	fclose(stream);
	link_text(&reading, text);
	assert_int_equal(reading.diag.nr_errors, 0);
	assert_int_equal(rule_of(&reading, "c0")->correlation->number,
			 PYDETECT_CORRELATIONS_MAX - 1);
	reading_free(&reading);
	free(text);
}

static void test_too_many(void **state)
{
	struct reading reading;
	char *text = NULL;
	FILE *stream;
	unsigned int n;
	size_t size;

	(void)state;
	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	for (n = 0; n < PYDETECT_CORRELATIONS_MAX + 2; n++)
		fprintf(stream,
			"title: c%u\nid: c%u\ncorrelation: {type: temporal, rules: a, timespan: 1m}\n---\n",
			n, n);
	fputs(RULE("a", "Image: x"), stream);
	fclose(stream);
	link_text(&reading, text);
	assert_int_equal(reading.diag.nr_errors, 2);
	assert_string_equal(reading.diag.entries[0].message,
			    "more than 4096 correlations");
	assert_int_equal(reading.set.nr_rules, PYDETECT_CORRELATIONS_MAX + 1);
	reading_free(&reading);
	free(text);
}

/* Refusals of detection rules that came along with correlations. */
static const struct refusal_case fields[] = {
	{ "ProcessGuid: x", 6, 5,
	  "'ProcessGuid' tells processes apart: correlations group by it, rules have nothing to compare it with",
	  NULL },
	{ "LineageGuid|exists: true", 6, 5,
	  "'LineageGuid' tells processes apart: correlations group by it, rules have nothing to compare it with",
	  NULL },
	{ "Interpreter: ruby", 6, 18, "unknown interpreter 'ruby'",
	  "known are python" },
	{ "Interpreter: pythn", 6, 18, "unknown interpreter 'pythn'",
	  "did you mean 'python'?" },
	{ "LineageInterpreter: null", 6, 25, "unknown interpreter 'null'",
	  "known are python" },
	{ "Interpreter|startswith: python", 6, 5,
	  "'Interpreter' is compared with the name of an interpreter, without modifiers",
	  NULL },
	{ "LineageInterpreter|all: [python]", 6, 5,
	  "'LineageInterpreter' is compared with the name of an interpreter, without modifiers",
	  NULL },
};

static void test_fields(void **state)
{
	(void)state;
	CHECK_REFUSED(TEST_HEAD "detection:\n  a: \n    %s\n  condition: a\n",
		      fields);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_unlinked),
		cmocka_unit_test(test_taken_along),
		cmocka_unit_test(test_refused_silences),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_second_try),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests_name("rule_correlation", tests, NULL,
					   NULL);
}
