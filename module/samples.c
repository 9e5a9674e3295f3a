// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program start that matched adds to the windows of correlations: its
 * fields as hashes, and as texts to be shown with an alert.
 */
#include <linux/audit.h>
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "ancestor.h"
#include "core/correlate.h"
#include "pages.h"
#include "samples.h"
#include "scratch.h"
#include "windows.h"

/* Lives as long as the windows: what it keys has to stay comparable. */
static struct pydetect_secret secret __ro_after_init;

/**
 * struct value - a field as it can be hashed and shown
 * @text: where it is a text in memory of ours
 * @length: its bytes
 * @args: where it is the arguments of a program, in its memory
 * @pid: where it is a process
 * @start: when that started, ns since boot
 * @orphan_of: user, plus one, where the process is one that adopts orphans
 * @digits: room for a number, or a build id
 */
struct value {
	const char *text;
	size_t length;
	const struct captured_args *args;
	u32 pid;
	u64 start;
	u64 orphan_of;
	char digits[2 * BUILD_ID_BYTES_MAX];
};

static bool take_path(struct value *value, const struct captured_path *path)
{
	value->text = path->text;
	value->length = path->length;
	return path->text;
}

static bool take_name(struct value *value, const struct captured_path *path)
{
	if (!path->text)
		return false;
	value->text = capture_name(path, &value->length);
	return true;
}

static bool take_file_name(struct value *value, const struct qstr *name)
{
	value->text = name->name;
	value->length = name->len;
	return true;
}

static bool take_number(struct value *value, u32 number)
{
	value->text = value->digits;
	value->length = scnprintf(value->digits, sizeof(value->digits), "%u",
				  number);
	return true;
}

static bool take_session(struct value *value)
{
	unsigned int session = audit_get_sessionid(current);

	return session != AUDIT_SID_UNSET && take_number(value, session);
}

static bool take_args(struct value *value, const struct captured_args *args)
{
	value->args = args;
	return args->known && args->mm;
}

static bool take_process(struct value *value, u32 pid, u64 start)
{
	value->pid = pid;
	value->start = start;
	return true;
}

/*
 * Who adopts orphans is the parent of what has nothing in common, and anybody
 * can become its child. So that nobody fills the window of somebody else, its
 * children are told apart by user.
 */
static bool take_parent(struct value *value, const struct parent *parent)
{
	if (parent->adopts)
		value->orphan_of = from_kuid(&init_user_ns, current_uid()) + 1ULL;
	return take_process(value, parent->pid, parent->start);
}

static bool take_id(struct value *value, const struct build_id *id)
{
	bin2hex(value->digits, id->bytes, id->length);
	value->text = value->digits;
	value->length = 2 * id->length;
	return id->length;
}

static bool take_lineage(struct value *value, const struct ancestor *ancestor,
			 enum pydetect_field field)
{
	if (!ancestor)
		return false;
	if (field == PYDETECT_FIELD_LINEAGE_GUID)
		return take_process(value, ancestor->pid, ancestor->start);
	if (field == PYDETECT_FIELD_LINEAGE_BUILD_ID)
		return take_id(value, &ancestor->id);
	value->text = ancestor_image(ancestor);
	value->length = ancestor->image_length;
	if (field == PYDETECT_FIELD_LINEAGE_IMAGE_NAME)
		value->text = capture_last_component(value->text,
						     &value->length);
	return true;
}

/* False where the program start does not have the field. May sleep. */
static bool take_value(struct capture *capture, enum pydetect_field field,
		       struct value *value)
{
	*value = (struct value){};
	switch (field) {
	case PYDETECT_FIELD_IMAGE:
		return take_path(value, capture_image(capture));
	case PYDETECT_FIELD_IMAGE_NAME:
		return take_file_name(value, capture_file_name(capture));
	case PYDETECT_FIELD_USER:
		return take_number(value,
				   from_kuid(&init_user_ns, current_uid()));
	case PYDETECT_FIELD_LOGON_ID:
		return take_session(value);
	case PYDETECT_FIELD_ARG_COUNT:
		return take_number(value, capture->bprm->argc);
	case PYDETECT_FIELD_PARENT_IMAGE:
		return take_path(value, capture_parent_image(capture));
	case PYDETECT_FIELD_PARENT_IMAGE_NAME:
		return take_name(value, capture_parent_image(capture));
	case PYDETECT_FIELD_CURRENT_DIRECTORY:
		return take_path(value, capture_directory(capture));
	case PYDETECT_FIELD_COMMAND_LINE:
		return take_args(value, capture_args(capture));
	case PYDETECT_FIELD_PARENT_COMMAND_LINE:
		return take_args(value, capture_parent_args(capture));
	case PYDETECT_FIELD_PROCESS_GUID:
		return take_process(value, current->tgid,
				    current->group_leader->start_boottime);
	case PYDETECT_FIELD_PARENT_PROCESS_GUID:
		return take_parent(value, capture_parent(capture));
	case PYDETECT_FIELD_IMAGE_BUILD_ID:
		return take_id(value, capture_build_id(capture));
	case PYDETECT_FIELD_LINEAGE_IMAGE:
	case PYDETECT_FIELD_LINEAGE_IMAGE_NAME:
	case PYDETECT_FIELD_LINEAGE_BUILD_ID:
	case PYDETECT_FIELD_LINEAGE_GUID:
		return take_lineage(value, capture_lineage(capture), field);
	default:
		return false;
	}
}

/* Arguments are joined by single spaces. */
static void join(char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (!text[i])
			text[i] = ' ';
}

static size_t hash_piece(const u8 *bytes, size_t count, void *context)
{
	struct pydetect_siphash *hash = context;
	size_t i;

	for (i = 0; i < count; i++)
		pydetect_siphash_byte(hash, bytes[i] ?: ' ');
	return count;
}

static bool hash_args(struct pydetect_siphash *hash,
		      const struct captured_args *args)
{
	return !pages_walk(args->mm, args->start, args->start + args->length,
			   hash_piece, hash);
}

static bool hash_value(struct pydetect_siphash *hash, const struct value *value)
{
	if (value->args)
		return hash_args(hash, value->args);
	if (value->text)
		pydetect_siphash_bytes(hash, value->text, value->length);
	pydetect_siphash_bytes(hash, &value->pid, sizeof(value->pid));
	pydetect_siphash_bytes(hash, &value->start, sizeof(value->start));
	pydetect_siphash_bytes(hash, &value->orphan_of,
			       sizeof(value->orphan_of));
	return true;
}

/**
 * struct samples - a program start on its way into the windows
 * @scratch: what was captured and judged
 * @known: bit n: @digests[n] was asked for
 * @present: bit n: and the start has field n
 * @digests: hashes of fields
 */
struct samples {
	struct scratch *scratch;
	u32 known;
	u32 present;
	u64 digests[PYDETECT_FIELD_COUNT];
};

static void find_digest(struct samples *samples, enum pydetect_field field)
{
	struct pydetect_siphash hash;
	struct value value;

	samples->known |= 1u << field;
	if (!take_value(&samples->scratch->capture, field, &value))
		return;
	pydetect_siphash_start(&hash, &secret);
	if (!hash_value(&hash, &value))
		return;
	samples->digests[field] = pydetect_siphash_end(&hash);
	samples->present |= 1u << field;
}

static bool digest(void *context, enum pydetect_field field, u64 *digest)
{
	struct samples *samples = context;

	if (!(samples->known >> field & 1))
		find_digest(samples, field);
	*digest = samples->digests[field];
	return samples->present >> field & 1;
}

static u32 shown_length(const struct value *value, u32 room)
{
	return min_t(u64, value->args ? value->args->length : value->length,
		     room);
}

/* Returns how many bytes were copied: @length of them, or none. */
static u32 copy_value(const struct value *value, char *to, u32 length)
{
	const struct captured_args *args = value->args;

	if (!args) {
		memcpy(to, value->text, length);
		return length;
	}
	if (pages_read(args->mm, args->start, to, length))
		return 0;
	join(to, length);
	return length;
}

/* NULL where there is nothing to show; an alert is none the worse for it. */
static struct window_text *make_text(struct samples *samples,
				     enum pydetect_field field)
{
	struct window_text *text;
	struct value value;
	u32 length;
	u64 hash;

	if (!digest(samples, field, &hash) ||
	    !take_value(&samples->scratch->capture, field, &value) ||
	    (!value.text && !value.args))
		return NULL;
	length = shown_length(&value, WINDOW_TEXT_MAX);
	text = kmalloc(sizeof(*text) + length, GFP_KERNEL);
	if (!text)
		return NULL;
	text->value = hash;
	text->length = copy_value(&value, text->bytes, length);
	return text;
}

/* What the groups of a new window are described from. */
struct description {
	struct samples *samples;
	const u32 *fields;
};

static void describe_group(void *context, u32 index, struct window_group *group)
{
	const struct description *description = context;
	struct value value;

	group->field = description->fields[index];
	if (!take_value(&description->samples->scratch->capture, group->field,
			&value))
		return;
	group->pid = value.pid;
	group->start = value.start;
	if (value.text || value.args)
		group->length = copy_value(&value, group->text,
					   shown_length(&value,
							sizeof(group->text)));
}

static const struct pydetect_view *view_of(const struct samples *samples)
{
	return samples->scratch->exec->view;
}

static bool add_sample(void *context, u32 number, u64 key,
		       const struct pydetect_sample *sample, u64 also,
		       struct pydetect_window_state *state)
{
	struct samples *samples = context;
	const struct pydetect_image_correlation *correlation =
		&view_of(samples)->correlations[number];
	struct description description = {
		.samples = samples,
		.fields = view_of(samples)->groups + correlation->groups.first,
	};
	const struct window_request request = {
		.correlation = correlation,
		.key = key,
		.sample = sample,
		.also = also,
		.text = make_text(samples, pydetect_shown_field(correlation)),
		.describe = describe_group,
		.context = &description,
	};

	return windows_sample(&request, state);
}

static bool look(void *context, u32 number, u64 key, u64 time,
		 struct pydetect_window_state *state)
{
	struct samples *samples = context;

	return windows_look(&view_of(samples)->correlations[number], key, time,
			    state);
}

/*
 * Who is starting a program. A later pass of the same start has the same
 * answer; so has one after a start that failed, which then is replaced: nothing
 * ran. A start that succeeded is never mistaken for another one, because it
 * counted self_exec_id up.
 */
static u64 caller(const struct linux_binprm *bprm)
{
	const u64 identity[] = {
		current->start_boottime,
		(unsigned long)bprm->mm,
		current->pid,
		current->self_exec_id,
	};
	struct pydetect_siphash hash;

	pydetect_siphash_start(&hash, &secret);
	pydetect_siphash_bytes(&hash, identity, sizeof(identity));
	return pydetect_siphash_end(&hash);
}

/**
 * samples_take - tell the correlations of a program start
 * @scratch: captured and judged; gains the correlations that hold
 *
 * Context: process context, sleeps.
 */
void samples_take(struct scratch *scratch)
{
	struct samples samples = { .scratch = scratch };
	struct pydetect_correlator correlator = {
		.secret = &secret,
		.context = &samples,
		.digest = digest,
		.sample = add_sample,
		.look = look,
	};
	const struct linux_binprm *bprm = scratch->capture.bprm;

	if (!pydetect_feeds_any(scratch->exec))
		return;
	correlator.time = ktime_get_boottime_ns();
	correlator.caller = caller(bprm);
	correlator.again = bprm->interp != bprm->filename;
	pydetect_correlate(scratch->exec, &correlator);
}

/**
 * samples_init - choose the secret of all hashes
 */
void __init samples_init(void)
{
	get_random_bytes(&secret, sizeof(secret));
}
