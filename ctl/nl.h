/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Talking to the module.
 *
 * A channel is a socket of the module's generic netlink family. Functions
 * return 0 or a negative errno; channel_message() then says more. -ENOENT
 * always means that the module is not there, -EBADRQC that it does not know the
 * command.
 */
#ifndef PYDETECT_CTL_NL_H
#define PYDETECT_CTL_NL_H

#include "event.h"
#include "signature.h"

struct channel;

/**
 * struct channel_reader - who is told of events
 * @event: a PYDETECT_CMD_EVENT arrived
 * @lost: a PYDETECT_CMD_LOST arrived
 * @context: handed to both
 *
 * Both may return a negative errno, which ends the receiving and is handed on by
 * channel_receive().
 */
struct channel_reader {
	int (*event)(const struct event *event, void *context);
	int (*lost)(const struct event_gap *lost, void *context);
	void *context;
};

typedef int (*channel_rule_t)(const struct event_rule *rule, void *context);

/* A window's attributes, for event_decode_window(); gone when it returns. */
typedef int (*channel_window_t)(struct bytes attributes, void *context);

typedef void (*channel_listed_reader_t)(const struct event_reader *reader,
					void *context);

/**
 * struct channel_mode - what to change about the mode
 * @has: bit n: attribute n of PYDETECT_MODE_ is to be sent
 * @values: the attributes
 */
struct channel_mode {
	uint32_t has;
	uint32_t values[8];
};

/** channel_mode_add - have attribute @type sent */
static inline void channel_mode_add(struct channel_mode *mode,
				    unsigned int type, uint32_t value)
{
	mode->has |= 1u << type;
	mode->values[type] = value;
}

int channel_open(struct channel **channel);
void channel_close(struct channel *channel);
const char *channel_message(const struct channel *channel);

int channel_status(struct channel *channel, struct event_status *status);
int channel_lock(struct channel *channel, uint32_t lock);
int channel_upload(struct channel *channel, const void *image, size_t size,
		   const struct signature *signature);
int channel_set_mode(struct channel *channel, const struct channel_mode *mode);
int channel_confirm(struct channel *channel);
int channel_set_rule(struct channel *channel, const char *id, uint32_t action);
int channel_rules(struct channel *channel, channel_rule_t rule, void *context);
int channel_windows(struct channel *channel, channel_window_t window,
		    void *context);
int channel_readers(struct channel *channel, channel_listed_reader_t reader,
		    void *context);

int channel_subscribe(struct channel *channel,
		      const struct channel_reader *reader, uint64_t from);
int channel_resume(struct channel *channel, uint64_t from);
int channel_receive(struct channel *channel);
int channel_fd(const struct channel *channel);

#endif /* PYDETECT_CTL_NL_H */
