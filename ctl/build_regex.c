// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regular expressions -> trees.
 *
 * The syntax is what PCRE and Python have in common, as far as an automaton can
 * decide it: the rest is refused by name. Letters, digits, spaces and words are
 * those of ASCII. What is not greedy accepts the same texts as what is, so the
 * difference does not matter here.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "build_tree.h"

/* Groups within each other: the recursion goes as deep. */
#define DEPTH_MAX 64u

/* Largest number in a repetition. */
#define REPEAT_MAX 10000u

/**
 * struct parser - an expression being read
 * @tree: what it becomes
 * @text: the expression
 * @length: bytes of it
 * @at: how far it was read
 * @flags: bits BUILD_ that hold at this place
 * @depth: groups around this place
 * @refusal: set to the reason
 */
struct parser {
	struct build_tree *tree;
	const u8 *text;
	size_t length;
	size_t at;
	u16 flags;
	u32 depth;
	struct build_refusal *refusal;
};

/**
 * struct class - a set of characters
 * @set: those of ASCII
 * @high: and all others
 */
struct class {
	struct build_set set;
	bool high;
};

static int refuse(struct parser *parser, size_t at, const char *reason)
{
	return build_refuse(parser->refusal,
			    "regular expression, character %zu: %s", at + 1,
			    reason);
}

static bool at_end(const struct parser *parser)
{
	return parser->at == parser->length;
}

static bool next_is(const struct parser *parser, const char *text)
{
	const size_t length = strlen(text);

	return parser->length - parser->at >= length &&
	       !memcmp(parser->text + parser->at, text, length);
}

static bool take(struct parser *parser, const char *text)
{
	if (!next_is(parser, text))
		return false;
	parser->at += strlen(text);
	return true;
}

static void class_invert(struct class *class)
{
	class->set.bits[0] = ~class->set.bits[0];
	class->set.bits[1] = ~class->set.bits[1];
	class->high = !class->high;
}

static void class_join(struct class *class, const struct class *other)
{
	class->set.bits[0] |= other->set.bits[0];
	class->set.bits[1] |= other->set.bits[1];
	class->high |= other->high;
}

/* \d \s \w and their opposites; false: no such class. */
static bool class_named(struct class *class, u8 name)
{
	static const char spaces[] = " \t\n\v\f\r";
	size_t i;

	memset(class, 0, sizeof(*class));
	switch (name | 0x20) {
	case 'w':
		build_set_add(&class->set, '_');
		build_set_range(&class->set, 'a', 'z');
		build_set_range(&class->set, 'A', 'Z');
		build_set_range(&class->set, '0', '9');
		break;
	case 'd':
		build_set_range(&class->set, '0', '9');
		break;
	case 's':
		for (i = 0; spaces[i]; i++)
			build_set_add(&class->set, spaces[i]);
		break;
	default:
		return false;
	}
	if (!(name & 0x20))
		class_invert(class);
	return true;
}

/* A node for one character of a class. */
static int put_class(struct parser *parser, struct class *class, u32 *node)
{
	enum build_tree_kind kind = BUILD_TREE_SET;

	if (class->high) {
		build_set_range(&class->set, 0x80, 0xff);
		kind = BUILD_TREE_CHARACTER;
	}
	return build_tree_set(parser->tree, kind, &class->set, node);
}

static int put_byte(struct parser *parser, u8 byte, u32 *node)
{
	struct build_set set = { 0 };

	build_set_add(&set, byte);
	if (!(parser->flags & BUILD_CASED))
		build_set_fold(&set);
	return build_tree_set(parser->tree, BUILD_TREE_SET, &set, node);
}

static int hex_value(u8 digit)
{
	if (!isxdigit(digit))
		return -1;
	return isdigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

static int take_hex(struct parser *parser, u8 *byte)
{
	const size_t start = parser->at;
	int high, low;

	if (parser->length - parser->at < 2)
		return refuse(parser, start, "two hexadecimal digits expected");
	high = hex_value(parser->text[parser->at]);
	low = hex_value(parser->text[parser->at + 1]);
	if (high < 0 || low < 0)
		return refuse(parser, start, "two hexadecimal digits expected");
	parser->at += 2;
	*byte = high << 4 | low;
	if (!*byte || *byte > 0x7f)
		return refuse(parser, start,
			      "only characters of ASCII can be given by number");
	return 0;
}

/* An escape that stands for one character; its backslash was read. */
static int take_escaped(struct parser *parser, u8 *byte)
{
	static const char letters[] = "tnrfva", bytes[] = "\t\n\r\f\v\a";
	const size_t start = parser->at - 1;
	const char *letter;

	if (at_end(parser))
		return refuse(parser, start, "backslash at the end");
	*byte = parser->text[parser->at++];
	if (*byte == 'x')
		return take_hex(parser, byte);
	if (*byte == 'e') {
		*byte = '\033';
		return 0;
	}
	letter = strchr(letters, *byte);
	if (letter) {
		*byte = bytes[letter - letters];
		return 0;
	}
	if (isdigit(*byte))
		return refuse(parser, start,
			      "references to groups cannot be decided by an automaton");
	if (isalpha(*byte))
		return refuse(parser, start, "unknown escape");
	if (*byte > 0x7f)
		return refuse(parser, start,
			      "a character beyond ASCII needs no backslash");
	return 0;
}

/* [:name:] within a set. */
static int take_posix(struct parser *parser, struct class *class)
{
	static const struct {
		const char *name;
		int (*is)(int byte);
	} names[] = {
		{ "[:alnum:]", isalnum }, { "[:alpha:]", isalpha },
		{ "[:blank:]", isblank }, { "[:cntrl:]", iscntrl },
		{ "[:digit:]", isdigit }, { "[:graph:]", isgraph },
		{ "[:lower:]", islower }, { "[:print:]", isprint },
		{ "[:punct:]", ispunct }, { "[:space:]", isspace },
		{ "[:upper:]", isupper }, { "[:xdigit:]", isxdigit },
	};
	size_t i;
	u32 byte;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!take(parser, names[i].name))
			continue;
		for (byte = 1; byte < 0x80; byte++)
			if (names[i].is(byte))
				build_set_add(&class->set, byte);
		return 0;
	}
	return refuse(parser, parser->at, "unknown name of a set");
}

/*
 * One member of a set, of which at least a byte is there: a character, or a
 * class of its own.
 * @single: set to whether it is a character, which may begin a range.
 */
static int take_member(struct parser *parser, struct class *class,
		       bool *single, u8 *byte)
{
	struct class named;

	*single = false;
	if (next_is(parser, "[:"))
		return take_posix(parser, class);
	*byte = parser->text[parser->at++];
	if (*byte > 0x7f)
		return refuse(parser, parser->at - 1,
			      "a set can name characters of ASCII only");
	*single = true;
	if (*byte != '\\')
		return 0;
	if (!at_end(parser) &&
	    class_named(&named, parser->text[parser->at])) {
		parser->at++;
		*single = false;
		class_join(class, &named);
		return 0;
	}
	if (take(parser, "b")) {
		*byte = '\b';
		return 0;
	}
	return take_escaped(parser, byte);
}

static bool begins_range(const struct parser *parser)
{
	return parser->length - parser->at >= 2 &&
	       parser->text[parser->at] == '-' &&
	       parser->text[parser->at + 1] != ']';
}

/* A character or a range of them, or a class. */
static int take_members(struct parser *parser, struct class *class)
{
	const size_t start = parser->at;
	bool single;
	u8 low, high;
	int error;

	error = take_member(parser, class, &single, &low);
	if (error || !single)
		return error;
	high = low;
	if (begins_range(parser)) {
		parser->at++;
		error = take_member(parser, class, &single, &high);
		if (error)
			return error;
		if (!single || high < low)
			return refuse(parser, start, "not a range");
	}
	build_set_range(&class->set, low, high);
	return 0;
}

/* A set in brackets; the first one was read. */
static int take_set(struct parser *parser, u32 *node)
{
	const size_t start = parser->at - 1;
	const bool inverted = take(parser, "^");
	struct class class = { 0 };
	bool first = true;
	int error;

	/* A closing bracket right at the start is a member. */
	for (; first || !next_is(parser, "]"); first = false) {
		if (at_end(parser))
			return refuse(parser, start,
				      "the set is not closed by ']'");
		error = take_members(parser, &class);
		if (error)
			return error;
	}
	parser->at++;
	if (!(parser->flags & BUILD_CASED))
		build_set_fold(&class.set);
	if (inverted)
		class_invert(&class);
	return put_class(parser, &class, node);
}

static int take_dot(struct parser *parser, u32 *node)
{
	struct class class = { 0 };

	if (!(parser->flags & BUILD_DOT_ALL))
		build_set_add(&class.set, '\n');
	class_invert(&class);
	return put_class(parser, &class, node);
}

/*
 * The end of the text, or a newline right in front of it. The newline is used
 * up: an expression that goes on to match it behind '$' finds nothing.
 */
static int put_end(struct parser *parser, u32 *node)
{
	struct build_tree *tree = parser->tree;
	u32 sequence, line, end, bare;

	if (build_tree_node(tree, BUILD_TREE_CHOICE, node) ||
	    build_tree_node(tree, BUILD_TREE_SEQUENCE, &sequence) ||
	    put_byte(parser, '\n', &line) ||
	    build_tree_look(tree, BUILD_LOOK_END, &end) ||
	    build_tree_look(tree, BUILD_LOOK_END, &bare))
		return -1;
	build_tree_append(tree, sequence, line);
	build_tree_append(tree, sequence, end);
	build_tree_append(tree, *node, sequence);
	build_tree_append(tree, *node, bare);
	return 0;
}

static int take_dollar(struct parser *parser, u32 *node)
{
	if (parser->flags & BUILD_MULTI_LINE)
		return build_tree_look(parser->tree, BUILD_LOOK_END_LINE, node);
	return put_end(parser, node);
}

static int take_caret(struct parser *parser, u32 *node)
{
	return build_tree_look(parser->tree,
			       parser->flags & BUILD_MULTI_LINE ?
				       BUILD_LOOK_BEGIN_LINE :
				       BUILD_LOOK_BEGIN,
			       node);
}

/* Any escape outside of a set; its backslash was read. */
static int take_escape(struct parser *parser, u32 *node)
{
	struct class class;
	u8 byte;
	int error;

	if (!at_end(parser) && class_named(&class, parser->text[parser->at])) {
		parser->at++;
		return put_class(parser, &class, node);
	}
	if (take(parser, "b"))
		return build_tree_look(parser->tree, BUILD_LOOK_WORD, node);
	if (take(parser, "B"))
		return build_tree_look(parser->tree, BUILD_LOOK_NOT_WORD, node);
	if (take(parser, "A"))
		return build_tree_look(parser->tree, BUILD_LOOK_BEGIN, node);
	if (take(parser, "z"))
		return build_tree_look(parser->tree, BUILD_LOOK_END, node);
	if (take(parser, "Z"))
		return put_end(parser, node);
	error = take_escaped(parser, &byte);
	return error ? error : put_byte(parser, byte, node);
}

/* A character as it stands: of all its bytes if it is beyond ASCII. */
static int take_literal(struct parser *parser, u32 *node)
{
	struct build_tree *tree = parser->tree;
	u32 byte;

	if (parser->text[parser->at] < 0x80)
		return put_byte(parser, parser->text[parser->at++], node);
	if (build_tree_node(tree, BUILD_TREE_SEQUENCE, node))
		return -1;
	do {
		if (put_byte(parser, parser->text[parser->at++], &byte))
			return -1;
		build_tree_append(tree, *node, byte);
	} while (!at_end(parser) && parser->text[parser->at] >> 6 == 2);
	return 0;
}

/* Letters in front of ':' or ')' in "(?i)" and the like. */
static int take_flags(struct parser *parser)
{
	const size_t start = parser->at;
	bool on = true;

	for (; !at_end(parser); parser->at++) {
		u16 flag = 0;

		switch (parser->text[parser->at]) {
		case ':':
		case ')':
			return 0;
		case '-':
			on = false;
			continue;
		case 'i':
			flag = BUILD_CASED;
			break;
		case 'm':
			flag = BUILD_MULTI_LINE;
			break;
		case 's':
			flag = BUILD_DOT_ALL;
			break;
		default:
			return refuse(parser, start,
				      "unknown kind of group, or unknown flag");
		}
		if (on == (flag != BUILD_CASED))
			parser->flags |= flag;
		else
			parser->flags &= ~flag;
	}
	return refuse(parser, start, "the group is not closed by ')'");
}

static int take_name(struct parser *parser)
{
	const size_t start = parser->at;

	while (!at_end(parser) && parser->text[parser->at] != '>')
		parser->at++;
	if (!take(parser, ">"))
		return refuse(parser, start, "'>' expected behind the name");
	return 0;
}

static const char *refused_group(const struct parser *parser)
{
	static const struct {
		const char *start;
		const char *reason;
	} kinds[] = {
		{ "?=", "lookahead cannot be decided by an automaton here" },
		{ "?!", "lookahead cannot be decided by an automaton here" },
		{ "?<=", "lookbehind cannot be decided by an automaton here" },
		{ "?<!", "lookbehind cannot be decided by an automaton here" },
		{ "?>", "atomic groups are not supported" },
		{ "?|", "groups with shared numbers are not supported" },
		{ "?(", "conditional groups are not supported" },
		{ "?P=", "references to groups cannot be decided by an automaton" },
		{ "?P>", "recursion cannot be decided by an automaton" },
		{ "?R", "recursion cannot be decided by an automaton" },
		{ "?&", "recursion cannot be decided by an automaton" },
		{ "*", "verbs are not supported" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (next_is(parser, kinds[i].start))
			return kinds[i].reason;
	return NULL;
}

static int take_choice(struct parser *parser, u32 *node);

static int take_comment(struct parser *parser, u32 *node)
{
	const size_t start = parser->at;

	while (!at_end(parser) && parser->text[parser->at] != ')')
		parser->at++;
	if (!take(parser, ")"))
		return refuse(parser, start, "the comment is not closed by ')'");
	return build_tree_node(parser->tree, BUILD_TREE_SEQUENCE, node);
}

/*
 * What stands between '(' and the expression within.
 * @done: set if there is none: flags for the rest of the group around.
 */
static int take_group_start(struct parser *parser, bool *done)
{
	int error;

	*done = false;
	if (take(parser, "?P<") || take(parser, "?<"))
		return take_name(parser);
	if (!take(parser, "?"))
		return 0;
	error = take_flags(parser);
	if (!error)
		*done = parser->text[parser->at++] == ')';
	return error;
}

/* A group; its parenthesis was read. */
static int take_group(struct parser *parser, u32 *node)
{
	const size_t start = parser->at - 1;
	const char *reason = refused_group(parser);
	const u16 flags = parser->flags;
	bool done;
	int error;

	if (reason)
		return refuse(parser, start, reason);
	if (take(parser, "?#"))
		return take_comment(parser, node);
	error = take_group_start(parser, &done);
	if (error)
		return error;
	if (done)
		return build_tree_node(parser->tree, BUILD_TREE_SEQUENCE, node);
	if (++parser->depth > DEPTH_MAX)
		return refuse(parser, start, "groups are nested too deep");
	error = take_choice(parser, node);
	if (error)
		return error;
	parser->depth--;
	parser->flags = flags;
	if (!take(parser, ")"))
		return refuse(parser, start, "the group is not closed by ')'");
	return 0;
}

static int take_atom(struct parser *parser, u32 *node)
{
	const size_t start = parser->at;

	if (take(parser, "*") || take(parser, "+") || take(parser, "?"))
		return refuse(parser, start, "nothing to repeat");
	if (take(parser, "("))
		return take_group(parser, node);
	if (take(parser, "["))
		return take_set(parser, node);
	if (take(parser, "\\"))
		return take_escape(parser, node);
	if (take(parser, "."))
		return take_dot(parser, node);
	if (take(parser, "^"))
		return take_caret(parser, node);
	if (take(parser, "$"))
		return take_dollar(parser, node);
	return take_literal(parser, node);
}

static bool take_number(struct parser *parser, u32 *number)
{
	const size_t start = parser->at;

	*number = 0;
	while (!at_end(parser) && isdigit(parser->text[parser->at])) {
		if (*number <= REPEAT_MAX)
			*number = *number * 10 + parser->text[parser->at] - '0';
		parser->at++;
	}
	return parser->at > start;
}

/* "{2}", "{2,}", "{,3}" or "{2,3}"; anything else is text. */
static bool take_bounds(struct parser *parser, u32 *min, u32 *max)
{
	const size_t start = parser->at;
	bool has_min, has_max;

	if (!take(parser, "{"))
		return false;
	has_min = take_number(parser, min);
	has_max = has_min;
	*max = *min;
	if (take(parser, ",")) {
		has_max = take_number(parser, max);
		if (!has_max)
			*max = BUILD_INFINITE;
	}
	if ((has_min || has_max) && take(parser, "}"))
		return true;
	parser->at = start;
	return false;
}

static bool take_quantifier(struct parser *parser, u32 *min, u32 *max)
{
	*min = 0;
	*max = BUILD_INFINITE;
	if (take(parser, "*"))
		return true;
	if (take(parser, "+")) {
		*min = 1;
		return true;
	}
	if (take(parser, "?")) {
		*max = 1;
		return true;
	}
	return take_bounds(parser, min, max);
}

static int check_quantifier(struct parser *parser, size_t start, u32 min,
			    u32 max)
{
	if (min > REPEAT_MAX || (max != BUILD_INFINITE && max > REPEAT_MAX))
		return refuse(parser, start,
			      "repeated more than 10000 times");
	if (min > max)
		return refuse(parser, start,
			      "the bounds of the repetition are swapped");
	if (take(parser, "+"))
		return refuse(parser, start,
			      "possessive repetitions are not supported");
	take(parser, "?");
	if (next_is(parser, "*") || next_is(parser, "+") ||
	    next_is(parser, "?"))
		return refuse(parser, parser->at, "nothing to repeat");
	return 0;
}

/* An atom and what says how often it is repeated. */
static int take_repeated(struct parser *parser, u32 *node)
{
	struct build_tree *tree = parser->tree;
	size_t start;
	u32 atom, min, max;
	int error;

	error = take_atom(parser, &atom);
	if (error)
		return error;
	*node = atom;
	start = parser->at;
	if (!take_quantifier(parser, &min, &max))
		return 0;
	error = check_quantifier(parser, start, min, max);
	if (error)
		return error;
	if (build_tree_node(tree, BUILD_TREE_REPEAT, node))
		return -1;
	tree->nodes.items[*node].min = min;
	tree->nodes.items[*node].max = max;
	build_tree_append(tree, *node, atom);
	return 0;
}

static int take_sequence(struct parser *parser, u32 *node)
{
	u32 child;
	int error;

	if (build_tree_node(parser->tree, BUILD_TREE_SEQUENCE, node))
		return -1;
	while (!at_end(parser) && !next_is(parser, "|") &&
	       !next_is(parser, ")")) {
		error = take_repeated(parser, &child);
		if (error)
			return error;
		build_tree_append(parser->tree, *node, child);
	}
	return 0;
}

static int take_choice(struct parser *parser, u32 *node)
{
	u32 child;
	int error;

	if (build_tree_node(parser->tree, BUILD_TREE_CHOICE, node))
		return -1;
	do {
		error = take_sequence(parser, &child);
		if (error)
			return error;
		build_tree_append(parser->tree, *node, child);
	} while (take(parser, "|"));
	return 0;
}

/**
 * build_tree_regex - the tree of a regular expression
 * @tree: all zero; to be freed in any case
 * @text: the expression
 * @length: bytes of @text
 * @flags: BUILD_CASED, BUILD_MULTI_LINE, BUILD_DOT_ALL or not
 * @refusal: set to the reason
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_tree_regex(struct build_tree *tree, const u8 *text, size_t length,
		     u16 flags, struct build_refusal *refusal)
{
	struct parser parser = {
		.tree = tree,
		.text = text,
		.length = length,
		.flags = flags,
		.refusal = refusal,
	};
	int error;

	error = take_choice(&parser, &tree->root);
	if (!error && !at_end(&parser))
		error = refuse(&parser, parser.at, "no group is open here");
	return error;
}
