/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/consumer.h - follow the streams of programs, record by record. Part of user.h:
 * include that.
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
 * What a record is. A line, and the lines behind it that start with a tab; or a report of the
 * kernel with all its lines. Where the reads happened to cut the text makes no difference. That a
 * record is whole is known when the next one begins, when nothing came for a while (quiet_ms), or
 * when the caller wants what there is. What gets longer than max_record is handed out in pieces
 * (first, last) and not lost.
 *
 * What it cannot know. A stream is text without marks between messages. A message with a newline
 * inside, from a string that a program prints for example, makes several lines, and the later ones
 * may look like records or reports; nothing in the stream tells them from real ones. What is sure
 * is the program and the stream: they are read apart and kept apart, and no continuation, report
 * or piece is ever joined to the text of another program or stream.
 *
 * Memory: _new() and _add_prog() allocate, nothing else does: per stream max_record, and 8 MB for
 * reads, of which only the pages that text has filled are used (usually 100 KB).
 *
 * Threads: a consumer may be used by one thread at a time, different ones at the same time. Of two
 * consumers (or other readers) of the same stream each gets a part: whole messages, for a read
 * empties the stream. A reader with a small buffer leaves others the rest of a message. The
 * callback runs in the thread that calls _poll(), _consume(), _drain() or _remove_prog(); in the
 * callback, functions of the same consumer return -EBUSY.
 */
#ifndef BPF_STREAM_USER_CONSUMER_H
#define BPF_STREAM_USER_CONSUMER_H

/* Which streams of a program to follow */
#define BPF_STREAM_BOTH ((1U << BPF_STREAM_ID_STDOUT) | (1U << BPF_STREAM_ID_STDERR))

/**
 * struct bpf_stream_consumer_opts - what may be different; 0 stands for the default
 * @max_record:	bytes that a record may have in one piece; 8,192, at least 256, at most 1 GB
 * @quiet_ms:	a begun line is handed out after so many ms without more; 200. A record that has
 *		its newline, and could only be continued, waits a tenth of it.
 */
struct bpf_stream_consumer_opts {
	size_t max_record;
	unsigned int quiet_ms;
};

/* Every call that may hand out records begins here. */
static inline int __bpf_stream_consumer_enter(struct bpf_stream_consumer *consumer)
{
	if (consumer->busy)
		return -EBUSY;
	consumer->stopped = false;
	return 0;
}

/**
 * bpf_stream_consumer__free() - forget everything
 *
 * The callback is not called: what is held is gone, so call bpf_stream_consumer__drain() before.
 * The programs' fds remain the caller's. NULL is fine. Not in the callback.
 */
static inline void bpf_stream_consumer__free(struct bpf_stream_consumer *consumer)
{
	if (!consumer)
		return;
	while (consumer->nr)
		free(consumer->sources[--consumer->nr]);
	free(consumer->sources);
	if (consumer->timer_fd >= 0)
		close(consumer->timer_fd);
	if (consumer->epoll_fd >= 0)
		close(consumer->epoll_fd);
	free(consumer);
}

/**
 * bpf_stream_consumer__new() - a consumer that follows nothing as yet
 * @fn:		is called for every record
 * @ctx:	for @fn
 * @opts:	or NULL
 *
 * Return: it, or NULL with errno set: ENOMEM, EMFILE, ENFILE; EINVAL for @fn NULL or options that
 * are out of range.
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
	return false;
}

/* The memory for a stream is there: the caller made room in consumer->sources. */
static inline int __bpf_stream_consumer_add(struct bpf_stream_consumer *consumer, int prog_fd,
					    int stream_id, void *prog_ctx)
{
	struct __bpf_stream_source *source;

	source = (struct __bpf_stream_source *)calloc(1, sizeof(*source) + consumer->max_record);
	if (!source)
		return -ENOMEM;
	bpf_stream_assembler_init(&source->as, (char *)(source + 1), consumer->max_record,
				  stream_id, __bpf_stream_consumer_record, consumer);
	source->as.prog_fd = prog_fd;
	source->as.prog_ctx = prog_ctx;
	consumer->sources[consumer->nr++] = source;
	return 0;
}

/**
 * bpf_stream_consumer__add_prog() - follow a program too
 * @prog_fd:	any fd of it; remains the caller's, and has to stay open until the program is
 *		removed or the consumer freed. As long as it is, the program's last words can be
 *		read, also after it was detached.
 * @streams:	1 << BPF_STREAM_ID_STDOUT, 1 << BPF_STREAM_ID_STDERR, or BPF_STREAM_BOTH
 * @prog_ctx:	what records of it have as prog_ctx: its name, its id, or NULL
 *
 * Return: 0, or a negative errno:
 * -EOPNOTSUPP	the kernel has no streams (before Linux 6.17)
 * -EINVAL	@prog_fd is not a program, or @streams is none of these
 * -EBADF	@prog_fd is not open
 * -EEXIST	it is followed already
 * -EPERM	the caller may not use bpf(2) at all
 * -ENOMEM, -EBUSY (in the callback)
 */
static inline int bpf_stream_consumer__add_prog(struct bpf_stream_consumer *consumer, int prog_fd,
						unsigned int streams, void *prog_ctx)
{
	struct __bpf_stream_source **sources;
	size_t nr = consumer->nr;
	int err, id;

	if (consumer->busy)
		return -EBUSY;
	if (!streams || (streams & ~BPF_STREAM_BOTH))
		return -EINVAL;
	if (__bpf_stream_consumer_has(consumer, prog_fd))
		return -EEXIST;
	err = bpf_stream_read(prog_fd, BPF_STREAM_ID_STDOUT, consumer->buf, 0);
	if (err < 0)
		return err;

	sources = (struct __bpf_stream_source **)realloc(consumer->sources,
							 (nr + 2) * sizeof(*sources));
	if (!sources)
		return -ENOMEM;
	consumer->sources = sources;
	for (id = BPF_STREAM_ID_STDOUT; !err && id <= BPF_STREAM_ID_STDERR; id++) {
		if (streams & 1U << id)
			err = __bpf_stream_consumer_add(consumer, prog_fd, id, prog_ctx);
	}
	if (err) {
		while (consumer->nr > nr)
			free(consumer->sources[--consumer->nr]);
		return err;
	}
	__bpf_stream_consumer_rearm(consumer, true);
	return 0;
}

/**
 * bpf_stream_consumer__remove_prog() - follow a program no longer
 *
 * What is in its streams is read and handed out first, with what was held, as _drain() does it. If
 * the fd is closed already only the latter.
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
	/* Also if the callback has stopped it: there is more. */
	__bpf_stream_consumer_rearm(consumer, true);
	return ret < 0 ? ret : count;
}

/**
 * bpf_stream_consumer__epoll_fd() - an fd for poll(2), epoll(7) and the like
 *
 * It becomes readable when it is time to look: then call _poll() with a timeout of 0, or
 * _consume(). Only these make it unreadable again. As streams cannot be polled (before 7.4), that
 * is every 1 to 50 ms, the more rarely the longer nothing has come; with many programs more rarely
 * still, up to 5 s, so that an idle consumer takes 0.2 % of a CPU. Not to be closed or read.
 */
static inline int bpf_stream_consumer__epoll_fd(const struct bpf_stream_consumer *consumer)
{
	return consumer->epoll_fd;
}

/**
 * bpf_stream_consumer__poll() - wait for records, and hand them out
 * @timeout_ms:	how long to wait for the first one; 0 does not wait, -1 for ever
 *
 * Each stream is read once before it returns.
 *
 * Return: the number of records (or pieces) handed out, 0 if the time was up first, or negative:
 * what the callback returned; -EINTR after a signal; -EBUSY in the callback; the error of a read
 * (-EBADF: somebody has closed an fd), after all other streams have been read. Leaves errno
 * changed.
 */
static inline int bpf_stream_consumer__poll(struct bpf_stream_consumer *consumer, int timeout_ms)
{
	uint64_t now_ns, end_ns = __BPF_STREAM_NEVER, left_ms;
	bool any = false;
	int ret;

	if (__bpf_stream_consumer_enter(consumer))
		return -EBUSY;
	if (timeout_ms > 0)
		end_ns = __bpf_stream_now_ns() + (uint64_t)timeout_ms * 1000000;
	for (;;) {
		now_ns = __bpf_stream_now_ns();
		/* Who waits anyway looks when it is time to. */
		if (!timeout_ms || now_ns >= consumer->armed_ns || consumer->reading) {
			ret = __bpf_stream_consumer_round(consumer, &any);
			__bpf_stream_consumer_rearm(consumer, any);
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
 * bpf_stream_consumer__consume() - hand out all there is, and do not wait
 *
 * Until the streams are empty, or ten times of what a stream holds has been read from each: they
 * may be written to as fast as they are read. What is not known to be whole stays held.
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
		ret = __bpf_stream_consumer_round(consumer, &any);
		ever = ever || any;
		count += ret > 0 ? ret : 0;
	}
	__bpf_stream_consumer_rearm(consumer, ever);
	return ret < 0 ? ret : count;
}

/**
 * bpf_stream_consumer__drain() - hand out all there is, begun records too
 *
 * For the end. Programs that are still attached may write more at any time.
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
	__bpf_stream_consumer_rearm(consumer, true);
	return ret < 0 ? ret : count;
}

#endif /* BPF_STREAM_USER_CONSUMER_H */
