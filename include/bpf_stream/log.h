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
 * A record is LEVEL[ <ktime-ns>][ <file>:<line>][ cpu=<n>][ pid=<n>]: <message>. The time is
 * CLOCK_MONOTONIC in ns, as bpf_ktime_get_ns() returns it. The first ": " ends the head, whatever it
 * has. A line that starts with a tab continues the record before it. The header adds the newline at
 * the end; one in the format does no harm (the trace pipe shows an empty line after it, as with
 * bpf_printk()).
 *
 * Three filters, cheapest first:
 *	BPF_LOG_COMPILE_LEVEL	at compile time: messages above it leave no code
 *	bpf_log_max_level	before load, in .rodata (so it is in the skeleton): the verifier
 *				removes messages above it
 *	bpf_log_level		live, in .data.bpf_log: one compare; any process that may write the
 *				map changes it while the program runs (bpfstream level). A component
 *				has its own, see BPF_LOG_DECLARE_COMPONENT()
 *
 * To define before the include, or to redefine at any place: BPF_LOG_COMPILE_LEVEL,
 * BPF_LOG_COMPONENT, BPF_LOG_TIMESTAMP, BPF_LOG_LOCATION, BPF_LOG_FILE, BPF_LOG_CPU, BPF_LOG_PID,
 * bpf_log_fmt(), BPF_LOG_STREAM_OF(), BPF_LOG_RATELIMIT_INTERVAL, BPF_LOG_RATELIMIT_BURST. Before the
 * include: what stream.h has.
 */
#include <bpf_stream/bpf/ids.h>

#ifndef BPF_STREAM_LOG_H
#define BPF_STREAM_LOG_H

#include <bpf_stream/stream.h>
#include <bpf_stream/bpf/levels.h>
#include <bpf_stream/bpf/often.h>
#include <bpf_stream/bpf/record.h>

__BPF_STREAM_HEADER

/*
 * Messages above this level are not compiled in, but still checked. Define it to shrink a program
 * that will never need them.
 */
#ifndef BPF_LOG_COMPILE_LEVEL
#define BPF_LOG_COMPILE_LEVEL BPF_LOG_TRACE
#endif

/*
 * A prefix for each message, like pr_fmt() in the kernel, to tell the parts of an object apart. It
 * may add arguments after the format:
 *	#define bpf_log_fmt(fmt) "my_filter: " fmt
 *	#define bpf_log_fmt(fmt) "%s: " fmt, __func__
 */
#ifndef bpf_log_fmt
#define bpf_log_fmt(fmt) fmt
#endif

/* The stream of a level. Define it, for instance, to send everything to one stream. */
#ifndef BPF_LOG_STREAM_OF
#define BPF_LOG_STREAM_OF(level) ((level) <= BPF_LOG_WARN ? BPF_STDERR : BPF_STDOUT)
#endif

/* Set before load and fixed from then on. */
const volatile __bpf_stream_u32 bpf_log_max_level __bpf_stream_weak = BPF_LOG_TRACE;

/* May change at any time. At the start of the cache line that every message reads. */
volatile __bpf_stream_u32 bpf_log_level __bpf_stream_data __bpf_stream_own_line = BPF_LOG_INFO;

/**
 * BPF_LOG_DECLARE_COMPONENT() - give a part of a program a live level of its own
 * @name: letters, digits and underscores
 *
 * Write it outside of functions, once in each source file. What follows "#define BPF_LOG_COMPONENT
 * name" then has the live level bpf_log_level_<name> in place of bpf_log_level, at the same cost;
 * "#undef BPF_LOG_COMPONENT" ends it:
 *
 *	BPF_LOG_DECLARE_COMPONENT(conntrack);
 *	#define BPF_LOG_COMPONENT conntrack
 *
 * The level starts as BPF_LOG_INFO. bpfstream level PROG conntrack=debug sets it, and bpfstream level
 * PROG debug all of them. bpf_log_max_level and BPF_LOG_COMPILE_LEVEL hold for all components.
 * Objects that are linked together share a component of the same name. The filters do not apply to
 * reports of assert.h.
 */
#define BPF_LOG_DECLARE_COMPONENT(name) __BPF_LOG_DECLARE_COMPONENT(name)
#define __BPF_LOG_DECLARE_COMPONENT(name)                                                          \
	volatile __bpf_stream_u32 bpf_log_level_##name __bpf_stream_data __bpf_stream_own_line =   \
		BPF_LOG_INFO

/*
 * The three filters, cheapest first; @level is a constant. The second one is a constant to the
 * verifier, which removes the message and leaves only the load of the variable. To call a message
 * unlikely moves it nowhere, and makes clang save and restore registers around each one.
 */
#define __bpf_log_on(level)                                                                        \
	((level) <= BPF_LOG_COMPILE_LEVEL && bpf_log_max_level >= (level) &&                       \
	 __BPF_LOG_LIVE_LEVEL >= (level))

/*
 * On or off, clang forgets what it knows of memory. Else it keeps a field of the context where the
 * message is off and reads it again where it is on, there at an address that the verifier refuses.
 */
#define __BPF_LOG_FORGET(level)                                                                    \
	if ((level) <= BPF_LOG_COMPILE_LEVEL)                                                      \
	__asm__ __volatile__("" : : : "memory")

/*
 * What the macro of a message gets: whether its head has time, location, CPU and PID (0 or 1), the number
 * of arguments, the author's format without parentheses and with the prefix, which may add arguments, and
 * the arguments.
 */
#define __BPF_LOG_FMT(fmt, ...)                                                                    \
	__BPF_LOG_COUNTED(bpf_log_fmt(__BPF_STREAM_BARE(fmt)) __VA_OPT__(, ) __VA_ARGS__)
#define __BPF_LOG_COUNTED(...)                                                                     \
	BPF_LOG_TIMESTAMP, BPF_LOG_LOCATION, BPF_LOG_CPU, BPF_LOG_PID,                             \
		__BPF_STREAM_COUNT(__VA_ARGS__), __VA_ARGS__

/*
 * Messages without a limit, those with @how, one of often.h, and those with a level that is a value. For
 * each expression clang climbs through all macros around it to find the line, and describes each scope to
 * debuggers: that is much of the time that a message takes to compile. So a message without a limit is one
 * macro and one scope. Programs do not use these names for macros of their own.
 */
#define __bpf_log(...)	     __bpf_log_plain(__VA_ARGS__)
#define __bpf_log_limit(...) __bpf_log_limited(__VA_ARGS__)
#define __bpf_log_value(...) __bpf_log_any(__VA_ARGS__)

/* clang-format off */
#define __bpf_log_plain(level, name, t, l, c, p, n, fmt, ...)                                      \
	({                                                                                         \
		__BPF_LOG_CHECK_RECORD(n, fmt, 0);                                                 \
		__BPF_LOG_DECLARE(__BPF_LOG_HEAD_(name, t, l, c, p), __BPF_LOG_NOTE, n, fmt);      \
		__BPF_STREAM_CHECK_ARGS(n, fmt __VA_OPT__(, ) __VA_ARGS__);                        \
		if (__bpf_log_on(level))                                                           \
			__BPF_STREAM_MAP_##n(__BPF_STREAM_SET_ARG __VA_OPT__(, ) __VA_ARGS__)      \
			__BPF_LOG_SET_HEAD_(__bpf_stream_args, __BPF_STREAM_ROOM, t, c, p)         \
			__BPF_LOG_WRITE(BPF_LOG_STREAM_OF(level), n, fmt);                         \
		__BPF_LOG_FORGET(level);                                                           \
	})
/* clang-format on */
#define __bpf_log_limited(how, every, level, name, t, l, c, p, n, fmt, ...)                        \
	({                                                                                         \
		how##_site(every) __BPF_LOG_CHECK_RECORD(n, fmt, 0);                               \
		__bpf_log_at(how, every, level, name, n, fmt __VA_OPT__(, ) __VA_ARGS__);          \
		__BPF_LOG_FORGET(level);                                                           \
	})
/* Not more than the filters and what depends on the name of the level */
#define __bpf_log_at(how, every, level, name, n, fmt, ...)                                         \
	({                                                                                         \
		__BPF_LOG_DECLARE(__BPF_LOG_HEAD(name), __BPF_LOG_NOTE, n, fmt);                   \
		__BPF_STREAM_CHECK_ARGS(n, fmt __VA_OPT__(, ) __VA_ARGS__);                        \
		if (__bpf_log_on(level))                                                           \
			how(level, name, every, n, fmt __VA_OPT__(, ) __VA_ARGS__);                \
	})

#define __bpf_log_any(how, every, level, t, l, c, p, n, fmt, ...)                                  \
	({                                                                                         \
		const int __bpf_stream_nodebug __bpf_stream_level = (level);                       \
                                                                                                   \
		how##_site(every) __BPF_LOG_CHECK_RECORD(n, fmt, 0);                               \
		if (__bpf_stream_level <= BPF_LOG_ERROR)                                           \
			__bpf_log_at(how, every, BPF_LOG_ERROR, "ERROR", n,                        \
				     fmt __VA_OPT__(, ) __VA_ARGS__);                              \
		else if (__bpf_stream_level == BPF_LOG_WARN)                                       \
			__bpf_log_at(how, every, BPF_LOG_WARN, "WARN", n,                          \
				     fmt __VA_OPT__(, ) __VA_ARGS__);                              \
		else if (__bpf_stream_level == BPF_LOG_INFO)                                       \
			__bpf_log_at(how, every, BPF_LOG_INFO, "INFO", n,                          \
				     fmt __VA_OPT__(, ) __VA_ARGS__);                              \
		else if (__bpf_stream_level == BPF_LOG_DEBUG)                                      \
			__bpf_log_at(how, every, BPF_LOG_DEBUG, "DEBUG", n,                        \
				     fmt __VA_OPT__(, ) __VA_ARGS__);                              \
		else                                                                               \
			__bpf_log_at(how, every, BPF_LOG_TRACE, "TRACE", n,                        \
				     fmt __VA_OPT__(, ) __VA_ARGS__);                              \
		__BPF_LOG_FORGET(__bpf_stream_level);                                              \
	})

/**
 * bpf_log_error(), bpf_log_warn(), bpf_log_info(), bpf_log_debug(), bpf_log_trace() - log a record
 * bpf_log() - the same at a level given as a value
 * @level: BPF_LOG_ERROR to BPF_LOG_TRACE. A constant costs the same as the named macro; a variable
 *	puts all five into the program. A value out of range counts as the nearest level.
 * @fmt: a string literal, as for bpf_stream_printk(); it needs no newline
 * @...: up to 12 arguments, less one for each of BPF_LOG_TIMESTAMP (which is 1 by default),
 *	BPF_LOG_CPU and BPF_LOG_PID; evaluated once, and only if the record passes the filters
 *
 * error and warn go to BPF_STDERR, the rest to BPF_STDOUT. Compile errors and warnings are those of
 * bpf_stream_printk(), also in calls that are compiled out.
 *
 * Return: nothing (void), so that a program does the same whether it logs or not.
 * Context: any program type, NMI included. Under a bpf_spin_lock from 7.0 on, with
 *	BPF_STREAM_LOCKED 1, BPF_LOG_TIMESTAMP 0 and without BPF_LOG_CPU and BPF_LOG_PID (the
 *	verifier allows no such call there).
 * Kernels: stream 6.17 and up, trace pipe before.
 */
#define bpf_log_error(...)                                                                         \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log(BPF_LOG_ERROR, "ERROR", __BPF_LOG_FMT(__VA_ARGS__))   \
		__BPF_STREAM_LOUD
#define bpf_log_warn(...)                                                                          \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log(BPF_LOG_WARN, "WARN", __BPF_LOG_FMT(__VA_ARGS__))     \
		__BPF_STREAM_LOUD
#define bpf_log_info(...)                                                                          \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log(BPF_LOG_INFO, "INFO", __BPF_LOG_FMT(__VA_ARGS__))     \
		__BPF_STREAM_LOUD
#define bpf_log_debug(...)                                                                         \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log(BPF_LOG_DEBUG, "DEBUG", __BPF_LOG_FMT(__VA_ARGS__))   \
		__BPF_STREAM_LOUD
#define bpf_log_trace(...)                                                                         \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log(BPF_LOG_TRACE, "TRACE", __BPF_LOG_FMT(__VA_ARGS__))   \
		__BPF_STREAM_LOUD
#define bpf_log(level, ...)                                                                        \
	__BPF_STREAM_QUIET __bpf_log_value(__bpf_log_always, , level, __BPF_LOG_FMT(__VA_ARGS__))  \
		__BPF_STREAM_LOUD

/**
 * bpf_log_error_once() ... bpf_log_trace_once(), bpf_log_once() - log the first time only. Arguments
 * as above. Writes one record for this place in the source, over all CPUs, until the object is
 * loaded again. A record that a filter stopped, or that was lost, does not count.
 *
 * Return, context, kernels: as bpf_log_info().
 */
#define bpf_log_error_once(...)                                                                    \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_once, , BPF_LOG_ERROR, "ERROR",       \
						   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD
#define bpf_log_warn_once(...)                                                                     \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_once, , BPF_LOG_WARN, "WARN",         \
						   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD
#define bpf_log_info_once(...)                                                                     \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_once, , BPF_LOG_INFO, "INFO",         \
						   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD
#define bpf_log_debug_once(...)                                                                    \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_once, , BPF_LOG_DEBUG, "DEBUG",       \
						   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD
#define bpf_log_trace_once(...)                                                                    \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_once, , BPF_LOG_TRACE, "TRACE",       \
						   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD
#define bpf_log_once(level, ...)                                                                   \
	__BPF_STREAM_QUIET __bpf_log_value(__bpf_log_once, , level, __BPF_LOG_FMT(__VA_ARGS__))    \
		__BPF_STREAM_LOUD

/**
 * bpf_log_error_ratelimited() ... bpf_log_trace_ratelimited(), bpf_log_ratelimited() - limit the
 * rate. Arguments as above. Writes at most BPF_LOG_RATELIMIT_BURST records (10) for this place in
 * the source, over all CPUs, in BPF_LOG_RATELIMIT_INTERVAL ns (5 s; rounded up to a tick of the
 * kernel's timer), and suppresses further ones. The first record of the next interval is preceded
 * by one of the same level that says "N messages suppressed"; then N is also added to
 * bpf_log_suppressed. A burst of 0 suppresses everything, an interval of 0 nothing. Both may be
 * redefined at any place.
 *
 * Return, context, kernels: as bpf_log_info(), but not under a bpf_spin_lock: it reads the clock.
 */
#define bpf_log_error_ratelimited(...)                                                             \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_ratelimited, , BPF_LOG_ERROR,         \
						   "ERROR", __BPF_LOG_FMT(__VA_ARGS__))            \
		__BPF_STREAM_LOUD
#define bpf_log_warn_ratelimited(...)                                                              \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_ratelimited, , BPF_LOG_WARN, "WARN",  \
						   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD
#define bpf_log_info_ratelimited(...)                                                              \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_ratelimited, , BPF_LOG_INFO, "INFO",  \
						   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD
#define bpf_log_debug_ratelimited(...)                                                             \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_ratelimited, , BPF_LOG_DEBUG,         \
						   "DEBUG", __BPF_LOG_FMT(__VA_ARGS__))            \
		__BPF_STREAM_LOUD
#define bpf_log_trace_ratelimited(...)                                                             \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_ratelimited, , BPF_LOG_TRACE,         \
						   "TRACE", __BPF_LOG_FMT(__VA_ARGS__))            \
		__BPF_STREAM_LOUD
#define bpf_log_ratelimited(level, ...)                                                            \
	__BPF_STREAM_QUIET __bpf_log_value(__bpf_log_ratelimited, , level,                         \
					   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD

/**
 * bpf_log_error_every() ... bpf_log_trace_every(), bpf_log_every() - log the first of every @n
 * @n: a number above 0. A constant of 0 or less does not compile; a variable of 0 or less counts as
 *	1.
 *
 * Further arguments as above. Counts for this place in the source, over all CPUs.
 *
 * Return, context, kernels: as bpf_log_info().
 */
#define bpf_log_error_every(n, ...)                                                                \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_every, n, BPF_LOG_ERROR, "ERROR",     \
						   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD
#define bpf_log_warn_every(n, ...)                                                                 \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_every, n, BPF_LOG_WARN, "WARN",       \
						   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD
#define bpf_log_info_every(n, ...)                                                                 \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_every, n, BPF_LOG_INFO, "INFO",       \
						   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD
#define bpf_log_debug_every(n, ...)                                                                \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_every, n, BPF_LOG_DEBUG, "DEBUG",     \
						   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD
#define bpf_log_trace_every(n, ...)                                                                \
	__BPF_STREAM_QUIET_MESSAGE __bpf_log_limit(__bpf_log_every, n, BPF_LOG_TRACE, "TRACE",     \
						   __BPF_LOG_FMT(__VA_ARGS__)) __BPF_STREAM_LOUD
#define bpf_log_every(level, n, ...)                                                               \
	__BPF_STREAM_QUIET __bpf_log_value(__bpf_log_every, n, level, __BPF_LOG_FMT(__VA_ARGS__))  \
		__BPF_STREAM_LOUD

#include <bpf_stream/bpf/hexdump.h>

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_LOG_H */
