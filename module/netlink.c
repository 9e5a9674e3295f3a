// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: who may ask what, and the answers. The protocol
 * is described in uapi/pydetect.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/stringify.h>
#include <linux/vmalloc.h>
#include <net/genetlink.h>

#include "census.h"
#include "core/verdict.h"
#include "decide.h"
#include "event.h"
#include "exempt.h"
#include "hook.h"
#include "lock.h"
#include "message.h"
#include "mode.h"
#include "netlink.h"
#include "overrides.h"
#include "policy.h"
#include "readers.h"
#include "ring.h"
#include "track.h"
#include "upload.h"
#include "version.h"
#include "windows.h"
#include "uapi/pydetect.h"

/* Room for two strings, eight groups and all values of a window. */
#define WINDOWS_DUMP_BYTES 32768

static struct genl_family pydetect_family;

/* In another version what follows may mean something else. */
static int speaks_ours(struct sk_buff *request, struct netlink_ext_ack *extack)
{
	const struct genlmsghdr *header = nlmsg_data(nlmsg_hdr(request));

	if (header->version == PYDETECT_GENL_VERSION)
		return 0;
	NL_SET_ERR_MSG(extack, "this is pydetect " PYDETECT_VERSION
		       ", which speaks version "
		       __stringify(PYDETECT_GENL_VERSION)
		       " of the protocol: use the pydetectctl of that version");
	return -EPROTO;
}

static int may_change(struct sk_buff *request, struct netlink_ext_ack *extack)
{
	if (speaks_ours(request, extack))
		return -EPROTO;
	if (netlink_capable(request, CAP_MAC_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack, "needs CAP_MAC_ADMIN in the first user namespace");
	return -EPERM;
}

static int may_read(struct sk_buff *request, struct netlink_ext_ack *extack)
{
	if (speaks_ours(request, extack))
		return -EPROTO;
	if (netlink_capable(request, CAP_MAC_ADMIN) ||
	    netlink_capable(request, CAP_AUDIT_READ))
		return 0;
	NL_SET_ERR_MSG(extack, "needs CAP_MAC_ADMIN or CAP_AUDIT_READ in the first user namespace");
	return -EPERM;
}

/* Hand a constant to the sender along with the error. */
static int refuse(struct genl_info *info, int error, const char *reason)
{
	if (info->extack && reason)
		info->extack->_msg = reason;
	return error;
}

static int required(struct genl_info *info, int attribute)
{
	if (info->attrs[attribute])
		return 0;
	NL_SET_ERR_MSG(info->extack, "an attribute that the command needs is missing");
	return -EINVAL;
}

static int put_policy_status(struct sk_buff *answer, const struct policy *policy)
{
	if (!policy)
		return put_u64(answer, PYDETECT_STATUS_GENERATION, 0);
	if (put_u64(answer, PYDETECT_STATUS_GENERATION, policy->generation) ||
	    nla_put_u32(answer, PYDETECT_STATUS_RULES, policy->view.nr_rules) ||
	    nla_put_u32(answer, PYDETECT_STATUS_CORRELATIONS,
			policy->view.nr_correlations) ||
	    nla_put_u32(answer, PYDETECT_STATUS_IMAGE_BYTES,
			policy->view.header->size) ||
	    put_u64(answer, PYDETECT_STATUS_IMAGE_CHECKSUM,
		    policy->view.header->checksum) ||
	    put_u64(answer, PYDETECT_STATUS_LOADED_AT, policy->loaded_at) ||
	    put_u64(answer, PYDETECT_STATUS_SERIAL,
		    policy->view.header->serial) ||
	    nla_put_u32(answer, PYDETECT_STATUS_SIGNED, policy->is_signed))
		return -EMSGSIZE;
	return 0;
}

static int put_counters(struct sk_buff *answer)
{
	struct decide_counters counters;

	decide_counters(&counters);
	if (put_u64(answer, PYDETECT_STATUS_EXECS, counters.execs) ||
	    put_u64(answer, PYDETECT_STATUS_MATCHED, counters.matched) ||
	    put_u64(answer, PYDETECT_STATUS_DENIED, counters.denied) ||
	    put_u64(answer, PYDETECT_STATUS_ERRORS, counters.errors))
		return -EMSGSIZE;
	return 0;
}

static int put_event_status(struct sk_buff *answer)
{
	struct readers_status readers;
	struct ring_status ring;

	ring_status(&ring);
	readers_status(&readers);
	if (put_u64(answer, PYDETECT_STATUS_EVENT_NEXT, ring.next) ||
	    put_u64(answer, PYDETECT_STATUS_EVENT_OLDEST, ring.oldest) ||
	    put_u64(answer, PYDETECT_STATUS_EVENTS_UNSTORED, ring.unstored) ||
	    put_u64(answer, PYDETECT_STATUS_EVENTS_LOST, readers.lost_sum) ||
	    put_u64(answer, PYDETECT_STATUS_LOST_UNSTORED,
		    readers.lost.unstored) ||
	    put_u64(answer, PYDETECT_STATUS_LOST_OVERWRITTEN,
		    readers.lost.overwritten) ||
	    put_u64(answer, PYDETECT_STATUS_LOST_LATE, readers.lost.late) ||
	    put_u64(answer, PYDETECT_STATUS_EVENTS_BRIEF, event_briefs()) ||
	    put_u64(answer, PYDETECT_STATUS_EVENT_BYTES, ring.bytes) ||
	    put_u64(answer, PYDETECT_STATUS_EVENT_BYTES_MAX, ring.bytes_max) ||
	    nla_put_u32(answer, PYDETECT_STATUS_READERS, readers.readers))
		return -EMSGSIZE;
	return 0;
}

static int put_windows_status(struct sk_buff *answer)
{
	struct windows_status windows;

	windows_status(&windows);
	if (nla_put_u32(answer, PYDETECT_STATUS_WINDOWS, windows.count) ||
	    nla_put_u32(answer, PYDETECT_STATUS_WINDOWS_MAX, windows.max) ||
	    put_u64(answer, PYDETECT_STATUS_WINDOW_BYTES, windows.bytes) ||
	    put_u64(answer, PYDETECT_STATUS_WINDOW_BYTES_MAX,
		    windows.bytes_max) ||
	    put_u64(answer, PYDETECT_STATUS_WINDOWS_EVICTED,
		    windows.evicted) ||
	    put_u64(answer, PYDETECT_STATUS_SAMPLES_LOST, windows.lost))
		return -EMSGSIZE;
	return 0;
}

static int put_lineage_status(struct sk_buff *answer)
{
	struct track_status status;

	track_status(&status);
	if (nla_put_u32(answer, PYDETECT_STATUS_LINEAGES, status.count) ||
	    nla_put_u32(answer, PYDETECT_STATUS_LINEAGES_MAX, status.max) ||
	    put_u64(answer, PYDETECT_STATUS_LINEAGES_LOST, status.lost) ||
	    nla_put_u32(answer, PYDETECT_STATUS_LINEAGES_COMPLETE,
			census_complete()))
		return -EMSGSIZE;
	return 0;
}

static int put_lock_status(struct sk_buff *answer)
{
	const char *certificate;
	unsigned int i;

	if (nla_put_u32(answer, PYDETECT_STATUS_LOCK, lock_state()) ||
	    put_u64(answer, PYDETECT_STATUS_SERIAL_HIGHEST,
		    lock_highest_serial()))
		return -EMSGSIZE;
	for (i = 0; (certificate = signature_certificate(i)); i++)
		if (nla_put_string(answer, PYDETECT_STATUS_CERTIFICATE,
				   certificate))
			return -EMSGSIZE;
	return 0;
}

static int put_mode_limits(struct sk_buff *answer,
			   const struct mode_status *status)
{
	if (status->unconfirmed &&
	    put_u64(answer, PYDETECT_STATUS_CONFIRM_LEFT,
		    status->confirm_left))
		return -EMSGSIZE;
	if (status->limited &&
	    put_u64(answer, PYDETECT_STATUS_MODE_LEFT, status->left))
		return -EMSGSIZE;
	return 0;
}

static int put_mode_status(struct sk_buff *answer)
{
	struct mode_status status;

	mode_status(&status);
	if (nla_put_u32(answer, PYDETECT_STATUS_MODE, status.mode) ||
	    nla_put_u32(answer, PYDETECT_STATUS_MODE_MAX, status.highest) ||
	    nla_put_u32(answer, PYDETECT_STATUS_MODE_REASON, status.reason) ||
	    put_u64(answer, PYDETECT_STATUS_MODE_SINCE, status.since) ||
	    put_mode_limits(answer, &status) ||
	    nla_put_u32(answer, PYDETECT_STATUS_FALLBACK_ABOVE, status.limit) ||
	    nla_put_u32(answer, PYDETECT_STATUS_DENIED_RECENTLY,
			status.recent) ||
	    nla_put_u32(answer, PYDETECT_STATUS_ON_ERROR, status.on_error) ||
	    nla_put_u32(answer, PYDETECT_STATUS_TOOL, exempt_asks()) ||
	    nla_put_u32(answer, PYDETECT_STATUS_OVERRIDES, overrides_count()))
		return -EMSGSIZE;
	return 0;
}

static int put_status(struct sk_buff *answer)
{
	struct policy *policy;
	int error;

	if (nla_put_string(answer, PYDETECT_STATUS_VERSION, PYDETECT_VERSION) ||
	    put_mode_status(answer) ||
	    nla_put_u32(answer, PYDETECT_STATUS_HOOK, hook_state()) ||
	    put_counters(answer) || put_event_status(answer) ||
	    put_windows_status(answer) || put_lineage_status(answer) ||
	    put_lock_status(answer))
		return -EMSGSIZE;
	policy = policy_get();
	error = put_policy_status(answer, policy);
	policy_put(policy);
	return error;
}

/* Beside small numbers, eight certificates with long names. */
#define STATUS_BYTES 16384

static int get_status(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *answer;
	void *start;
	int error = may_read(request, info->extack);

	if (error)
		return error;
	answer = genlmsg_new(STATUS_BYTES, GFP_KERNEL);
	if (!answer)
		return -ENOMEM;
	start = genlmsg_put_reply(answer, info, &pydetect_family, 0,
				  PYDETECT_CMD_STATUS);
	if (!start || put_status(answer)) {
		nlmsg_free(answer);
		return -EMSGSIZE;
	}
	genlmsg_end(answer, start);
	return genlmsg_reply(answer, info);
}

static int policy_begin(struct sk_buff *request, struct genl_info *info)
{
	const char *reason = NULL;
	int error = may_change(request, info->extack);

	if (!error)
		error = required(info, PYDETECT_POLICY_SIZE);
	if (error)
		return error;
	error = upload_begin(info->snd_portid,
			     nla_get_u32(info->attrs[PYDETECT_POLICY_SIZE]),
			     &reason);
	return refuse(info, error, reason);
}

static int policy_chunk(struct sk_buff *request, struct genl_info *info)
{
	struct nlattr *data = info->attrs[PYDETECT_POLICY_DATA];
	const char *reason = NULL;
	int error = may_change(request, info->extack);

	if (!error)
		error = required(info, PYDETECT_POLICY_OFFSET);
	if (!error)
		error = required(info, PYDETECT_POLICY_DATA);
	if (error)
		return error;
	error = upload_chunk(info->snd_portid,
			     nla_get_u32(info->attrs[PYDETECT_POLICY_OFFSET]),
			     nla_data(data), nla_len(data), &reason);
	return refuse(info, error, reason);
}

static int policy_commit(struct sk_buff *request, struct genl_info *info)
{
	const struct nlattr *handed = info->attrs[PYDETECT_POLICY_SIGNATURE];
	struct signature signature = {};
	struct pydetect_fault fault = {};
	const char *reason = NULL;
	size_t size;
	void *image;
	int error = may_change(request, info->extack);

	if (error)
		return error;
	image = upload_take(info->snd_portid, &size, &reason);
	if (IS_ERR(image))
		return refuse(info, PTR_ERR(image), reason);
	if (handed)
		signature = (struct signature){
			.bytes = nla_data(handed),
			.size = nla_len(handed),
		};
	error = lock_load(image, size, handed ? &signature : NULL, &fault,
			  &reason);
	if (!error)
		return 0;
	vfree(image);
	if (fault.reason)
		pr_warn("policy refused: %s %u: %s\n",
			pydetect_section_name(fault.section), fault.element,
			fault.reason);
	return refuse(info, error, reason ? reason : fault.reason);
}

static int policy_abort(struct sk_buff *request, struct genl_info *info)
{
	int error = may_change(request, info->extack);

	if (!error)
		error = upload_abort(info->snd_portid);
	if (error == -ENODATA)
		NL_SET_ERR_MSG(info->extack, "no upload was begun on this socket");
	return error;
}

static u32 u32_of(const struct genl_info *info, int attribute)
{
	return info->attrs[attribute] ? nla_get_u32(info->attrs[attribute]) : 0;
}

static struct mode_request mode_request_of(const struct genl_info *info)
{
	return (struct mode_request){
		.set_mode = info->attrs[PYDETECT_MODE_VALUE],
		.set_limit = info->attrs[PYDETECT_MODE_FALLBACK_ABOVE],
		.set_on_error = info->attrs[PYDETECT_MODE_ON_ERROR],
		.mode = u32_of(info, PYDETECT_MODE_VALUE),
		.confirm_within = u32_of(info, PYDETECT_MODE_CONFIRM_WITHIN),
		.lasts = u32_of(info, PYDETECT_MODE_LASTS),
		.limit = u32_of(info, PYDETECT_MODE_FALLBACK_ABOVE),
		.on_error = u32_of(info, PYDETECT_MODE_ON_ERROR),
	};
}

static bool changes_nothing(const struct genl_info *info)
{
	int i;

	for (i = 1; i < __PYDETECT_MODE_END; i++)
		if (info->attrs[i])
			return false;
	return true;
}

static int set_mode(struct sk_buff *request, struct genl_info *info)
{
	struct mode_request wanted = mode_request_of(info);
	const char *reason = NULL;
	int error = may_change(request, info->extack);

	if (error)
		return error;
	if (changes_nothing(info))
		return refuse(info, -EINVAL,
			      "the command says nothing to be changed: name a mode or a setting");
	error = lock_permits_mode(&wanted, &reason);
	if (!error)
		error = mode_request(&wanted, &reason);
	/* Under a lock it stays the one that it is. */
	if (!error && info->attrs[PYDETECT_MODE_TOOL] && !lock_is_set())
		exempt_remember_tool();
	return refuse(info, error, reason);
}

static int confirm_mode(struct sk_buff *request, struct genl_info *info)
{
	const char *reason = NULL;
	int error = may_change(request, info->extack);

	if (!error)
		error = mode_confirm(&reason);
	return refuse(info, error, reason);
}

static int set_lock(struct sk_buff *request, struct genl_info *info)
{
	int error = may_change(request, info->extack);
	const char *reason = NULL;

	if (!error)
		error = required(info, PYDETECT_LOCK_VALUE);
	if (error)
		return error;
	error = lock_set(nla_get_u32(info->attrs[PYDETECT_LOCK_VALUE]),
			 &reason);
	return refuse(info, error, reason);
}

static int set_rule(struct sk_buff *request, struct genl_info *info)
{
	enum pydetect_override action;
	const char *id;
	const char *reason = NULL;
	int error = may_change(request, info->extack);

	if (!error)
		error = required(info, PYDETECT_RULE_SET_ID);
	if (!error)
		error = required(info, PYDETECT_RULE_SET_ACTION);
	if (error)
		return error;
	action = u32_of(info, PYDETECT_RULE_SET_ACTION);
	id = nla_data(info->attrs[PYDETECT_RULE_SET_ID]);
	error = lock_permits_rule(action, &reason);
	if (!error)
		error = policy_set_rule(id, action, &reason);
	return refuse(info, error, reason);
}

static int subscribe(struct sk_buff *request, struct genl_info *info)
{
	struct nlattr *from = info->attrs[PYDETECT_SUBSCRIBE_FROM];
	int error = may_read(request, info->extack);

	if (!error)
		error = readers_add(NETLINK_CB(request).sk, info->snd_portid,
				    from ? nla_get_u64(from) : 0);
	if (error == -ENOSPC)
		NL_SET_ERR_MSG(info->extack, "too many readers");
	return error;
}

static int unsubscribe(struct sk_buff *request, struct genl_info *info)
{
	int error = may_read(request, info->extack);

	if (!error)
		error = readers_remove(NETLINK_CB(request).sk);
	if (error == -ENOENT)
		NL_SET_ERR_MSG(info->extack, "this socket is not a reader");
	return error;
}

static int dump_start(struct netlink_callback *cb)
{
	return may_read(cb->skb, cb->extack);
}

static int put_rule_text(struct sk_buff *answer,
			 const struct pydetect_view *view, u32 index,
			 bool alone)
{
	unsigned int length = answer->len;

	if (!event_put_rule(answer, view, index))
		return 0;
	if (!alone)
		return -EMSGSIZE;
	nlmsg_trim(answer, skb_tail_pointer(answer) - (answer->len - length));
	return event_put_head(answer, view, index);
}

static int put_rule_kind(struct sk_buff *answer,
			 const struct pydetect_view *view, u32 index)
{
	if (index >= view->nr_rules &&
	    nla_put_flag(answer, PYDETECT_RULE_CORRELATION))
		return -EMSGSIZE;
	if (pydetect_is_silent(pydetect_head(view, index)) &&
	    nla_put_flag(answer, PYDETECT_RULE_SILENT))
		return -EMSGSIZE;
	return 0;
}

/* A rule that alone is too much for a message goes without its tags. */
static int put_rule(struct sk_buff *answer, struct netlink_callback *cb,
		    const struct policy *policy, u32 index)
{
	const struct rule_counters *counters = &policy->counters[index];
	bool first = !answer->len;
	void *start = genlmsg_put(answer, NETLINK_CB(cb->skb).portid,
				  cb->nlh->nlmsg_seq, &pydetect_family,
				  NLM_F_MULTI, PYDETECT_CMD_RULES);

	if (!start)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, start);
	if (put_rule_text(answer, &policy->view, index, first) ||
	    put_rule_kind(answer, &policy->view, index) ||
	    put_u64(answer, PYDETECT_RULE_MATCHED,
		    atomic64_read(&counters->matched)) ||
	    put_u64(answer, PYDETECT_RULE_DENIED,
		    atomic64_read(&counters->denied))) {
		genlmsg_cancel(answer, start);
		return -EMSGSIZE;
	}
	genlmsg_end(answer, start);
	return 0;
}

/* As many rules as fit, from number cb->args[0] on. */
static int dump_some_rules(struct sk_buff *answer, struct netlink_callback *cb,
			   const struct policy *policy)
{
	u32 index, count = policy->view.nr_rules + policy->view.nr_correlations;

	cb->seq = policy->generation;
	for (index = cb->args[0]; index < count; index++)
		if (put_rule(answer, cb, policy, index))
			break;
	if (index == cb->args[0] && index < count)
		return -EMSGSIZE;
	cb->args[0] = index;
	return answer->len;
}

static int dump_rules(struct sk_buff *answer, struct netlink_callback *cb)
{
	struct policy *policy;
	int result = 0;

	policy = policy_get();
	if (policy)
		result = dump_some_rules(answer, cb, policy);
	policy_put(policy);
	return result;
}

/* 1: there may be more; 0: that was all; or -EMSGSIZE: the message is full. */
static int put_next_window(struct sk_buff *answer, struct netlink_callback *cb,
			   const struct policy *policy,
			   struct windows_place *place)
{
	void *start = genlmsg_put(answer, NETLINK_CB(cb->skb).portid,
				  cb->nlh->nlmsg_seq, &pydetect_family,
				  NLM_F_MULTI, PYDETECT_CMD_WINDOWS);
	int result;

	if (!start)
		return -EMSGSIZE;
	result = windows_put_next(answer, &policy->view, place);
	if (result > 0)
		genlmsg_end(answer, start);
	else
		genlmsg_cancel(answer, start);
	return result;
}

/* The longest description of a window has to fit. */
static int dump_windows_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = WINDOWS_DUMP_BYTES;
	return dump_start(cb);
}

static int dump_some_windows(struct sk_buff *answer,
			     struct netlink_callback *cb,
			     const struct policy *policy)
{
	struct windows_place place = {
		.shard = cb->args[0],
		.index = cb->args[1],
	};
	int result;

	do {
		result = put_next_window(answer, cb, policy, &place);
	} while (result > 0);
	if (result < 0 && !answer->len)
		return result;
	cb->args[0] = place.shard;
	cb->args[1] = place.index;
	return answer->len;
}

static int dump_windows(struct sk_buff *answer, struct netlink_callback *cb)
{
	struct policy *policy;
	int result = 0;

	policy = policy_get();
	if (policy)
		result = dump_some_windows(answer, cb, policy);
	policy_put(policy);
	return result;
}

/* As put_next_window(). */
static int put_next_reader(struct sk_buff *answer, struct netlink_callback *cb,
			   u32 *index)
{
	void *start = genlmsg_put(answer, NETLINK_CB(cb->skb).portid,
				  cb->nlh->nlmsg_seq, &pydetect_family,
				  NLM_F_MULTI, PYDETECT_CMD_READERS);
	int result;

	if (!start)
		return -EMSGSIZE;
	result = readers_put_next(answer, index);
	if (result > 0)
		genlmsg_end(answer, start);
	else
		genlmsg_cancel(answer, start);
	return result;
}

static int dump_readers(struct sk_buff *answer, struct netlink_callback *cb)
{
	u32 index = cb->args[0];
	int result;

	do {
		result = put_next_reader(answer, cb, &index);
	} while (result > 0);
	if (result < 0 && !answer->len)
		return result;
	cb->args[0] = index;
	return answer->len;
}

static const struct nla_policy begin_attributes[] = {
	[PYDETECT_POLICY_SIZE] = { .type = NLA_U32 },
};

static const struct nla_policy chunk_attributes[] = {
	[PYDETECT_POLICY_OFFSET] = { .type = NLA_U32 },
	[PYDETECT_POLICY_DATA] = NLA_POLICY_RANGE(NLA_BINARY, 1,
						  PYDETECT_CHUNK_MAX),
};

static const struct nla_policy commit_attributes[] = {
	[PYDETECT_POLICY_SIGNATURE] = NLA_POLICY_RANGE(NLA_BINARY, 1,
						       PYDETECT_SIGNATURE_MAX),
};

static const struct nla_policy lock_attributes[] = {
	[PYDETECT_LOCK_VALUE] = NLA_POLICY_RANGE(NLA_U32, PYDETECT_LOCK_SIGNED,
						 PYDETECT_LOCK_FROZEN),
};

/*
 * Larger than the numbers that NLA_POLICY_RANGE() can hold. Not const, because
 * older kernels refer to it by a plain pointer.
 */
static struct netlink_range_validation mode_seconds = {
	.min = 1,
	.max = PYDETECT_MODE_SECONDS_MAX,
};

static const struct nla_policy mode_attributes[] = {
	[PYDETECT_MODE_VALUE] = NLA_POLICY_MAX(NLA_U32, PYDETECT_MODE_BLOCK),
	[PYDETECT_MODE_CONFIRM_WITHIN] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &mode_seconds),
	[PYDETECT_MODE_LASTS] = NLA_POLICY_FULL_RANGE(NLA_U32, &mode_seconds),
	[PYDETECT_MODE_FALLBACK_ABOVE] =
		NLA_POLICY_MAX(NLA_U32, PYDETECT_FALLBACK_ABOVE_MAX),
	[PYDETECT_MODE_ON_ERROR] = NLA_POLICY_MAX(NLA_U32,
						  PYDETECT_ON_ERROR_DENY),
	[PYDETECT_MODE_TOOL] = { .type = NLA_FLAG },
};

static const struct nla_policy rule_set_attributes[] = {
	[PYDETECT_RULE_SET_ID] = { .type = NLA_NUL_STRING,
				   .len = PYDETECT_STRING_BYTES_MAX },
	[PYDETECT_RULE_SET_ACTION] = NLA_POLICY_MAX(NLA_U32,
						    PYDETECT_OVERRIDE_NONE),
};

static const struct nla_policy subscribe_attributes[] = {
	[PYDETECT_SUBSCRIBE_FROM] = { .type = NLA_U64 },
};

/* Not empty: without a single entry attributes would not be looked at. */
static const struct nla_policy no_attributes[] = {
	[1] = { .type = NLA_REJECT },
};

#define TAKES(attributes) \
	.policy = (attributes), .maxattr = ARRAY_SIZE(attributes) - 1

static const struct genl_ops pydetect_ops[] = {
	{
		.cmd = PYDETECT_CMD_STATUS,
		.doit = get_status,
		TAKES(no_attributes),
	}, {
		.cmd = PYDETECT_CMD_POLICY_BEGIN,
		.doit = policy_begin,
		TAKES(begin_attributes),
	}, {
		.cmd = PYDETECT_CMD_POLICY_CHUNK,
		.doit = policy_chunk,
		TAKES(chunk_attributes),
	}, {
		.cmd = PYDETECT_CMD_POLICY_COMMIT,
		.doit = policy_commit,
		TAKES(commit_attributes),
	}, {
		.cmd = PYDETECT_CMD_POLICY_ABORT,
		.doit = policy_abort,
		TAKES(no_attributes),
	}, {
		.cmd = PYDETECT_CMD_MODE,
		.doit = set_mode,
		TAKES(mode_attributes),
	}, {
		.cmd = PYDETECT_CMD_LOCK,
		.doit = set_lock,
		TAKES(lock_attributes),
	}, {
		.cmd = PYDETECT_CMD_CONFIRM,
		.doit = confirm_mode,
		TAKES(no_attributes),
	}, {
		.cmd = PYDETECT_CMD_RULE_SET,
		.doit = set_rule,
		TAKES(rule_set_attributes),
	}, {
		.cmd = PYDETECT_CMD_RULES,
		.start = dump_start,
		.dumpit = dump_rules,
		TAKES(no_attributes),
	}, {
		.cmd = PYDETECT_CMD_WINDOWS,
		.start = dump_windows_start,
		.dumpit = dump_windows,
		TAKES(no_attributes),
	}, {
		.cmd = PYDETECT_CMD_SUBSCRIBE,
		.doit = subscribe,
		TAKES(subscribe_attributes),
	}, {
		.cmd = PYDETECT_CMD_UNSUBSCRIBE,
		.doit = unsubscribe,
		TAKES(no_attributes),
	}, {
		.cmd = PYDETECT_CMD_READERS,
		.start = dump_start,
		.dumpit = dump_readers,
		TAKES(no_attributes),
	},
};

/* Containers have network namespaces of their own, where there is no family. */
static struct genl_family pydetect_family = {
	.name = PYDETECT_GENL_NAME,
	.version = PYDETECT_GENL_VERSION,
	.module = THIS_MODULE,
	.ops = pydetect_ops,
	.n_ops = ARRAY_SIZE(pydetect_ops),
	.resv_start_op = PYDETECT_CMD_STATUS,
	.netnsok = false,
};

static int socket_gone(struct notifier_block *block, unsigned long event,
		       void *data)
{
	const struct netlink_notify *notify = data;

	if (event == NETLINK_URELEASE &&
	    notify->protocol == NETLINK_GENERIC &&
	    net_eq(notify->net, &init_net)) {
		if (!upload_abort(notify->portid))
			pr_info("an upload ended with its socket\n");
		readers_remove_closed();
	}
	return NOTIFY_DONE;
}

static struct notifier_block sockets = {
	.notifier_call = socket_gone,
};

/**
 * netlink_start - be there for commands
 *
 * Context: process context, sleeps.
 * Return: 0 or an error.
 */
int __init netlink_start(void)
{
	int error = netlink_register_notifier(&sockets);

	if (error)
		return error;
	readers_init(&pydetect_family);
	error = genl_register_family(&pydetect_family);
	if (error)
		netlink_unregister_notifier(&sockets);
	return error;
}

/**
 * netlink_stop - no command runs any more, and no reader is left
 *
 * What is left of an upload goes with it.
 *
 * Context: process context, sleeps. Nobody publishes events any more.
 */
void netlink_stop(void)
{
	genl_unregister_family(&pydetect_family);
	readers_stop();
	netlink_unregister_notifier(&sockets);
	upload_drop();
}
