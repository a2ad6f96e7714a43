/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/often.h - frequency limits: decide whether a record that passed the level filters
 * is written. Always, once, the first of every n, or up to a rate. Internal: log.h includes it.
 */
#ifndef BPF_STREAM_OFTEN_H
#define BPF_STREAM_OFTEN_H

#include <bpf_stream/bpf/record.h>

__BPF_STREAM_HEADER

/*
 * Messages that _ratelimited suppressed since load, all call sites together. A site adds its count
 * when its next interval opens, so that a suppressed message costs one contended atomic and not
 * two.
 */
volatile __bpf_stream_u64 bpf_log_suppressed __bpf_stream_data __bpf_stream_own_line = 0;

/*
 * _ratelimited writes at most BURST records in INTERVAL ns. A burst of 0 suppresses everything, an
 * interval of 0 nothing. Redefine them before a statement whose rate should differ.
 */
#ifndef BPF_LOG_RATELIMIT_INTERVAL
#define BPF_LOG_RATELIMIT_INTERVAL 5000000000ULL
#endif
#ifndef BPF_LOG_RATELIMIT_BURST
#define BPF_LOG_RATELIMIT_BURST 10
#endif

/*
 * The state of a call site. Sites that every call writes have a cache line each; those of _once are
 * written once and share lines.
 */
#define __BPF_LOG_ONCE_SITE                                                                        \
	static volatile __bpf_stream_u64 __bpf_stream_nodebug __bpf_stream_section(                \
		".data.bpf_once") __bpf_stream_site
#define __BPF_LOG_BUSY_SITE(type)                                                                  \
	static type __bpf_stream_nodebug __bpf_stream_own_line __bpf_stream_section(               \
		".data.bpf_site") __bpf_stream_site

struct __bpf_log_limit {
	volatile __bpf_stream_u64 begin, count, tick;
};

/*
 * Of each limit: what to declare before the filters, and the statement for a record that passes them, which
 * stores the author's arguments, decides, and writes.
 */
/* clang-format off */
#define __bpf_log_always_site(every)
#define __bpf_log_always(level, name, every, n, fmt, ...)                                          \
	__BPF_STREAM_SET_ARGS(n __VA_OPT__(, ) __VA_ARGS__)                                        \
	__BPF_LOG_HEAD_WRITE(level, n, fmt)

/* 0: not written yet. A lost record resets it, so that the next one is written instead. */
#define __bpf_log_once_site(every) __BPF_LOG_ONCE_SITE;
#define __bpf_log_once(level, name, every, n, fmt, ...)                                            \
	if (!__bpf_stream_site &&                                                                  \
	    (__BPF_STREAM_SET_ARGS(n __VA_OPT__(, ) __VA_ARGS__)                                   \
	     !__bpf_stream_xchg(&__bpf_stream_site, 1)) &&                                         \
	    __BPF_LOG_HEAD_WRITE(level, n, fmt))                                                   \
		__bpf_stream_site = 0
/* clang-format on */

__bpf_stream_inline _Bool __bpf_log_every_nth(volatile __bpf_stream_u64 *site, __bpf_stream_s64 n)
{
	return __bpf_stream_fetch_add(site, 1) % (__bpf_stream_u64)(n > 0 ? n : 1) == 0;
}

/* A constant of 0 or less does not compile; a variable of 0 or less counts as 1. */
#define __BPF_LOG_CHECK_EVERY(n)                                                                   \
	_Static_assert(__builtin_constant_p(n) ? (n) > 0 : 1,                                      \
		       "bpf_log: the first of every n: n must be above 0")
/* clang-format off */
#define __bpf_log_every_site(every)                                                                \
	__BPF_LOG_BUSY_SITE(volatile __bpf_stream_u64);                                            \
	__BPF_LOG_CHECK_EVERY(every);
#define __bpf_log_every(level, name, every, n, fmt, ...)                                           \
	if (__BPF_STREAM_SET_ARGS(n __VA_OPT__(, ) __VA_ARGS__)                                    \
	    __bpf_log_every_nth(&__bpf_stream_site, (every)))                                      \
		__BPF_LOG_HEAD_WRITE(level, n, fmt)

#define __bpf_log_ratelimited_site(every) __BPF_LOG_BUSY_SITE(struct __bpf_log_limit);
#define __bpf_log_ratelimited(level, name, every, n, fmt, ...)                                     \
	if (__BPF_STREAM_SET_ARGS(n __VA_OPT__(, ) __VA_ARGS__)                                    \
	    __bpf_log_within_limit(level, name))                                                   \
		__BPF_LOG_HEAD_WRITE(level, n, fmt)
/* clang-format on */

/* Whether the limit lets the record pass. Before it comes the number of suppressed ones. */
#define __bpf_log_within_limit(level, name)                                                        \
	({                                                                                         \
		const __bpf_stream_u64 __bpf_stream_nodebug __bpf_stream_pass =                    \
			__bpf_log_ratelimit(&__bpf_stream_site, BPF_LOG_RATELIMIT_INTERVAL,        \
					    BPF_LOG_RATELIMIT_BURST);                              \
                                                                                                   \
		if (__bpf_stream_pass > 1)                                                         \
			__bpf_log_record(BPF_LOG_STREAM_OF(level), name,                           \
					 "%llu messages suppressed", __bpf_stream_pass - 1);       \
		__bpf_stream_pass != 0;                                                            \
	})

/*
 * Return 0 to suppress the message, otherwise 1 + the number of messages suppressed before it.
 *
 * Lock-free: the CPU whose cmpxchg advances the interval start opens the new interval and reads the
 * old count; all others only increment it. The clock is read at most once per tick of the kernel's
 * timer, because it costs more than all the rest. A global function, so that the verifier walks it
 * once, and that of 6.1 detects no endless loop around it.
 */
__bpf_stream_global __bpf_stream_u64 __bpf_log_ratelimit(struct __bpf_log_limit *site,
							 __bpf_stream_u64 interval,
							 __bpf_stream_u64 burst)
{
	__bpf_stream_u64 now, begin, held, tick;

	if (!interval || !site)
		return 1;
	tick = __bpf_stream_helper_jiffies64();
	if (site->tick != tick) {
		site->tick = tick;
		begin = site->begin;
		now = __bpf_stream_helper_ktime_get_ns();
		/* another CPU may have opened an interval later than this one read the clock */
		if (now > begin && now - begin >= interval &&
		    __bpf_stream_cmpxchg(&site->begin, begin, now)) {
			held = __bpf_stream_xchg(&site->count, 1);
			held = held > burst ? held - burst : 0;
			if (held)
				__bpf_stream_fetch_add(&bpf_log_suppressed, held);
			return burst ? 1 + held : 0;
		}
	}
	return __bpf_stream_fetch_add(&site->count, 1) < burst;
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_OFTEN_H */
