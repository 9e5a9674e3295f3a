// SPDX-License-Identifier: GPL-2.0-only
/*
 * Telling of a program start: from what was captured to a netlink message.
 *
 * Functions that add to the message return 0 or -EMSGSIZE.
 */
#include <linux/atomic.h>
#include <linux/audit.h>
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/sched/task.h>
#include <linux/skbuff.h>
#include <linux/timekeeping.h>
#include <net/genetlink.h>

#include "ancestor.h"
#include "capture.h"
#include "container.h"
#include "core/condition.h"
#include "core/verdict.h"
#include "event.h"
#include "message.h"
#include "pages.h"
#include "policy.h"
#include "readers.h"
#include "windows.h"

/* Of argv an event shows the head, the tail, and what is around each hit. */
#define ARGS_HEAD 1024
#define ARGS_TAIL 256
#define ARGS_AROUND 64
#define ARGS_PIECES (PYDETECT_HITS_MAX + 2)
#define PARENT_ARGS_HEAD 512

/* Rules that one event names; further ones are counted with their rule. */
#define EVENT_RULES_MAX 64

/*
 * Most events fit the first size. The last one stays below what a netlink
 * attribute can measure even with what the kernel adds to the buffer.
 */
static const u32 event_sizes[] = { 3072, 7168, 30000, 60000 };

/* An event that there is no room for still tells who, when, and which rules. */
#define BRIEF_SIZE 3072
#define BRIEF_RULES_MAX 2

static atomic64_t briefs;

static int put_path(struct sk_buff *message, int type,
		    const struct captured_path *path)
{
	if (!path->text)
		return 0;
	return nla_put(message, type, path->length, path->text);
}

/* A range of argv to be shown. */
struct piece {
	u64 start;
	u64 end;
};

/* Insert in order of start. There are few. */
static u32 add_piece(struct piece *pieces, u32 count, u64 start, u64 end)
{
	u32 i = count;

	if (start >= end)
		return count;
	for (; i && pieces[i - 1].start > start; i--)
		pieces[i] = pieces[i - 1];
	pieces[i] = (struct piece){ .start = start, .end = end };
	return count + 1;
}

static u32 join_pieces(struct piece *pieces, u32 count)
{
	u32 i, joined = 0;

	for (i = 0; i < count; i++) {
		if (joined && pieces[i].start <= pieces[joined - 1].end)
			pieces[joined - 1].end = max(pieces[joined - 1].end,
						     pieces[i].end);
		else
			pieces[joined++] = pieces[i];
	}
	return joined;
}

static bool about_argv(const struct pydetect_exec *exec,
		       const struct pydetect_hit *hit)
{
	u32 field = exec->view->predicates[hit->predicate].field;

	return field == PYDETECT_FIELD_COMMAND_LINE ||
	       field == PYDETECT_FIELD_ARGS;
}

static u32 choose_pieces(const struct pydetect_exec *exec, u64 length,
			 struct piece *pieces)
{
	u32 i, count = 0;

	count = add_piece(pieces, count, 0, min_t(u64, length, ARGS_HEAD));
	if (length > ARGS_TAIL)
		count = add_piece(pieces, count, length - ARGS_TAIL, length);
	for (i = 0; i < exec->nr_hits; i++) {
		const struct pydetect_hit *hit = &exec->hits[i];
		u64 before = hit->length + ARGS_AROUND;

		if (hit->end && about_argv(exec, hit))
			count = add_piece(pieces, count,
					  hit->end > before ?
						  hit->end - before : 0,
					  min(hit->end + ARGS_AROUND, length));
	}
	return join_pieces(pieces, count);
}

static int put_piece(struct sk_buff *message, const struct captured_args *args,
		     u64 start, u64 end)
{
	struct nlattr *nest, *data;

	nest = nla_nest_start(message, PYDETECT_PROCESS_ARGS_PIECE);
	if (!nest || put_u64(message, PYDETECT_PIECE_OFFSET, start))
		return -EMSGSIZE;
	data = nla_reserve(message, PYDETECT_PIECE_DATA, end - start);
	if (!data)
		return -EMSGSIZE;
	/* It could be read a moment ago; if not any more, show the gap. */
	if (pages_read(args->mm, args->start + start, nla_data(data),
		       end - start))
		memset(nla_data(data), 0, end - start);
	nla_nest_end(message, nest);
	return 0;
}

static int put_args(struct sk_buff *message, struct scratch *scratch)
{
	const struct captured_args *args = capture_args(&scratch->capture);
	struct piece pieces[ARGS_PIECES];
	u32 i, count;

	if (nla_put_u32(message, PYDETECT_PROCESS_ARG_COUNT, args->count))
		return -EMSGSIZE;
	if (!args->known)
		return 0;
	if (put_u64(message, PYDETECT_PROCESS_ARGS_LENGTH, args->length))
		return -EMSGSIZE;
	count = choose_pieces(scratch->exec, args->length, pieces);
	for (i = 0; i < count; i++)
		if (put_piece(message, args, pieces[i].start, pieces[i].end))
			return -EMSGSIZE;
	return 0;
}

/* Of an ancestor the beginning of argv is known, as it was at its start. */
static int put_kept_args(struct sk_buff *message,
			 const struct ancestor *ancestor)
{
	struct nlattr *nest;

	if (ancestor->unverified)
		return 0;
	nest = nla_nest_start(message, PYDETECT_PROCESS_ARGS_PIECE);
	if (!nest || put_u64(message, PYDETECT_PIECE_OFFSET, 0) ||
	    nla_put(message, PYDETECT_PIECE_DATA, ancestor->args_kept,
		    ancestor_args(ancestor)))
		return -EMSGSIZE;
	nla_nest_end(message, nest);
	return put_u64(message, PYDETECT_PROCESS_ARGS_LENGTH,
		       ancestor->args_length);
}

static int put_build_id(struct sk_buff *message, const struct build_id *id)
{
	if (!id->length)
		return 0;
	return nla_put(message, PYDETECT_PROCESS_BUILD_ID, id->length,
		       id->bytes);
}

static int put_read_args(struct sk_buff *message, struct capture *capture)
{
	const struct captured_args *args = capture_parent_args(capture);

	if (!args->mm)
		return 0;
	if (put_u64(message, PYDETECT_PROCESS_ARGS_LENGTH, args->length))
		return -EMSGSIZE;
	return put_piece(message, args, 0,
			 min_t(u64, args->length, PARENT_ARGS_HEAD));
}

static int put_identity(struct sk_buff *message, struct task_struct *task,
			u32 pid, u64 start)
{
	char name[TASK_COMM_LEN];

	get_task_comm(name, task);
	if (nla_put_u32(message, PYDETECT_PROCESS_PID, pid) ||
	    put_u64(message, PYDETECT_PROCESS_START, start) ||
	    nla_put_string(message, PYDETECT_PROCESS_NAME, name))
		return -EMSGSIZE;
	return 0;
}

static int put_uid(struct sk_buff *message, int type, kuid_t uid)
{
	return nla_put_u32(message, type, from_kuid(&init_user_ns, uid));
}

static int put_credentials(struct sk_buff *message)
{
	unsigned int session = audit_get_sessionid(current);
	kuid_t login = audit_get_loginuid(current);

	if (put_uid(message, PYDETECT_PROCESS_UID, current_uid()) ||
	    put_uid(message, PYDETECT_PROCESS_EUID, current_euid()) ||
	    nla_put_u32(message, PYDETECT_PROCESS_GID,
			from_kgid(&init_user_ns, current_gid())))
		return -EMSGSIZE;
	if (uid_valid(login) &&
	    put_uid(message, PYDETECT_PROCESS_LOGIN_UID, login))
		return -EMSGSIZE;
	if (session != AUDIT_SID_UNSET &&
	    nla_put_u32(message, PYDETECT_PROCESS_SESSION, session))
		return -EMSGSIZE;
	return 0;
}

static int put_file(struct sk_buff *message, const struct captured_path *image)
{
	if (put_path(message, PYDETECT_PROCESS_IMAGE, image))
		return -EMSGSIZE;
	if (image->deleted)
		return nla_put_flag(message, PYDETECT_PROCESS_DELETED);
	return 0;
}

static int put_captured(struct sk_buff *message, struct scratch *scratch)
{
	struct capture *capture = &scratch->capture;
	const char *invoked = capture->bprm->interp;

	if (put_file(message, capture_image(capture)) ||
	    (capture->build_id_known &&
	     put_build_id(message, &capture->build_id)) ||
	    nla_put(message, PYDETECT_PROCESS_INVOKED, strlen(invoked),
		    invoked) ||
	    put_path(message, PYDETECT_PROCESS_DIRECTORY,
		     capture_directory(capture)))
		return -EMSGSIZE;
	return put_args(message, scratch);
}

static int put_process(struct sk_buff *message, struct scratch *scratch)
{
	struct nlattr *nest = nla_nest_start(message, PYDETECT_EVENT_PROCESS);

	if (!nest ||
	    put_identity(message, current, current->tgid,
			 current->group_leader->start_boottime) ||
	    nla_put_u32(message, PYDETECT_PROCESS_THREAD, current->pid) ||
	    put_credentials(message) || container_put(message))
		return -EMSGSIZE;
	if (scratch && put_captured(message, scratch))
		return -EMSGSIZE;
	nla_nest_end(message, nest);
	return 0;
}

/* What the parent runs: from its own start, or as it wants to be seen. */
static int put_parent_program(struct sk_buff *message, struct capture *capture)
{
	const struct ancestor *runs = capture_parent_runs(capture);

	if (put_file(message, capture_parent_image(capture)))
		return -EMSGSIZE;
	if (runs)
		return put_build_id(message, &runs->id) ?:
		       put_kept_args(message, runs);
	if (nla_put_flag(message, PYDETECT_PROCESS_UNVERIFIED))
		return -EMSGSIZE;
	return put_read_args(message, capture);
}

static int put_parent(struct sk_buff *message, struct capture *capture)
{
	struct nlattr *nest = nla_nest_start(message, PYDETECT_EVENT_PARENT);
	const struct parent *parent = capture_parent(capture);

	if (!nest ||
	    put_identity(message, parent->task, parent->pid, parent->start) ||
	    put_path(message, PYDETECT_PROCESS_DIRECTORY,
		     capture_parent_directory(capture)) ||
	    put_parent_program(message, capture))
		return -EMSGSIZE;
	nla_nest_end(message, nest);
	return 0;
}

static int put_lineage(struct sk_buff *message, struct capture *capture)
{
	const struct ancestor *lineage = capture_lineage(capture);
	struct nlattr *nest;

	if (!lineage)
		return 0;
	nest = nla_nest_start(message, PYDETECT_EVENT_LINEAGE);
	if (!nest ||
	    nla_put_u32(message, PYDETECT_PROCESS_PID, lineage->pid) ||
	    put_u64(message, PYDETECT_PROCESS_START, lineage->start) ||
	    nla_put(message, PYDETECT_PROCESS_IMAGE, lineage->image_length,
		    ancestor_image(lineage)) ||
	    put_build_id(message, &lineage->id) ||
	    put_kept_args(message, lineage))
		return -EMSGSIZE;
	if (lineage->unverified &&
	    nla_put_flag(message, PYDETECT_PROCESS_UNVERIFIED))
		return -EMSGSIZE;
	nla_nest_end(message, nest);
	return 0;
}

static int put_labels(struct sk_buff *message, const struct pydetect_exec *exec,
		      const struct pydetect_image_rule *rule)
{
	const struct pydetect_view *view = exec->view;
	u32 i;

	for (i = 0; i < rule->labels.count; i++) {
		const struct pydetect_image_label *label =
			&view->labels[rule->labels.first + i];

		if (pydetect_program_holds(exec, label->program) &&
		    nla_put_string(message, PYDETECT_RULE_LABEL,
				   pydetect_string(view, label->name)))
			return -EMSGSIZE;
	}
	return 0;
}

/* What it does, and what its file says where it was set to something. */
static int put_action(struct sk_buff *message, const struct pydetect_view *view,
		      u32 number)
{
	if (nla_put_u32(message, PYDETECT_RULE_ACTION,
			pydetect_action(view, number)))
		return -EMSGSIZE;
	if (!pydetect_action_is_set(view, number))
		return 0;
	return nla_put_u32(message, PYDETECT_RULE_FILE_ACTION,
			   pydetect_head(view, number)->action);
}

/**
 * event_put_head - describe a rule or correlation as briefly as possible
 * @message: where to add PYDETECT_RULE_ attributes
 * @view: the policy
 * @number: of the rule; those of correlations follow
 *
 * Return: 0 or -EMSGSIZE.
 */
int event_put_head(struct sk_buff *message, const struct pydetect_view *view,
		   u32 number)
{
	const struct pydetect_image_head *head = pydetect_head(view, number);

	if (nla_put_string(message, PYDETECT_RULE_ID,
			   pydetect_string(view, head->id)) ||
	    nla_put_string(message, PYDETECT_RULE_TITLE,
			   pydetect_string(view, head->title)) ||
	    nla_put_u32(message, PYDETECT_RULE_LEVEL, head->level))
		return -EMSGSIZE;
	return put_action(message, view, number);
}

/**
 * event_put_rule - describe a rule or correlation
 * @message: where to add PYDETECT_RULE_ attributes
 * @view: the policy
 * @number: of the rule; those of correlations follow
 *
 * Return: 0 or -EMSGSIZE.
 */
int event_put_rule(struct sk_buff *message, const struct pydetect_view *view,
		   u32 number)
{
	const struct pydetect_image_head *head = pydetect_head(view, number);
	const char *author = pydetect_string(view, head->author);
	const u32 *tags = view->tags + head->tags.first;
	u32 i;

	if (event_put_head(message, view, number))
		return -EMSGSIZE;
	if (*author && nla_put_string(message, PYDETECT_RULE_AUTHOR, author))
		return -EMSGSIZE;
	for (i = 0; i < head->tags.count; i++)
		if (nla_put_string(message, PYDETECT_RULE_TAG,
				   pydetect_string(view, tags[i])))
			return -EMSGSIZE;
	return 0;
}

static int put_rule(struct sk_buff *message, const struct pydetect_exec *exec,
		    u32 number)
{
	const struct pydetect_image_rule *rule = &exec->view->rules[number];
	struct nlattr *nest = nla_nest_start(message, PYDETECT_EVENT_RULE);

	if (!nest || event_put_rule(message, exec->view, number) ||
	    put_labels(message, exec, rule))
		return -EMSGSIZE;
	nla_nest_end(message, nest);
	return 0;
}

static int put_rules(struct sk_buff *message, const struct pydetect_exec *exec)
{
	const struct pydetect_image_rule *rules = exec->view->rules;
	u32 i, left = EVENT_RULES_MAX;

	for (i = 0; i < exec->nr_candidates && left; i++) {
		if (pydetect_is_silent(&rules[exec->candidates[i]].head))
			continue;
		if (put_rule(message, exec, exec->candidates[i]))
			return -EMSGSIZE;
		left--;
	}
	return 0;
}

/* Alerts, and where the start is denied, whatever denies it. */
static bool is_told(const struct pydetect_exec *exec, bool denied,
		    const struct pydetect_finding *finding)
{
	const u32 number = finding->correlation;

	return finding->alert ||
	       (denied && test_bit(number, exec->fed) &&
		pydetect_may_deny(exec->view, exec->view->nr_rules + number));
}

static int put_correlation(struct sk_buff *message,
			   const struct pydetect_exec *exec, u32 number)
{
	struct nlattr *nest = nla_nest_start(message, PYDETECT_EVENT_RULE);

	if (!nest ||
	    event_put_rule(message, exec->view,
			   exec->view->nr_rules + number) ||
	    nla_put_flag(message, PYDETECT_RULE_CORRELATION))
		return -EMSGSIZE;
	nla_nest_end(message, nest);
	return 0;
}

/*
 * The values that are counted tell more than the command lines that others
 * keep, and are the same where command lines are counted.
 */
static bool counts_values(const struct pydetect_exec *exec)
{
	u32 i;

	for (i = 0; i < exec->nr_findings; i++)
		if (exec->view->correlations[exec->findings[i].correlation]
			    .type == PYDETECT_CORRELATION_VALUE_COUNT)
			return true;
	return false;
}

static int put_window(struct sk_buff *message, const struct pydetect_exec *exec,
		      const struct pydetect_finding *finding)
{
	const struct pydetect_image_correlation *correlation =
		&exec->view->correlations[finding->correlation];
	struct nlattr *nest = nla_nest_start(message, PYDETECT_EVENT_WINDOW);
	bool with_values =
		correlation->type == PYDETECT_CORRELATION_VALUE_COUNT ||
		!counts_values(exec);

	if (!nest || windows_put(message, exec->view, correlation,
				 finding->key, with_values))
		return -EMSGSIZE;
	if (finding->alert && nla_put_flag(message, PYDETECT_WINDOW_ALERT))
		return -EMSGSIZE;
	nla_nest_end(message, nest);
	return 0;
}

/*
 * An alert comes with the windows of all correlations that hold at this start:
 * those it consists of are among them.
 */
static int put_findings(struct sk_buff *message,
			const struct pydetect_exec *exec, bool denied)
{
	bool told = false;
	u32 i;

	for (i = 0; i < exec->nr_findings; i++) {
		if (!is_told(exec, denied, &exec->findings[i]))
			continue;
		told = true;
		if (put_correlation(message, exec,
				    exec->findings[i].correlation))
			return -EMSGSIZE;
	}
	for (i = 0; told && i < exec->nr_findings; i++)
		if (put_window(message, exec, &exec->findings[i]))
			return -EMSGSIZE;
	return 0;
}

static int put_hit(struct sk_buff *message, const struct pydetect_view *view,
		   const struct pydetect_hit *hit)
{
	const struct pydetect_image_predicate *predicate =
		&view->predicates[hit->predicate];
	struct nlattr *nest = nla_nest_start(message, PYDETECT_EVENT_HIT);

	if (!nest ||
	    nla_put_u32(message, PYDETECT_HIT_FIELD, predicate->field) ||
	    nla_put_string(message, PYDETECT_HIT_TEXT,
			   pydetect_string(view, predicate->text)) ||
	    put_u64(message, PYDETECT_HIT_OFFSET,
		    hit->end - min_t(u64, hit->end, hit->length)) ||
	    nla_put_u32(message, PYDETECT_HIT_LENGTH, hit->length))
		return -EMSGSIZE;
	nla_nest_end(message, nest);
	return 0;
}

static int put_hits(struct sk_buff *message, const struct pydetect_exec *exec)
{
	u32 i;

	for (i = 0; i < exec->nr_hits; i++)
		if (put_hit(message, exec->view, &exec->hits[i]))
			return -EMSGSIZE;
	return 0;
}

static int put_head(struct sk_buff *message, const struct event *event,
		    void **number)
{
	struct nlattr *place;

	place = nla_reserve_64bit(message, PYDETECT_EVENT_NUMBER, sizeof(u64),
				  PYDETECT_EVENT_PAD);
	if (!place)
		return -EMSGSIZE;
	*number = nla_data(place);
	if (put_u64(message, PYDETECT_EVENT_TIME, ktime_get_real_ns()) ||
	    put_u64(message, PYDETECT_EVENT_BOOT_TIME, ktime_get_boottime_ns()) ||
	    nla_put_u32(message, PYDETECT_EVENT_MODE, event->mode) ||
	    put_u64(message, PYDETECT_EVENT_GENERATION,
		    event->policy->generation))
		return -EMSGSIZE;
	if (event->denied && nla_put_flag(message, PYDETECT_EVENT_DENIED))
		return -EMSGSIZE;
	if (event->exempt && nla_put_flag(message, PYDETECT_EVENT_EXEMPT))
		return -EMSGSIZE;
	if (event->error &&
	    nla_put_u32(message, PYDETECT_EVENT_ERROR, event->error))
		return -EMSGSIZE;
	return 0;
}

static int put_judgement(struct sk_buff *message, const struct event *event)
{
	const struct pydetect_exec *exec = event->scratch->exec;

	if (put_rules(message, exec) || put_hits(message, exec))
		return -EMSGSIZE;
	return put_findings(message, exec, event->denied);
}

static int put_event(struct sk_buff *message, const struct event *event)
{
	struct scratch *scratch = event->scratch;
	const struct linux_binprm *bprm;

	if (put_process(message, scratch))
		return -EMSGSIZE;
	if (!scratch)
		return 0;
	bprm = scratch->capture.bprm;
	if (nla_put_u32(message, PYDETECT_EVENT_PASS,
			bprm->interp == bprm->filename ? 1 : 2) ||
	    put_parent(message, &scratch->capture) ||
	    put_lineage(message, &scratch->capture))
		return -EMSGSIZE;
	/* What an interrupted judgement found so far proves nothing. */
	return event->error ? 0 : put_judgement(message, event);
}

static int put_brief_rule(struct sk_buff *message,
			  const struct pydetect_view *view, u32 number)
{
	struct nlattr *nest = nla_nest_start(message, PYDETECT_EVENT_RULE);

	if (!nest || event_put_head(message, view, number))
		return -EMSGSIZE;
	nla_nest_end(message, nest);
	return 0;
}

static int put_brief_rules(struct sk_buff *message, const struct event *event)
{
	const struct pydetect_exec *exec = event->scratch->exec;
	const struct pydetect_view *view = exec->view;
	u32 i, left = BRIEF_RULES_MAX;

	for (i = 0; i < exec->nr_candidates && left; i++) {
		const u32 number = exec->candidates[i];

		if (pydetect_is_silent(pydetect_head(view, number)))
			continue;
		if (put_brief_rule(message, view, number))
			return -EMSGSIZE;
		left--;
	}
	for (i = 0; i < exec->nr_findings && left; i++) {
		const struct pydetect_finding *finding = &exec->findings[i];

		if (!is_told(exec, event->denied, finding))
			continue;
		if (put_brief_rule(message, view,
				   view->nr_rules + finding->correlation))
			return -EMSGSIZE;
		left--;
	}
	return 0;
}

static int put_brief(struct sk_buff *message, const struct event *event)
{
	if (nla_put_flag(message, PYDETECT_EVENT_BRIEF) ||
	    put_process(message, NULL))
		return -EMSGSIZE;
	if (!event->scratch || event->error)
		return 0;
	return put_brief_rules(message, event);
}

static struct sk_buff *make_message(const struct event *event, u32 size,
				    int (*put)(struct sk_buff *message,
					       const struct event *event),
				    void **number)
{
	struct sk_buff *message;
	void *start;

	message = readers_message(PYDETECT_CMD_EVENT, size, &start);
	if (!message)
		return NULL;
	if (put_head(message, event, number) || put(message, event)) {
		nlmsg_free(message);
		return NULL;
	}
	genlmsg_end(message, start);
	return message;
}

/**
 * event_publish - number an event and hand it to the readers
 * @event: what happened
 *
 * Context: the task that called execve(); sleeps to read memory, but waits
 * neither for memory nor for a reader.
 */
void event_publish(const struct event *event)
{
	struct sk_buff *message = NULL;
	void *number = NULL;
	u32 i;

	for (i = 0; !message && i < ARRAY_SIZE(event_sizes); i++)
		message = make_message(event, event_sizes[i], put_event,
				       &number);
	if (!message) {
		message = make_message(event, BRIEF_SIZE, put_brief, &number);
		if (message)
			atomic64_inc(&briefs);
	}
	readers_publish(message, number);
}

/**
 * event_briefs - how many events were only told in brief
 *
 * Return: since the module was loaded.
 */
u64 event_briefs(void)
{
	return atomic64_read(&briefs);
}
