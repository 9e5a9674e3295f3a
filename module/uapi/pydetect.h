/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The protocol between pydetect.ko and whoever controls it.
 *
 * The module is a generic netlink family, "pydetect", in the first network
 * namespace only. Every command needs a capability in the first user
 * namespace, of the process that sends it as well as of the one that opened
 * the socket:
 *
 *   changes   CAP_MAC_ADMIN
 *   reading   CAP_MAC_ADMIN or CAP_AUDIT_READ
 *
 * The version in the generic netlink header has to be PYDETECT_GENL_VERSION;
 * EPROTO otherwise. Within a version, commands and attributes are only added:
 * a command that the module does not have is refused with EOPNOTSUPP and
 * without a sentence, and readers pass over attributes that they do not know.
 *
 * Attributes are checked strictly: one that a command does not know, or of the
 * wrong type or length, is refused with EINVAL. Errors carry a sentence that
 * says what was wrong (NLMSGERR_ATTR_MSG). A command that fails has changed
 * nothing.
 *
 * PYDETECT_CMD_STATUS
 *     Answers with one message of PYDETECT_STATUS_ attributes.
 *
 * PYDETECT_CMD_POLICY_BEGIN
 *     Starts an upload: PYDETECT_POLICY_SIZE is the size of the image in
 *     bytes. There is at most one upload at a time, and it belongs to the
 *     socket that began it; another socket gets EBUSY. An upload goes away
 *     with its socket. A second BEGIN on the same socket starts afresh.
 *
 * PYDETECT_CMD_POLICY_CHUNK
 *     PYDETECT_POLICY_DATA goes to PYDETECT_POLICY_OFFSET, which has to be
 *     where the last chunk ended.
 *
 * PYDETECT_CMD_POLICY_COMMIT
 *     Verifies the image and makes it the policy of every exec from then on.
 *     ENODATA without a BEGIN or before the last chunk, EINVAL where the
 *     verifier refuses the image. The upload is gone in either case, and the
 *     policy in force only changes on success.
 *     PYDETECT_POLICY_SIGNATURE is a detached PKCS#7 (CMS) signature over all
 *     of the image. If there is one it has to be good, locked or not: made by
 *     a certificate that was built into the module (ENOKEY otherwise), and
 *     over this image (EKEYREJECTED). EPERM where the lock forbids it.
 *
 * PYDETECT_CMD_POLICY_ABORT
 *     Gives an upload up.
 *
 * PYDETECT_CMD_MODE
 *     Sets the mode to PYDETECT_MODE_VALUE, an enum pydetect_mode. EPERM where
 *     that is more than the parameter `mode` of the module allows, or less than
 *     what it is under a lock; nor can a lock be ended by time. Two further
 *     attributes make mode block end by itself, which the kernel sees to: the
 *     sender may be gone by then. They hold for this command; without them the
 *     mode stays.
 *
 *       PYDETECT_MODE_CONFIRM_WITHIN  back to report unless
 *                                     PYDETECT_CMD_CONFIRM comes in time
 *       PYDETECT_MODE_LASTS           back to report afterwards
 *
 *     The following are settings, which stay until they are set again. They
 *     may come without PYDETECT_MODE_VALUE.
 *
 *       PYDETECT_MODE_FALLBACK_ABOVE  back to report instead of denying more
 *                                     than that many starts within a minute
 *       PYDETECT_MODE_ON_ERROR        what becomes of a start that could not be
 *                                     judged in mode block
 *
 *     PYDETECT_MODE_TOOL says that the program that sends this is the control
 *     tool: from then on it is never denied to who may send this command. It
 *     takes effect if its file belongs to root and nobody else can write to it
 *     (PYDETECT_STATUS_TOOL).
 *
 * PYDETECT_CMD_CONFIRM
 *     Mode block stays. ENODATA where nothing waits for that, also because it
 *     comes too late.
 *
 * PYDETECT_CMD_RULE_SET
 *     The rule or correlation PYDETECT_RULE_SET_ID does PYDETECT_RULE_SET_ACTION,
 *     whatever its file says, also in policies that are loaded later, until one
 *     comes that does not have it. ESRCH where the policy in force does not
 *     have it, EOPNOTSUPP where it only feeds correlations.
 *
 * PYDETECT_CMD_LOCK
 *     Locks the module as far as PYDETECT_LOCK_VALUE says, an enum
 *     pydetect_lock, until the next boot: it cannot be unloaded, its mode
 *     cannot be lowered, and its policy is only replaced by a signed one with
 *     a version that is higher than any signed one had before (or by itself),
 *     or not at all. The lock can be tightened later; nothing loosens it.
 *     ENOKEY where only signed policies are to be taken and the module has no
 *     certificate, ENODATA where there is no policy to be frozen.
 *
 * PYDETECT_CMD_RULES
 *     A dump: one message of PYDETECT_RULE_ attributes for each rule of the
 *     policy in force, with its counters. NLM_F_DUMP_INTR marks a dump during
 *     which the policy was replaced.
 *
 * PYDETECT_CMD_WINDOWS
 *     A dump: one message of PYDETECT_WINDOW_ attributes for each window of a
 *     correlation that is not empty, in no order.
 *
 * PYDETECT_CMD_SUBSCRIBE
 *     Makes the socket a reader of events. With PYDETECT_SUBSCRIBE_FROM the
 *     reader starts at that event number, as far as the module still holds
 *     it; without, at the next event. Events then arrive as
 *     PYDETECT_CMD_EVENT messages addressed to this socket alone. Every reader
 *     has a position of its own: one that is slow gets later what it missed,
 *     as long as the module holds it. What it no longer holds is announced by
 *     PYDETECT_CMD_LOST. So from where it started on, a reader hears of every
 *     number once and in order, in a message of its own or as lost. Closing
 *     the socket ends the subscription. A full socket makes the kernel report
 *     ENOBUFS on it although nothing is lost; NETLINK_NO_ENOBUFS turns that
 *     off. A reader may subscribe again to skip numbers, and is counted afresh
 *     from there; it does not get any number twice, so a number that it has
 *     got already changes nothing.
 *
 * PYDETECT_CMD_UNSUBSCRIBE
 *     Ends the subscription.
 *
 * PYDETECT_CMD_EVENT
 *     Sent by the module: a program start that a rule matched, or one that
 *     could not be judged (PYDETECT_EVENT_ERROR).
 *
 * PYDETECT_CMD_LOST
 *     Sent by the module: PYDETECT_LOST_COUNT events from number
 *     PYDETECT_LOST_FIRST on will not come. The count is the sum of
 *
 *       PYDETECT_LOST_UNSTORED     there was no memory for them
 *       PYDETECT_LOST_OVERWRITTEN  newer ones took their place before this
 *                                  reader got that far
 *       PYDETECT_LOST_LATE         either had come to pass before this reader
 *                                  asked for them
 *
 * PYDETECT_CMD_READERS
 *     A dump: one message of PYDETECT_READER_ attributes for each reader. It
 *     has been sent, or told that it will not get, all numbers from
 *     PYDETECT_READER_FIRST up to, not including, PYDETECT_READER_NEXT: their
 *     number is the sum of _DELIVERED, _UNSTORED, _OVERWRITTEN and _LATE.
 */
#ifndef _UAPI_PYDETECT_PYDETECT_H
#define _UAPI_PYDETECT_PYDETECT_H

#define PYDETECT_GENL_NAME	"pydetect"
#define PYDETECT_GENL_VERSION	1

/* Largest PYDETECT_POLICY_DATA, in bytes. */
#define PYDETECT_CHUNK_MAX	16384

/* Largest PYDETECT_POLICY_SIGNATURE, in bytes. */
#define PYDETECT_SIGNATURE_MAX	8192
/* Longest that mode block may be limited to, in seconds: 366 days. */
#define PYDETECT_MODE_SECONDS_MAX	31622400

/* Largest PYDETECT_MODE_FALLBACK_ABOVE. */
#define PYDETECT_FALLBACK_ABOVE_MAX	10000

/* Most rules that can be set by PYDETECT_CMD_RULE_SET. */
#define PYDETECT_OVERRIDES_MAX	1024

enum pydetect_command {
	PYDETECT_CMD_UNSPEC,
	PYDETECT_CMD_STATUS,
	PYDETECT_CMD_POLICY_BEGIN,
	PYDETECT_CMD_POLICY_CHUNK,
	PYDETECT_CMD_POLICY_COMMIT,
	PYDETECT_CMD_POLICY_ABORT,
	PYDETECT_CMD_MODE,
	PYDETECT_CMD_RULES,
	PYDETECT_CMD_SUBSCRIBE,
	PYDETECT_CMD_UNSUBSCRIBE,
	PYDETECT_CMD_EVENT,
	PYDETECT_CMD_LOST,
	PYDETECT_CMD_WINDOWS,
	PYDETECT_CMD_LOCK,
	PYDETECT_CMD_CONFIRM,
	PYDETECT_CMD_RULE_SET,
	PYDETECT_CMD_READERS,
};

/**
 * enum pydetect_mode - what the module does with a program start
 * @PYDETECT_MODE_OFF: nothing, it is not even looked at
 * @PYDETECT_MODE_REPORT: report what a rule matches
 * @PYDETECT_MODE_BLOCK: report, and deny what a blocking rule matches
 */
enum pydetect_mode {
	PYDETECT_MODE_OFF,
	PYDETECT_MODE_REPORT,
	PYDETECT_MODE_BLOCK,
};

/**
 * enum pydetect_lock - what can still be changed, until the next boot
 * @PYDETECT_LOCK_OPEN: everything
 * @PYDETECT_LOCK_SIGNED: the policy, for a newer signed one; the mode, upwards
 * @PYDETECT_LOCK_FROZEN: the mode, upwards
 */
enum pydetect_lock {
	PYDETECT_LOCK_OPEN,
	PYDETECT_LOCK_SIGNED,
	PYDETECT_LOCK_FROZEN,
};

/** enum pydetect_reason - why the mode last changed */
enum pydetect_reason {
	PYDETECT_REASON_START,		/* the module was loaded */
	PYDETECT_REASON_COMMAND,	/* PYDETECT_CMD_MODE */
	PYDETECT_REASON_UNCONFIRMED,	/* no PYDETECT_CMD_CONFIRM in time */
	PYDETECT_REASON_TIME_OVER,	/* PYDETECT_MODE_LASTS is over */
	PYDETECT_REASON_TOO_MANY,	/* PYDETECT_MODE_FALLBACK_ABOVE denials */
};

/** enum pydetect_on_error - what becomes of a start that cannot be judged */
enum pydetect_on_error {
	PYDETECT_ON_ERROR_ALLOW,	/* the program starts */
	PYDETECT_ON_ERROR_DENY,		/* in mode block it does not */
};

/** enum pydetect_override - what a rule does instead of what its file says */
enum pydetect_override {
	PYDETECT_OVERRIDE_REPORT,	/* it reports, as PYDETECT_ACTION_REPORT */
	PYDETECT_OVERRIDE_BLOCK,	/* it blocks, as PYDETECT_ACTION_BLOCK */
	PYDETECT_OVERRIDE_NONE,		/* what its file says */
};

/** enum pydetect_hook - how exec is intercepted */
enum pydetect_hook {
	PYDETECT_HOOK_NONE,	/* not at all: nothing is judged */
	PYDETECT_HOOK_FTRACE,	/* redirected security_bprm_check() */
	PYDETECT_HOOK_LSM,	/* Linux security module */
};

/* Attributes of PYDETECT_CMD_POLICY_BEGIN, _CHUNK and _COMMIT. */
enum {
	PYDETECT_POLICY_UNSPEC,
	PYDETECT_POLICY_SIZE,		/* u32 */
	PYDETECT_POLICY_OFFSET,		/* u32 */
	PYDETECT_POLICY_DATA,		/* binary, 1 to PYDETECT_CHUNK_MAX */
	PYDETECT_POLICY_SIGNATURE,	/* binary, 1 to PYDETECT_SIGNATURE_MAX */
	__PYDETECT_POLICY_END,
};

/* Attributes of PYDETECT_CMD_MODE. */
enum {
	PYDETECT_MODE_UNSPEC,
	PYDETECT_MODE_VALUE,		/* u32, enum pydetect_mode */
	PYDETECT_MODE_CONFIRM_WITHIN,	/* u32, s, with PYDETECT_MODE_BLOCK only */
	PYDETECT_MODE_LASTS,		/* u32, s, with PYDETECT_MODE_BLOCK only */
	PYDETECT_MODE_FALLBACK_ABOVE,	/* u32, denials a minute, 0: no limit */
	PYDETECT_MODE_ON_ERROR,		/* u32, enum pydetect_on_error */
	PYDETECT_MODE_TOOL,		/* flag */
	__PYDETECT_MODE_END,
};

/* Attributes of PYDETECT_CMD_LOCK. */
enum {
	PYDETECT_LOCK_UNSPEC,
	PYDETECT_LOCK_VALUE,		/* u32, enum pydetect_lock, not OPEN */
	__PYDETECT_LOCK_END,
};

/* Attributes of PYDETECT_CMD_RULE_SET. */
enum {
	PYDETECT_RULE_SET_UNSPEC,
	PYDETECT_RULE_SET_ID,		/* string */
	PYDETECT_RULE_SET_ACTION,	/* u32, enum pydetect_override */
	__PYDETECT_RULE_SET_END,
};

/* Attributes of PYDETECT_CMD_SUBSCRIBE. */
enum {
	PYDETECT_SUBSCRIBE_UNSPEC,
	PYDETECT_SUBSCRIBE_FROM,	/* u64, number of an event */
	__PYDETECT_SUBSCRIBE_END,
};

/* Answer to PYDETECT_CMD_STATUS. */
enum {
	PYDETECT_STATUS_UNSPEC,
	PYDETECT_STATUS_PAD,
	PYDETECT_STATUS_VERSION,	/* string, version of the module */
	PYDETECT_STATUS_MODE,		/* u32, enum pydetect_mode */
	PYDETECT_STATUS_HOOK,		/* u32, enum pydetect_hook */
	PYDETECT_STATUS_GENERATION,	/* u64, 0: no policy, grows by 1 a load */
	PYDETECT_STATUS_RULES,		/* u32, rules of the policy */
	PYDETECT_STATUS_IMAGE_BYTES,	/* u32 */
	PYDETECT_STATUS_IMAGE_CHECKSUM,	/* u64 */
	PYDETECT_STATUS_LOADED_AT,	/* u64, ns since 1970 */
	PYDETECT_STATUS_EXECS,		/* u64, binary-format passes judged */
	PYDETECT_STATUS_MATCHED,	/* u64, of these: a rule matched */
	PYDETECT_STATUS_DENIED,		/* u64, denied, judged or not */
	PYDETECT_STATUS_ERRORS,		/* u64, could not be judged */
	PYDETECT_STATUS_EVENT_NEXT,	/* u64, number the next event gets */
	PYDETECT_STATUS_EVENT_OLDEST,	/* u64, oldest still held */
	PYDETECT_STATUS_EVENTS_UNSTORED,/* u64, had a number, but no memory */
	PYDETECT_STATUS_EVENTS_LOST,	/* u64, announced by CMD_LOST, all readers */
	PYDETECT_STATUS_READERS,	/* u32 */
	PYDETECT_STATUS_CORRELATIONS,	/* u32, correlations of the policy */
	PYDETECT_STATUS_WINDOWS,	/* u32, windows there are */
	PYDETECT_STATUS_WINDOWS_MAX,	/* u32 */
	PYDETECT_STATUS_WINDOW_BYTES,	/* u64, memory they take */
	PYDETECT_STATUS_WINDOW_BYTES_MAX,/* u64 */
	PYDETECT_STATUS_WINDOWS_EVICTED,/* u64, gone before their time */
	PYDETECT_STATUS_SAMPLES_LOST,	/* u64, no memory to count them */
	PYDETECT_STATUS_LINEAGES,	/* u32, processes that are followed */
	PYDETECT_STATUS_LINEAGES_MAX,	/* u32 */
	PYDETECT_STATUS_LINEAGES_LOST,	/* u64, no room to follow them */
	PYDETECT_STATUS_LINEAGES_COMPLETE,/* u32, 0: who ran before is looked at */
	PYDETECT_STATUS_LOCK,		/* u32, enum pydetect_lock */
	PYDETECT_STATUS_SERIAL,		/* u64, version of the policy */
	PYDETECT_STATUS_SIGNED,		/* u32, 1: the policy's signature is good */
	PYDETECT_STATUS_SERIAL_HIGHEST,	/* u64, of all signed policies so far */
	PYDETECT_STATUS_CERTIFICATE,	/* string, any number of times: subject and
					 * key of one whose signatures count
					 */
	PYDETECT_STATUS_MODE_MAX,	/* u32, the highest that may be set */
	PYDETECT_STATUS_MODE_REASON,	/* u32, enum pydetect_reason */
	PYDETECT_STATUS_MODE_SINCE,	/* u64, ns since 1970 */
	PYDETECT_STATUS_CONFIRM_LEFT,	/* u64, ns, missing: nothing to confirm */
	PYDETECT_STATUS_MODE_LEFT,	/* u64, ns, missing: the mode stays */
	PYDETECT_STATUS_FALLBACK_ABOVE,	/* u32, denials a minute, 0: no limit */
	PYDETECT_STATUS_DENIED_RECENTLY,/* u32, of these, in the last minute */
	PYDETECT_STATUS_ON_ERROR,	/* u32, enum pydetect_on_error */
	PYDETECT_STATUS_TOOL,		/* u32, 1: who asks is the control tool */
	PYDETECT_STATUS_OVERRIDES,	/* u32, rules set by CMD_RULE_SET */
	PYDETECT_STATUS_LOST_UNSTORED,	/* u64, of EVENTS_LOST, as in CMD_LOST */
	PYDETECT_STATUS_LOST_OVERWRITTEN,/* u64 */
	PYDETECT_STATUS_LOST_LATE,	/* u64 */
	PYDETECT_STATUS_EVENTS_BRIEF,	/* u64, only told in brief */
	PYDETECT_STATUS_EVENT_BYTES,	/* u64, memory that held events take */
	PYDETECT_STATUS_EVENT_BYTES_MAX,/* u64, parameter ring_kib */
	__PYDETECT_STATUS_END,
};

/* One rule of PYDETECT_CMD_RULES, and PYDETECT_EVENT_RULE. */
enum {
	PYDETECT_RULE_UNSPEC,
	PYDETECT_RULE_PAD,
	PYDETECT_RULE_ID,		/* string */
	PYDETECT_RULE_TITLE,		/* string */
	PYDETECT_RULE_AUTHOR,		/* string, may be missing */
	PYDETECT_RULE_LEVEL,		/* u32, enum pydetect_level */
	PYDETECT_RULE_ACTION,		/* u32, enum pydetect_action, in force */
	PYDETECT_RULE_TAG,		/* string, any number of times */
	PYDETECT_RULE_LABEL,		/* string, any number of times */
	PYDETECT_RULE_MATCHED,		/* u64, in a dump only */
	PYDETECT_RULE_DENIED,		/* u64, in a dump only */
	PYDETECT_RULE_CORRELATION,	/* flag: it is a correlation */
	PYDETECT_RULE_SILENT,		/* flag: only feeds correlations */
	PYDETECT_RULE_FILE_ACTION,	/* u32, what its file says; only where it
					 * was set by PYDETECT_CMD_RULE_SET
					 */
	__PYDETECT_RULE_END,
};

/* PYDETECT_CMD_EVENT. */
enum {
	PYDETECT_EVENT_UNSPEC,
	PYDETECT_EVENT_PAD,
	PYDETECT_EVENT_NUMBER,		/* u64, from 1, without gaps */
	PYDETECT_EVENT_TIME,		/* u64, ns since 1970 */
	PYDETECT_EVENT_BOOT_TIME,	/* u64, ns since boot, sleep included */
	PYDETECT_EVENT_MODE,		/* u32, enum pydetect_mode */
	PYDETECT_EVENT_DENIED,		/* flag: execve() failed with EPERM */
	PYDETECT_EVENT_ERROR,		/* u32, errno: could not be judged */
	PYDETECT_EVENT_GENERATION,	/* u64, of the policy */
	PYDETECT_EVENT_PASS,		/* u32, 1; 2: of the interpreter of pass 1 */
	PYDETECT_EVENT_RULE,		/* nest of PYDETECT_RULE_, one a match */
	PYDETECT_EVENT_PROCESS,		/* nest of PYDETECT_PROCESS_ */
	PYDETECT_EVENT_PARENT,		/* nest of PYDETECT_PROCESS_ */
	PYDETECT_EVENT_HIT,		/* nest of PYDETECT_HIT_, in order found */
	PYDETECT_EVENT_BRIEF,		/* flag: no room to tell more than this */
	PYDETECT_EVENT_LINEAGE,		/* nest of PYDETECT_PROCESS_ */
	PYDETECT_EVENT_WINDOW,		/* nest of PYDETECT_WINDOW_, one for each
					 * correlation that holds
					 */
	PYDETECT_EVENT_EXEMPT,		/* flag: denied, were it not PID 1 or the
					 * control tool
					 */
	__PYDETECT_EVENT_END,
};

/* PYDETECT_EVENT_PROCESS and PYDETECT_EVENT_PARENT. */
enum {
	PYDETECT_PROCESS_UNSPEC,
	PYDETECT_PROCESS_PAD,
	PYDETECT_PROCESS_PID,		/* u32, thread group, first namespace */
	PYDETECT_PROCESS_START,		/* u64, ns since boot, sleep included */
	PYDETECT_PROCESS_THREAD,	/* u32, thread that called execve() */
	PYDETECT_PROCESS_UID,		/* u32, first user namespace */
	PYDETECT_PROCESS_GID,		/* u32 */
	PYDETECT_PROCESS_EUID,		/* u32 */
	PYDETECT_PROCESS_LOGIN_UID,	/* u32, missing where not set */
	PYDETECT_PROCESS_SESSION,	/* u32, audit session, missing if not set */
	PYDETECT_PROCESS_NAME,		/* string, comm at the time */
	PYDETECT_PROCESS_IMAGE,		/* binary, resolved path */
	PYDETECT_PROCESS_DELETED,	/* flag: the file has no name any more */
	PYDETECT_PROCESS_INVOKED,	/* binary, path as given to this pass */
	PYDETECT_PROCESS_DIRECTORY,	/* binary, working directory */
	PYDETECT_PROCESS_ARG_COUNT,	/* u32 */
	PYDETECT_PROCESS_ARGS_LENGTH,	/* u64, bytes, the last NUL not counted */
	PYDETECT_PROCESS_ARGS_PIECE,	/* nest of PYDETECT_PIECE_, ascending */
	PYDETECT_PROCESS_UNVERIFIED,	/* flag: as the process wants to be seen */
	PYDETECT_PROCESS_BUILD_ID,	/* binary, of the image */
	PYDETECT_PROCESS_PID_NAMESPACE,	/* u32, as in /proc/PID/ns/pid */
	PYDETECT_PROCESS_MOUNT_NAMESPACE,/* u32, as in /proc/PID/ns/mnt */
	PYDETECT_PROCESS_CGROUP,	/* binary, path in the unified hierarchy,
					 * first 512 bytes
					 */
	__PYDETECT_PROCESS_END,
};

/* PYDETECT_CMD_WINDOWS, and PYDETECT_EVENT_WINDOW. */
enum {
	PYDETECT_WINDOW_UNSPEC,
	PYDETECT_WINDOW_PAD,
	PYDETECT_WINDOW_ID,		/* string, of the correlation */
	PYDETECT_WINDOW_TITLE,		/* string, of the correlation */
	PYDETECT_WINDOW_COUNT,		/* u32, as Sigma's condition sees it */
	PYDETECT_WINDOW_NEEDED,		/* u32, fewest for which it holds */
	PYDETECT_WINDOW_FIRST,		/* u64, ns since boot, oldest that counts */
	PYDETECT_WINDOW_LAST,		/* u64, ns since boot, newest */
	PYDETECT_WINDOW_TIMESPAN,	/* u64, ns */
	PYDETECT_WINDOW_GROUP,		/* nest of PYDETECT_GROUP_, one a field */
	PYDETECT_WINDOW_FIELD,		/* u32, enum pydetect_field of the values */
	PYDETECT_WINDOW_VALUE,		/* binary, newest last; at most the last 16
					 * distinct ones, of each the first 512
					 * bytes
					 */
	PYDETECT_WINDOW_ALERT,		/* flag: this start made it an alert */
	PYDETECT_WINDOW_VALUE_TIME,	/* u64, ns since boot, after each value: when
					 * it was last seen
					 */
	PYDETECT_WINDOW_TYPE,		/* u32, enum pydetect_correlation_type */
	__PYDETECT_WINDOW_END,
};

/* A field that windows are told apart by, and its value. */
enum {
	PYDETECT_GROUP_UNSPEC,
	PYDETECT_GROUP_PAD,
	PYDETECT_GROUP_FIELD,		/* u32, enum pydetect_field */
	PYDETECT_GROUP_TEXT,		/* binary, first 256 bytes */
	PYDETECT_GROUP_PID,		/* u32, instead of a text: a process */
	PYDETECT_GROUP_START,		/* u64, when it started, ns since boot */
	__PYDETECT_GROUP_END,
};

/* PYDETECT_CMD_LOST. */
enum {
	PYDETECT_LOST_UNSPEC,
	PYDETECT_LOST_PAD,
	PYDETECT_LOST_FIRST,		/* u64, number of an event */
	PYDETECT_LOST_COUNT,		/* u64, at least 1 */
	PYDETECT_LOST_UNSTORED,		/* u64 */
	PYDETECT_LOST_OVERWRITTEN,	/* u64 */
	PYDETECT_LOST_LATE,		/* u64 */
	__PYDETECT_LOST_END,
};

/* PYDETECT_CMD_READERS. */
enum {
	PYDETECT_READER_UNSPEC,
	PYDETECT_READER_PAD,
	PYDETECT_READER_PORT,		/* u32, of its socket */
	PYDETECT_READER_PID,		/* u32, who subscribed, first namespace */
	PYDETECT_READER_NAME,		/* string, comm at the time */
	PYDETECT_READER_FIRST,		/* u64, number it started at */
	PYDETECT_READER_NEXT,		/* u64, number it hears of next */
	PYDETECT_READER_BEHIND,		/* u64, numbers it has not heard of */
	PYDETECT_READER_DELIVERED,	/* u64, put into its socket */
	PYDETECT_READER_UNSTORED,	/* u64, announced, as in CMD_LOST */
	PYDETECT_READER_OVERWRITTEN,	/* u64 */
	PYDETECT_READER_LATE,		/* u64 */
	PYDETECT_READER_FULL,		/* flag: its socket had no room at last */
	__PYDETECT_READER_END,
};

/* A piece of argv; arguments are separated by NUL. */
enum {
	PYDETECT_PIECE_UNSPEC,
	PYDETECT_PIECE_PAD,
	PYDETECT_PIECE_OFFSET,		/* u64 */
	PYDETECT_PIECE_DATA,		/* binary */
	__PYDETECT_PIECE_END,
};

/* Where a predicate became true. */
enum {
	PYDETECT_HIT_UNSPEC,
	PYDETECT_HIT_PAD,
	PYDETECT_HIT_FIELD,		/* u32, enum pydetect_field */
	PYDETECT_HIT_TEXT,		/* string, the predicate */
	PYDETECT_HIT_OFFSET,		/* u64, first byte of the text; of its end
					 * where the length is not known
					 */
	PYDETECT_HIT_LENGTH,		/* u32, 0: not known */
	__PYDETECT_HIT_END,
};

#endif /* _UAPI_PYDETECT_PYDETECT_H */
