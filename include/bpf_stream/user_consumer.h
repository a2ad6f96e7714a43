/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user_consumer.h - follow the streams of programs, record by record. Part of user.h:
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
 * empties the stream. A reader with a small buffer leaves others the rest of a message. The callback runs in the
 * thread that calls _poll(), _consume(), _drain() or _remove_prog(); in the callback, functions
 * of the same consumer return -EBUSY.
 */
#ifndef BPF_STREAM_USER_CONSUMER_H
#define BPF_STREAM_USER_CONSUMER_H

#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

/* Which streams of a program to follow */
#define BPF_STREAM_BOTH ((1U << BPF_STREAM_ID_STDOUT) | (1U << BPF_STREAM_ID_STDERR))

/**
 * struct bpf_stream_record - what the callback gets
 * @prog_fd, @prog_ctx: the program, as given to bpf_stream_consumer__add_prog()
 * @stream_id:	BPF_STREAM_ID_STDOUT or BPF_STREAM_ID_STDERR
 * @log:	what it says. @log.kind is BPF_LOG_KIND_RECORD, _PLAIN, _REPORT, or, if there is
 *		nothing left that it could continue, _CONTINUATION. @log.text has the continuation
 *		lines in it ("\n\t..."), and no newline at its end.
 * @report:	of a report: its parts; otherwise NULL
 * @raw:	all bytes, as they were in the stream
 * @raw_len:	how many, at most max_record
 * @first:	the beginning of the record
 * @last:	the end of the record
 *
 * Both are true save for what was longer than max_record or did not get its newline in time. The
 * other pieces have kind, level and time of the first, and all their bytes as text.
 *
 * It points into memory that is used again as soon as the callback returns; all text is any bytes,
 * not NUL-terminated.
 */
struct bpf_stream_record {
	int prog_fd;
	void *prog_ctx;
	int stream_id;
	struct bpf_log_record log;
	struct bpf_log_report *report;
	const char *raw;
	size_t raw_len;
	bool first;
	bool last;
};

/**
 * typedef bpf_stream_record_fn - takes a record
 * @ctx:	as given to bpf_stream_consumer__new()
 *
 * Return: 0 or more to go on. Something negative ends the call that this one came from, which
 * returns it; the record counts as taken, and the next call goes on behind it.
 */
typedef int (*bpf_stream_record_fn)(void *ctx, const struct bpf_stream_record *rec);

/**
 * struct bpf_stream_consumer_opts - what may be different; 0 stands for the default
 * @max_record:	bytes that a record may have in one piece; 8,192, at least 256, at most 1 GB
 * @quiet_ms:	a begun line is handed out after so many ms without more; 200. A record that has
 *		its newline, and could only be continued, waits a tenth of it.
 * @fed:	nothing is read from the kernel: bpf_stream_consumer__feed() gives the text, for
 *		example of a peek, or of a file. The prog_fd of all functions is then any number
 *		that stands for the program.
 */
struct bpf_stream_consumer_opts {
	size_t max_record;
	unsigned int quiet_ms;
	bool fed;
};

/*
 * A read ends when it finds the stream empty, which has a capacity of 100,000 bytes, and then the next
 * stream has its turn. This much is read only if programs write faster than the kernel copies, all
 * the time: then the end cuts a message, and another reader could get the rest.
 */
#define __BPF_STREAM_ROUND_SIZE (8 * 1024 * 1024)
/* _consume() and _drain() stop after so many rounds: ten times what a stream holds. */
#define __BPF_STREAM_ROUNDS_MAX 10
/* The streams are looked at so often: doubled each time that there is nothing, from and to. */
#define __BPF_STREAM_WAIT_MIN_NS 1000000ULL
#define __BPF_STREAM_WAIT_MAX_NS 50000000ULL
/*
 * With many streams it is longer, by what a look at all of them costs: so many times that when there
 * was something, and up to so many when there is nothing, which is 0.2 % of a CPU.
 */
#define __BPF_STREAM_WAIT_PER_COST	 16
#define __BPF_STREAM_WAIT_PER_COST_IDLE	 500
#define __BPF_STREAM_WAIT_LIMIT_NS	 5000000000ULL
#define __BPF_STREAM_NEVER	 UINT64_MAX
#define __BPF_STREAM_RECORD_MAX	 (1U << 30)

/* One stream of one program. @buf has the record that is being put together. */
struct __bpf_stream_source {
	int prog_fd;
	void *prog_ctx;
	int stream_id;
	const char *in; /* what was read and not looked at */
	size_t in_len;
	size_t len; /* of what is in buf */
	size_t line; /* where the last line in buf begins, or will */
	int report; /* the last line of the report that is in buf, or __BPF_LOG_LINE_NONE */
	bool cut; /* a piece of the record has been handed out */
	bool inside; /* so has the beginning of the line at @line */
	bool ahead; /* there may be whole lines at @line, and it was not known what they are */
	uint64_t since_ns; /* when something came last */
	struct bpf_log_record head; /* of the record that was cut */
	char *buf;
};

/**
 * struct bpf_stream_consumer - follows streams; all fields are private
 */
struct bpf_stream_consumer {
	bpf_stream_record_fn fn;
	void *ctx;
	size_t max_record;
	uint64_t quiet_ns;
	int epoll_fd;
	int timer_fd;
	uint64_t armed_ns; /* what the timer is set to */
	uint64_t wait_ns;
	uint64_t cost_ns; /* CPU time of a look at all streams */
	struct __bpf_stream_source **sources;
	size_t nr;
	size_t next; /* whose turn it is */
	struct __bpf_stream_source *reading; /* whose text is in buf, if it is not used up */
	bool fed;
	bool busy; /* in the callback */
	bool stopped; /* by the callback: its value is on the way up */
	char *buf;
};

/*
 * Time, where a strict -std=c11 hides the C library's functions and their struct by the system calls
 * themselves, which are the same on 32-bit machines.
 */
struct __bpf_stream_time {
	int64_t sec;
	int64_t nsec;
};

#ifdef __NR_clock_gettime64
#define __BPF_STREAM_NR_CLOCK __NR_clock_gettime64
#define __BPF_STREAM_NR_TIMER __NR_timerfd_settime64
#else
#define __BPF_STREAM_NR_CLOCK __NR_clock_gettime
#define __BPF_STREAM_NR_TIMER __NR_timerfd_settime
#endif
#define __BPF_STREAM_MONOTONIC 1
#define __BPF_STREAM_THREAD_CPU 3
#define __BPF_STREAM_ABSTIME   1 /* TFD_TIMER_ABSTIME */

static inline uint64_t __bpf_stream_clock_ns(int clock)
{
#ifdef CLOCK_MONOTONIC
	struct timespec now = {0, 0};

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
#else
	struct __bpf_stream_time now = {0, 0};

	syscall(__BPF_STREAM_NR_CLOCK, clock, &now);
	return (uint64_t)now.sec * 1000000000ULL + (uint64_t)now.nsec;
#endif
}

static inline uint64_t __bpf_stream_now_ns(void)
{
	return __bpf_stream_clock_ns(__BPF_STREAM_MONOTONIC);
}

/* Makes the epoll fd readable at @at_ns, and not before; never for __BPF_STREAM_NEVER. */
static inline void __bpf_stream_consumer_arm(struct bpf_stream_consumer *consumer, uint64_t at_ns)
{
	struct __bpf_stream_time timer[2] = {{0, 0}, {0, 0}}; /* interval, value */

	if (at_ns == consumer->armed_ns)
		return;
	consumer->armed_ns = at_ns;
	if (at_ns != __BPF_STREAM_NEVER) {
		timer[1].sec = (int64_t)(at_ns / 1000000000ULL);
		timer[1].nsec = (int64_t)(at_ns % 1000000000ULL);
		if (!at_ns)
			timer[1].nsec = 1; /* 0 would be never */
	}
	syscall(__BPF_STREAM_NR_TIMER, consumer->timer_fd, __BPF_STREAM_ABSTIME, timer, NULL);
}

/*
 * Hands out the first @n bytes of what is held, and moves the rest to the front. @last: they are
 * the end of the record.
 */
static inline int __bpf_stream_source_emit(struct bpf_stream_consumer *consumer,
					   struct __bpf_stream_source *source, size_t n, bool last)
{
	struct bpf_stream_record rec;
	struct bpf_log_report report;
	int ret;

	memset(&rec, 0, sizeof(rec));
	rec.prog_fd = source->prog_fd;
	rec.prog_ctx = source->prog_ctx;
	rec.stream_id = source->stream_id;
	rec.raw = source->buf;
	rec.raw_len = n;
	rec.first = !source->cut;
	rec.last = last;
	if (rec.first) {
		bpf_log_parse(source->buf, n, &rec.log);
		if (source->report != __BPF_LOG_LINE_NONE) {
			rec.log.kind = BPF_LOG_KIND_REPORT;
			bpf_log_report_parse(source->buf, n, &report);
			rec.report = &report;
		} else if (rec.log.kind == BPF_LOG_KIND_REPORT) {
			/* The beginning of a line that is too long to be looked at: no report's. */
			rec.log.kind = BPF_LOG_KIND_PLAIN;
		}
	} else {
		rec.log = source->head;
		rec.log.text = source->buf;
		rec.log.text_len = n - (source->buf[n - 1] == '\n');
	}
	/* the empty line at the end of a report */
	if (rec.log.kind == BPF_LOG_KIND_REPORT && rec.log.text_len &&
	    rec.log.text[rec.log.text_len - 1] == '\n')
		rec.log.text_len--;

	source->head = rec.log;
	source->head.file = NULL;
	source->head.file_len = 0;
	source->head.line = 0;

	consumer->busy = true;
	ret = consumer->fn(consumer->ctx, &rec);
	consumer->busy = false;
	consumer->stopped = ret < 0;

	source->len -= n;
	memmove(source->buf, source->buf + n, source->len);
	source->line = source->line > n ? source->line - n : 0;
	source->cut = !last;
	if (last) {
		source->inside = false;
		source->report = __BPF_LOG_LINE_NONE;
	}
	return ret < 0 ? ret : 1;
}

/* Which line of a report this one is. It may not have its newline yet. */
static inline int __bpf_stream_source_report_line(const struct __bpf_stream_source *source,
						  const char *p, const char *end)
{
	struct bpf_log_report report;

	/* The first letters of ERROR and CPU, which spares all other lines the rest */
	if (source->report == __BPF_LOG_LINE_NONE && *p != 'E' && *p != 'C')
		return __BPF_LOG_LINE_NONE;
	report.nr_held = 0;
	return __bpf_log_report_line(p, end > p && end[-1] == '\n' ? end - 1 : end, &report);
}

/* Where the name of a thread begins that the line at source->line may be more of, or NULL */
static inline const char *__bpf_stream_source_comm(const struct __bpf_stream_source *source)
{
	struct bpf_log_report report;

	if (source->report != __BPF_LOG_LINE_TASK)
		return NULL;
	bpf_log_report_parse(source->buf, source->line, &report);
	return report.has_task ? report.comm : NULL;
}

/* Is that line more of the name? What is in buf behind it tells. */
static inline bool __bpf_stream_source_in_comm(const struct __bpf_stream_source *source)
{
	const char *comm = __bpf_stream_source_comm(source), *trace;

	trace = comm ? __bpf_log_report_trace(comm, source->buf + source->len) : NULL;
	return trace && source->buf + source->line < trace;
}

/* ... or is there not enough behind it? */
static inline bool __bpf_stream_source_unsure(const struct __bpf_stream_source *source)
{
	const char *comm = __bpf_stream_source_comm(source);

	return comm && source->buf + source->line - comm <= __BPF_LOG_COMM_MAX + 1 &&
	       (size_t)(source->buf + source->len - comm) < __BPF_LOG_COMM_KNOWN;
}

/*
 * Looks at the line at source->line, of @n bytes, which is whole or will not be before it is
 * handed out: it belongs to the record, or that one is handed out and the line begins the next.
 * Returns how many records it handed out, or a negative value of the callback.
 */
static inline int __bpf_stream_source_judge(struct bpf_stream_consumer *consumer,
					    struct __bpf_stream_source *source, size_t n)
{
	const char *p = source->buf + source->line;
	bool begins = !source->line;
	int line, next, ret = 0;

	if (source->inside)
		return 0;
	if (!begins && source->report == __BPF_LOG_LINE_NONE && *p == '\t')
		return 0;
	line = __bpf_stream_source_report_line(source, p, p + n);
	if (!begins && source->report != __BPF_LOG_LINE_NONE) {
		next = __bpf_log_report_next(source->report, line,
					     __bpf_stream_source_in_comm(source));
		if (next != __BPF_LOG_LINE_NONE) {
			source->report = next;
			return 0;
		}
	}
	if (!begins)
		ret = __bpf_stream_source_emit(consumer, source, source->line, true);
	source->report = __bpf_log_report_begins(line) ? line : __BPF_LOG_LINE_NONE;
	return ret;
}

/*
 * Looks at the whole lines from source->line on, as far as it is known what they are; @all: at the
 * others too, for nothing more will come. Returns the same.
 */
static inline int __bpf_stream_source_lines(struct bpf_stream_consumer *consumer,
					    struct __bpf_stream_source *source, bool all)
{
	int count = 0, ret = 0;

	while (ret >= 0 && source->line < source->len) {
		const char *p = source->buf + source->line;
		size_t left = source->len - source->line, n = left;

		if (source->ahead) {
			const char *nl = (const char *)memchr(p, '\n', left);

			if (!nl)
				break;
			n = (size_t)(nl - p) + 1;
		}
		if (!all && __bpf_stream_source_unsure(source)) {
			source->ahead = true;
			return count;
		}
		ret = __bpf_stream_source_judge(consumer, source, n);
		source->inside = false;
		source->line += n;
		/* The empty line ends a report, and belonged to it: nothing was handed out. */
		if (source->report == __BPF_LOG_LINE_EMPTY)
			ret = __bpf_stream_source_emit(consumer, source, source->line, true);
		count += ret > 0 ? ret : 0;
	}
	/* If the callback has stopped it: it goes on here. */
	source->ahead = ret < 0 && source->line < source->len;
	return ret < 0 ? ret : count;
}

/* Makes room in a buffer that is full: hands out a piece, and keeps some, for the last one. */
static inline int __bpf_stream_source_make_room(struct bpf_stream_consumer *consumer,
						struct __bpf_stream_source *source)
{
	size_t most = source->len - 16, n = most;
	int ret;

	if (source->ahead) {
		ret = __bpf_stream_source_lines(consumer, source, true);
		if (ret)
			return ret;
	}
	/* A record that the begun line certainly does not belong to */
	if (source->line && source->line < source->len && source->report == __BPF_LOG_LINE_NONE &&
	    source->buf[source->line] != '\t')
		return __bpf_stream_source_judge(consumer, source, source->len - source->line);

	while (n && source->buf[n - 1] != '\n')
		n--;
	if (!n)
		n = __bpf_stream_cut(source->buf, most);
	/* Its beginning is gone then, or was, and cannot be looked at when the rest is there. */
	source->inside = source->inside || (n >= source->line && source->line < source->len);
	return __bpf_stream_source_emit(consumer, source, n, false);
}

/* A step through what was read: up to the end of a line, or of the buffer */
static inline int __bpf_stream_source_step(struct bpf_stream_consumer *consumer,
					   struct __bpf_stream_source *source)
{
	size_t room = consumer->max_record - source->len, n = source->in_len;
	const char *nl;

	if (!room)
		return __bpf_stream_source_make_room(consumer, source);
	nl = (const char *)memchr(source->in, '\n', n);
	if (nl)
		n = (size_t)(nl - source->in) + 1;
	if (n > room)
		n = room;
	memcpy(source->buf + source->len, source->in, n);
	source->len += n;
	source->in += n;
	source->in_len -= n;
	if (source->buf[source->len - 1] != '\n' && !source->ahead)
		return 0;
	return __bpf_stream_source_lines(consumer, source, false);
}

/* Hands out what is held, as it is. */
static inline int __bpf_stream_source_flush(struct bpf_stream_consumer *consumer,
					    struct __bpf_stream_source *source)
{
	int ret = 0, more;
	bool last;

	if (source->ahead)
		ret = __bpf_stream_source_lines(consumer, source, true);
	if (ret < 0 || !source->len)
		return ret;
	if (source->line < source->len) {
		more = __bpf_stream_source_judge(consumer, source, source->len - source->line);
		if (more < 0)
			return more;
		ret += more;
	}
	last = source->buf[source->len - 1] == '\n';
	source->inside = !last;
	more = __bpf_stream_source_emit(consumer, source, source->len, last);
	return more < 0 ? more : ret + more;
}

/* When what is held has been waiting for long enough */
static inline uint64_t __bpf_stream_source_due(const struct bpf_stream_consumer *consumer,
					       const struct __bpf_stream_source *source)
{
	if (!source->len)
		return __BPF_STREAM_NEVER;
	if (source->buf[source->len - 1] == '\n')
		return source->since_ns + consumer->quiet_ns / 10;
	return source->since_ns + consumer->quiet_ns;
}

/* All that was read of a stream */
static inline int __bpf_stream_consumer_use(struct bpf_stream_consumer *consumer,
					    struct __bpf_stream_source *source)
{
	int count = 0, ret;

	consumer->reading = source;
	if (source->ahead) {
		count = __bpf_stream_source_lines(consumer, source, false);
		if (count < 0)
			return count;
	}
	while (source->in_len) {
		ret = __bpf_stream_source_step(consumer, source);
		if (ret < 0)
			return ret;
		count += ret;
	}
	consumer->reading = NULL;
	return count;
}

/* One read of a stream. Sets *any if there was something. */
static inline int __bpf_stream_consumer_read(struct bpf_stream_consumer *consumer,
					     struct __bpf_stream_source *source, uint64_t now_ns,
					     bool *any)
{
	int n = 0;

	if (!consumer->fed)
		n = bpf_stream_read(source->prog_fd, source->stream_id, consumer->buf,
				    __BPF_STREAM_ROUND_SIZE);
	if (n < 0)
		return n;
	if (!n)
		return __bpf_stream_source_due(consumer, source) <= now_ns
			       ? __bpf_stream_source_flush(consumer, source)
			       : 0;
	*any = true;
	source->since_ns = now_ns;
	source->in = consumer->buf;
	source->in_len = (size_t)n;
	return __bpf_stream_consumer_use(consumer, source);
}

/*
 * One read of every stream. Returns the number of records; what the callback returned, if that
 * was negative, at once; or the first error of a read, after the other streams had their turn.
 */
static inline int __bpf_stream_consumer_round(struct bpf_stream_consumer *consumer, bool *any)
{
	uint64_t now_ns = __bpf_stream_now_ns();
	uint64_t cpu_ns = __bpf_stream_clock_ns(__BPF_STREAM_THREAD_CPU);
	int count = 0, err = 0, ret;
	size_t i;

	*any = false;
	if (consumer->reading) {
		*any = true;
		count = __bpf_stream_consumer_use(consumer, consumer->reading);
		if (count < 0)
			return count;
	}
	for (i = 0; i < consumer->nr; i++) {
		struct __bpf_stream_source *source;

		consumer->next = consumer->next + 1 < consumer->nr ? consumer->next + 1 : 0;
		source = consumer->sources[consumer->next];
		ret = __bpf_stream_consumer_read(consumer, source, now_ns, any);
		if (ret >= 0)
			count += ret;
		else if (consumer->stopped)
			return ret;
		else
			err = err ? err : ret;
	}
	if (!*any)
		consumer->cost_ns = __bpf_stream_clock_ns(__BPF_STREAM_THREAD_CPU) - cpu_ns;
	return err ? err : count;
}

static inline uint64_t __bpf_stream_max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* After a round: when is the next one due? */
static inline void __bpf_stream_consumer_rearm(struct bpf_stream_consumer *consumer, bool any)
{
	uint64_t at_ns = __BPF_STREAM_NEVER, min_ns, max_ns;
	size_t i;

	min_ns = __bpf_stream_max(consumer->cost_ns * __BPF_STREAM_WAIT_PER_COST,
				  __BPF_STREAM_WAIT_MIN_NS);
	max_ns = __bpf_stream_max(consumer->cost_ns * __BPF_STREAM_WAIT_PER_COST_IDLE,
				  __BPF_STREAM_WAIT_MAX_NS);
	if (max_ns > __BPF_STREAM_WAIT_LIMIT_NS)
		max_ns = __BPF_STREAM_WAIT_LIMIT_NS;
	consumer->wait_ns = any ? min_ns : __bpf_stream_max(consumer->wait_ns * 2, min_ns);
	if (consumer->wait_ns > max_ns)
		consumer->wait_ns = max_ns;
	if (consumer->nr && !consumer->fed)
		at_ns = __bpf_stream_now_ns() + consumer->wait_ns;
	for (i = 0; i < consumer->nr; i++) {
		uint64_t due_ns = __bpf_stream_source_due(consumer, consumer->sources[i]);

		at_ns = due_ns < at_ns ? due_ns : at_ns;
	}
	__bpf_stream_consumer_arm(consumer, consumer->reading ? 0 : at_ns);
}

/*
 * The one place that waits. Streams of Linux 6.17 to 7.3 cannot be polled, so what wakes is the
 * timer. Where a stream can be had as a file (expected in 7.4) its fd goes into the same epoll fd,
 * and the timer is left for the streams without one and for what is held. Returns 0 when the time
 * is up, 1 when it is time to look, or -errno.
 */
static inline int __bpf_stream_consumer_wait(struct bpf_stream_consumer *consumer, int timeout_ms)
{
	struct epoll_event event;
	int ret = epoll_wait(consumer->epoll_fd, &event, 1, timeout_ms);

	return ret < 0 ? -errno : ret;
}

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
	size_t room;
	int err;

	memset(&all, 0, sizeof(all));
	if (opts)
		all = *opts;
	if (!all.max_record)
		all.max_record = 8192;
	if (!all.quiet_ms)
		all.quiet_ms = 200;
	if (!fn || all.max_record < 256 || all.max_record > __BPF_STREAM_RECORD_MAX) {
		errno = EINVAL;
		return NULL;
	}

	room = all.fed ? 0 : __BPF_STREAM_ROUND_SIZE;
	consumer = (struct bpf_stream_consumer *)calloc(1, sizeof(*consumer) + room);
	if (!consumer)
		return NULL;
	consumer->fed = all.fed;
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
		if (consumer->sources[i]->prog_fd == prog_fd)
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
	source->prog_fd = prog_fd;
	source->prog_ctx = prog_ctx;
	source->stream_id = stream_id;
	source->report = __BPF_LOG_LINE_NONE;
	source->buf = (char *)(source + 1);
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
	err = consumer->fed ? 0 : bpf_stream_read(prog_fd, BPF_STREAM_ID_STDOUT, consumer->buf, 0);
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
		ret = __bpf_stream_consumer_use(consumer, consumer->reading);
	count = ret;
	while (ret >= 0 && i < consumer->nr) {
		struct __bpf_stream_source *source = consumer->sources[i];

		if (source->prog_fd != prog_fd) {
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
			ret = __bpf_stream_source_flush(consumer, source);
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
		ret = __bpf_stream_source_flush(consumer, consumer->sources[i]);
		count += count < 0 || ret < 0 ? 0 : ret;
	}
	__bpf_stream_consumer_rearm(consumer, true);
	return ret < 0 ? ret : count;
}

/**
 * bpf_stream_consumer__feed() - give text of a stream, to a consumer that is fed
 * @prog_fd:	as given to bpf_stream_consumer__add_prog()
 * @text:	what was written next, cut anywhere; used up when this returns 0 or more
 * @len:	in bytes
 *
 * What is not known to be whole stays held, until more text comes, quiet_ms have passed (then
 * bpf_stream_consumer__poll() hands it out, and its epoll fd is readable),
 * bpf_stream_consumer__settle() or bpf_stream_consumer__drain().
 *
 * Return: the number of records handed out; -EINVAL if the consumer is not fed; -ENOENT if the
 * program is not there, or not with that stream; -EBUSY in the callback; or what the callback
 * returned, if that was negative: then the rest of @text is lost.
 */
static inline int bpf_stream_consumer__feed(struct bpf_stream_consumer *consumer, int prog_fd,
					    int stream_id, const char *text, size_t len)
{
	size_t i;
	int ret;

	if (__bpf_stream_consumer_enter(consumer))
		return -EBUSY;
	if (!consumer->fed)
		return -EINVAL;
	for (i = 0; i < consumer->nr; i++) {
		struct __bpf_stream_source *source = consumer->sources[i];

		if (source->prog_fd != prog_fd || source->stream_id != stream_id)
			continue;
		source->since_ns = __bpf_stream_now_ns();
		source->in = text;
		source->in_len = len;
		ret = __bpf_stream_consumer_use(consumer, source);
		consumer->reading = NULL;
		source->in_len = 0;
		__bpf_stream_consumer_rearm(consumer, true);
		return ret;
	}
	return -ENOENT;
}

/**
 * bpf_stream_consumer__settle() - do not wait for continuations
 *
 * Hands out every record that has its newline. For whoever has just found the streams empty and
 * wants to be quick: a record that is written with one call is whole then. What continues it later
 * is a BPF_LOG_KIND_CONTINUATION. Begun lines stay held.
 *
 * Return: the number of records handed out; -EBUSY in the callback; or what the callback returned,
 * if that was negative.
 */
static inline int bpf_stream_consumer__settle(struct bpf_stream_consumer *consumer)
{
	int count = 0, ret = 0;
	size_t i;

	if (__bpf_stream_consumer_enter(consumer))
		return -EBUSY;
	for (i = 0; ret >= 0 && i < consumer->nr; i++) {
		struct __bpf_stream_source *source = consumer->sources[i];

		ret = 0;
		if (!source->len)
			continue;
		if (source->buf[source->len - 1] == '\n')
			ret = __bpf_stream_source_flush(consumer, source);
		else if (source->line && source->report == __BPF_LOG_LINE_NONE &&
			 source->buf[source->line] != '\t')
			ret = __bpf_stream_source_judge(consumer, source,
							source->len - source->line);
		count += ret < 0 ? 0 : ret;
	}
	__bpf_stream_consumer_rearm(consumer, true);
	return ret < 0 ? ret : count;
}

#endif /* BPF_STREAM_USER_CONSUMER_H */
