/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/round.h - internal to the consumer: read all streams and rings once, and
 * wait for the next time. Part of user.h: include that.
 */
#ifndef BPF_STREAM_USER_ROUND_H
#define BPF_STREAM_USER_ROUND_H

#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

/*
 * A read ends when it finds the stream empty, which has a capacity of 100,000 bytes. Only programs
 * that write faster than the kernel copies fill a buffer of this size; its end may then cut a
 * message, and another reader could get the rest.
 */
#define __BPF_STREAM_ROUND_SIZE (8 * 1024 * 1024)
/* Idle poll interval: doubles from MIN to MAX. */
#define __BPF_STREAM_WAIT_MIN_NS 1000000ULL
#define __BPF_STREAM_WAIT_MAX_NS 50000000ULL
/*
 * An expensive round makes it longer: at least PER_COST times the CPU time of the round, and up to
 * PER_COST_IDLE times if there is nothing, which is 0.2 % of a CPU.
 */
#define __BPF_STREAM_WAIT_PER_COST	16
#define __BPF_STREAM_WAIT_PER_COST_IDLE 500
#define __BPF_STREAM_WAIT_LIMIT_NS	5000000000ULL

/**
 * struct bpf_stream_consumer - follows streams; all fields are private
 */
struct bpf_stream_consumer {
	bpf_stream_record_fn fn;
	void *ctx;
	size_t max_record;
	bool busy; /* in the callback */
	bool stopped; /* the callback asked to stop; its return value is being propagated */
	uint64_t quiet_ns;
	int epoll_fd;
	int timer_fd;
	uint64_t armed_ns; /* when the timer expires */
	uint64_t streams_ns; /* when to read the streams */
	uint64_t wait_ns;
	uint64_t cost_ns; /* CPU time of a round */
	struct __bpf_stream_source **sources;
	size_t nr;
	size_t next; /* the source to read next */
	struct __bpf_stream_source *reading; /* the source whose text is still in buf, or NULL */
	char *buf;
	struct __bpf_stream_rings rings;
};

/* One stream of one program */
struct __bpf_stream_source {
	struct bpf_stream_assembler as;
	uint64_t since_ns; /* when text last came */
};

/* The callback of every assembler */
static inline int __bpf_stream_consumer_record(void *ctx, const struct bpf_stream_record *rec)
{
	struct bpf_stream_consumer *consumer = (struct bpf_stream_consumer *)ctx;
	int ret;

	consumer->busy = true;
	ret = consumer->fn(consumer->ctx, rec);
	consumer->busy = false;
	consumer->stopped = ret < 0;
	return ret;
}

/*
 * -std=c11 hides clock_gettime() and its struct, so call the kernel, with the 64-bit layout that
 * 32-bit machines have too.
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
#define __BPF_STREAM_MONOTONIC	1
#define __BPF_STREAM_THREAD_CPU 3
#define __BPF_STREAM_ABSTIME	1 /* TFD_TIMER_ABSTIME */

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

/* Make the epoll fd readable at @at_ns; never for __BPF_STREAM_NEVER. */
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

static inline uint64_t __bpf_stream_source_due(const struct bpf_stream_consumer *consumer,
					       const struct __bpf_stream_source *source)
{
	return __bpf_stream_held_due(&source->as, source->since_ns, consumer->quiet_ns);
}

/* Process the text that was read of a stream; without @text the rest of it. */
static inline int __bpf_stream_consumer_use(struct bpf_stream_consumer *consumer,
					    struct __bpf_stream_source *source, const char *text,
					    size_t len)
{
	int ret;

	consumer->reading = source;
	ret = bpf_stream_assembler_feed(&source->as, text, len);
	if (ret >= 0)
		consumer->reading = NULL;
	return ret;
}

/* Read a stream once. Set *any if there was text. */
static inline int __bpf_stream_consumer_read(struct bpf_stream_consumer *consumer,
					     struct __bpf_stream_source *source, uint64_t now_ns,
					     bool *any)
{
	int n = bpf_stream_read(source->as.prog_fd, source->as.stream_id, consumer->buf,
				__BPF_STREAM_ROUND_SIZE);

	if (n < 0)
		return n;
	if (!n)
		return __bpf_stream_source_due(consumer, source) <= now_ns
			       ? bpf_stream_assembler_flush(&source->as)
			       : 0;
	*any = true;
	source->since_ns = now_ns;
	return __bpf_stream_consumer_use(consumer, source, consumer->buf, (size_t)n);
}

/* Read every stream once. Set *any if there was text. Return as __bpf_stream_consumer_round(). */
static inline int __bpf_stream_consumer_streams(struct bpf_stream_consumer *consumer,
						uint64_t now_ns, bool *any)
{
	uint64_t cpu_ns = __bpf_stream_clock_ns(__BPF_STREAM_THREAD_CPU);
	int count = 0, err = 0, ret;
	size_t i;

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

/* After a round, schedule the next one. @read: the streams were read, @any: they had text. */
static inline void __bpf_stream_consumer_rearm(struct bpf_stream_consumer *consumer, bool read,
					       bool any)
{
	uint64_t at_ns = consumer->streams_ns, min_ns, max_ns;
	size_t i;

	if (read) {
		min_ns = __bpf_stream_max(consumer->cost_ns * __BPF_STREAM_WAIT_PER_COST,
					  __BPF_STREAM_WAIT_MIN_NS);
		max_ns = __bpf_stream_max(consumer->cost_ns * __BPF_STREAM_WAIT_PER_COST_IDLE,
					  __BPF_STREAM_WAIT_MAX_NS);
		if (max_ns > __BPF_STREAM_WAIT_LIMIT_NS)
			max_ns = __BPF_STREAM_WAIT_LIMIT_NS;
		consumer->wait_ns = any ? min_ns : __bpf_stream_max(consumer->wait_ns * 2, min_ns);
		if (consumer->wait_ns > max_ns)
			consumer->wait_ns = max_ns;
		at_ns = consumer->nr ? __bpf_stream_now_ns() + consumer->wait_ns
				     : __BPF_STREAM_NEVER;
		for (i = 0; i < consumer->nr; i++) {
			uint64_t due_ns = __bpf_stream_source_due(consumer, consumer->sources[i]);

			at_ns = due_ns < at_ns ? due_ns : at_ns;
		}
		consumer->streams_ns = at_ns;
	}
	/* The kernel wakes up the reader of a ring, but not to hand out what it holds. */
	min_ns = __bpf_stream_rings_due(&consumer->rings, consumer->quiet_ns);
	at_ns = min_ns < at_ns ? min_ns : at_ns;
	__bpf_stream_consumer_arm(consumer, consumer->reading || consumer->rings.more ? 0 : at_ns);
}

/* Take the events that are there: rings that are read now need not wake anybody up again. */
static inline void __bpf_stream_consumer_take_events(struct bpf_stream_consumer *consumer)
{
	struct epoll_event events[16];

	while (consumer->rings.nr && epoll_wait(consumer->epoll_fd, events, 16, 0) == 16)
		;
}

/*
 * Read every ring once and, with @streams, every stream. Set *any if a stream had text. Return the
 * number of records; what the callback returned, if negative, at once; or the first error of a
 * read, after reading the others.
 */
static inline int __bpf_stream_consumer_round(struct bpf_stream_consumer *consumer, bool streams,
					      bool *any)
{
	uint64_t now_ns = __bpf_stream_now_ns();
	int count = 0, ret;

	*any = false;
	__bpf_stream_consumer_take_events(consumer);
	if (consumer->reading) {
		*any = true;
		count = __bpf_stream_consumer_use(consumer, consumer->reading, NULL, 0);
		if (count < 0)
			return count;
	}
	ret = __bpf_stream_rings_read(&consumer->rings, now_ns, consumer->quiet_ns);
	if (ret >= 0 && streams) {
		count += ret;
		ret = __bpf_stream_consumer_streams(consumer, now_ns, any);
	}
	return ret < 0 ? ret : count + ret;
}

/*
 * Wait for a ring, or for the timer: streams of Linux 6.17 to 7.3 cannot be polled. Return 0 on
 * timeout, 1 when the next round is due, or -errno.
 */
static inline int __bpf_stream_consumer_wait(struct bpf_stream_consumer *consumer, int timeout_ms)
{
	struct epoll_event event;
	int ret = epoll_wait(consumer->epoll_fd, &event, 1, timeout_ms);

	if (ret > 0 && event.data.u64)
		consumer->rings.woken = true;
	return ret < 0 ? -errno : ret;
}

#endif /* BPF_STREAM_USER_ROUND_H */
