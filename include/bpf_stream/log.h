/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/log.h - leveled log records on the streams of a BPF program.
 *
 *	#include "vmlinux.h"
 *	#include <bpf_stream/log.h>
 *
 *	bpf_log_warn("dropped %pI4, %d so far", &ip->saddr, n);
 *
 * writes one line, here to BPF_STDERR:
 *
 *	WARN 81273548221 filter.bpf.c:42: dropped 192.0.2.7, 3 so far
 *
 * The record: LEVEL[ <ktime-ns>][ <file>:<line>]: <message>. Time is CLOCK_MONOTONIC in ns, as
 * bpf_ktime_get_ns() has it. The first ": " ends the head, with or without time and location, so
 * a reader never has to guess. A line that starts with a tab continues the record before it. The
 * newline at the end is ours; one in the format does no harm (the trace pipe shows an empty line
 * behind it, as it does for bpf_printk()).
 *
 * Three filters, cheapest first:
 *	BPF_LOG_COMPILE_LEVEL	at compile time: what is above leaves no code
 *	bpf_log_max_level	before load, in .rodata (so it is in the skeleton): the verifier
 *				removes what is above
 *	bpf_log_level		live, in .data.bpf_log: one compare; any process that may write the
 *				map changes it while the program runs (bpfstream level)
 *
 * To define before the include: BPF_LOG_COMPILE_LEVEL, BPF_LOG_TIMESTAMP, BPF_LOG_LOCATION,
 * bpf_log_fmt(), BPF_LOG_STREAM_OF(), and BPF_STREAM_FALLBACK_NONE of stream.h.
 */
#include <bpf_stream/bpf/ids.h>

#ifndef BPF_STREAM_LOG_H
#define BPF_STREAM_LOG_H

#include <bpf_stream/stream.h>
#include <bpf_stream/bpf/levels.h>
#include <bpf_stream/bpf/often.h>
#include <bpf_stream/bpf/record.h>

__BPF_STREAM_HEADER

/* Messages above this level are not compiled in. Their formats are still checked. */
#ifndef BPF_LOG_COMPILE_LEVEL
#define BPF_LOG_COMPILE_LEVEL BPF_LOG_TRACE
#endif

/*
 * A prefix of your own for each message, as pr_fmt() in the kernel. Before the include:
 *	#define bpf_log_fmt(fmt) "my_filter: " fmt
 */
#ifndef bpf_log_fmt
#define bpf_log_fmt(fmt) fmt
#endif

/* Which stream a level goes to */
#ifndef BPF_LOG_STREAM_OF
#define BPF_LOG_STREAM_OF(level) ((level) <= BPF_LOG_WARN ? BPF_STDERR : BPF_STDOUT)
#endif

/* Set before load, fixed from then on. Weak, so that objects linked together share it. */
const volatile __bpf_stream_u32 bpf_log_max_level __bpf_stream_weak = BPF_LOG_TRACE;

/*
 * May change at any time. In a map of its own, so that a tool finds and maps just this; at the start
 * of the line that all calls read.
 */
volatile __bpf_stream_u32 bpf_log_level __bpf_stream_data __bpf_stream_own_line = BPF_LOG_INFO;

/* What the compiler can check, checked also where the call is compiled out */
#define __BPF_LOG_CHECK(fmt, ...)                                                                  \
	__BPF_LOG_CHECK_FMT(bpf_log_fmt(fmt) __VA_OPT__(, ) __VA_ARGS__)
#define __BPF_LOG_CHECK_FMT(...) __BPF_LOG_CHECK_FMT_(__VA_ARGS__)
#define __BPF_LOG_CHECK_FMT_(fmt, ...)                                                             \
	__BPF_LOG_CHECK_RECORD(fmt, 0 __VA_OPT__(, ) __VA_ARGS__);                                 \
	__BPF_LOG_CHECK_LENGTH("ERROR", fmt __VA_OPT__(, ) __VA_ARGS__);                           \
	__BPF_STREAM_CHECK_ARGS(fmt __VA_OPT__(, ) __VA_ARGS__)

/*
 * The three filters, cheapest first; @level is a constant. The second is a constant to the verifier,
 * which drops the message but for the load of the variable.
 *
 * "> level - 1" and unlikely: so that clang jumps to the message. The other way round it would want
 * "less or equal", which its default BPF cpu (v1, up to clang 19) does not have, and the load of a
 * register would stay behind.
 */
#define __bpf_log_on(level)                                                                        \
	((level) <= BPF_LOG_COMPILE_LEVEL &&                                                       \
	 __builtin_expect(bpf_log_max_level > (__bpf_stream_u32)(level)-1, 0) &&                   \
	 __builtin_expect(bpf_log_level > (__bpf_stream_u32)(level)-1, 0))

#define __bpf_log_if(how, n, level, name, ...)                                                     \
	({                                                                         \
		if (__bpf_log_on(level))                                                           \
			how(level, name, n, __VA_ARGS__);                                          \
	})

/* @how is one of those of often.h, a name that no program has as a macro of its own. */
#define __bpf_log(how, n, level, name, ...)                                                        \
	__BPF_STREAM_QUIET __bpf_log_(how, n, level, name, __VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_log_(how, n, level, name, fmt, ...)                                                  \
	__bpf_log_bare(how, n, level, name, __BPF_STREAM_BARE(fmt) __VA_OPT__(, ) __VA_ARGS__)
#define __bpf_log_bare(how, n, level, name, fmt, ...)                                              \
	({                                                                         \
		how##_site __BPF_LOG_CHECK(fmt __VA_OPT__(, ) __VA_ARGS__);                        \
		__bpf_log_if(how, n, level, name, bpf_log_fmt(fmt) __VA_OPT__(, ) __VA_ARGS__);    \
		(void)0;                                                                           \
	})

/* For a level that is a value: one of the five, known to the compiler as a rule */
#define __bpf_log_value(how, n, level, ...)                                                        \
	__BPF_STREAM_QUIET __bpf_log_value_(how, n, level, __VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_log_value_(how, n, level, fmt, ...)                                                  \
	__bpf_log_value_bare(how, n, level, __BPF_STREAM_BARE(fmt) __VA_OPT__(, ) __VA_ARGS__)
#define __bpf_log_value_bare(how, n, level, fmt, ...)                                              \
	({                                                                         \
		const int __bpf_stream_nodebug __bpf_stream_level = (level);                       \
                                                                                                   \
		how##_site __BPF_LOG_CHECK(fmt __VA_OPT__(, ) __VA_ARGS__);                        \
		if (__bpf_stream_level <= BPF_LOG_ERROR)                                           \
			__bpf_log_if(how, n, BPF_LOG_ERROR, "ERROR",                               \
				     bpf_log_fmt(fmt) __VA_OPT__(, ) __VA_ARGS__);                 \
		else if (__bpf_stream_level == BPF_LOG_WARN)                                       \
			__bpf_log_if(how, n, BPF_LOG_WARN, "WARN",                                 \
				     bpf_log_fmt(fmt) __VA_OPT__(, ) __VA_ARGS__);                 \
		else if (__bpf_stream_level == BPF_LOG_INFO)                                       \
			__bpf_log_if(how, n, BPF_LOG_INFO, "INFO",                                 \
				     bpf_log_fmt(fmt) __VA_OPT__(, ) __VA_ARGS__);                 \
		else if (__bpf_stream_level == BPF_LOG_DEBUG)                                      \
			__bpf_log_if(how, n, BPF_LOG_DEBUG, "DEBUG",                               \
				     bpf_log_fmt(fmt) __VA_OPT__(, ) __VA_ARGS__);                 \
		else                                                                               \
			__bpf_log_if(how, n, BPF_LOG_TRACE, "TRACE",                               \
				     bpf_log_fmt(fmt) __VA_OPT__(, ) __VA_ARGS__);                 \
		(void)0;                                                                           \
	})

/**
 * bpf_log_error(), bpf_log_warn(), bpf_log_info(), bpf_log_debug(), bpf_log_trace() - log a record
 * bpf_log() - the same at a level given as a value
 * @level: BPF_LOG_ERROR to BPF_LOG_TRACE. A constant costs the same as the named macro; a variable
 *	puts all five into the program. What is out of range counts as the nearest level.
 * @fmt: a string literal, as for bpf_stream_printk(); no newline needed
 * @...: up to 12 arguments, 11 with BPF_LOG_TIMESTAMP. Evaluated once, and only if the record is
 *	written.
 *
 * error and warn go to BPF_STDERR, the rest to BPF_STDOUT. Compile errors and warnings are those
 * of bpf_stream_printk(), in calls that are compiled out too.
 *
 * Return: nothing (void): a program goes the same way whether it logs or not.
 * Context: any program type, NMI included; under a bpf_spin_lock from 7.0 on and with
 *	BPF_LOG_TIMESTAMP 0 (the verifier does not let the clock be read there).
 * Kernels: stream 6.17 and up, trace pipe before.
 */
#define bpf_log_error(...)                                                                    \
	__bpf_log(__bpf_log_always, 1, BPF_LOG_ERROR, "ERROR", __VA_ARGS__)
#define bpf_log_warn(...)                                                                     \
	__bpf_log(__bpf_log_always, 1, BPF_LOG_WARN, "WARN", __VA_ARGS__)
#define bpf_log_info(...)                                                                     \
	__bpf_log(__bpf_log_always, 1, BPF_LOG_INFO, "INFO", __VA_ARGS__)
#define bpf_log_debug(...)                                                                    \
	__bpf_log(__bpf_log_always, 1, BPF_LOG_DEBUG, "DEBUG", __VA_ARGS__)
#define bpf_log_trace(...)                                                                    \
	__bpf_log(__bpf_log_always, 1, BPF_LOG_TRACE, "TRACE", __VA_ARGS__)
#define bpf_log(level, ...)                                                                   \
	__bpf_log_value(__bpf_log_always, 1, level, __VA_ARGS__)

/**
 * bpf_log_error_once() ... bpf_log_trace_once(), bpf_log_once() - log the first time only
 * Arguments as above. Once for this place in the source, over all CPUs, until the object is loaded
 * anew. A record that a filter held back does not count as the one.
 *
 * Return, context, kernels: as bpf_log_info().
 */
#define bpf_log_error_once(...)                                                               \
	__bpf_log(__bpf_log_once, 1, BPF_LOG_ERROR, "ERROR", __VA_ARGS__)
#define bpf_log_warn_once(...)                                                                \
	__bpf_log(__bpf_log_once, 1, BPF_LOG_WARN, "WARN", __VA_ARGS__)
#define bpf_log_info_once(...)                                                                \
	__bpf_log(__bpf_log_once, 1, BPF_LOG_INFO, "INFO", __VA_ARGS__)
#define bpf_log_debug_once(...)                                                               \
	__bpf_log(__bpf_log_once, 1, BPF_LOG_DEBUG, "DEBUG", __VA_ARGS__)
#define bpf_log_trace_once(...)                                                               \
	__bpf_log(__bpf_log_once, 1, BPF_LOG_TRACE, "TRACE", __VA_ARGS__)
#define bpf_log_once(level, ...)                                                              \
	__bpf_log_value(__bpf_log_once, 1, level, __VA_ARGS__)

/**
 * bpf_log_error_ratelimited() ... bpf_log_trace_ratelimited(), bpf_log_ratelimited() - log at most
 * so often
 * Arguments as above. BPF_LOG_RATELIMIT_BURST records (10) within BPF_LOG_RATELIMIT_INTERVAL ns
 * (5 s; rounded up to the kernel's timer tick), then silence until the interval is over; then the
 * next one is preceded by a record of its level that says "N messages suppressed". Both may be
 * defined anew at any place. For this place in the source, over all CPUs. bpf_log_suppressed counts
 * all that were held back.
 *
 * Return, context, kernels: as bpf_log_info(), NMI included, but not under a bpf_spin_lock: it looks
 * at the clock, which the verifier does not let it do there.
 */
#define bpf_log_error_ratelimited(...)                                                        \
	__bpf_log(__bpf_log_ratelimited, 1, BPF_LOG_ERROR, "ERROR", __VA_ARGS__)
#define bpf_log_warn_ratelimited(...)                                                         \
	__bpf_log(__bpf_log_ratelimited, 1, BPF_LOG_WARN, "WARN", __VA_ARGS__)
#define bpf_log_info_ratelimited(...)                                                         \
	__bpf_log(__bpf_log_ratelimited, 1, BPF_LOG_INFO, "INFO", __VA_ARGS__)
#define bpf_log_debug_ratelimited(...)                                                        \
	__bpf_log(__bpf_log_ratelimited, 1, BPF_LOG_DEBUG, "DEBUG", __VA_ARGS__)
#define bpf_log_trace_ratelimited(...)                                                        \
	__bpf_log(__bpf_log_ratelimited, 1, BPF_LOG_TRACE, "TRACE", __VA_ARGS__)
#define bpf_log_ratelimited(level, ...)                                                       \
	__bpf_log_value(__bpf_log_ratelimited, 1, level, __VA_ARGS__)

/**
 * bpf_log_error_every() ... bpf_log_trace_every(), bpf_log_every() - log the first of every @n
 * @n: a number above 0. Further arguments as above. For this place in the source, over all CPUs.
 *
 * Return, context, kernels: as bpf_log_info().
 */
#define bpf_log_error_every(n, ...)                                                           \
	__bpf_log(__bpf_log_every, n, BPF_LOG_ERROR, "ERROR", __VA_ARGS__)
#define bpf_log_warn_every(n, ...)                                                            \
	__bpf_log(__bpf_log_every, n, BPF_LOG_WARN, "WARN", __VA_ARGS__)
#define bpf_log_info_every(n, ...)                                                            \
	__bpf_log(__bpf_log_every, n, BPF_LOG_INFO, "INFO", __VA_ARGS__)
#define bpf_log_debug_every(n, ...)                                                           \
	__bpf_log(__bpf_log_every, n, BPF_LOG_DEBUG, "DEBUG", __VA_ARGS__)
#define bpf_log_trace_every(n, ...)                                                           \
	__bpf_log(__bpf_log_every, n, BPF_LOG_TRACE, "TRACE", __VA_ARGS__)
#define bpf_log_every(level, n, ...)                                                          \
	__bpf_log_value(__bpf_log_every, n, level, __VA_ARGS__)

#include <bpf_stream/bpf/hexdump.h>

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_LOG_H */
