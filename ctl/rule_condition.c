// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conditions: "selection and not 1 of filter_*".
 *
 * A parser by recursive descent, as deep as the parentheses and nots, which is
 * bounded. Errors of grammar end a condition; names that do not exist are
 * reported and parsing goes on.
 */
#include <string.h>

#include "rule_read.h"

/**
 * struct parser - a condition being read
 * @reader: file being read
 * @searches: what names may refer to
 * @node: the condition
 * @walk: to find places in it
 * @token: the current token, within the text of @node
 * @size: its bytes; zero at the end
 * @place: where it stands
 * @depth: parentheses and nots around it
 * @failed: grammar is broken, an error was reported
 */
struct parser {
	struct rule_reader *reader;
	const struct rule_searches *searches;
	const struct yml_node *node;
	struct yml_walk walk;
	const char *token;
	size_t size;
	struct place place;
	unsigned int depth;
	bool failed;
};

/**
 * struct operands - trees to be joined
 * @list: the trees, NULL for those with errors; in the memory of the set
 * @count: how many
 * @capacity: room in @list
 */
struct operands {
	struct rule_node **list;
	size_t count;
	size_t capacity;
};

static struct rule_node *parse_or(struct parser *parser);

static bool is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool is_mark(char byte)
{
	return byte == '(' || byte == ')' || byte == '|';
}

static void advance(struct parser *parser)
{
	const char *text = parser->token + parser->size;

	while (is_space(*text))
		text++;
	parser->token = text;
	if (is_mark(*text))
		text++;
	else
		while (*text && !is_space(*text) && !is_mark(*text))
			text++;
	parser->size = text - parser->token;
	if (parser->size)
		parser->place = yml_walk_to(&parser->walk,
					    parser->token - parser->node->text);
}

static bool is_token(const struct parser *parser, const char *word)
{
	return strlen(word) == parser->size &&
	       !memcmp(parser->token, word, parser->size);
}

/* An operator, as somebody writes it who did not read Sigma's specification. */
static bool is_shouted(const struct parser *parser)
{
	static const char *const words[] = { "and",  "or",  "not", "of",
					     "them", "any", "all" };
	size_t n;

	for (n = 0; n < ARRAY_SIZE(words); n++)
		if (strlen(words[n]) == parser->size &&
		    !strncasecmp(parser->token, words[n], parser->size))
			return !is_token(parser, words[n]);
	return false;
}

static bool accept(struct parser *parser, const char *word)
{
	if (!is_token(parser, word))
		return false;
	advance(parser);
	return true;
}

static void report_shouted(struct parser *parser)
{
	struct diag_entry *entry;
	char lower[8] = "";
	size_t n;

	for (n = 0; n < parser->size && n < sizeof(lower) - 1; n++)
		lower[n] = parser->token[n] | 0x20;
	entry = rule_error(parser->reader, &parser->place,
			   "'%.*s' has to be in lower case", (int)parser->size,
			   parser->token);
	diag_hint(entry, "write '%s'", lower);
}

static void report_pipe(struct parser *parser)
{
	struct diag_entry *entry;

	entry = rule_error(parser->reader, &parser->place,
			   "Sigma no longer has '|' in conditions");
	diag_hint(entry, "counting is what correlation rules do");
}

/* Ends a condition that is not grammatical; @expected: what should be here. */
static struct rule_node *fail(struct parser *parser, const char *expected)
{
	if (parser->failed)
		return NULL;
	parser->failed = true;
	if (!parser->size)
		rule_error(parser->reader, &parser->place,
			   "expected %s after this, where the condition ends",
			   expected);
	else if (is_token(parser, "|"))
		report_pipe(parser);
	else if (is_shouted(parser))
		report_shouted(parser);
	else
		rule_error(parser->reader, &parser->place,
			   "expected %s, not '%.*s'", expected,
			   (int)parser->size, parser->token);
	return NULL;
}

static void add_operand(struct parser *parser, struct operands *operands,
			struct rule_node *node)
{
	struct rule_node **list;

	if (operands->count == operands->capacity) {
		operands->capacity = operands->capacity * 2 + 4;
		list = rule_alloc(parser->reader,
				  operands->capacity * sizeof(*list));
		if (operands->count)
			memcpy(list, operands->list,
			       operands->count * sizeof(*list));
		operands->list = list;
	}
	operands->list[operands->count++] = node;
}

static struct rule_node *use(struct parser *parser,
			     const struct rule_search *search)
{
	struct rule_reader *reader = parser->reader;

	if (search->weight <= reader->nodes_left) {
		reader->nodes_left -= search->weight;
		return search->node;
	}
	if (!parser->failed)
		rule_error(reader, &parser->place,
			   "the condition has more than %u terms",
			   RULE_NODES_MAX);
	parser->failed = true;
	return NULL;
}

static const struct rule_search *find_search(const struct parser *parser)
{
	const struct rule_searches *searches = parser->searches;
	size_t n;

	for (n = 0; n < searches->count; n++)
		if (is_token(parser, searches->list[n].name))
			return &searches->list[n];
	return NULL;
}

static struct rule_node *report_name(struct parser *parser)
{
	char *name = rule_copy(parser->reader, parser->token, parser->size);
	struct diag_entry *entry;

	if (!strchr(name, '*')) {
		rule_name_unknown(parser->reader, &parser->place,
				  "search identifier", name,
				  &parser->searches->names);
		return NULL;
	}
	entry = rule_error(parser->reader, &parser->place,
			   "'%s' stands for several search identifiers", name);
	diag_hint(entry, "write '1 of %s' or 'all of %s'", name, name);
	return NULL;
}

static struct rule_node *parse_name(struct parser *parser)
{
	const struct rule_search *search = find_search(parser);
	struct rule_node *node;

	node = search ? use(parser, search) : report_name(parser);
	advance(parser);
	return node;
}

/* Any run for '*'; nothing else is special. Linear in the pattern's stars. */
static bool matches(const char *pattern, size_t size, const char *name)
{
	size_t at = 0, star = size, mark = 0, n = 0;

	while (name[n]) {
		if (at < size && pattern[at] == '*') {
			star = at++;
			mark = n;
		} else if (at < size && pattern[at] == name[n]) {
			at++;
			n++;
		} else if (star < size) {
			at = star + 1;
			n = ++mark;
		} else {
			return false;
		}
	}
	while (at < size && pattern[at] == '*')
		at++;
	return at == size;
}

/* Names that begin with '_' have to be asked for. */
static bool is_meant(const struct parser *parser, const char *name)
{
	if (is_token(parser, "them"))
		return *name != '_';
	if (*name == '_' && *parser->token != '_')
		return false;
	return matches(parser->token, parser->size, name);
}

static struct rule_node *parse_of(struct parser *parser,
				  enum rule_node_kind kind)
{
	const struct rule_searches *searches = parser->searches;
	struct operands operands = { 0 };
	struct place place = parser->place;
	size_t n;

	for (n = 0; n < searches->count && !parser->failed; n++)
		if (is_meant(parser, searches->list[n].name))
			add_operand(parser, &operands,
				    use(parser, &searches->list[n]));
	if (!operands.count) {
		rule_error(parser->reader, &place,
			   "no search identifier matches '%.*s'",
			   (int)parser->size, parser->token);
		advance(parser);
		return NULL;
	}
	advance(parser);
	return rule_node_join(parser->reader, kind, operands.list,
			      operands.count, &place);
}

/* What follows "1 of": them, a pattern or a name. */
static struct rule_node *parse_group(struct parser *parser,
				     enum rule_node_kind kind)
{
	if (!parser->size || is_mark(*parser->token) || is_shouted(parser) ||
	    is_token(parser, "and") || is_token(parser, "or") ||
	    is_token(parser, "not") || is_token(parser, "of"))
		return fail(parser, "'them' or a name like 'selection_*'");
	if (is_token(parser, "them") ||
	    memchr(parser->token, '*', parser->size))
		return parse_of(parser, kind);
	return parse_name(parser);
}

static bool is_number(const struct parser *parser)
{
	return parser->size &&
	       strspn(parser->token, "0123456789") >= parser->size;
}

static struct rule_node *refuse_number(struct parser *parser)
{
	parser->failed = true;
	diag_hint(rule_error(parser->reader, &parser->place,
			     "'%.*s of' is not part of Sigma",
			     (int)parser->size, parser->token),
		  "write '1 of', 'any of' or 'all of'");
	return NULL;
}

/* Is the word behind the current one "of", or meant to be? */
static bool is_before_of(const struct parser *parser)
{
	struct parser next = *parser;

	advance(&next);
	return next.size == 2 && !strncasecmp(next.token, "of", 2);
}

static struct rule_node *parse_quantity(struct parser *parser)
{
	enum rule_node_kind kind = RULE_NODE_OR;

	if (is_token(parser, "all"))
		kind = RULE_NODE_AND;
	else if (!is_token(parser, "1") && !is_token(parser, "any"))
		return is_number(parser) ? refuse_number(parser) :
					   fail(parser, "'1', 'any' or 'all'");
	advance(parser);
	if (!accept(parser, "of"))
		return fail(parser, "'of'");
	return parse_group(parser, kind);
}

static struct rule_node *parse_parentheses(struct parser *parser)
{
	struct rule_node *node;

	advance(parser);
	node = parse_or(parser);
	if (parser->failed)
		return NULL;
	return accept(parser, ")") ? node : fail(parser, "')'");
}

static struct rule_node *parse_operand(struct parser *parser)
{
	if (is_token(parser, "("))
		return parse_parentheses(parser);
	if (!parser->size || is_mark(*parser->token) ||
	    is_token(parser, "and") || is_token(parser, "or") ||
	    is_token(parser, "of") || is_token(parser, "them"))
		return fail(parser, "a search identifier");
	if (is_before_of(parser))
		return parse_quantity(parser);
	if (is_shouted(parser) && !find_search(parser))
		return fail(parser, "a search identifier");
	return parse_name(parser);
}

static bool enter(struct parser *parser)
{
	if (parser->failed)
		return false;
	if (parser->depth < RULE_CONDITION_DEPTH_MAX) {
		parser->depth++;
		return true;
	}
	parser->failed = true;
	rule_error(parser->reader, &parser->place,
		   "condition nested deeper than %u", RULE_CONDITION_DEPTH_MAX);
	return false;
}

static struct rule_node *parse_not(struct parser *parser)
{
	struct place place = parser->place;
	struct rule_node *node;

	if (!enter(parser))
		return NULL;
	if (accept(parser, "not"))
		node = rule_node_not(parser->reader, parse_not(parser), &place);
	else
		node = parse_operand(parser);
	parser->depth--;
	return node;
}

static struct rule_node *parse_and(struct parser *parser)
{
	struct operands operands = { 0 };
	struct place place = parser->place;

	do
		add_operand(parser, &operands, parse_not(parser));
	while (!parser->failed && accept(parser, "and"));
	return rule_node_join(parser->reader, RULE_NODE_AND, operands.list,
			      operands.count, &place);
}

static struct rule_node *parse_or(struct parser *parser)
{
	struct operands operands = { 0 };
	struct place place = parser->place;

	do
		add_operand(parser, &operands, parse_and(parser));
	while (!parser->failed && accept(parser, "or"));
	return rule_node_join(parser->reader, RULE_NODE_OR, operands.list,
			      operands.count, &place);
}

static bool check_text(struct rule_reader *reader, const struct yml_node *node)
{
	if (!rule_expect(reader, node, YML_SCALAR, "a condition"))
		return false;
	if (strlen(node->text) != node->size) {
		rule_error(reader, &node->place,
			   "a condition cannot contain a NUL byte");
		return false;
	}
	if (node->size > RULE_CONDITION_BYTES_MAX) {
		rule_error(reader, &node->place,
			   "condition longer than %u bytes",
			   RULE_CONDITION_BYTES_MAX);
		return false;
	}
	return true;
}

static struct rule_node *read_one(struct rule_reader *reader,
				  const struct yml_node *node,
				  const struct rule_searches *searches)
{
	struct parser parser = {
		.reader = reader,
		.searches = searches,
		.node = node,
		.token = node->text,
		.place = node->place,
	};
	struct rule_node *tree;

	if (!check_text(reader, node))
		return NULL;
	yml_walk_start(&parser.walk, reader->yaml, node);
	advance(&parser);
	tree = parse_or(&parser);
	if (parser.size)
		return fail(&parser, "'and', 'or' or the end of the condition");
	return tree;
}

/**
 * rule_read_condition - read the condition of a rule
 * @reader: file being read
 * @node: a condition, or a list of which one has to hold
 * @searches: the search identifiers
 *
 * Return: the tree; NULL after an error
 */
struct rule_node *rule_read_condition(struct rule_reader *reader,
				      const struct yml_node *node,
				      const struct rule_searches *searches)
{
	struct rule_node **children;
	size_t n;

	reader->nodes_left = RULE_NODES_MAX;
	if (node->kind != YML_SEQUENCE)
		return read_one(reader, node, searches);
	if (!node->count) {
		rule_error(reader, &node->place, "a list without conditions");
		return NULL;
	}
	children = rule_alloc(reader, node->count * sizeof(*children));
	for (n = 0; n < node->count; n++)
		children[n] = read_one(reader, node->items[n], searches);
	return rule_node_join(reader, RULE_NODE_OR, children, node->count,
			      &node->place);
}
