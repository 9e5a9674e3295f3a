/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The policy image: what pydetectctl compiles rules to and pydetect.ko runs.
 *
 * An image is one block of memory without pointers. It begins with a header
 * whose table names every section by its byte offset and its number of
 * elements; all other references are element numbers within a section. Numbers
 * are in the byte order of the machine that runs the image: the magic number,
 * read in the wrong order, does not match, and the image is refused.
 *
 * Nothing in an image is trusted. core/verify.c proves every reference before
 * anything else looks at it, in userspace after compiling and again in the
 * kernel before the swap. The checksum only tells a damaged file from a wrong
 * one; the verifier does not rely on it.
 *
 * How a program start is judged
 * -----------------------------
 * Fields are captured in stages, from the cheapest to the dearest. Each field
 * is a stream of bytes between two edges, walked by every automaton that names
 * the field. A state that accepts has a list of outputs; an output makes a
 * predicate true. A predicate that becomes true triggers the rules in its
 * list. A triggered rule is a candidate, and stays one as long as its program
 * for the stage just finished holds; programs of early stages are
 * over-approximations that only know the fields captured so far. A rule that
 * is a candidate after the last stage has matched.
 *
 * A field is walked if a candidate asks for it, or if its hits trigger rules, or
 * if it is of a stage in which a rule that asks for it may yet be triggered.
 *
 * A rule that matched feeds correlations, and these feed others, always ones
 * with a higher number. A correlation keeps a window for every combination of
 * values of the fields it groups by (core/window.c).
 *
 * A process in whose start a predicate of the tracked ones holds is followed
 * from there on, and so are its descendants: LineageImage, LineageBuildId and
 * LineageGuid speak of it.
 *
 * Automata
 * --------
 * A deterministic automaton over classes of bytes. The edge of a field is a
 * class of its own, so that "starts with", "ends with" and "equals" are plain
 * paths. Where the stream is argv, the byte NUL stands between arguments:
 * for CommandLine it belongs to the class of the space, for Args it is an edge.
 * A dense state has a row: a cell for each class, with the next state. Its
 * number is the place of its row among the automaton's cells, so that a step
 * is one addition and one load. Sparse states follow, numbered one by one:
 *
 *     0 ..... plain ..... dense ..... states
 *     | silent  | accepting |  sparse   |
 *     | one row of cells each | one link each |
 *
 * Deep states of an Aho-Corasick automaton mostly have one child, and otherwise
 * behave as some shallower state does. So the state with the next number is the
 * child of a sparse one, and its link says for which class; the link also says
 * which fallback holds for all other classes. A fallback is a few edges and,
 * for the rest, the row of a dense state. Many states share one.
 */
#ifndef _UAPI_PYDETECT_POLICY_H
#define _UAPI_PYDETECT_POLICY_H

#include <linux/types.h>

#define PYDETECT_IMAGE_MAGIC	0x49445950u	/* "PYDI" in little endian */
#define PYDETECT_IMAGE_VERSION	3u

/**
 * enum pydetect_field - the fields of a program start that rules can name
 *
 * The numbers are part of the image format. The fields called INVOKED have no
 * name in rules: they speak of the path that the caller gave, as the fields just
 * before them do of the file that it led to, and are walked by automata that
 * hold those predicates over these that only occur unnegated. An attacker
 * chooses that path, so it may add a match and must never cancel one. The same
 * holds for PYDETECT_FIELD_COMMAND_LINE_DECODED: what runs of base64 and of
 * hexadecimal digits in the command line decode to.
 *
 * From PYDETECT_FIELD_PROCESS_GUID on fields are identities: correlations group
 * by them, no automaton walks them.
 */
enum pydetect_field {
	PYDETECT_FIELD_IMAGE,
	PYDETECT_FIELD_INVOKED,
	PYDETECT_FIELD_IMAGE_NAME,
	PYDETECT_FIELD_INVOKED_NAME,
	PYDETECT_FIELD_IMAGE_BUILD_ID,
	PYDETECT_FIELD_USER,
	PYDETECT_FIELD_LOGON_ID,
	PYDETECT_FIELD_ARG_COUNT,
	PYDETECT_FIELD_PARENT_IMAGE,
	PYDETECT_FIELD_PARENT_IMAGE_NAME,
	PYDETECT_FIELD_LINEAGE_IMAGE,
	PYDETECT_FIELD_LINEAGE_INVOKED,
	PYDETECT_FIELD_LINEAGE_IMAGE_NAME,
	PYDETECT_FIELD_LINEAGE_INVOKED_NAME,
	PYDETECT_FIELD_LINEAGE_BUILD_ID,
	PYDETECT_FIELD_CURRENT_DIRECTORY,
	PYDETECT_FIELD_COMMAND_LINE,
	PYDETECT_FIELD_COMMAND_LINE_DECODED,
	PYDETECT_FIELD_ARGS,
	PYDETECT_FIELD_ENV,
	PYDETECT_FIELD_PARENT_COMMAND_LINE,
	PYDETECT_FIELD_PROCESS_GUID,
	PYDETECT_FIELD_PARENT_PROCESS_GUID,
	PYDETECT_FIELD_LINEAGE_GUID,
	PYDETECT_FIELD_COUNT,
};

#define PYDETECT_FIELD_WALKED_COUNT	PYDETECT_FIELD_PROCESS_GUID

/**
 * enum pydetect_stage - when a field is captured, cheapest first
 * @PYDETECT_STAGE_FILE: what the kernel has at hand: file and credentials
 * @PYDETECT_STAGE_ORIGIN: where the start comes from: parent's file, lineage,
 *	directory
 * @PYDETECT_STAGE_ARGV: argv, read from the pages of the new program
 * @PYDETECT_STAGE_ENV: the environment, read from there as well
 * @PYDETECT_STAGE_PARENT_ARGV: argv of the parent, read from its memory
 * @PYDETECT_STAGE_COUNT: number of stages
 */
enum pydetect_stage {
	PYDETECT_STAGE_FILE,
	PYDETECT_STAGE_ORIGIN,
	PYDETECT_STAGE_ARGV,
	PYDETECT_STAGE_ENV,
	PYDETECT_STAGE_PARENT_ARGV,
	PYDETECT_STAGE_COUNT,
};

/**
 * enum pydetect_number - fields that are also compared as numbers
 * @PYDETECT_NUMBER_UID: real user id, in the first user namespace
 * @PYDETECT_NUMBER_LOGON_ID: audit session id
 * @PYDETECT_NUMBER_ARG_COUNT: number of arguments, argv[0] included
 * @PYDETECT_NUMBER_COUNT: number of numbers
 */
enum pydetect_number {
	PYDETECT_NUMBER_UID,
	PYDETECT_NUMBER_LOGON_ID,
	PYDETECT_NUMBER_ARG_COUNT,
	PYDETECT_NUMBER_COUNT,
};

/** enum pydetect_level - Sigma's levels, mildest first */
enum pydetect_level {
	PYDETECT_LEVEL_INFORMATIONAL,
	PYDETECT_LEVEL_LOW,
	PYDETECT_LEVEL_MEDIUM,
	PYDETECT_LEVEL_HIGH,
	PYDETECT_LEVEL_CRITICAL,
	PYDETECT_LEVEL_COUNT,
};

/** enum pydetect_action - what a matching rule asks for in block mode */
enum pydetect_action {
	PYDETECT_ACTION_REPORT,
	PYDETECT_ACTION_BLOCK,
	PYDETECT_ACTION_COUNT,
};

/**
 * enum pydetect_correlation_type - Sigma's types of correlations
 * @PYDETECT_CORRELATION_EVENT_COUNT: counts events
 * @PYDETECT_CORRELATION_VALUE_COUNT: counts distinct values of a field
 * @PYDETECT_CORRELATION_TEMPORAL: counts distinct rules
 * @PYDETECT_CORRELATION_TEMPORAL_ORDERED: all rules, in their order
 * @PYDETECT_CORRELATION_COUNT: number of types
 */
enum pydetect_correlation_type {
	PYDETECT_CORRELATION_EVENT_COUNT,
	PYDETECT_CORRELATION_VALUE_COUNT,
	PYDETECT_CORRELATION_TEMPORAL,
	PYDETECT_CORRELATION_TEMPORAL_ORDERED,
	PYDETECT_CORRELATION_COUNT,
};

/** enum pydetect_section - the sections of an image, in file order */
enum pydetect_section {
	PYDETECT_SECTION_AUTOMATA,	/* struct pydetect_image_automaton */
	PYDETECT_SECTION_CLASSES,	/* __u8[256] for each automaton */
	PYDETECT_SECTION_CELLS,		/* __u32, rows of dense states */
	PYDETECT_SECTION_LINKS,		/* __u32, one for each sparse state */
	PYDETECT_SECTION_FALLBACKS,	/* struct pydetect_image_fallback */
	PYDETECT_SECTION_EDGES,		/* __u32, edges of fallbacks */
	PYDETECT_SECTION_LISTS,		/* __u32, numbers of outputs */
	PYDETECT_SECTION_OUTPUTS,	/* struct pydetect_image_output */
	PYDETECT_SECTION_PREDICATES,	/* struct pydetect_image_predicate */
	PYDETECT_SECTION_TRIGGERS,	/* __u32, numbers of rules */
	PYDETECT_SECTION_NUMBERS,	/* struct pydetect_image_number */
	PYDETECT_SECTION_RANGES,	/* struct pydetect_image_range */
	PYDETECT_SECTION_STEPS,		/* struct pydetect_image_step */
	PYDETECT_SECTION_RULES,		/* struct pydetect_image_rule */
	PYDETECT_SECTION_LABELS,	/* struct pydetect_image_label */
	PYDETECT_SECTION_TAGS,		/* __u32, offsets into the strings */
	PYDETECT_SECTION_CORRELATIONS,	/* struct pydetect_image_correlation */
	PYDETECT_SECTION_REFERENCES,	/* __u32, see references */
	PYDETECT_SECTION_GROUPS,	/* __u32, enum pydetect_field */
	PYDETECT_SECTION_FEEDS,		/* __u32, numbers of correlations */
	PYDETECT_SECTION_TRACKED,	/* __u32, numbers of predicates */
	PYDETECT_SECTION_STRINGS,	/* char, each string ends with NUL */
	PYDETECT_SECTION_COUNT,
};

/**
 * struct pydetect_image_extent - a run of elements
 * @first: in the header: byte offset from the start of the image, a multiple
 *	of eight; elsewhere: number of the first element in its section
 * @count: number of elements
 */
struct pydetect_image_extent {
	__u32 first;
	__u32 count;
};

/**
 * struct pydetect_image_header - start of every image
 * @magic: PYDETECT_IMAGE_MAGIC
 * @version: PYDETECT_IMAGE_VERSION; a module runs just the version it knows
 * @size: bytes of the whole image, this header included, a multiple of eight
 * @reserved: zero
 * @checksum: Fletcher-64 over the image as 32-bit words, with this field zero
 * @serial: version of the policy, which never goes back under a lock; 0: none
 * @always: rules that are candidates without any hit (in the triggers)
 * @sections: the sections
 */
struct pydetect_image_header {
	__u32 magic;
	__u32 version;
	__u32 size;
	__u32 reserved;
	__u64 checksum;
	__u64 serial;
	struct pydetect_image_extent always;
	struct pydetect_image_extent sections[PYDETECT_SECTION_COUNT];
};

/**
 * struct pydetect_image_automaton - one automaton over one field
 * @field: enum pydetect_field
 * @classes: number of byte classes, the edge's included
 * @edge: class of the field's edges
 * @start: state in which a stream begins, before its first edge
 * @plain: states below have a row and do not accept; a multiple of @classes
 * @dense: states below have a row; a multiple of @classes
 * @states: all states are below
 * @cells: first of @dense cells
 * @links: first of (states - dense) links
 * @lists: first of its lists: one for each fallback of sparse states that
 *	accept, then one for each dense state that does; a list is the number of
 *	its first output, and the last output is marked as such
 * @accepting: sparse states whose fallback has this number or a higher one
 *	accept; counted, as in the links, from the first of @fallbacks
 * @fallbacks: its fallbacks
 * @edges: the edges of its fallbacks
 * @outputs: the outputs of its lists
 * @reserved: zero
 *
 * The class of each byte stands in the classes section, 256 bytes for every
 * automaton, in the same order as the automata.
 */
struct pydetect_image_automaton {
	__u32 field;
	__u32 classes;
	__u32 edge;
	__u32 start;
	__u32 plain;
	__u32 dense;
	__u32 states;
	__u32 cells;
	__u32 links;
	__u32 lists;
	__u32 accepting;
	struct pydetect_image_extent fallbacks;
	struct pydetect_image_extent edges;
	struct pydetect_image_extent outputs;
	__u32 reserved;
};

/*
 * Words of two parts: a small number in the top byte, a large one below.
 *
 * A link has the class that leads to the next state, or a number that is no
 * class, and the fallback. An edge has its class and the state it leads to.
 */
#define PYDETECT_PAIR_BITS	24
#define PYDETECT_PAIR_MASK	((1u << PYDETECT_PAIR_BITS) - 1)

/**
 * struct pydetect_image_fallback - where all classes but one lead
 * @edges: first of its edges
 * @row: a pair: how many edges, and the dense state whose row holds for every
 *	class without one
 */
struct pydetect_image_fallback {
	__u32 edges;
	__u32 row;
};

/**
 * struct pydetect_image_output - something ends here
 * @predicate: number of the predicate that becomes true
 * @length: bytes of the text that ended, edges not counted; zero: not known
 * @flags: PYDETECT_OUTPUT_ flags
 */
struct pydetect_image_output {
	__u32 predicate;
	__u16 length;
	__u16 flags;
};

/* Counts only where the next byte is not an ASCII letter or digit. */
#define PYDETECT_OUTPUT_WORD_END	1u

/* The last symbol was an edge: the text ends in front of it. */
#define PYDETECT_OUTPUT_EDGE_END	2u

/* The list ends here. */
#define PYDETECT_OUTPUT_LAST		4u

/**
 * struct pydetect_image_predicate - a statement about one field
 * @triggers: rules that become candidates when it becomes true
 * @text: offset of its readable form in the strings
 * @field: enum pydetect_field
 */
struct pydetect_image_predicate {
	struct pydetect_image_extent triggers;
	__u32 text;
	__u32 field;
};

/**
 * struct pydetect_image_number - a set of numbers that a field is compared with
 * @number: enum pydetect_number
 * @text: offset of its readable form in the strings
 * @ranges: the set, as ranges in ascending order
 */
struct pydetect_image_number {
	__u32 number;
	__u32 text;
	struct pydetect_image_extent ranges;
};

/**
 * struct pydetect_image_range - numbers from @low to @high, both included
 * @low: smallest
 * @high: largest
 */
struct pydetect_image_range {
	__u64 low;
	__u64 high;
};

/**
 * enum pydetect_test - what a step of a program looks at
 * @PYDETECT_TEST_PREDICATE: operand is a predicate
 * @PYDETECT_TEST_NUMBER: operand is a set of numbers
 * @PYDETECT_TEST_PRESENT: operand is a field; true where the exec has it
 * @PYDETECT_TEST_COUNT: number of tests
 */
enum pydetect_test {
	PYDETECT_TEST_PREDICATE,
	PYDETECT_TEST_NUMBER,
	PYDETECT_TEST_PRESENT,
	PYDETECT_TEST_COUNT,
};

/**
 * struct pydetect_image_step - one step of a program
 * @operand: what is tested; its section follows from @test
 * @test: enum pydetect_test
 * @if_true: how many steps to go on, at least one, or a PYDETECT_STEP_ end
 * @if_false: the same for a test that fails
 * @reserved: zero
 *
 * A program only goes forward, so it needs no stack and always ends. An empty
 * program is true.
 */
struct pydetect_image_step {
	__u32 operand;
	__u16 test;
	__u16 if_true;
	__u16 if_false;
	__u16 reserved;
};

#define PYDETECT_STEP_TRUE	0xffffu
#define PYDETECT_STEP_FALSE	0xfffeu
#define PYDETECT_STEP_MAX	0xfffdu

/**
 * struct pydetect_image_head - what rules and correlations have in common
 * @id: offset of its id in the strings
 * @title: offset of its title
 * @author: offset of its author, who is to be named with a match
 * @level: enum pydetect_level
 * @action: enum pydetect_action
 * @flags: PYDETECT_HEAD_ flags
 * @tags: its tags
 * @feeds: correlations that refer to it, ascending
 */
struct pydetect_image_head {
	__u32 id;
	__u32 title;
	__u32 author;
	__u8 level;
	__u8 action;
	__u16 flags;
	struct pydetect_image_extent tags;
	struct pydetect_image_extent feeds;
};

/* Only feeds correlations: a match is neither reported nor denied. */
#define PYDETECT_HEAD_SILENT	1u

/**
 * struct pydetect_image_rule - one rule
 * @head: who it is
 * @fields: bit n: its programs, or those of its labels, ask for field n; with
 *	each field that has one, for the field of the invoked path as well, and
 *	with the command line perhaps for what it decodes to
 * @reserved: zero
 * @labels: the rule's labels
 * @programs: for each stage the steps that must hold after it; the last one
 *	is the rule's condition itself
 */
struct pydetect_image_rule {
	struct pydetect_image_head head;
	__u32 fields;
	__u32 reserved;
	struct pydetect_image_extent labels;
	struct pydetect_image_extent programs[PYDETECT_STAGE_COUNT];
};

/**
 * struct pydetect_image_correlation - one correlation
 * @head: who it is
 * @identity: hash of all that its windows depend on; windows outlive a policy
 *	in which a correlation stays what it was
 * @timespan: nanoseconds; at time t what happened in (t - timespan, t] counts
 * @type: enum pydetect_correlation_type
 * @field: what PYDETECT_CORRELATION_VALUE_COUNT counts; zero for other types
 * @min: it holds where the count is at least this, and at least 1,
 * @max: at most this,
 * @except: and not this; zero for none
 * @capacity: how many different values a window keeps, see core/window.c
 * @references: what it counts, in the order of the file: the number of a rule,
 *	or the number of rules plus that of a correlation before this one
 * @groups: the fields that tell its windows apart; those of invoked paths,
 *	PYDETECT_FIELD_ARGS and _ENV cannot be among them
 */
struct pydetect_image_correlation {
	struct pydetect_image_head head;
	__u64 identity;
	__u64 timespan;
	__u32 type;
	__u32 field;
	__u32 min;
	__u32 max;
	__u32 except;
	__u32 capacity;
	struct pydetect_image_extent references;
	struct pydetect_image_extent groups;
};

/**
 * struct pydetect_image_label - a name that a match of a rule may carry
 * @name: offset of the name in the strings
 * @program: steps that tell whether the match carries it
 */
struct pydetect_image_label {
	__u32 name;
	struct pydetect_image_extent program;
};

#endif /* _UAPI_PYDETECT_POLICY_H */
