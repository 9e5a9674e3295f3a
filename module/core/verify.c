// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proving an image before anything else looks at it.
 *
 * The rest of the core follows every reference of an image without a check, so
 * each reference is checked here, once. To keep the proof simple and its cost
 * linear in the size of the image, the layout is fixed where it can be: the
 * sections follow each other in order, and what belongs to the automata
 * follows in the order of the automata. Programs, triggers, labels and tags may
 * stand in any order but cannot be shared, on the whole: those who use them use
 * no more than there are. That bounds what one exec can cost, too.
 *
 * Functions return true where all is well. They stop at the first fault.
 */
#include "field.h"
#include "plan.h"
#include "verify.h"

/**
 * struct verifier - an image on its way through the proof
 * @bytes: the image
 * @size: its size in bytes
 * @view: filled in section by section
 * @fault: where to say what is wrong
 * @used: for each section, how many elements have been used so far
 */
struct verifier {
	const u8 *bytes;
	size_t size;
	struct pydetect_view *view;
	struct pydetect_fault *fault;
	u32 used[PYDETECT_SECTION_COUNT];
};

static const u8 element_sizes[PYDETECT_SECTION_COUNT] = {
	[PYDETECT_SECTION_AUTOMATA] = sizeof(struct pydetect_image_automaton),
	[PYDETECT_SECTION_CLASSES] = sizeof(u8),
	[PYDETECT_SECTION_CELLS] = sizeof(u32),
	[PYDETECT_SECTION_LINKS] = sizeof(u32),
	[PYDETECT_SECTION_FALLBACKS] = sizeof(struct pydetect_image_fallback),
	[PYDETECT_SECTION_EDGES] = sizeof(u32),
	[PYDETECT_SECTION_LISTS] = sizeof(u32),
	[PYDETECT_SECTION_OUTPUTS] = sizeof(struct pydetect_image_output),
	[PYDETECT_SECTION_PREDICATES] = sizeof(struct pydetect_image_predicate),
	[PYDETECT_SECTION_TRIGGERS] = sizeof(u32),
	[PYDETECT_SECTION_NUMBERS] = sizeof(struct pydetect_image_number),
	[PYDETECT_SECTION_RANGES] = sizeof(struct pydetect_image_range),
	[PYDETECT_SECTION_STEPS] = sizeof(struct pydetect_image_step),
	[PYDETECT_SECTION_RULES] = sizeof(struct pydetect_image_rule),
	[PYDETECT_SECTION_LABELS] = sizeof(struct pydetect_image_label),
	[PYDETECT_SECTION_TAGS] = sizeof(u32),
	[PYDETECT_SECTION_CORRELATIONS] =
		sizeof(struct pydetect_image_correlation),
	[PYDETECT_SECTION_REFERENCES] = sizeof(u32),
	[PYDETECT_SECTION_GROUPS] = sizeof(u32),
	[PYDETECT_SECTION_FEEDS] = sizeof(u32),
	[PYDETECT_SECTION_TRACKED] = sizeof(u32),
	[PYDETECT_SECTION_STRINGS] = sizeof(char),
};

/**
 * pydetect_section_name - what a section is called in messages
 * @section: enum pydetect_section; any other number is the header
 *
 * Return: a constant.
 */
const char *pydetect_section_name(u32 section)
{
	static const char *const names[PYDETECT_SECTION_COUNT] = {
		[PYDETECT_SECTION_AUTOMATA] = "automata",
		[PYDETECT_SECTION_CLASSES] = "classes",
		[PYDETECT_SECTION_CELLS] = "cells",
		[PYDETECT_SECTION_LINKS] = "links",
		[PYDETECT_SECTION_FALLBACKS] = "fallbacks",
		[PYDETECT_SECTION_EDGES] = "edges",
		[PYDETECT_SECTION_LISTS] = "output lists",
		[PYDETECT_SECTION_OUTPUTS] = "outputs",
		[PYDETECT_SECTION_PREDICATES] = "predicates",
		[PYDETECT_SECTION_TRIGGERS] = "triggers",
		[PYDETECT_SECTION_NUMBERS] = "numbers",
		[PYDETECT_SECTION_RANGES] = "ranges",
		[PYDETECT_SECTION_STEPS] = "steps",
		[PYDETECT_SECTION_RULES] = "rules",
		[PYDETECT_SECTION_LABELS] = "labels",
		[PYDETECT_SECTION_TAGS] = "tags",
		[PYDETECT_SECTION_CORRELATIONS] = "correlations",
		[PYDETECT_SECTION_REFERENCES] = "references",
		[PYDETECT_SECTION_GROUPS] = "groups",
		[PYDETECT_SECTION_FEEDS] = "feeds",
		[PYDETECT_SECTION_TRACKED] = "tracked predicates",
		[PYDETECT_SECTION_STRINGS] = "strings",
	};

	return section < PYDETECT_SECTION_COUNT ? names[section] : "header";
}

static bool refuse(struct verifier *verifier, u32 section, u32 element,
		   const char *reason)
{
	verifier->fault->section = section;
	verifier->fault->element = element;
	verifier->fault->reason = reason;
	return false;
}

static bool refuse_header(struct verifier *verifier, const char *reason)
{
	return refuse(verifier, PYDETECT_SECTION_COUNT, 0, reason);
}

static u32 count_of(const struct verifier *verifier, u32 section)
{
	return verifier->view->header->sections[section].count;
}

/*
 * Is @extent within its section, and is as much of the section still unused?
 * Then it counts as used.
 */
static bool use(struct verifier *verifier, u32 section,
		struct pydetect_image_extent extent)
{
	u32 count = count_of(verifier, section);

	if ((u64)extent.first + extent.count > count ||
	    extent.count > count - verifier->used[section])
		return false;
	verifier->used[section] += extent.count;
	return true;
}

/**
 * pydetect_image_checksum - Fletcher's checksum with two 32-bit sums
 * @image: the image; its checksum field counts as zero
 * @size: its size, a multiple of eight and at least that of a header
 *
 * Finds every change of a single byte, and of a word but for that from all
 * zeros to all ones. It guards against accidents only: who can write an image
 * can also write its checksum.
 * (J. Fletcher, "An Arithmetic Checksum for Serial Transmissions", 1982)
 *
 * Return: the checksum.
 */
u64 pydetect_image_checksum(const void *image, size_t size)
{
	const size_t at = offsetof(struct pydetect_image_header, checksum) / 4;
	const u32 *words = image;
	u64 sum = 0, sums = 0;
	size_t i;

	for (i = 0; i < size / 4; i++) {
		sum += i == at || i == at + 1 ? 0 : words[i];
		sum = (sum & UINT_MAX) + (sum >> 32);
		sums += sum;
		sums = (sums & UINT_MAX) + (sums >> 32);
	}
	return sums << 32 | (sum & UINT_MAX);
}

static bool verify_header(struct verifier *verifier)
{
	const struct pydetect_image_header *header = verifier->view->header;

	if (verifier->size < sizeof(*header))
		return refuse_header(verifier, "shorter than its header");
	if (header->magic != PYDETECT_IMAGE_MAGIC)
		return refuse_header(verifier, "not a policy image of this byte order");
	if (header->version != PYDETECT_IMAGE_VERSION)
		return refuse_header(verifier, "another version of the format");
	if (header->size != verifier->size)
		return refuse_header(verifier, "truncated, or longer than it says");
	if (verifier->size > PYDETECT_IMAGE_BYTES_MAX || verifier->size % 8)
		return refuse_header(verifier, "of a size that no image has");
	if (header->reserved)
		return refuse_header(verifier, "reserved field is not zero");
	if (header->checksum !=
	    pydetect_image_checksum(verifier->bytes, verifier->size))
		return refuse_header(verifier, "damaged: the checksum differs");
	return true;
}

/* The sections follow the header, and each other, at multiples of eight. */
static bool verify_layout(struct verifier *verifier)
{
	const struct pydetect_image_header *header = verifier->view->header;
	u64 offset = sizeof(*header);
	u32 i;

	for (i = 0; i < PYDETECT_SECTION_COUNT; i++) {
		if (header->sections[i].first != offset)
			return refuse(verifier, i, 0,
				      "the section is not where it has to be");
		offset += (u64)header->sections[i].count * element_sizes[i];
		offset = (offset + 7) & ~7ULL;
		if (offset > verifier->size)
			return refuse(verifier, i, 0,
				      "the section reaches beyond the image");
	}
	if (offset != verifier->size)
		return refuse_header(verifier, "bytes behind the last section");
	return true;
}

static const void *section(const struct verifier *verifier, u32 number)
{
	return verifier->bytes + verifier->view->header->sections[number].first;
}

static void fill_view(struct verifier *verifier)
{
	struct pydetect_view *view = verifier->view;

	view->automata = section(verifier, PYDETECT_SECTION_AUTOMATA);
	view->classes = section(verifier, PYDETECT_SECTION_CLASSES);
	view->cells = section(verifier, PYDETECT_SECTION_CELLS);
	view->links = section(verifier, PYDETECT_SECTION_LINKS);
	view->fallbacks = section(verifier, PYDETECT_SECTION_FALLBACKS);
	view->edges = section(verifier, PYDETECT_SECTION_EDGES);
	view->lists = section(verifier, PYDETECT_SECTION_LISTS);
	view->outputs = section(verifier, PYDETECT_SECTION_OUTPUTS);
	view->predicates = section(verifier, PYDETECT_SECTION_PREDICATES);
	view->triggers = section(verifier, PYDETECT_SECTION_TRIGGERS);
	view->numbers = section(verifier, PYDETECT_SECTION_NUMBERS);
	view->ranges = section(verifier, PYDETECT_SECTION_RANGES);
	view->steps = section(verifier, PYDETECT_SECTION_STEPS);
	view->rules = section(verifier, PYDETECT_SECTION_RULES);
	view->labels = section(verifier, PYDETECT_SECTION_LABELS);
	view->tags = section(verifier, PYDETECT_SECTION_TAGS);
	view->correlations = section(verifier, PYDETECT_SECTION_CORRELATIONS);
	view->references = section(verifier, PYDETECT_SECTION_REFERENCES);
	view->groups = section(verifier, PYDETECT_SECTION_GROUPS);
	view->feeds = section(verifier, PYDETECT_SECTION_FEEDS);
	view->tracked = section(verifier, PYDETECT_SECTION_TRACKED);
	view->strings = section(verifier, PYDETECT_SECTION_STRINGS);
	view->nr_automata = count_of(verifier, PYDETECT_SECTION_AUTOMATA);
	view->nr_predicates = count_of(verifier, PYDETECT_SECTION_PREDICATES);
	view->nr_numbers = count_of(verifier, PYDETECT_SECTION_NUMBERS);
	view->nr_rules = count_of(verifier, PYDETECT_SECTION_RULES);
	view->nr_correlations = count_of(verifier,
					 PYDETECT_SECTION_CORRELATIONS);
	view->nr_tracked = count_of(verifier, PYDETECT_SECTION_TRACKED);
}

static bool verify_counts(struct verifier *verifier)
{
	const struct pydetect_view *view = verifier->view;

	if (view->nr_automata > PYDETECT_AUTOMATA_MAX)
		return refuse(verifier, PYDETECT_SECTION_AUTOMATA, 0,
			      "more automata than allowed");
	if (count_of(verifier, PYDETECT_SECTION_CLASSES) !=
	    256 * view->nr_automata)
		return refuse(verifier, PYDETECT_SECTION_CLASSES, 0,
			      "not 256 classes for each automaton");
	if (view->nr_predicates > PYDETECT_PREDICATES_MAX)
		return refuse(verifier, PYDETECT_SECTION_PREDICATES, 0,
			      "more predicates than allowed");
	if (view->nr_rules > PYDETECT_RULES_MAX)
		return refuse(verifier, PYDETECT_SECTION_RULES, 0,
			      "more rules than allowed");
	if (view->nr_correlations > PYDETECT_CORRELATIONS_MAX)
		return refuse(verifier, PYDETECT_SECTION_CORRELATIONS, 0,
			      "more correlations than allowed");
	if (view->nr_tracked > PYDETECT_TRACKED_MAX)
		return refuse(verifier, PYDETECT_SECTION_TRACKED, 0,
			      "more tracked predicates than allowed");
	return true;
}

/* Wherever a string begins, it ends soon enough for a netlink attribute. */
static bool verify_strings(struct verifier *verifier)
{
	const u32 at = PYDETECT_SECTION_STRINGS;
	u32 count = count_of(verifier, at);
	u32 i, start = 0;

	for (i = 0; i < count; i++) {
		if (i - start >= PYDETECT_STRING_BYTES_MAX)
			return refuse(verifier, at, start, "string too long");
		if (!verifier->view->strings[i])
			start = i + 1;
	}
	if (start != count)
		return refuse(verifier, at, start, "string without an end");
	return true;
}

static bool good_string(const struct verifier *verifier, u32 offset)
{
	return offset < count_of(verifier, PYDETECT_SECTION_STRINGS);
}

/* May a stream be in this state? Those with a row are numbered by it. */
static bool good_state(const struct pydetect_image_automaton *automaton,
		       u32 state)
{
	if (state < automaton->dense)
		return !(state % automaton->classes);
	return state < automaton->states;
}

static bool verify_shape(struct verifier *verifier, u32 index)
{
	const struct pydetect_image_automaton *automaton =
		&verifier->view->automata[index];
	const u32 at = PYDETECT_SECTION_AUTOMATA;

	if (automaton->reserved)
		return refuse(verifier, at, index, "reserved field is not zero");
	if (automaton->field >= PYDETECT_FIELD_WALKED_COUNT)
		return refuse(verifier, at, index, "unknown field");
	if (index && automaton->field < automaton[-1].field)
		return refuse(verifier, at, index, "automata not in the order of fields");
	if (!automaton->classes || automaton->classes > PYDETECT_CLASSES_MAX)
		return refuse(verifier, at, index, "number of classes out of range");
	if (automaton->edge >= automaton->classes)
		return refuse(verifier, at, index, "class of the edge out of range");
	if (automaton->states > PYDETECT_STATES_MAX)
		return refuse(verifier, at, index, "more states than allowed");
	if (automaton->plain > automaton->dense ||
	    automaton->dense > automaton->states)
		return refuse(verifier, at, index, "groups of states out of order");
	if (automaton->plain % automaton->classes ||
	    automaton->dense % automaton->classes)
		return refuse(verifier, at, index, "part of a row");
	if (!good_state(automaton, automaton->start))
		return refuse(verifier, at, index, "start state out of range");
	if (automaton->accepting > automaton->fallbacks.count)
		return refuse(verifier, at, index,
			      "accepting fallbacks out of range");
	return true;
}

/* Elements of @section for the next automaton, right behind the last one's. */
static bool claim(struct verifier *verifier, u32 section, u32 first, u32 count)
{
	if (first != verifier->used[section] ||
	    (u64)first + count > count_of(verifier, section))
		return false;
	verifier->used[section] += count;
	return true;
}

static bool claim_extent(struct verifier *verifier, u32 section,
			 struct pydetect_image_extent extent)
{
	return claim(verifier, section, extent.first, extent.count);
}

static bool verify_tables(struct verifier *verifier, u32 index)
{
	const struct pydetect_image_automaton *automaton =
		&verifier->view->automata[index];
	const u32 at = PYDETECT_SECTION_AUTOMATA;

	if (!claim(verifier, PYDETECT_SECTION_CELLS, automaton->cells,
		   automaton->dense))
		return refuse(verifier, at, index, "rows out of place");
	if (!claim(verifier, PYDETECT_SECTION_LINKS, automaton->links,
		   automaton->states - automaton->dense))
		return refuse(verifier, at, index, "links out of place");
	if (!claim_extent(verifier, PYDETECT_SECTION_FALLBACKS,
			  automaton->fallbacks))
		return refuse(verifier, at, index, "fallbacks out of place");
	if (!claim_extent(verifier, PYDETECT_SECTION_EDGES, automaton->edges))
		return refuse(verifier, at, index, "edges out of place");
	if (!claim(verifier, PYDETECT_SECTION_LISTS, automaton->lists,
		   pydetect_lists(automaton)))
		return refuse(verifier, at, index, "output lists out of place");
	if (!claim_extent(verifier, PYDETECT_SECTION_OUTPUTS,
			  automaton->outputs))
		return refuse(verifier, at, index, "outputs out of place");
	return true;
}

static bool verify_classes(struct verifier *verifier, u32 index)
{
	const u8 *classes = verifier->view->classes + 256 * index;
	u32 i;

	for (i = 0; i < 256; i++)
		if (classes[i] >= verifier->view->automata[index].classes)
			return refuse(verifier, PYDETECT_SECTION_CLASSES,
				      256 * index + i, "class out of range");
	return true;
}

static bool verify_rows(struct verifier *verifier, u32 index)
{
	const struct pydetect_image_automaton *automaton =
		&verifier->view->automata[index];
	const u32 *cells = &verifier->view->cells[automaton->cells];
	u32 i;

	for (i = 0; i < automaton->dense; i++)
		if (!good_state(automaton, cells[i]))
			return refuse(verifier, PYDETECT_SECTION_CELLS,
				      automaton->cells + i,
				      "next state out of range");
	return true;
}

/* Behind the last state there is no next one for a link to lead to. */
static bool verify_links(struct verifier *verifier, u32 index)
{
	const struct pydetect_image_automaton *automaton =
		&verifier->view->automata[index];
	const u32 *links = &verifier->view->links[automaton->links];
	const u32 count = automaton->states - automaton->dense;
	u32 i;

	for (i = 0; i < count; i++)
		if ((links[i] & PYDETECT_PAIR_MASK) >=
		    automaton->fallbacks.count)
			return refuse(verifier, PYDETECT_SECTION_LINKS,
				      automaton->links + i,
				      "fallback out of range");
	if (count && links[count - 1] >> PYDETECT_PAIR_BITS <
			     automaton->classes)
		return refuse(verifier, PYDETECT_SECTION_LINKS,
			      automaton->links + count - 1,
			      "next state out of range");
	return true;
}

static bool verify_fallbacks(struct verifier *verifier, u32 index)
{
	const struct pydetect_image_automaton *automaton =
		&verifier->view->automata[index];
	const struct pydetect_image_extent *edges = &automaton->edges;
	u32 i;

	for (i = 0; i < automaton->fallbacks.count; i++) {
		const u32 element = automaton->fallbacks.first + i;
		const struct pydetect_image_fallback *fallback =
			&verifier->view->fallbacks[element];
		const u32 count = fallback->row >> PYDETECT_PAIR_BITS;
		const u32 row = fallback->row & PYDETECT_PAIR_MASK;

		if (row >= automaton->dense || row % automaton->classes)
			return refuse(verifier, PYDETECT_SECTION_FALLBACKS,
				      element, "row out of range");
		if (count > PYDETECT_FALLBACK_EDGES_MAX)
			return refuse(verifier, PYDETECT_SECTION_FALLBACKS,
				      element, "more edges than allowed");
		if (fallback->edges < edges->first ||
		    (u64)fallback->edges + count > edges->first + edges->count)
			return refuse(verifier, PYDETECT_SECTION_FALLBACKS,
				      element, "edges out of range");
	}
	return true;
}

static bool verify_edges(struct verifier *verifier, u32 index)
{
	const struct pydetect_image_automaton *automaton =
		&verifier->view->automata[index];
	u32 i;

	for (i = 0; i < automaton->edges.count; i++) {
		const u32 element = automaton->edges.first + i;
		const u32 edge = verifier->view->edges[element];

		if (edge >> PYDETECT_PAIR_BITS >= automaton->classes)
			return refuse(verifier, PYDETECT_SECTION_EDGES, element,
				      "class out of range");
		if (!good_state(automaton, edge & PYDETECT_PAIR_MASK))
			return refuse(verifier, PYDETECT_SECTION_EDGES, element,
				      "next state out of range");
	}
	return true;
}

/* May an automaton over @field make a predicate over @about true? */
static bool may_decide(u32 field, u32 about)
{
	return field == about || pydetect_subject(field) == about;
}

static bool verify_output(struct verifier *verifier, u32 field, u32 index)
{
	const struct pydetect_view *view = verifier->view;
	const struct pydetect_image_output *output = &view->outputs[index];
	const u32 at = PYDETECT_SECTION_OUTPUTS;

	if (output->predicate >= view->nr_predicates)
		return refuse(verifier, at, index, "predicate out of range");
	if (output->flags &
	    ~(PYDETECT_OUTPUT_WORD_END | PYDETECT_OUTPUT_EDGE_END |
	      PYDETECT_OUTPUT_LAST))
		return refuse(verifier, at, index, "unknown flags");
	if (!may_decide(field, view->predicates[output->predicate].field))
		return refuse(verifier, at, index,
			      "predicate is about another field");
	return true;
}

/*
 * Lists may share outputs. Wherever one begins, it ends within the automaton's
 * outputs and is not too long.
 */
static bool verify_outputs(struct verifier *verifier, u32 index)
{
	const struct pydetect_image_automaton *automaton =
		&verifier->view->automata[index];
	const u32 at = PYDETECT_SECTION_OUTPUTS;
	const u32 first = automaton->outputs.first;
	const u32 end = first + automaton->outputs.count;
	u32 i, start = first;

	for (i = first; i < end; i++) {
		if (!verify_output(verifier, automaton->field, i))
			return false;
		if (i - start >= PYDETECT_STATE_OUTPUTS_MAX)
			return refuse(verifier, at, start, "list too long");
		if (verifier->view->outputs[i].flags & PYDETECT_OUTPUT_LAST)
			start = i + 1;
	}
	if (start != end)
		return refuse(verifier, at, start, "list without an end");
	return true;
}

static bool verify_lists(struct verifier *verifier, u32 index)
{
	const struct pydetect_image_automaton *automaton =
		&verifier->view->automata[index];
	const struct pydetect_image_extent *outputs = &automaton->outputs;
	u32 i;

	for (i = 0; i < pydetect_lists(automaton); i++) {
		const u32 element = automaton->lists + i;
		const u32 list = verifier->view->lists[element];

		if (list < outputs->first ||
		    list - outputs->first >= outputs->count)
			return refuse(verifier, PYDETECT_SECTION_LISTS, element,
				      "outputs out of range");
	}
	return true;
}

static void note_field(struct pydetect_view *view, u32 index)
{
	u32 field = view->automata[index].field;
	struct pydetect_image_extent *run = &view->field_automata[field];

	view->fields |= 1u << field;
	if (!run->count)
		run->first = index;
	run->count++;
}

static bool verify_automaton(struct verifier *verifier, u32 index)
{
	return verify_shape(verifier, index) &&
	       verify_tables(verifier, index) &&
	       verify_classes(verifier, index) &&
	       verify_rows(verifier, index) &&
	       verify_links(verifier, index) &&
	       verify_fallbacks(verifier, index) &&
	       verify_edges(verifier, index) &&
	       verify_outputs(verifier, index) &&
	       verify_lists(verifier, index);
}

static bool verify_automata(struct verifier *verifier)
{
	u32 i;

	for (i = 0; i < verifier->view->nr_automata; i++) {
		if (!verify_automaton(verifier, i))
			return false;
		note_field(verifier->view, i);
	}
	return true;
}

static bool verify_triggers(struct verifier *verifier)
{
	const struct pydetect_view *view = verifier->view;
	u32 i;

	for (i = 0; i < count_of(verifier, PYDETECT_SECTION_TRIGGERS); i++)
		if (view->triggers[i] >= view->nr_rules)
			return refuse(verifier, PYDETECT_SECTION_TRIGGERS, i,
				      "rule out of range");
	if (!use(verifier, PYDETECT_SECTION_TRIGGERS, view->header->always))
		return refuse_header(verifier, "triggers out of range");
	return true;
}

static bool verify_predicates(struct verifier *verifier)
{
	const u32 at = PYDETECT_SECTION_PREDICATES;
	u32 i;

	for (i = 0; i < verifier->view->nr_predicates; i++) {
		const struct pydetect_image_predicate *predicate =
			&verifier->view->predicates[i];

		if (predicate->field >= PYDETECT_FIELD_WALKED_COUNT ||
		    pydetect_is_alias(predicate->field))
			return refuse(verifier, at, i, "unknown field");
		if (!use(verifier, PYDETECT_SECTION_TRIGGERS,
			 predicate->triggers))
			return refuse(verifier, at, i, "triggers out of range");
		if (!good_string(verifier, predicate->text))
			return refuse(verifier, at, i, "text out of range");
	}
	return true;
}

static bool verify_ranges(struct verifier *verifier, u32 index)
{
	const struct pydetect_image_number *number =
		&verifier->view->numbers[index];
	const struct pydetect_image_range *range =
		&verifier->view->ranges[number->ranges.first];
	u32 i;

	for (i = 0; i < number->ranges.count; i++)
		if (range[i].low > range[i].high ||
		    (i && range[i].low <= range[i - 1].high))
			return refuse(verifier, PYDETECT_SECTION_RANGES,
				      number->ranges.first + i,
				      "ranges not in ascending order");
	return true;
}

static bool verify_numbers(struct verifier *verifier)
{
	const u32 at = PYDETECT_SECTION_NUMBERS;
	u32 i;

	for (i = 0; i < verifier->view->nr_numbers; i++) {
		const struct pydetect_image_number *number =
			&verifier->view->numbers[i];

		if (number->number >= PYDETECT_NUMBER_COUNT)
			return refuse(verifier, at, i, "unknown number");
		if (!good_string(verifier, number->text))
			return refuse(verifier, at, i, "text out of range");
		if (!use(verifier, PYDETECT_SECTION_RANGES, number->ranges))
			return refuse(verifier, at, i, "ranges out of range");
		if (!verify_ranges(verifier, i))
			return false;
	}
	return true;
}

static bool good_jump(u16 jump, u32 position, u32 count)
{
	return jump > PYDETECT_STEP_MAX || (jump && position + jump < count);
}

static bool good_operand(const struct verifier *verifier,
			 const struct pydetect_image_step *step)
{
	switch (step->test) {
	case PYDETECT_TEST_PREDICATE:
		return step->operand < verifier->view->nr_predicates;
	case PYDETECT_TEST_NUMBER:
		return step->operand < verifier->view->nr_numbers;
	case PYDETECT_TEST_PRESENT:
		return step->operand < PYDETECT_FIELD_COUNT &&
		       !pydetect_is_alias(step->operand);
	default:
		return false;
	}
}

static bool verify_program(struct verifier *verifier,
			   struct pydetect_image_extent program)
{
	const u32 at = PYDETECT_SECTION_STEPS;
	u32 i;

	if (!use(verifier, at, program))
		return refuse(verifier, at, program.first,
			      "program out of range");
	for (i = 0; i < program.count; i++) {
		const struct pydetect_image_step *step =
			&verifier->view->steps[program.first + i];

		if (!good_operand(verifier, step))
			return refuse(verifier, at, program.first + i,
				      "unknown test, or operand out of range");
		if (step->test == PYDETECT_TEST_PRESENT)
			verifier->view->fields |= 1u << step->operand;
		if (step->reserved)
			return refuse(verifier, at, program.first + i,
				      "reserved field is not zero");
		if (!good_jump(step->if_true, i, program.count) ||
		    !good_jump(step->if_false, i, program.count))
			return refuse(verifier, at, program.first + i,
				      "jump out of the program");
	}
	return true;
}

static bool verify_labels(struct verifier *verifier)
{
	u32 i;

	for (i = 0; i < count_of(verifier, PYDETECT_SECTION_LABELS); i++) {
		const struct pydetect_image_label *label =
			&verifier->view->labels[i];

		if (!good_string(verifier, label->name))
			return refuse(verifier, PYDETECT_SECTION_LABELS, i,
				      "name out of range");
		if (!verify_program(verifier, label->program))
			return false;
	}
	return true;
}

static bool verify_tags(struct verifier *verifier)
{
	u32 i;

	for (i = 0; i < count_of(verifier, PYDETECT_SECTION_TAGS); i++)
		if (!good_string(verifier, verifier->view->tags[i]))
			return refuse(verifier, PYDETECT_SECTION_TAGS, i,
				      "text out of range");
	return true;
}

/*
 * Feeds ascend, and lead from @number, in the numbering of references, to
 * correlations behind it: so nothing feeds itself.
 */
static bool verify_feeds(struct verifier *verifier,
			 struct pydetect_image_extent feeds, u32 number)
{
	const struct pydetect_view *view = verifier->view;
	const u32 at = PYDETECT_SECTION_FEEDS;
	u32 i;

	if (!use(verifier, at, feeds))
		return refuse(verifier, at, feeds.first, "feeds out of range");
	for (i = feeds.first; i < feeds.first + feeds.count; i++) {
		if (view->feeds[i] >= view->nr_correlations)
			return refuse(verifier, at, i,
				      "correlation out of range");
		if (view->nr_rules + view->feeds[i] <= number)
			return refuse(verifier, at, i,
				      "correlation before what feeds it");
		if (i > feeds.first && view->feeds[i] <= view->feeds[i - 1])
			return refuse(verifier, at, i, "feeds out of order");
	}
	return true;
}

static bool verify_head(struct verifier *verifier, u32 at, u32 index,
			const struct pydetect_image_head *head)
{
	if (head->flags & ~PYDETECT_HEAD_SILENT)
		return refuse(verifier, at, index, "unknown flag");
	if (!good_string(verifier, head->id) ||
	    !good_string(verifier, head->title) ||
	    !good_string(verifier, head->author))
		return refuse(verifier, at, index, "text out of range");
	if (head->level >= PYDETECT_LEVEL_COUNT)
		return refuse(verifier, at, index, "unknown level");
	if (head->action >= PYDETECT_ACTION_COUNT)
		return refuse(verifier, at, index, "unknown action");
	if (head->tags.count > PYDETECT_RULE_TAGS_MAX ||
	    !use(verifier, PYDETECT_SECTION_TAGS, head->tags))
		return refuse(verifier, at, index, "tags out of range");
	return true;
}

/* Whether a rule has its command line decoded is for it to say. */
static bool good_fields(u32 fields, u32 asked)
{
	if (asked >> PYDETECT_FIELD_COMMAND_LINE & 1)
		fields &= ~(1u << PYDETECT_FIELD_COMMAND_LINE_DECODED);
	return fields == asked;
}

static bool verify_rule(struct verifier *verifier, u32 index)
{
	const struct pydetect_image_rule *rule = &verifier->view->rules[index];
	const u32 at = PYDETECT_SECTION_RULES;
	u32 stage;

	if (!verify_head(verifier, at, index, &rule->head) ||
	    !verify_feeds(verifier, rule->head.feeds, index))
		return false;
	/* In order: each label has one rule, or looking at them would take long. */
	if (rule->labels.count > PYDETECT_RULE_LABELS_MAX ||
	    (rule->labels.count &&
	     !claim_extent(verifier, PYDETECT_SECTION_LABELS, rule->labels)))
		return refuse(verifier, at, index, "labels out of range");
	for (stage = 0; stage < PYDETECT_STAGE_COUNT; stage++)
		if (!verify_program(verifier, rule->programs[stage]))
			return false;
	if (!good_fields(rule->fields,
			 pydetect_rule_fields(verifier->view, rule)))
		return refuse(verifier, at, index,
			      "fields are not those that it asks for");
	if (rule->reserved)
		return refuse(verifier, at, index,
			      "reserved field is not zero");
	return true;
}

static bool verify_rules(struct verifier *verifier)
{
	u32 i;

	for (i = 0; i < verifier->view->nr_rules; i++)
		if (!verify_rule(verifier, i))
			return false;
	return true;
}

static bool verify_references(struct verifier *verifier, u32 index)
{
	const struct pydetect_view *view = verifier->view;
	const struct pydetect_image_extent references =
		view->correlations[index].references;
	const u32 at = PYDETECT_SECTION_REFERENCES;
	u32 i;

	if (!references.count || references.count > PYDETECT_REFERENCES_MAX ||
	    !use(verifier, at, references))
		return refuse(verifier, PYDETECT_SECTION_CORRELATIONS, index,
			      "references out of range");
	for (i = references.first; i < references.first + references.count; i++)
		if (view->references[i] >= view->nr_rules + index)
			return refuse(verifier, at, i,
				      "no rule, and no correlation before this one");
	return true;
}

/* Is @field one value, known before the last stage at the latest? */
static bool good_group(u32 field)
{
	return field < PYDETECT_FIELD_COUNT && !pydetect_is_alias(field) &&
	       field != PYDETECT_FIELD_ARGS && field != PYDETECT_FIELD_ENV;
}

static bool verify_groups(struct verifier *verifier, u32 index)
{
	const struct pydetect_view *view = verifier->view;
	const struct pydetect_image_extent groups =
		view->correlations[index].groups;
	u32 i;

	if (groups.count > PYDETECT_GROUPS_MAX ||
	    !use(verifier, PYDETECT_SECTION_GROUPS, groups))
		return refuse(verifier, PYDETECT_SECTION_CORRELATIONS, index,
			      "groups out of range");
	for (i = groups.first; i < groups.first + groups.count; i++)
		if (!good_group(view->groups[i]))
			return refuse(verifier, PYDETECT_SECTION_GROUPS, i,
				      "not a field to group by");
	return true;
}

/* How many values a window has to keep for the condition to be decided. */
static u32 capacity_needed(const struct pydetect_image_correlation *correlation)
{
	u32 needed = correlation->min;

	if (correlation->max != UINT_MAX)
		needed = correlation->max + 1;
	if (correlation->except >= needed)
		needed = correlation->except + 1;
	return needed;
}

static bool verify_count(struct verifier *verifier, u32 index)
{
	const struct pydetect_image_correlation *correlation =
		&verifier->view->correlations[index];
	const u32 at = PYDETECT_SECTION_CORRELATIONS;

	if (!correlation->min || correlation->min > correlation->max)
		return refuse(verifier, at, index, "a count that cannot be");
	if (correlation->except == UINT_MAX ||
	    correlation->capacity > PYDETECT_WINDOW_VALUES_MAX ||
	    correlation->capacity < capacity_needed(correlation))
		return refuse(verifier, at, index, "capacity out of range");
	return true;
}

/* The types that count rules keep one value for each. */
static bool verify_type(struct verifier *verifier, u32 index)
{
	const struct pydetect_image_correlation *correlation =
		&verifier->view->correlations[index];
	const u32 at = PYDETECT_SECTION_CORRELATIONS;

	switch (correlation->type) {
	case PYDETECT_CORRELATION_EVENT_COUNT:
		break;
	case PYDETECT_CORRELATION_VALUE_COUNT:
		if (!good_group(correlation->field))
			return refuse(verifier, at, index,
				      "not a field to count");
		return true;
	case PYDETECT_CORRELATION_TEMPORAL:
	case PYDETECT_CORRELATION_TEMPORAL_ORDERED:
		if (correlation->capacity < correlation->references.count)
			return refuse(verifier, at, index,
				      "capacity below the number of references");
		break;
	default:
		return refuse(verifier, at, index, "unknown type");
	}
	if (correlation->field)
		return refuse(verifier, at, index, "a field that is not counted");
	return true;
}

static bool verify_correlation(struct verifier *verifier, u32 index)
{
	const struct pydetect_view *view = verifier->view;
	const struct pydetect_image_correlation *correlation =
		&view->correlations[index];
	const u32 at = PYDETECT_SECTION_CORRELATIONS;

	if (!correlation->timespan ||
	    correlation->timespan > PYDETECT_TIMESPAN_MAX)
		return refuse(verifier, at, index, "timespan out of range");
	return verify_head(verifier, at, index, &correlation->head) &&
	       verify_feeds(verifier, correlation->head.feeds,
			    view->nr_rules + index) &&
	       verify_references(verifier, index) &&
	       verify_groups(verifier, index) &&
	       verify_count(verifier, index) && verify_type(verifier, index);
}

static bool verify_correlations(struct verifier *verifier)
{
	u32 i;

	for (i = 0; i < verifier->view->nr_correlations; i++)
		if (!verify_correlation(verifier, i))
			return false;
	return true;
}

/* What is tracked is decided in the first stage. */
static bool verify_tracked(struct verifier *verifier)
{
	const struct pydetect_view *view = verifier->view;
	const u32 at = PYDETECT_SECTION_TRACKED;
	u32 i;

	for (i = 0; i < view->nr_tracked; i++) {
		if (view->tracked[i] >= view->nr_predicates)
			return refuse(verifier, at, i,
				      "predicate out of range");
		if (pydetect_field_stage(view->predicates[view->tracked[i]]
						 .field) !=
		    PYDETECT_STAGE_FILE)
			return refuse(verifier, at, i,
				      "predicate of a later stage");
	}
	return true;
}

static bool verify_all(struct verifier *verifier)
{
	if (!verify_header(verifier) || !verify_layout(verifier))
		return false;
	fill_view(verifier);
	return verify_counts(verifier) && verify_strings(verifier) &&
	       verify_predicates(verifier) && verify_automata(verifier) &&
	       verify_triggers(verifier) && verify_numbers(verifier) &&
	       verify_labels(verifier) && verify_tags(verifier) &&
	       verify_rules(verifier) && verify_correlations(verifier) &&
	       verify_tracked(verifier);
}

/**
 * pydetect_verify - prove an image
 * @image: the image, aligned to eight bytes; must not change from here on
 * @size: bytes there really are
 * @view: set to the parts of the image; only to be used on success
 * @fault: says what is wrong with a refused image
 *
 * Takes time linear in @size and does not sleep.
 *
 * Return: true if every reference in the image was found good.
 */
bool pydetect_verify(const void *image, size_t size, struct pydetect_view *view,
		     struct pydetect_fault *fault)
{
	struct verifier verifier = {
		.bytes = image,
		.size = size,
		.view = view,
		.fault = fault,
	};

	memset(view, 0, sizeof(*view));
	view->header = image;
	if (!verify_all(&verifier))
		return false;
	pydetect_plan(view);
	return true;
}
