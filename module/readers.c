// SPDX-License-Identifier: GPL-2.0-only
/*
 * The readers of events, and bringing the events to them.
 *
 * An exec only puts its event into the ring and wakes the worker below. The
 * worker has a position in the ring for each reader. A reader whose socket is
 * full is tried again later, from where it stands; what has left the ring by
 * then is announced to it. So nobody who starts a program ever waits for a
 * reader, and a reader never has to guess what it missed.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "message.h"
#include "readers.h"
#include "ring.h"
#include "uapi/pydetect.h"

#define READERS_MAX 16

/* How long to leave a reader alone whose socket is full. */
#define RETRY_MS 10

/* Events a reader gets before it is the next one's turn. */
#define TURN_EVENTS 64

/**
 * struct reader - one subscribed socket
 * @sock: the socket, with a reference; NULL: no reader
 * @port: its netlink port
 * @next: number of the event it gets next
 *
 * Messages are addressed to the port, which another socket may get once this
 * one is closed. The reference lets us see in time that it is.
 */
struct reader {
	struct sock *sock;
	u32 port;
	u64 next;
};

/* Protects the readers and the count of lost events. */
static DEFINE_MUTEX(readers_lock);
static struct reader readers[READERS_MAX];
static u64 readers_lost;

/* Lets an exec see without the lock whether anybody listens. */
static u32 readers_count;

static const struct genl_family *readers_family;

static void deliver_all(struct work_struct *work);
static DECLARE_DELAYED_WORK(delivery, deliver_all);

static struct reader *find(u32 port)
{
	u32 i;

	lockdep_assert_held(&readers_lock);
	for (i = 0; i < READERS_MAX; i++)
		if (readers[i].sock && readers[i].port == port)
			return &readers[i];
	return NULL;
}

static struct reader *find_free(void)
{
	u32 i;

	lockdep_assert_held(&readers_lock);
	for (i = 0; i < READERS_MAX; i++)
		if (!readers[i].sock)
			return &readers[i];
	return NULL;
}

static void forget(struct reader *reader)
{
	lockdep_assert_held(&readers_lock);
	sock_put(reader->sock);
	reader->sock = NULL;
	WRITE_ONCE(readers_count, readers_count - 1);
}

/**
 * readers_message - begin a message that the module sends by itself
 * @command: PYDETECT_CMD_
 * @bytes: room for attributes
 * @start: set; for genlmsg_end()
 *
 * Context: any; does not wait for memory.
 * Return: the message, owned by the caller, or NULL.
 */
struct sk_buff *readers_message(u8 command, size_t bytes, void **start)
{
	struct sk_buff *message =
		genlmsg_new(bytes, GFP_NOWAIT | __GFP_NOWARN);

	if (!message)
		return NULL;
	*start = genlmsg_put(message, 0, 0, readers_family, 0, command);
	if (*start)
		return message;
	nlmsg_free(message);
	return NULL;
}

/* 0, -EAGAIN to try again later, or another error when the reader is gone. */
static int send(const struct reader *reader, struct sk_buff *message)
{
	int error;

	if (sock_flag(reader->sock, SOCK_DEAD)) {
		nlmsg_free(message);
		return -ECONNREFUSED;
	}
	error = genlmsg_unicast(&init_net, message, reader->port);
	return error == -ENOMEM ? -EAGAIN : error;
}

static int send_lost(struct reader *reader, u64 until)
{
	u64 count = until - reader->next;
	struct sk_buff *message;
	void *start;
	int error;

	message = readers_message(PYDETECT_CMD_LOST, 64, &start);
	if (!message)
		return -EAGAIN;
	if (put_u64(message, PYDETECT_LOST_FIRST, reader->next) ||
	    put_u64(message, PYDETECT_LOST_COUNT, count)) {
		nlmsg_free(message);
		return -EAGAIN;
	}
	genlmsg_end(message, start);
	error = send(reader, message);
	if (error)
		return error;
	readers_lost += count;
	reader->next = until;
	return 0;
}

/* Send the next event. -ENODATA when the reader has them all. */
static int deliver_next(struct reader *reader)
{
	u64 available;
	struct sk_buff *event = ring_get(reader->next, &available);
	int error = 0;

	if (IS_ERR(event))
		return -EAGAIN;
	if (available > reader->next)
		error = send_lost(reader, available);
	if (error) {
		kfree_skb(event);
		return error;
	}
	if (!event)
		return -ENODATA;
	error = send(reader, event);
	if (!error)
		reader->next = available + 1;
	return error;
}

/* One turn of a reader. 0: there may be more at once, -EAGAIN: later. */
static int deliver(struct reader *reader)
{
	int error = 0;
	u32 i;

	for (i = 0; !error && i < TURN_EVENTS; i++)
		error = deliver_next(reader);
	if (error && error != -EAGAIN && error != -ENODATA)
		forget(reader);
	return error;
}

static void deliver_all(struct work_struct *work)
{
	bool now = false, later = false;
	u32 i;

	mutex_lock(&readers_lock);
	for (i = 0; i < READERS_MAX; i++) {
		int error = readers[i].sock ? deliver(&readers[i]) : -ENODATA;

		now |= !error;
		later |= error == -EAGAIN;
	}
	mutex_unlock(&readers_lock);
	if (now || later)
		schedule_delayed_work(&delivery,
				      now ? 0 : msecs_to_jiffies(RETRY_MS));
}

/**
 * readers_publish - number an event and bring it to the readers
 * @event: a finished message, taken over; NULL: there was no memory for it
 * @number: place of the event's number within it
 *
 * Context: process context; does not wait.
 */
void readers_publish(struct sk_buff *event, void *number)
{
	if (event)
		ring_append(event, number);
	else
		ring_skip();
	/* The worker may be waiting to retry: an event is no reason to hurry. */
	if (READ_ONCE(readers_count))
		schedule_delayed_work(&delivery, 0);
}

static struct reader *admit(struct sock *sock, u32 port)
{
	struct reader *reader = find(port) ?: find_free();

	if (!reader || reader->sock)
		return reader;
	sock_hold(sock);
	reader->sock = sock;
	reader->port = port;
	WRITE_ONCE(readers_count, readers_count + 1);
	return reader;
}

/**
 * readers_add - a socket wants events
 * @sock: the socket
 * @port: its netlink port
 * @from: number of the first event it wants; what is not held any more will be
 *	announced as lost. Zero: the next event
 *
 * A socket that is a reader already goes on from @from.
 *
 * Context: process context, sleeps.
 * Return: 0, or -ENOSPC when there are too many readers.
 */
int readers_add(struct sock *sock, u32 port, u64 from)
{
	struct ring_status ring;
	struct reader *reader;

	mutex_lock(&readers_lock);
	/* Counted before the ring is looked at, so no event slips between. */
	reader = admit(sock, port);
	ring_status(&ring);
	if (reader)
		reader->next = from ? min(from, ring.next) : ring.next;
	mutex_unlock(&readers_lock);
	if (!reader)
		return -ENOSPC;
	schedule_delayed_work(&delivery, 0);
	return 0;
}

/**
 * readers_remove - a socket wants no more events, or is gone
 * @port: its netlink port
 *
 * Context: process context, sleeps.
 * Return: 0, or -ENOENT if it was no reader.
 */
int readers_remove(u32 port)
{
	struct reader *reader;

	mutex_lock(&readers_lock);
	reader = find(port);
	if (reader)
		forget(reader);
	mutex_unlock(&readers_lock);
	return reader ? 0 : -ENOENT;
}

/**
 * readers_status - how the readers stand
 * @status: filled in
 *
 * Context: process context, sleeps.
 */
void readers_status(struct readers_status *status)
{
	mutex_lock(&readers_lock);
	status->readers = readers_count;
	status->lost = readers_lost;
	mutex_unlock(&readers_lock);
}

/**
 * readers_init - tell what messages belong to
 * @family: the family, registered before the first message is begun
 */
void __init readers_init(const struct genl_family *family)
{
	readers_family = family;
}

/**
 * readers_stop - stop delivering, and let go of all readers
 *
 * Context: process context, sleeps. Nobody can publish, or become a reader, any
 * more.
 */
void readers_stop(void)
{
	u32 i;

	cancel_delayed_work_sync(&delivery);
	mutex_lock(&readers_lock);
	for (i = 0; i < READERS_MAX; i++)
		if (readers[i].sock)
			forget(&readers[i]);
	mutex_unlock(&readers_lock);
}
