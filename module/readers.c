// SPDX-License-Identifier: GPL-2.0-only
/*
 * The readers of events, and bringing the events to them.
 *
 * An exec only puts its event into the ring and wakes the worker below. The
 * worker has a position in the ring for each reader. A reader whose socket is
 * full rests, and goes on later from where it stands; what has left the ring by
 * then is announced to it. So nobody who starts a program ever waits for a
 * reader, nor does another reader, and none has to guess what it missed.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "message.h"
#include "readers.h"
#include "ring.h"
#include "uapi/pydetect.h"

#define READERS_MAX 16

/* How long to leave a reader alone that is new, or whose socket is full. */
#define RETRY_MS 10

/* Events a reader gets before it is the next one's turn. */
#define TURN_EVENTS 64

/* Five numbers, each with its padding, and some more. */
#define LOST_BYTES 128

/**
 * struct reader - one subscribed socket
 * @sock: the socket, with a reference; NULL: no reader
 * @port: its netlink port
 * @pid: process that subscribed, in the first namespace
 * @name: its comm at the time
 * @first: number of the first event it asked for
 * @next: place of the event it gets next
 * @late: how many before @next it asked for too late, and was not told of yet
 * @delivered: events that were put into its socket
 * @lost: events that it was told it will not get
 * @ready: it is not waiting for @retry
 * @full: its socket had no room when we tried last
 */
struct reader {
	struct sock *sock;
	u32 port;
	u32 pid;
	char name[TASK_COMM_LEN];
	u64 first;
	struct ring_place next;
	u64 late;
	u64 delivered;
	struct readers_loss lost;
	bool ready;
	bool full;
};

/* Protects the readers and the sum of what they, and those before, have lost. */
static DEFINE_MUTEX(readers_lock);
static struct reader readers[READERS_MAX];
static struct readers_loss readers_lost;

/* Lets an exec see without the lock whether anybody can take its event now. */
static u32 readers_ready;

static const struct genl_family *readers_family;

/* Both are only scheduled under the lock, or by an exec that sees a reader. */
static void deliver_all(struct work_struct *work);
static DECLARE_WORK(delivery, deliver_all);
static void wake_resting(struct work_struct *work);
static DECLARE_DELAYED_WORK(retry, wake_resting);

/* The place of a socket's reader; with NULL a free place. */
static struct reader *find(const struct sock *sock)
{
	u32 i;

	lockdep_assert_held(&readers_lock);
	for (i = 0; i < READERS_MAX; i++)
		if (readers[i].sock == sock)
			return &readers[i];
	return NULL;
}

static void set_ready(struct reader *reader, bool ready)
{
	lockdep_assert_held(&readers_lock);
	WRITE_ONCE(readers_ready, readers_ready + ready - reader->ready);
	reader->ready = ready;
}

static void forget(struct reader *reader)
{
	set_ready(reader, false);
	sock_put(reader->sock);
	reader->sock = NULL;
}

static u64 loss_sum(const struct readers_loss *loss)
{
	return loss->unstored + loss->overwritten + loss->late;
}

static void loss_add(struct readers_loss *sum, const struct readers_loss *loss)
{
	sum->unstored += loss->unstored;
	sum->overwritten += loss->overwritten;
	sum->late += loss->late;
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
static int send(struct reader *reader, struct sk_buff *message)
{
	int error = genlmsg_unicast(&init_net, message, reader->port);

	reader->full = error == -EAGAIN;
	return error == -ENOMEM ? -EAGAIN : error;
}

static int put_loss(struct sk_buff *message, u64 first,
		    const struct readers_loss *loss)
{
	if (put_u64(message, PYDETECT_LOST_FIRST, first) ||
	    put_u64(message, PYDETECT_LOST_COUNT, loss_sum(loss)) ||
	    put_u64(message, PYDETECT_LOST_UNSTORED, loss->unstored) ||
	    put_u64(message, PYDETECT_LOST_OVERWRITTEN, loss->overwritten) ||
	    put_u64(message, PYDETECT_LOST_LATE, loss->late))
		return -EMSGSIZE;
	return 0;
}

static struct sk_buff *lost_message(u64 first, const struct readers_loss *loss)
{
	struct sk_buff *message;
	void *start;

	message = readers_message(PYDETECT_CMD_LOST, LOST_BYTES, &start);
	if (!message)
		return NULL;
	if (put_loss(message, first, loss)) {
		nlmsg_free(message);
		return NULL;
	}
	genlmsg_end(message, start);
	return message;
}

/* Number of the first event that the reader has neither got nor been denied. */
static u64 position(const struct reader *reader)
{
	return reader->next.number - reader->late;
}

static int send_lost(struct reader *reader, const struct ring_place *until)
{
	struct readers_loss loss = {
		.unstored = until->unstored - reader->next.unstored,
		.late = reader->late,
	};
	struct sk_buff *message;
	int error;

	loss.overwritten = until->number - reader->next.number - loss.unstored;
	message = lost_message(position(reader), &loss);
	error = message ? send(reader, message) : -EAGAIN;
	if (error)
		return error;
	loss_add(&reader->lost, &loss);
	loss_add(&readers_lost, &loss);
	reader->next = *until;
	reader->late = 0;
	return 0;
}

/* Send the next event. -ENODATA when the reader has them all. */
static int deliver_next(struct reader *reader)
{
	struct ring_place available;
	struct sk_buff *event = ring_get(reader->next.number, &available);
	int error = 0;

	if (IS_ERR(event))
		return -EAGAIN;
	if (available.number > position(reader))
		error = send_lost(reader, &available);
	if (error) {
		kfree_skb(event);
		return error;
	}
	if (!event)
		return -ENODATA;
	error = send(reader, event);
	if (error)
		return error;
	reader->next.number++;
	reader->delivered++;
	return 0;
}

/*
 * Messages are addressed to a port, which somebody else may get once the socket
 * is closed. It is not, as long as its file is held.
 */
static struct file *hold_open(struct sock *sock)
{
	struct file *file = NULL;

	read_lock_bh(&sock->sk_callback_lock);
	if (sock->sk_socket && sock->sk_socket->file)
		file = compat_get_file(&sock->sk_socket->file);
	read_unlock_bh(&sock->sk_callback_lock);
	return file;
}

/* One turn of a reader. 0: there may be more at once, -EAGAIN: later. */
static int deliver(struct reader *reader)
{
	struct file *file = hold_open(reader->sock);
	int error = file ? 0 : -ECONNREFUSED;
	u32 i;

	for (i = 0; !error && i < TURN_EVENTS; i++)
		error = deliver_next(reader);
	if (file)
		fput(file);
	if (error == -EAGAIN)
		set_ready(reader, false);
	else if (error && error != -ENODATA)
		forget(reader);
	return error;
}

static void deliver_all(struct work_struct *work)
{
	bool now = false, later = false;
	u32 i;

	mutex_lock(&readers_lock);
	for (i = 0; i < READERS_MAX; i++) {
		int error = readers[i].ready ? deliver(&readers[i]) : -ENODATA;

		now |= !error;
		later |= error == -EAGAIN;
	}
	if (now)
		schedule_work(&delivery);
	if (later)
		schedule_delayed_work(&retry, msecs_to_jiffies(RETRY_MS));
	mutex_unlock(&readers_lock);
}

static void wake_resting(struct work_struct *work)
{
	u32 i;

	mutex_lock(&readers_lock);
	for (i = 0; i < READERS_MAX; i++)
		if (readers[i].sock)
			set_ready(&readers[i], true);
	if (readers_ready)
		schedule_work(&delivery);
	mutex_unlock(&readers_lock);
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
	/* Readers that rest will be woken: an event is no reason to hurry. */
	if (READ_ONCE(readers_ready))
		schedule_work(&delivery);
}

static struct reader *admit(struct sock *sock, u32 port)
{
	struct reader *reader = find(NULL);

	if (!reader)
		return NULL;
	sock_hold(sock);
	*reader = (struct reader){
		.sock = sock,
		.port = port,
		.pid = task_tgid_nr(current),
	};
	get_task_comm(reader->name, current);
	return reader;
}

/* What is sent is in the socket: the way back is another socket. */
static bool goes_back(const struct reader *reader, u64 from)
{
	return reader->first && from && from <= position(reader);
}

static void begin(struct reader *reader, u64 from)
{
	reader->next = ring_find(from ? from : U64_MAX);
	reader->first =
		from ? min(from, reader->next.number) : reader->next.number;
	reader->late = reader->next.number - reader->first;
	reader->delivered = 0;
	reader->lost = (struct readers_loss){};
}

/**
 * readers_add - a socket wants events
 * @sock: the socket
 * @port: its netlink port
 * @from: number of the first event it wants; what is not held any more will be
 *	announced as lost. Zero: the next event
 *
 * A socket that is a reader already skips what is before @from.
 *
 * Context: the process that subscribes, sleeps.
 * Return: 0, or -ENOSPC when there are too many readers.
 */
int readers_add(struct sock *sock, u32 port, u64 from)
{
	struct reader *reader;

	mutex_lock(&readers_lock);
	reader = find(sock) ?: admit(sock, port);
	if (reader && !goes_back(reader, from))
		begin(reader, from);
	/* Mostly not at once, so that there is room for the answer to this. */
	if (reader)
		schedule_delayed_work(&retry, msecs_to_jiffies(RETRY_MS));
	mutex_unlock(&readers_lock);
	return reader ? 0 : -ENOSPC;
}

/**
 * readers_remove - a socket wants no more events
 * @sock: the socket
 *
 * Context: process context, sleeps.
 * Return: 0, or -ENOENT if it was no reader.
 */
int readers_remove(const struct sock *sock)
{
	struct reader *reader;

	mutex_lock(&readers_lock);
	reader = find(sock);
	if (reader)
		forget(reader);
	mutex_unlock(&readers_lock);
	return reader ? 0 : -ENOENT;
}

/**
 * readers_remove_closed - forget readers whose sockets were closed
 *
 * A port says nothing: somebody else may have it by now, and be a reader.
 *
 * Context: process context, sleeps.
 */
void readers_remove_closed(void)
{
	u32 i;

	mutex_lock(&readers_lock);
	for (i = 0; i < READERS_MAX; i++)
		if (readers[i].sock && sock_flag(readers[i].sock, SOCK_DEAD))
			forget(&readers[i]);
	mutex_unlock(&readers_lock);
}

static int put_reader(struct sk_buff *message, const struct reader *reader)
{
	struct ring_status ring;

	ring_status(&ring);
	if (nla_put_u32(message, PYDETECT_READER_PORT, reader->port) ||
	    nla_put_u32(message, PYDETECT_READER_PID, reader->pid) ||
	    nla_put_string(message, PYDETECT_READER_NAME, reader->name) ||
	    put_u64(message, PYDETECT_READER_FIRST, reader->first) ||
	    put_u64(message, PYDETECT_READER_NEXT, position(reader)) ||
	    put_u64(message, PYDETECT_READER_BEHIND,
		    ring.next - position(reader)) ||
	    put_u64(message, PYDETECT_READER_DELIVERED, reader->delivered) ||
	    put_u64(message, PYDETECT_READER_UNSTORED, reader->lost.unstored) ||
	    put_u64(message, PYDETECT_READER_OVERWRITTEN,
		    reader->lost.overwritten) ||
	    put_u64(message, PYDETECT_READER_LATE, reader->lost.late))
		return -EMSGSIZE;
	return reader->full ? nla_put_flag(message, PYDETECT_READER_FULL) : 0;
}

/**
 * readers_put_next - describe the next reader
 * @message: where to add PYDETECT_READER_ attributes
 * @index: how many places were looked at; moved on if it fitted
 *
 * Context: process context, sleeps.
 * Return: 1; 0 when there are no more; -EMSGSIZE.
 */
int readers_put_next(struct sk_buff *message, u32 *index)
{
	int error = 0;
	u32 i = *index;

	mutex_lock(&readers_lock);
	while (i < READERS_MAX && !readers[i].sock)
		i++;
	if (i < READERS_MAX)
		error = put_reader(message, &readers[i]);
	mutex_unlock(&readers_lock);
	if (error)
		return error;
	*index = i + 1;
	return i < READERS_MAX;
}

/**
 * readers_status - how the readers stand
 * @status: filled in
 *
 * Context: process context, sleeps.
 */
void readers_status(struct readers_status *status)
{
	u32 i;

	*status = (struct readers_status){};
	mutex_lock(&readers_lock);
	for (i = 0; i < READERS_MAX; i++)
		status->readers += !!readers[i].sock;
	status->lost = readers_lost;
	mutex_unlock(&readers_lock);
	status->lost_sum = loss_sum(&status->lost);
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

	mutex_lock(&readers_lock);
	for (i = 0; i < READERS_MAX; i++)
		if (readers[i].sock)
			forget(&readers[i]);
	mutex_unlock(&readers_lock);
	/* Without readers neither schedules the other any more. */
	cancel_delayed_work_sync(&retry);
	cancel_work_sync(&delivery);
}
