// SPDX-License-Identifier: GPL-2.0-only
/*
 * Talking to the module: the one file that knows libnl.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/family.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "attr.h"
#include "module_version.h"
#include "nl.h"
#include "../module/uapi/pydetect.h"

/* Room for a burst of events while the terminal is slow. */
#define RECEIVE_BYTES (8 << 20)

/* The module answers at once; only verifying a large policy takes a while. */
#define ANSWER_SECONDS 30

/* A dump is repeated when the policy changed under it, but not for ever. */
#define DUMP_TRIES 8

/**
 * struct channel - a socket of the module's family
 * @socket: the socket
 * @family: the family's number
 * @done: the request under way was answered
 * @result: what the module, or whoever was handed its answer, made of it
 * @status: where the answer to a status request goes, or NULL
 * @rule: who is told of the rules of a dump, or NULL
 * @window: who is told of the windows of a dump, or NULL
 * @listed_reader: who is told of the readers of a dump, or NULL
 * @dump_context: handed to the three
 * @reader: who is told of events; its functions are NULL before subscribing
 * @message: what the module said about the last failure
 */
struct channel {
	struct nl_sock *socket;
	int family;
	bool done;
	int result;
	struct event_status *status;
	channel_rule_t rule;
	channel_window_t window;
	channel_listed_reader_t listed_reader;
	void *dump_context;
	struct channel_reader reader;
	char message[512];
};

/* libnl has error numbers of its own; the rest of the tool speaks errno. */
static int errno_of(int error)
{
	switch (-error) {
	case NLE_OBJ_NOTFOUND:
		return -ENOENT;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_AGAIN:
		return -EAGAIN;
	case NLE_NOMEM:
		return -ENOBUFS;
	case NLE_DUMP_INTR:
		return -EINTR;
	case NLE_PROTO_MISMATCH:
	case NLE_AF_NOSUPPORT:
		return -EPROTONOSUPPORT;
	default:
		return -EIO;
	}
}

static int fail(struct channel *channel, int error)
{
	snprintf(channel->message, sizeof(channel->message), "%s",
		 nl_geterror(error));
	return errno_of(error);
}

/*
 * The extended part of an error: a sentence. It follows the header of the
 * request, whose payload we asked the kernel not to repeat.
 */
static void keep_sentence(struct channel *channel, const struct nlmsgerr *reply)
{
	const struct nlmsghdr *header =
		(const void *)((const char *)reply - NLMSG_HDRLEN);
	size_t skip = NLMSG_HDRLEN + sizeof(*reply);
	struct bytes rest;
	struct attr attr;

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(reply->msg.nlmsg_len) - NLMSG_HDRLEN;
	if (header->nlmsg_len < skip)
		return;
	rest.data = (const uint8_t *)header + skip;
	rest.length = header->nlmsg_len - skip;
	while (attr_next(&rest, &attr))
		if (attr.type == NLMSGERR_ATTR_MSG)
			snprintf(channel->message, sizeof(channel->message),
				 "%.*s", (int)attr.value.length,
				 (const char *)attr.value.data);
}

static int on_error(struct sockaddr_nl *peer, struct nlmsgerr *reply,
		    void *context)
{
	struct channel *channel = context;

	(void)peer;
	channel->done = true;
	channel->result = reply->error;
	keep_sentence(channel, reply);
	return NL_STOP;
}

static int on_ack(struct nl_msg *message, void *context)
{
	struct channel *channel = context;

	(void)message;
	channel->done = true;
	return NL_OK;
}

/* The end of a dump: what went wrong in it comes as its last number. */
static int on_finish(struct nl_msg *message, void *context)
{
	const struct nlmsghdr *header = nlmsg_hdr(message);
	struct channel *channel = context;
	int error;

	channel->done = true;
	if (header->nlmsg_len < NLMSG_LENGTH(sizeof(error)))
		return NL_OK;
	memcpy(&error, NLMSG_DATA(header), sizeof(error));
	if (error < 0)
		channel->result = error;
	return NL_OK;
}

static int take_event(struct channel *channel, struct bytes attributes)
{
	struct event event;
	int error;

	error = event_decode(&event, attributes);
	if (!error)
		error = channel->reader.event(&event, channel->reader.context);
	event_free(&event);
	return error;
}

static int take_lost(struct channel *channel, struct bytes attributes)
{
	struct event_gap lost;

	event_decode_lost(&lost, attributes);
	return channel->reader.lost(&lost, channel->reader.context);
}

static int take_rule(struct channel *channel, struct bytes attributes)
{
	struct event_rule rule;
	int error;

	error = event_decode_rule(&rule, attributes);
	if (!error)
		error = channel->rule(&rule, channel->dump_context);
	event_free_rule(&rule);
	return error;
}

static void take_listed_reader(struct channel *channel, struct bytes attributes)
{
	struct event_reader reader;

	event_decode_reader(&reader, attributes);
	channel->listed_reader(&reader, channel->dump_context);
}

static int take(struct channel *channel, uint8_t command,
		struct bytes attributes)
{
	if (command == PYDETECT_CMD_EVENT && channel->reader.event)
		return take_event(channel, attributes);
	if (command == PYDETECT_CMD_LOST && channel->reader.lost)
		return take_lost(channel, attributes);
	if (command == PYDETECT_CMD_RULES && channel->rule)
		return take_rule(channel, attributes);
	if (command == PYDETECT_CMD_WINDOWS && channel->window)
		return channel->window(attributes, channel->dump_context);
	if (command == PYDETECT_CMD_READERS && channel->listed_reader)
		take_listed_reader(channel, attributes);
	if (command == PYDETECT_CMD_STATUS && channel->status)
		event_decode_status(channel->status, attributes);
	return 0;
}

/*
 * The kernel tells whoever asked for it when a family goes away. Without that a
 * reader would wait for ever once the module is unloaded.
 */
static int take_notice(const struct genlmsghdr *header, struct bytes attributes)
{
	struct attr attr;

	if (header->cmd != CTRL_CMD_DELFAMILY)
		return 0;
	while (attr_next(&attributes, &attr))
		if (attr.type == CTRL_ATTR_FAMILY_NAME &&
		    attr.value.length == sizeof(PYDETECT_GENL_NAME) &&
		    !memcmp(attr.value.data, PYDETECT_GENL_NAME,
			    sizeof(PYDETECT_GENL_NAME)))
			return -ENOENT;
	return 0;
}

static int on_message(struct nl_msg *message, void *context)
{
	struct channel *channel = context;
	struct nlmsghdr *header = nlmsg_hdr(message);
	struct genlmsghdr *generic;
	struct bytes attributes;
	int error = 0;

	if (!genlmsg_valid_hdr(header, 0))
		return NL_SKIP;
	generic = genlmsg_hdr(header);
	attributes.data = (const uint8_t *)genlmsg_attrdata(generic, 0);
	attributes.length = genlmsg_attrlen(generic, 0);

	if (header->nlmsg_type == channel->family)
		error = take(channel, generic->cmd, attributes);
	else if (header->nlmsg_type == GENL_ID_CTRL)
		error = take_notice(generic, attributes);
	/* The rest of the messages is read all the same: later ones count. */
	if (error && !channel->result)
		channel->result = error;
	return NL_OK;
}

/* Wait for the answer to the request just sent. */
static int await(struct channel *channel)
{
	channel->done = false;
	channel->result = 0;
	channel->message[0] = '\0';
	while (!channel->done) {
		int error = nl_recvmsgs_default(channel->socket);

		if (channel->done && channel->result)
			break;
		if (error < 0)
			return fail(channel, error);
	}
	return channel->result;
}

static int send_message(struct channel *channel, struct nl_msg *message)
{
	int error = nl_send_auto(channel->socket, message);

	nlmsg_free(message);
	return error < 0 ? fail(channel, error) : 0;
}

/* Where module and tool are of different versions, that may be why. */
static void add_versions(struct channel *channel)
{
	const size_t length = strlen(channel->message);
	char version[MODULE_VERSION_BYTES], sentence[256];

	module_version(version, "");
	if (module_version_differs(version, sentence, sizeof(sentence)))
		snprintf(channel->message + length,
			 sizeof(channel->message) - length, "%s%s",
			 length ? "; " : "", sentence);
}

/*
 * Generic netlink refuses a command that the family does not have without a
 * word. The module itself always says why something is not supported.
 */
static int explain(struct channel *channel, int error)
{
	if (error == -EOPNOTSUPP && !channel->message[0])
		error = -EBADRQC;
	if (error == -EBADRQC || error == -EINVAL || error == -ERANGE)
		add_versions(channel);
	return error;
}

static int request(struct channel *channel, struct nl_msg *message)
{
	int error = send_message(channel, message);

	return explain(channel, error ? error : await(channel));
}

/* A request with room for @room bytes of attributes, or NULL. */
static struct nl_msg *prepare(const struct channel *channel, uint8_t command,
			      int flags, size_t room)
{
	struct nl_msg *message;

	message = nlmsg_alloc_size(NLMSG_HDRLEN + GENL_HDRLEN + room);
	if (!message)
		return NULL;
	if (!genlmsg_put(message, NL_AUTO_PORT, NL_AUTO_SEQ, channel->family, 0,
			 flags, command, PYDETECT_GENL_VERSION)) {
		nlmsg_free(message);
		return NULL;
	}
	return message;
}

static int simple_request(struct channel *channel, uint8_t command)
{
	struct nl_msg *message = prepare(channel, command, 0, 0);

	return message ? request(channel, message) : -ENOMEM;
}

static int request_u32(struct channel *channel, uint8_t command,
		       unsigned int type, uint32_t value)
{
	struct nl_msg *message =
		prepare(channel, command, 0, nla_total_size(sizeof(value)));

	if (!message)
		return -ENOMEM;
	nla_put_u32(message, type, value);
	return request(channel, message);
}

/*
 * A large buffer needs CAP_NET_ADMIN beyond the system's limit; where we lack
 * it the kernel cuts the second request down to that limit.
 */
static void enlarge_buffer(int fd)
{
	int bytes = RECEIVE_BYTES;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

static void set_options(int fd)
{
	struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	int on = 1;

	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

static void set_callbacks(struct channel *channel)
{
	nl_socket_disable_seq_check(channel->socket);
	nl_socket_modify_cb(channel->socket, NL_CB_VALID, NL_CB_CUSTOM,
			    on_message, channel);
	nl_socket_modify_cb(channel->socket, NL_CB_ACK, NL_CB_CUSTOM, on_ack,
			    channel);
	nl_socket_modify_cb(channel->socket, NL_CB_FINISH, NL_CB_CUSTOM,
			    on_finish, channel);
	nl_socket_modify_err_cb(channel->socket, NL_CB_CUSTOM, on_error,
				channel);
}

/*
 * Commands and attributes are added within a version of the protocol; what
 * changes the meaning of one makes another version.
 */
static int check_protocol(struct channel *channel, unsigned int version)
{
	const unsigned int ours = PYDETECT_GENL_VERSION;

	if (version == ours)
		return 0;
	snprintf(channel->message, sizeof(channel->message),
		 "the module speaks version %u of the protocol, this program version %u",
		 version, ours);
	add_versions(channel);
	return -EPROTO;
}

/* The family's number, and whether we speak its version. */
static int find_family(struct channel *channel)
{
	struct genl_family *family;
	struct nl_cache *families;
	int error;

	error = genl_ctrl_alloc_cache(channel->socket, &families);
	if (error < 0)
		return fail(channel, error);
	family = genl_ctrl_search_by_name(families, PYDETECT_GENL_NAME);
	if (family) {
		channel->family = genl_family_get_id(family);
		error = check_protocol(channel,
				       genl_family_get_version(family));
		genl_family_put(family);
	} else {
		error = fail(channel, -NLE_OBJ_NOTFOUND);
	}
	nl_cache_free(families);
	return error;
}

static int connect_socket(struct channel *channel)
{
	int error;

	channel->socket = nl_socket_alloc();
	if (!channel->socket)
		return -ENOMEM;
	error = genl_connect(channel->socket);
	if (error < 0)
		return fail(channel, error);

	error = find_family(channel);
	if (error)
		return error;

	set_options(nl_socket_get_fd(channel->socket));
	nl_socket_enable_msg_peek(channel->socket);
	set_callbacks(channel);
	return 0;
}

/**
 * channel_open - get in touch with the module
 * @channel: set to the channel; channel_close() releases it, also after an
 *	error; NULL where memory ran out
 *
 * Needs no privilege by itself.
 *
 * Return: 0; -ENOENT where the module is not loaded, or this is not the first
 * network namespace; -EPROTO where it speaks another version of the protocol;
 * another negative errno.
 */
int channel_open(struct channel **channel)
{
	*channel = calloc(1, sizeof(**channel));
	return *channel ? connect_socket(*channel) : -ENOMEM;
}

/**
 * channel_close - release a channel, and with it a subscription or an upload
 * @channel: the channel, or NULL
 */
void channel_close(struct channel *channel)
{
	if (!channel)
		return;
	nl_socket_free(channel->socket);
	free(channel);
}

/**
 * channel_message - what the module said about the last failure
 * @channel: the channel, or NULL
 *
 * Return: a sentence, empty where it said nothing.
 */
const char *channel_message(const struct channel *channel)
{
	return channel ? channel->message : "";
}

/**
 * channel_status - ask for the module's state
 * @channel: the channel
 * @status: filled in
 *
 * Return: 0 or a negative errno.
 */
int channel_status(struct channel *channel, struct event_status *status)
{
	int error;

	channel->status = status;
	error = simple_request(channel, PYDETECT_CMD_STATUS);
	channel->status = NULL;
	return error;
}

/**
 * channel_set_mode - change the mode and what belongs to it
 * @channel: the channel
 * @mode: what to change
 *
 * This program becomes the one that is never denied to who may do this.
 *
 * Return: 0 or a negative errno.
 */
int channel_set_mode(struct channel *channel, const struct channel_mode *mode)
{
	struct nl_msg *message;
	unsigned int type;

	message = prepare(channel, PYDETECT_CMD_MODE, 0,
			  __PYDETECT_MODE_END *
				  nla_total_size(sizeof(uint32_t)));
	if (!message)
		return -ENOMEM;
	for (type = PYDETECT_MODE_VALUE; type < PYDETECT_MODE_TOOL; type++)
		if (mode->has >> type & 1)
			nla_put_u32(message, type, mode->values[type]);
	nla_put_flag(message, PYDETECT_MODE_TOOL);
	return request(channel, message);
}

/**
 * channel_confirm - have mode block stay
 * @channel: the channel
 *
 * Return: 0 or a negative errno; -ENODATA where there is nothing to confirm.
 */
int channel_confirm(struct channel *channel)
{
	return simple_request(channel, PYDETECT_CMD_CONFIRM);
}

/**
 * channel_set_rule - have a rule do something else than its file says
 * @channel: the channel
 * @id: the rule's id
 * @action: enum pydetect_override
 *
 * Return: 0 or a negative errno; -ESRCH where the policy does not have it.
 */
int channel_set_rule(struct channel *channel, const char *id, uint32_t action)
{
	struct nl_msg *message;

	message = prepare(channel, PYDETECT_CMD_RULE_SET, 0,
			  nla_total_size(strlen(id) + 1) +
				  nla_total_size(sizeof(action)));
	if (!message)
		return -ENOMEM;
	nla_put_string(message, PYDETECT_RULE_SET_ID, id);
	nla_put_u32(message, PYDETECT_RULE_SET_ACTION, action);
	return request(channel, message);
}

/**
 * channel_lock - lock the module until the next boot
 * @channel: the channel
 * @lock: enum pydetect_lock
 *
 * Return: 0 or a negative errno.
 */
int channel_lock(struct channel *channel, uint32_t lock)
{
	return request_u32(channel, PYDETECT_CMD_LOCK, PYDETECT_LOCK_VALUE,
			   lock);
}

static int send_chunk(struct channel *channel, size_t offset, const void *data,
		      size_t length)
{
	struct nl_msg *message;

	message = prepare(channel, PYDETECT_CMD_POLICY_CHUNK, 0,
			  nla_total_size(sizeof(uint32_t)) +
				  nla_total_size(length));
	if (!message)
		return -ENOMEM;
	nla_put_u32(message, PYDETECT_POLICY_OFFSET, offset);
	nla_put(message, PYDETECT_POLICY_DATA, length, data);
	return request(channel, message);
}

static int send_chunks(struct channel *channel, const char *image, size_t size)
{
	size_t offset, length;
	int error = 0;

	for (offset = 0; !error && offset < size; offset += length) {
		length = size - offset;
		if (length > PYDETECT_CHUNK_MAX)
			length = PYDETECT_CHUNK_MAX;
		error = send_chunk(channel, offset, image + offset, length);
	}
	return error;
}

static int send_commit(struct channel *channel,
		       const struct signature *signature)
{
	struct nl_msg *message;

	message = prepare(channel, PYDETECT_CMD_POLICY_COMMIT, 0,
			  nla_total_size(signature->size));
	if (!message)
		return -ENOMEM;
	if (signature->size)
		nla_put(message, PYDETECT_POLICY_SIGNATURE, signature->size,
			signature->bytes);
	return request(channel, message);
}

/* Give an upload up, without forgetting why. */
static void abort_upload(struct channel *channel)
{
	char message[sizeof(channel->message)];

	memcpy(message, channel->message, sizeof(message));
	simple_request(channel, PYDETECT_CMD_POLICY_ABORT);
	memcpy(channel->message, message, sizeof(message));
}

/**
 * channel_upload - load a policy
 * @channel: the channel
 * @image: the policy image
 * @size: its size in bytes
 * @signature: over the image; an empty one: none
 *
 * On failure the policy in force is still the one from before.
 *
 * Return: 0 or a negative errno.
 */
int channel_upload(struct channel *channel, const void *image, size_t size,
		   const struct signature *signature)
{
	int error;

	error = request_u32(channel, PYDETECT_CMD_POLICY_BEGIN,
			    PYDETECT_POLICY_SIZE, size);
	if (error)
		return error;
	error = send_chunks(channel, image, size);
	if (error) {
		abort_upload(channel);
		return error;
	}
	return send_commit(channel, signature);
}

/**
 * channel_rules - list the rules of the policy in force
 * @channel: the channel
 * @rule: called for each rule; with NULL when the list starts afresh because
 *	the policy was replaced meanwhile
 * @context: handed to @rule
 *
 * Return: 0, an error of @rule, or a negative errno.
 */
int channel_rules(struct channel *channel, channel_rule_t rule, void *context)
{
	int error = -EINTR;
	int try;

	channel->rule = rule;
	channel->dump_context = context;
	for (try = 0; error == -EINTR && try < DUMP_TRIES; try++) {
		struct nl_msg *message =
			prepare(channel, PYDETECT_CMD_RULES, NLM_F_DUMP, 0);

		rule(NULL, context);
		error = message ? request(channel, message) : -ENOMEM;
	}
	channel->rule = NULL;
	return error;
}

/**
 * channel_windows - list the windows of correlations
 * @channel: the channel
 * @window: called for each window
 * @context: handed to @window
 *
 * Return: 0, an error of @window, or a negative errno.
 */
int channel_windows(struct channel *channel, channel_window_t window,
		    void *context)
{
	struct nl_msg *message =
		prepare(channel, PYDETECT_CMD_WINDOWS, NLM_F_DUMP, 0);
	int error;

	channel->window = window;
	channel->dump_context = context;
	error = message ? request(channel, message) : -ENOMEM;
	channel->window = NULL;
	return error;
}

/**
 * channel_readers - list who is told of events
 * @channel: the channel
 * @reader: called for each
 * @context: handed to @reader
 *
 * Return: 0 or a negative errno.
 */
int channel_readers(struct channel *channel, channel_listed_reader_t reader,
		    void *context)
{
	struct nl_msg *message =
		prepare(channel, PYDETECT_CMD_READERS, NLM_F_DUMP, 0);
	int error;

	channel->listed_reader = reader;
	channel->dump_context = context;
	error = message ? request(channel, message) : -ENOMEM;
	channel->listed_reader = NULL;
	return error;
}

static struct nl_msg *prepare_subscribe(const struct channel *channel,
					uint64_t from)
{
	struct nl_msg *message = prepare(channel, PYDETECT_CMD_SUBSCRIBE, 0,
					 nla_total_size(sizeof(from)));

	if (message && from)
		nla_put_u64(message, PYDETECT_SUBSCRIBE_FROM, from);
	return message;
}

/**
 * channel_subscribe - become a reader of events
 * @channel: the channel, from now on only for channel_receive() and
 *	channel_resume()
 * @reader: who is told, possibly before this function returns
 * @from: number of the first event to get, 0: the next one
 *
 * Return: 0 or a negative errno.
 */
int channel_subscribe(struct channel *channel,
		      const struct channel_reader *reader, uint64_t from)
{
	struct nl_msg *message = prepare_subscribe(channel, from);
	int error;

	if (!message)
		return -ENOMEM;
	channel->reader = *reader;
	enlarge_buffer(nl_socket_get_fd(channel->socket));
	error = request(channel, message);
	if (error)
		return error;
	nl_socket_add_membership(channel->socket, GENL_ID_CTRL);
	nl_socket_set_nonblocking(channel->socket);
	return 0;
}

/**
 * channel_receive - hand on all that has arrived
 * @channel: a channel with a subscription
 *
 * Does not wait: see channel_fd().
 *
 * Return: 0 when everything was read; -ENOBUFS where the socket had to drop
 * messages, and there may be more to read; -ENOENT when the module went away;
 * an error of the reader or another negative errno.
 */
int channel_receive(struct channel *channel)
{
	channel->result = 0;
	for (;;) {
		int error = nl_recvmsgs_default(channel->socket);

		if (channel->result)
			return channel->result;
		if (error == -NLE_AGAIN)
			return 0;
		if (error < 0)
			return fail(channel, error);
	}
}

/**
 * channel_resume - go on after channel_receive() returned -ENOBUFS
 * @channel: the channel
 * @from: number of the first event to get, 0: the next one. What was not sent
 *	yet and comes before it is skipped; what was sent is not sent again
 *
 * First hands on what is left in the socket. Does not wait for the answer to
 * its request, for which there may be no room: a refusal comes out of
 * channel_receive().
 *
 * Return: as channel_receive(), but never -ENOBUFS; -ENOMEM.
 */
int channel_resume(struct channel *channel, uint64_t from)
{
	struct nl_msg *message;
	int error;

	do
		error = channel_receive(channel);
	while (error == -ENOBUFS);
	if (error)
		return error;
	message = prepare_subscribe(channel, from);
	return message ? send_message(channel, message) : -ENOMEM;
}

/**
 * channel_fd - what to poll for channel_receive()
 * @channel: the channel
 *
 * Return: a file descriptor that the channel owns.
 */
int channel_fd(const struct channel *channel)
{
	return nl_socket_get_fd(channel->socket);
}
