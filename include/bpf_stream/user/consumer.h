/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/consumer.h - follow the streams and rings of programs, record by record. Part of
 * user.h: include that.
 *
 *	static int print(void *ctx, const struct bpf_stream_record *rec)
 *	{
 *		printf("%.*s\n", (int)rec->log.text_len, rec->log.text);
 *		return 0;
 *	}
 *
 *	struct bpf_stream_consumer *consumer = bpf_stream_consumer__new(print, NULL, NULL);
 *
 *	err = bpf_stream_consumer__add_prog(consumer, prog_fd, BPF_STREAM_BOTH, NULL);
 *	while (!err && !stop)
 *		err = bpf_stream_consumer__poll(consumer, -1) < 0;
 *	bpf_stream_consumer__drain(consumer);
 *	bpf_stream_consumer__free(consumer);
 *
 * A record is a line and the lines after it that start with a tab, or a kernel report with all its
 * lines; where reads cut the text makes no difference. A record is handed out when the next one
 * begins, when nothing came for a while (quiet_ms), or when the caller asks for it. A record that
 * is longer than max_record is handed out in pieces (first, last).
 *
 * A program whose object writes to a ring (bpf_stream/ring.h) is followed there and on its streams:
 * the records are the same. A ring has messages of all programs of its object, one process at a
 * time reads it, and it wakes the consumer up.
 *
 * A stream does not mark where messages begin. A message with a newline, from a string that a
 * program prints, becomes several lines, and the later ones may look like records or reports. But
 * program and stream are certain: a record never has text of another program or stream.
 *
 * Memory: only _new(), _add_prog() and _add_ring() allocate: max_record per stream, 130 KB and a copy
 * of the formats per ring, and 8 MB for reads, of which only the pages that text has filled are used
 * (usually 100 KB).
 *
 * Threads: a consumer may be used by one thread at a time, different consumers at the same time.
 * If several readers read a stream, each gets whole messages, unless one of them has a small
 * buffer and leaves the rest of a message to the others. The callback runs in the thread that
 * calls _poll(), _consume(), _drain() or _remove_prog(); in the callback, these return -EBUSY.
 */
#ifndef BPF_STREAM_USER_CONSUMER_H
#define BPF_STREAM_USER_CONSUMER_H

/**
 * struct bpf_stream_consumer_opts - options; 0 is the default
 * @max_record:	size in bytes up to which a record is handed out whole; default 8,192, at least 256,
 *		at most 1 GB
 * @quiet_ms:	an incomplete line is handed out after this many ms without more text; default
 *		200. A record with its newline waits a tenth of that for continuation lines.
 */
struct bpf_stream_consumer_opts {
	size_t max_record;
	unsigned int quiet_ms;
};

/* Start of every call that may hand out records */
static inline int __bpf_stream_consumer_enter(struct bpf_stream_consumer *consumer)
{
	if (consumer->busy)
		return -EBUSY;
	consumer->stopped = false;
	return 0;
}

/**
 * bpf_stream_consumer__free() - free a consumer
 *
 * Does not call the callback, so call bpf_stream_consumer__drain() first. Does not close the
 * programs' fds. NULL is fine. Not allowed in the callback.
 */
static inline void bpf_stream_consumer__free(struct bpf_stream_consumer *consumer)
{
	if (!consumer)
		return;
	while (consumer->nr)
		free(consumer->sources[--consumer->nr]);
	free(consumer->sources);
	__bpf_stream_rings_free(&consumer->rings, consumer->epoll_fd);
	if (consumer->timer_fd >= 0)
		close(consumer->timer_fd);
	if (consumer->epoll_fd >= 0)
		close(consumer->epoll_fd);
	free(consumer);
}

/**
 * bpf_stream_consumer__new() - create a consumer that follows no program yet
 * @fn:		called for every record
 * @ctx:	for @fn
 * @opts:	or NULL
 *
 * Return: the consumer, or NULL with errno set: ENOMEM, EMFILE, ENFILE, or EINVAL if @fn is NULL
 * or an option is out of range.
 */
static inline struct bpf_stream_consumer *
bpf_stream_consumer__new(bpf_stream_record_fn fn, void *ctx,
			 const struct bpf_stream_consumer_opts *opts)
{
	struct bpf_stream_consumer_opts all;
	struct bpf_stream_consumer *consumer;
	struct epoll_event event;
	int err;

	memset(&all, 0, sizeof(all));
	if (opts)
		all = *opts;
	if (!all.max_record)
		all.max_record = 8192;
	if (!all.quiet_ms)
		all.quiet_ms = 200;
	if (!fn || all.max_record < BPF_STREAM_ASSEMBLER_MIN ||
	    all.max_record > __BPF_STREAM_RECORD_MAX) {
		errno = EINVAL;
		return NULL;
	}

	consumer = (struct bpf_stream_consumer *)calloc(1, sizeof(*consumer) +
								   __BPF_STREAM_ROUND_SIZE);
	if (!consumer)
		return NULL;
	consumer->fn = fn;
	consumer->ctx = ctx;
	consumer->max_record = all.max_record;
	consumer->quiet_ns = all.quiet_ms * 1000000ULL;
	consumer->wait_ns = __BPF_STREAM_WAIT_MIN_NS;
	consumer->armed_ns = __BPF_STREAM_NEVER;
	consumer->streams_ns = __BPF_STREAM_NEVER;
	consumer->buf = (char *)(consumer + 1);
	consumer->timer_fd = -1;
	consumer->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (consumer->epoll_fd >= 0)
		consumer->timer_fd =
			timerfd_create(__BPF_STREAM_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	memset(&event, 0, sizeof(event));
	event.events = EPOLLIN;
	if (consumer->timer_fd < 0 ||
	    epoll_ctl(consumer->epoll_fd, EPOLL_CTL_ADD, consumer->timer_fd, &event)) {
		err = errno;
		bpf_stream_consumer__free(consumer);
		errno = err;
		return NULL;
	}
	return consumer;
}

static inline bool __bpf_stream_consumer_has(const struct bpf_stream_consumer *consumer,
					     int prog_fd)
{
	size_t i;

	for (i = 0; i < consumer->nr; i++) {
		if (consumer->sources[i]->as.prog_fd == prog_fd)
			return true;
	}
	return __bpf_stream_rings_has(&consumer->rings, prog_fd);
}

/* Add streams of a program. After an error the caller removes those that were added. */
static inline int __bpf_stream_consumer_add_streams(struct bpf_stream_consumer *consumer,
						    int prog_fd, unsigned int streams,
						    void *prog_ctx)
{
	struct __bpf_stream_source **sources, *source;
	int id;

	sources = (struct __bpf_stream_source **)realloc(consumer->sources,
							 (consumer->nr + 2) * sizeof(*sources));
	if (!sources)
		return -ENOMEM;
	consumer->sources = sources;
	for (id = BPF_STREAM_ID_STDOUT; id <= BPF_STREAM_ID_STDERR; id++) {
		if (!(streams & 1U << id))
			continue;
		source = (struct __bpf_stream_source *)calloc(1, sizeof(*source) +
									 consumer->max_record);
		if (!source)
			return -ENOMEM;
		bpf_stream_assembler_init(&source->as, (char *)(source + 1), consumer->max_record,
					  id, __bpf_stream_consumer_record, consumer);
		source->as.prog_fd = prog_fd;
		source->as.prog_ctx = prog_ctx;
		sources[consumer->nr++] = source;
	}
	return 0;
}

/* Follow the ring of a program. Return 0, -ENOENT if it has none, or another error. */
static inline int __bpf_stream_consumer_add_prog_ring(struct bpf_stream_consumer *consumer,
						      const struct __bpf_stream_ring_user *user)
{
	struct bpf_stream_ring *ring = bpf_stream_ring__open_prog(
		user->prog_fd, consumer->max_record, __bpf_stream_consumer_record, consumer);
	int err = ring ? __bpf_stream_rings_join(&consumer->rings, consumer->epoll_fd, ring, user)
		       : -errno;

	/* Something else than a ring of ours, under its name. */
	return err == -EINVAL ? -ENOENT : err;
}

/**
 * bpf_stream_consumer__add_prog() - follow a program
 * @prog_fd:	any fd of it, which stays the caller's. Keep it open until the program is removed or
 *		the consumer freed: it also keeps the remaining output of a detached program.
 * @streams:	1 << BPF_STREAM_ID_STDOUT, 1 << BPF_STREAM_ID_STDERR, or BPF_STREAM_BOTH
 * @prog_ctx:	prog_ctx of its records
 *
 * If its object has a ring, that is followed too, once for all programs of the object, and with the
 * streams of all of them. To find it requires CAP_SYS_ADMIN: without, only the streams are
 * followed, and bpf_stream_consumer__add_ring() takes the ring.
 *
 * Return: 0, or a negative errno, and then nothing of it is followed:
 * -EOPNOTSUPP	the kernel has no streams (before Linux 6.17), and the program has no ring
 * -EBUSY	another reader has its ring, with the pid that bpf_stream_consumer__owner() returns.
 *		Try again when it has exited. No error if the program has written to streams,
 *		because then it uses no ring.
 * -EINVAL	@prog_fd is not a program, or @streams is none of these
 * -EBADF	@prog_fd is not open
 * -EEXIST	it is followed already
 * -EPERM	the caller may not use bpf(2) at all; or the kernel has no streams, and to find a
 *		ring requires CAP_SYS_ADMIN
 * -ENOMEM, -EMFILE, -ENFILE, -EBUSY (in the callback)
 */
static inline int bpf_stream_consumer__add_prog(struct bpf_stream_consumer *consumer, int prog_fd,
						unsigned int streams, void *prog_ctx)
{
	struct __bpf_stream_ring_user user = {prog_fd, streams, prog_ctx};
	int err = 0, no_streams;
	size_t nr = consumer->nr;

	consumer->rings.owner = 0;
	if (consumer->busy)
		return -EBUSY;
	if (!streams || (streams & ~BPF_STREAM_BOTH))
		return -EINVAL;
	if (__bpf_stream_consumer_has(consumer, prog_fd))
		return -EEXIST;
	no_streams = bpf_stream_read(prog_fd, BPF_STREAM_ID_STDOUT, consumer->buf, 0);
	if (no_streams < 0 && no_streams != -EOPNOTSUPP)
		return no_streams;

	if (!no_streams)
		err = __bpf_stream_consumer_add_streams(consumer, prog_fd, streams, prog_ctx);
	if (!err) {
		err = __bpf_stream_consumer_add_prog_ring(consumer, &user);
		if (no_streams)
			err = err == -ENOENT || err == -EBADF ? no_streams : err;
		else if (err == -ENOENT || err == -EPERM ||
			 (err == -EBUSY && bpf_log_sink_get(prog_fd) == BPF_LOG_SINK_STREAM))
			err = 0;
	}
	if (err) {
		while (consumer->nr > nr)
			free(consumer->sources[--consumer->nr]);
		return err;
	}
	__bpf_stream_consumer_rearm(consumer, true, true);
	return 0;
}

/**
 * bpf_stream_consumer__add_ring() - follow a ring by its maps
 * @ring_map_fd:	map "bpf_stream_ring" of the object
 * @literals_map_fd:	map ".rodata.bpf_log" of the object, when it has been loaded
 * @ctx:		prog_ctx of its records; their prog_fd is -1
 *
 * For a loader without CAP_SYS_ADMIN: call it for the object, then _add_prog() for the programs, to
 * follow their streams. Both fds may be closed after this call.
 *
 * Return: 0 or a negative errno: -EBUSY (another reader has it, see bpf_stream_consumer__owner(); or
 * in the callback), -EEXIST (it is followed already), or as bpf_stream_ring__open() and
 * bpf_stream_ring__lock(). Changes errno. Kernels: all.
 */
static inline int bpf_stream_consumer__add_ring(struct bpf_stream_consumer *consumer,
						int ring_map_fd, int literals_map_fd, void *ctx)
{
	struct __bpf_stream_ring_user user = {-1, BPF_STREAM_BOTH, ctx};
	struct bpf_stream_ring *ring;
	int err;

	consumer->rings.owner = 0;
	if (consumer->busy)
		return -EBUSY;
	ring = bpf_stream_ring__open(ring_map_fd, literals_map_fd, consumer->max_record,
				     __bpf_stream_consumer_record, consumer);
	if (!ring)
		return -errno;
	err = __bpf_stream_rings_join(&consumer->rings, consumer->epoll_fd, ring, &user);
	if (!err)
		__bpf_stream_consumer_rearm(consumer, false, false);
	return err;
}

/**
 * bpf_stream_consumer__owner() - the process that reads the ring
 *
 * After _add_prog() or _add_ring() has returned -EBUSY.
 *
 * Return: as bpf_stream_ring__owner() at that time; 0 if the call was made in the callback, or was
 * not refused.
 */
static inline int bpf_stream_consumer__owner(const struct bpf_stream_consumer *consumer)
{
	return consumer->rings.owner;
}

/**
 * bpf_stream_consumer__remove_prog() - stop following a program
 *
 * Reads its streams and hands out everything first, as _drain() does. If the fd is closed, hands
 * out only what was read. Its ring is read, and removed with the last program that has it.
 *
 * Return: the number of records handed out; -ENOENT if it is not followed; -EBUSY in the callback;
 * or what the callback returned, if that was negative, and then the program is still followed.
 */
static inline int bpf_stream_consumer__remove_prog(struct bpf_stream_consumer *consumer,
						   int prog_fd)
{
	uint64_t now_ns = __bpf_stream_now_ns();
	int count = 0, ret = 0, round;
	bool any = true;
	size_t i = 0;

	if (__bpf_stream_consumer_enter(consumer))
		return -EBUSY;
	if (!__bpf_stream_consumer_has(consumer, prog_fd))
		return -ENOENT;
	if (consumer->reading)
		ret = __bpf_stream_consumer_use(consumer, consumer->reading, NULL, 0);
	count = ret;
	while (ret >= 0 && i < consumer->nr) {
		struct __bpf_stream_source *source = consumer->sources[i];

		if (source->as.prog_fd != prog_fd) {
			i++;
			continue;
		}
		any = true;
		for (round = 0; any && round < __BPF_STREAM_ROUNDS_MAX; round++) {
			any = false;
			ret = __bpf_stream_consumer_read(consumer, source, now_ns, &any);
			any = any && !consumer->stopped;
			count += ret > 0 ? ret : 0;
		}
		if (!consumer->stopped)
			ret = bpf_stream_assembler_flush(&source->as);
		if (ret < 0)
			break;
		count += ret;
		free(source);
		consumer->sources[i] = consumer->sources[--consumer->nr];
	}
	if (ret >= 0 && __bpf_stream_rings_has(&consumer->rings, prog_fd)) {
		ret = __bpf_stream_rings_remove(&consumer->rings, 0, prog_fd, consumer->epoll_fd);
		count += ret > 0 ? ret : 0;
	}
	/* Also if the callback stopped it: there is more. */
	__bpf_stream_consumer_rearm(consumer, true, true);
	return ret < 0 ? ret : count;
}

/**
 * bpf_stream_consumer__remove_ring() - stop following a ring that was added by its maps
 * @ring_map_fd:	any fd of its map
 *
 * Reads it and hands out everything first. It stays if a program was added that has it.
 *
 * Return: as bpf_stream_consumer__remove_prog(); -EBADF if @ring_map_fd is not open.
 */
static inline int bpf_stream_consumer__remove_ring(struct bpf_stream_consumer *consumer,
						   int ring_map_fd)
{
	struct bpf_map_info info;
	int ret;

	if (__bpf_stream_consumer_enter(consumer))
		return -EBUSY;
	memset(&info, 0, sizeof(info));
	ret = __bpf_stream_info(ring_map_fd, &info, sizeof(info));
	if (ret)
		return ret;
	ret = __bpf_stream_rings_remove(&consumer->rings, info.id, -1, consumer->epoll_fd);
	__bpf_stream_consumer_rearm(consumer, false, false);
	return ret;
}

/**
 * bpf_stream_consumer__epoll_fd() - an fd for poll(2), epoll(7) and the like
 *
 * It becomes readable when the streams or rings should be read: then call _poll() with a timeout of
 * 0, or _consume(), which make it unreadable again. A ring wakes it up. As streams cannot be polled
 * (up to 7.3), that is every 1 to 50 ms for them, less often the longer nothing came; with many
 * programs up to every 5 s, so that an idle consumer takes 0.2 % of a CPU. Do not close or read it.
 */
static inline int bpf_stream_consumer__epoll_fd(const struct bpf_stream_consumer *consumer)
{
	return consumer->epoll_fd;
}

/**
 * bpf_stream_consumer__poll() - wait for records, and hand them out
 * @timeout_ms:	how long to wait for the first one; 0: do not wait, -1: forever
 *
 * Reads each stream and ring at least once.
 *
 * Return: the number of records (or pieces) handed out; 0 on timeout; or negative: what the
 * callback returned; -EINTR after a signal; -EBUSY in the callback; the error of a read (-EBADF:
 * an fd was closed), after all other streams have been read. Changes errno.
 */
static inline int bpf_stream_consumer__poll(struct bpf_stream_consumer *consumer, int timeout_ms)
{
	uint64_t now_ns, end_ns = __BPF_STREAM_NEVER, left_ms;
	bool any = false, streams;
	int ret;

	if (__bpf_stream_consumer_enter(consumer))
		return -EBUSY;
	if (timeout_ms > 0)
		end_ns = __bpf_stream_now_ns() + (uint64_t)timeout_ms * 1000000;
	for (;;) {
		now_ns = __bpf_stream_now_ns();
		/* A caller that waits reads only what is due. */
		if (!timeout_ms || now_ns >= consumer->armed_ns || consumer->reading ||
		    consumer->rings.woken) {
			streams = !timeout_ms || now_ns >= consumer->streams_ns;
			ret = __bpf_stream_consumer_round(consumer, streams, &any);
			__bpf_stream_consumer_rearm(consumer, streams, any);
			if (ret || !timeout_ms)
				return ret;
			now_ns = __bpf_stream_now_ns();
		}
		if (now_ns >= end_ns)
			return 0;
		left_ms = (end_ns - now_ns) / 1000000 + 1;
		ret = __bpf_stream_consumer_wait(consumer, timeout_ms < 0      ? -1
							   : left_ms < INT_MAX ? (int)left_ms
									       : INT_MAX);
		if (ret < 0)
			return ret;
	}
}

/**
 * bpf_stream_consumer__consume() - hand out all complete records without waiting
 *
 * Reads until the streams are empty, or until ten times the capacity of a stream has been read from
 * each. Records that may be incomplete stay held.
 *
 * Return: as bpf_stream_consumer__poll(), without -EINTR.
 */
static inline int bpf_stream_consumer__consume(struct bpf_stream_consumer *consumer)
{
	int count = 0, ret = 0, round;
	bool any = true, ever = false;

	if (__bpf_stream_consumer_enter(consumer))
		return -EBUSY;
	for (round = 0; any && ret >= 0 && round < __BPF_STREAM_ROUNDS_MAX; round++) {
		ret = __bpf_stream_consumer_round(consumer, true, &any);
		ever = ever || any;
		any = any || consumer->rings.more;
		count += ret > 0 ? ret : 0;
	}
	__bpf_stream_consumer_rearm(consumer, true, ever);
	return ret < 0 ? ret : count;
}

/**
 * bpf_stream_consumer__drain() - hand out everything, incomplete records included
 *
 * For the end. Programs that are still attached may write more.
 *
 * Return: as bpf_stream_consumer__consume().
 */
static inline int bpf_stream_consumer__drain(struct bpf_stream_consumer *consumer)
{
	int count = bpf_stream_consumer__consume(consumer), ret = 0;
	size_t i;

	if (count < 0 && (consumer->busy || consumer->stopped))
		return count;
	for (i = 0; ret >= 0 && i < consumer->nr; i++) {
		ret = bpf_stream_assembler_flush(&consumer->sources[i]->as);
		count += count < 0 || ret < 0 ? 0 : ret;
	}
	if (ret >= 0) {
		ret = __bpf_stream_rings_flush(&consumer->rings);
		count += count < 0 || ret < 0 ? 0 : ret;
	}
	__bpf_stream_consumer_rearm(consumer, true, true);
	return ret < 0 ? ret : count;
}

#endif /* BPF_STREAM_USER_CONSUMER_H */
