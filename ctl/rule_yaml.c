// SPDX-License-Identifier: GPL-2.0-only
/*
 * YAML text -> tree with places, on the events of libyaml.
 *
 * libyaml counts characters, a place counts bytes: a cursor walks the text
 * along with the events. Recursion is as deep as the nesting in the file, which
 * is bounded.
 */
#include <stdlib.h>
#include <string.h>

#include "rule_read.h"

static size_t character_bytes(const char *text)
{
	unsigned char lead = *text;

	return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* CR LF are two characters to libyaml, and one break. */
static void cursor_step(const struct yml *yml, struct yml_cursor *cursor)
{
	const char *text = yml->text + cursor->offset;
	size_t left = yml->size - cursor->offset;
	bool breaks = diag_line_break(text, left);
	size_t bytes = character_bytes(text);

	if (left >= 2 && text[0] == '\r' && text[1] == '\n')
		breaks = false;
	cursor->offset += bytes < left ? bytes : left;
	cursor->index++;
	if (!breaks)
		return;
	cursor->line++;
	cursor->line_offset = cursor->offset;
}

static struct yml_cursor cursor_at_start(void)
{
	return (struct yml_cursor){ .line = 1 };
}

static struct place cursor_place(const struct yml *yml,
				 const struct yml_cursor *cursor)
{
	return (struct place){
		.file = yml->file,
		.line = cursor->line,
		.column = cursor->offset - cursor->line_offset + 1,
	};
}

/* Events come in the order of the text, so this is linear for a whole file. */
static void cursor_seek(const struct yml *yml, struct yml_cursor *cursor,
			size_t index)
{
	if (index < cursor->index)
		*cursor = cursor_at_start();
	while (cursor->index < index && cursor->offset < yml->size) {
		if (!diag_is_plain(yml->text[cursor->offset])) {
			cursor_step(yml, cursor);
			continue;
		}
		cursor->offset++;
		cursor->index++;
	}
}

static struct place place_of_problem(const struct yml *yml)
{
	struct yml_cursor cursor = cursor_at_start();

	if (yml->parser.error != YAML_READER_ERROR) {
		cursor_seek(yml, &cursor, yml->parser.problem_mark.index);
		return cursor_place(yml, &cursor);
	}
	while (cursor.offset < yml->parser.problem_offset &&
	       cursor.offset < yml->size)
		cursor_step(yml, &cursor);
	return cursor_place(yml, &cursor);
}

static void report_problem(struct yml *yml)
{
	struct place place = place_of_problem(yml);
	const char *problem = yml->parser.problem;
	const char *context = yml->parser.context;

	rule_error(yml->reader, &place, "not YAML: %s%s%s",
		   problem ? problem : "out of memory", context ? ", " : "",
		   context ? context : "");
	yml->failed = true;
}

/* Fetches the next event; the caller deletes it. */
static bool next_event(struct yml *yml, yaml_event_t *event)
{
	if (yaml_parser_parse(&yml->parser, event))
		return true;
	report_problem(yml);
	return false;
}

static struct yml_node *new_node(struct yml *yml, enum yml_kind kind,
				 const yaml_event_t *event)
{
	struct yml_node *node = rule_memory_alloc(&yml->memory, sizeof(*node));

	cursor_seek(yml, &yml->cursor, event->start_mark.index);
	*node = (struct yml_node){
		.kind = kind,
		.height = 1,
		.weight = 1,
		.place = cursor_place(yml, &yml->cursor),
		.offset = yml->cursor.offset,
	};
	return node;
}

static void set_anchor(struct yml *yml, const yaml_char_t *name,
		       struct yml_node *node)
{
	struct yml_anchor *anchor;

	if (!name)
		return;
	if (yml->nr_anchors == RULE_YAML_ANCHORS_MAX) {
		rule_error(yml->reader, &node->place,
			   "more than %u anchors in one document",
			   RULE_YAML_ANCHORS_MAX);
		yml->failed = true;
		return;
	}
	anchor = &yml->anchors[yml->nr_anchors++];
	anchor->name = rule_memory_copy(&yml->memory, name,
					strlen((const char *)name));
	anchor->node = node;
}

/* Newest first: an anchor may be defined again. */
static struct yml_node *find_anchor(const struct yml *yml, const char *name)
{
	size_t n = yml->nr_anchors;

	while (n--)
		if (!strcmp(yml->anchors[n].name, name))
			return yml->anchors[n].node;
	return NULL;
}

static void check_tag(struct yml *yml, const struct yml_node *node,
		      const yaml_char_t *tag)
{
	static const char *const known[] = {
		"!",	      YAML_NULL_TAG,  YAML_BOOL_TAG,	  YAML_STR_TAG,
		YAML_INT_TAG, YAML_FLOAT_TAG, YAML_TIMESTAMP_TAG, YAML_SEQ_TAG,
		YAML_MAP_TAG,
	};

	if (tag && rule_name_find(&RULE_NAMES(known), (const char *)tag) < 0)
		rule_error(yml->reader, &node->place,
			   "YAML tag '%s' has no meaning in a rule",
			   (const char *)tag);
}

static bool is_text_tag(const yaml_char_t *tag)
{
	return tag && (!strcmp((const char *)tag, YAML_STR_TAG) ||
		       !strcmp((const char *)tag, "!"));
}

static struct yml_node *read_scalar(struct yml *yml, const yaml_event_t *event)
{
	struct yml_node *node = new_node(yml, YML_SCALAR, event);

	node->size = event->data.scalar.length;
	node->text = rule_memory_copy(&yml->memory, event->data.scalar.value,
				      node->size);
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
		      !is_text_tag(event->data.scalar.tag);
	check_tag(yml, node, event->data.scalar.tag);
	set_anchor(yml, event->data.scalar.anchor, node);
	return node;
}

/* What stands in for an alias that leads nowhere. */
static struct yml_node *empty_node(struct yml *yml, const yaml_event_t *event)
{
	struct yml_node *node = new_node(yml, YML_SCALAR, event);

	node->text = "";
	node->plain = true;
	return node;
}

static struct yml_node *read_alias(struct yml *yml, const yaml_event_t *event)
{
	const char *name = (const char *)event->data.alias.anchor;
	struct yml_node *node = find_anchor(yml, name);
	struct yml_node *empty;

	if (node && !node->open)
		return node;
	empty = empty_node(yml, event);
	rule_error(yml->reader, &empty->place,
		   node ? "alias '*%s' stands within what it refers to" :
			  "no anchor '&%s' before this alias",
		   name);
	return empty;
}

static void grow_stack(struct yml *yml)
{
	yml->stack_capacity = yml->stack_capacity * 2 + 64;
	yml->stack = reallocarray(yml->stack, yml->stack_capacity,
				  sizeof(*yml->stack));
	if (!yml->stack)
		rule_memory_failed();
}

static void push(struct yml *yml, struct yml_node *node)
{
	if (yml->nr_stack == yml->stack_capacity)
		grow_stack(yml);
	yml->stack[yml->nr_stack++] = node;
}

/* Takes over the height and weight of a child. */
static void account(struct yml_node *node, const struct yml_node *child)
{
	node->weight += child->weight;
	if (node->height <= child->height)
		node->height = child->height + 1;
}

static bool finish_collection(struct yml *yml, struct yml_node *node,
			      struct yml_node **children, size_t count)
{
	size_t n;

	for (n = 0; n < count; n++)
		account(node, children[n]);
	node->open = false;
	if (node->weight > RULE_YAML_NODES_MAX) {
		rule_error(yml->reader, &node->place,
			   "more than %u YAML nodes, aliases included",
			   RULE_YAML_NODES_MAX);
		return false;
	}
	if (node->kind == YML_MAPPING)
		return yml_finish_mapping(yml, node, children, count);
	node->items = rule_memory_copy(&yml->memory, children,
				       count * sizeof(*children));
	node->count = count;
	return true;
}

static struct yml_node *read_node(struct yml *yml, yaml_event_t *event,
				  unsigned int depth);

/* Reads the children of a collection up to its end; false is final. */
static bool read_children(struct yml *yml, unsigned int depth)
{
	struct yml_node *child;
	yaml_event_t event;

	for (;;) {
		if (!next_event(yml, &event))
			return false;
		if (event.type == YAML_SEQUENCE_END_EVENT ||
		    event.type == YAML_MAPPING_END_EVENT)
			break;
		child = read_node(yml, &event, depth);
		if (!child)
			return false;
		push(yml, child);
	}
	yaml_event_delete(&event);
	return true;
}

static struct yml_node *read_collection(struct yml *yml, struct yml_node *node,
					unsigned int depth)
{
	size_t first = yml->nr_stack;
	bool good;

	node->open = true;
	good = read_children(yml, depth) &&
	       finish_collection(yml, node, yml->stack + first,
				 yml->nr_stack - first);
	yml->nr_stack = first;
	return good ? node : NULL;
}

static struct yml_node *start_node(struct yml *yml, const yaml_event_t *event)
{
	struct yml_node *node;

	switch (event->type) {
	case YAML_SEQUENCE_START_EVENT:
		node = new_node(yml, YML_SEQUENCE, event);
		check_tag(yml, node, event->data.sequence_start.tag);
		set_anchor(yml, event->data.sequence_start.anchor, node);
		return node;
	case YAML_MAPPING_START_EVENT:
		node = new_node(yml, YML_MAPPING, event);
		check_tag(yml, node, event->data.mapping_start.tag);
		set_anchor(yml, event->data.mapping_start.anchor, node);
		return node;
	case YAML_ALIAS_EVENT:
		return read_alias(yml, event);
	default:
		return read_scalar(yml, event);
	}
}

/* Takes over the event. NULL when the file cannot be read any further. */
static struct yml_node *read_node(struct yml *yml, yaml_event_t *event,
				  unsigned int depth)
{
	bool collection = event->type == YAML_SEQUENCE_START_EVENT ||
			  event->type == YAML_MAPPING_START_EVENT;
	struct yml_node *node = start_node(yml, event);

	yaml_event_delete(event);
	if (yml->failed)
		return NULL;
	if (depth + node->height > RULE_YAML_DEPTH_MAX) {
		rule_error(yml->reader, &node->place,
			   "maps and lists nested deeper than %u",
			   RULE_YAML_DEPTH_MAX);
		return NULL;
	}
	return collection ? read_collection(yml, node, depth + 1) : node;
}

/**
 * yml_open - start reading a YAML text
 * @yml: to initialise, ended with yml_close()
 * @reader: for errors
 * @file: name for places, which has to live as long as they do
 * @text: the text, which has to live as long as @yml
 * @size: its size in bytes
 */
void yml_open(struct yml *yml, struct rule_reader *reader, const char *file,
	      const char *text, size_t size)
{
	*yml = (struct yml){
		.reader = reader,
		.file = file,
		.text = text,
		.size = size,
		.cursor = cursor_at_start(),
	};
	rule_memory_init(&yml->memory);
	grow_stack(yml);
	if (!yaml_parser_initialize(&yml->parser))
		rule_memory_failed();
	yaml_parser_set_encoding(&yml->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&yml->parser, (const yaml_char_t *)text,
				     size);
}

/**
 * yml_close - free a YAML tree
 * @yml: from yml_open()
 */
void yml_close(struct yml *yml)
{
	yaml_parser_delete(&yml->parser);
	rule_memory_free(&yml->memory);
	free(yml->stack);
}

static struct yml_node *read_root(struct yml *yml)
{
	struct yml_node *root;
	yaml_event_t event;

	if (!next_event(yml, &event))
		return NULL;
	root = read_node(yml, &event, 0);
	if (!root)
		return NULL;
	yml->weight += root->weight;
	if (yml->weight > RULE_YAML_NODES_MAX) {
		rule_error(yml->reader, &root->place,
			   "more than %u YAML nodes, aliases included",
			   RULE_YAML_NODES_MAX);
		return NULL;
	}
	return root;
}

/* Skips to the next document; false at the end of the file. */
static bool find_document(struct yml *yml)
{
	yaml_event_type_t type;
	yaml_event_t event;

	do {
		if (!next_event(yml, &event))
			return false;
		type = event.type;
		yaml_event_delete(&event);
		if (type == YAML_STREAM_END_EVENT || type == YAML_NO_EVENT)
			return false;
	} while (type != YAML_DOCUMENT_START_EVENT);
	return true;
}

/**
 * yml_document - read the next document
 * @yml: file
 *
 * Return: its root, which lives until yml_close(); NULL at the end of the file
 * or, with @yml->failed, where it cannot be read any further
 */
struct yml_node *yml_document(struct yml *yml)
{
	struct yml_node *root;

	yml->nr_anchors = 0;
	if (yml->failed || !find_document(yml))
		return NULL;
	root = read_root(yml);
	if (!root)
		yml->failed = true;
	return root;
}

/**
 * yml_get - look a key up
 * @mapping: a mapping
 * @key: the key
 *
 * Return: its value, or NULL
 */
struct yml_node *yml_get(const struct yml_node *mapping, const char *key)
{
	size_t n;

	for (n = 0; n < mapping->count; n++)
		if (!strcmp(mapping->pairs[n].key->text, key))
			return mapping->pairs[n].value;
	return NULL;
}

/**
 * yml_is_null - tell whether a node is YAML's null
 * @node: node
 *
 * Return: true for an empty plain scalar and the words for null
 */
bool yml_is_null(const struct yml_node *node)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	return node->kind == YML_SCALAR && node->plain &&
	       rule_name_find(&RULE_NAMES(words), node->text) >= 0;
}

static bool is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* The cursor where the characters of a scalar begin, behind its quote. */
static struct yml_cursor enter_scalar(const struct yml *yml,
				      const struct yml_node *node)
{
	struct yml_cursor cursor = {
		.offset = node->offset,
		.line = node->place.line,
		.line_offset = node->offset - (node->place.column - 1),
	};
	char first = yml->text[node->offset];

	if (first == '\'' || first == '"')
		cursor_step(yml, &cursor);
	if (first == '|' || first == '>')
		while (cursor.offset < yml->size &&
		       cursor.line == node->place.line)
			cursor_step(yml, &cursor);
	return cursor;
}

/**
 * yml_walk_start - get ready to find places within a scalar
 * @walk: to initialise
 * @yml: file
 * @node: scalar
 */
void yml_walk_start(struct yml_walk *walk, const struct yml *yml,
		    const struct yml_node *node)
{
	*walk = (struct yml_walk){ .yml = yml, .node = node };
	walk->lost = node->offset >= yml->size;
	if (!walk->lost)
		walk->cursor = enter_scalar(yml, node);
}

/* Finds the next character of the scalar that is not a space. */
static void walk_to_next(struct yml_walk *walk)
{
	const struct yml *yml = walk->yml;
	struct yml_cursor *cursor = &walk->cursor;

	while (is_space(walk->node->text[walk->position]))
		walk->position++;
	while (cursor->offset < yml->size &&
	       is_space(yml->text[cursor->offset]))
		cursor_step(yml, cursor);
	walk->lost = cursor->offset >= yml->size ||
		     yml->text[cursor->offset] !=
			     walk->node->text[walk->position];
}

/**
 * yml_walk_to - the place of something within a scalar
 * @walk: from yml_walk_start()
 * @offset: offset into its text, not of a space, not before the last one
 *
 * Follows the characters other than spaces, because lines of a scalar are
 * joined in several ways. Where escapes are in the way the beginning of the
 * scalar has to do.
 *
 * Return: the place
 */
struct place yml_walk_to(struct yml_walk *walk, size_t offset)
{
	while (!walk->lost) {
		walk_to_next(walk);
		if (walk->lost || walk->position >= offset)
			break;
		walk->position++;
		walk->cursor.offset++;
	}
	return walk->lost ? walk->node->place :
			    cursor_place(walk->yml, &walk->cursor);
}
