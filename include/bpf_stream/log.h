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
 * newline at the end is ours; one in the format does no harm.
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
#ifndef BPF_STREAM_LOG_H
#define BPF_STREAM_LOG_H

#include <bpf_stream/stream.h>

/* Levels. OFF is no level of a message: as a filter, it lets none of these pass. */
#define BPF_LOG_OFF   0
#define BPF_LOG_ERROR 1
#define BPF_LOG_WARN  2
#define BPF_LOG_INFO  3
#define BPF_LOG_DEBUG 4
#define BPF_LOG_TRACE 5

/* Messages above this level are not compiled in. Their formats are still checked. */
#ifndef BPF_LOG_COMPILE_LEVEL
#define BPF_LOG_COMPILE_LEVEL BPF_LOG_TRACE
#endif

/* 1: the time of the record, for one of the kernel's 12 arguments, so 11 are left for you */
#ifndef BPF_LOG_TIMESTAMP
#define BPF_LOG_TIMESTAMP 1
#endif

/* 1: file and line, as part of the literal: costs no argument, only its bytes in the stream */
#ifndef BPF_LOG_LOCATION
#define BPF_LOG_LOCATION 1
#endif

#if (BPF_LOG_TIMESTAMP != 0 && BPF_LOG_TIMESTAMP != 1) ||                                          \
	(BPF_LOG_LOCATION != 0 && BPF_LOG_LOCATION != 1)
#error "bpf_log: BPF_LOG_TIMESTAMP and BPF_LOG_LOCATION are 0 or 1"
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

/*
 * Set before load, fixed from then on. Weak, so that objects linked together share it.
 */
const volatile __u32 bpf_log_max_level __weak = BPF_LOG_TRACE;

/* May change at any time. In a map of its own, so that a tool finds and maps just this. */
volatile __u32 bpf_log_level __attribute__((section(".data.bpf_log"))) __weak = BPF_LOG_INFO;

#define __BPF_LOG_STR_(x) #x
#define __BPF_LOG_STR(x)  __BPF_LOG_STR_(x)

/* The parts of a record's head that can be switched off */
#define __BPF_LOG_TIME_0
#define __BPF_LOG_TIME_1 " %llu"
#define __BPF_LOG_PLACE_0
#define __BPF_LOG_PLACE_1 " " __FILE_NAME__ ":" __BPF_LOG_STR(__LINE__)
#define __BPF_LOG_HEAD(name)                                                                       \
	name __BPF_STREAM_PASTE(__BPF_LOG_TIME_, BPF_LOG_TIMESTAMP)                                \
		__BPF_STREAM_PASTE(__BPF_LOG_PLACE_, BPF_LOG_LOCATION) ": "

#define __bpf_log_emit_0(...) __bpf_stream_emit(__VA_ARGS__)
#define __bpf_log_emit_1(id, line, text, ...)                                                      \
	__bpf_stream_emit(id, line, text, bpf_ktime_get_ns() __VA_OPT__(, ) __VA_ARGS__)

/* Is the last character of a literal a newline? A constant to the optimizer. */
#define __BPF_LOG_ENDS_LINE(fmt) (sizeof(fmt) > 1 && ("" fmt)[sizeof(fmt) - 2] == '\n')

/*
 * Write a record, unfiltered. A reader counts on exactly one newline at its end, and the trace pipe
 * on none.
 */
#define __bpf_log_record(level, name, fmt, ...)                                                    \
	({                                                                                         \
		__BPF_STREAM_TEXT __bpf_stream_text[] =                                            \
			__BPF_LOG_HEAD(name) fmt "\0" __BPF_LOG_HEAD(name) fmt "\n";               \
		const __u32 __bpf_stream_size = sizeof(__BPF_LOG_HEAD(name) fmt);                  \
		const __u32 __bpf_stream_skip = __BPF_LOG_ENDS_LINE(fmt) ? 0 : __bpf_stream_size;  \
                                                                                                   \
		__BPF_STREAM_PASTE(__bpf_log_emit_, BPF_LOG_TIMESTAMP)                             \
		(BPF_LOG_STREAM_OF(level), __bpf_stream_text + __bpf_stream_skip,                  \
		 __bpf_stream_skip << 16 | __bpf_stream_size __VA_OPT__(, ) __VA_ARGS__);          \
	})

/* What the compiler can check, checked also where the call is compiled out */
#define __BPF_LOG_CHECK(fmt, ...)                                                                  \
	__BPF_STREAM_CHECK_LITERAL(fmt);                                                           \
	_Static_assert(__BPF_STREAM_NARG(__VA_ARGS__) + BPF_LOG_TIMESTAMP <= 12,                   \
		       "bpf_log: more than 12 arguments; the kernel takes 12 at most, and the "    \
		       "record's time (BPF_LOG_TIMESTAMP) is one of them");                        \
	__BPF_STREAM_CHECK_LENGTH(__BPF_LOG_HEAD("ERROR") bpf_log_fmt(fmt) "\n", 0ULL,             \
				  ##__VA_ARGS__);                                                  \
	if (0)                                                                                     \
	__bpf_stream_format(bpf_log_fmt(fmt) __VA_OPT__(, ) __VA_ARGS__)

/*
 * May a message of this level pass bpf_log_max_level? A constant to the verifier, which drops all
 * but the load of the variable. @level is a constant.
 *
 * A plain "level <= max" would leave more: clang's default BPF cpu has no "less than" with an
 * immediate, so the load of a register stays behind. Hence one "equal" for each value that lets
 * the message pass. All of them go to the same place, which is never reached when the level is off:
 * a branch of which both sides can be reached stays (6.1 to 6.19 at least). The barriers keep clang
 * from making a range of them. The default comes first; what is above all levels counts as TRACE.
 */
#define __BPF_LOG_PASS_IF(cond)                                                                    \
	do {                                                                                       \
		asm volatile("" : "+r"(max));                                                      \
		if (cond)                                                                          \
			return 1;                                                                  \
	} while (0)

static __always_inline __attribute__((unused)) _Bool __bpf_log_loaded(__u32 level)
{
	__u64 max = bpf_log_max_level;

	if (level < BPF_LOG_TRACE)
		__BPF_LOG_PASS_IF(max == BPF_LOG_TRACE);
	__BPF_LOG_PASS_IF(max > BPF_LOG_TRACE);
	if (level == BPF_LOG_TRACE)
		__BPF_LOG_PASS_IF(max == BPF_LOG_TRACE);
	if (level <= BPF_LOG_DEBUG)
		__BPF_LOG_PASS_IF(max == BPF_LOG_DEBUG);
	if (level <= BPF_LOG_INFO)
		__BPF_LOG_PASS_IF(max == BPF_LOG_INFO);
	if (level <= BPF_LOG_WARN)
		__BPF_LOG_PASS_IF(max == BPF_LOG_WARN);
	if (level <= BPF_LOG_ERROR)
		__BPF_LOG_PASS_IF(max == BPF_LOG_ERROR);
	return 0;
}

/* The three filters, cheapest first, and the record if it passes */
#define __bpf_log_if(level, name, fmt, ...)                                                        \
	({                                                                                         \
		if ((level) <= BPF_LOG_COMPILE_LEVEL && __bpf_log_loaded(level) &&                 \
		    (level) <= bpf_log_level)                                                      \
			__bpf_log_record(level, name,                                              \
					 bpf_log_fmt(fmt) __VA_OPT__(, ) __VA_ARGS__);             \
	})

#define __bpf_log(level, name, fmt, ...)                                                           \
	({                                                                                         \
		__BPF_LOG_CHECK(fmt __VA_OPT__(, ) __VA_ARGS__);                                   \
		__bpf_log_if(level, name, fmt __VA_OPT__(, ) __VA_ARGS__);                         \
		(void)0;                                                                           \
	})

/**
 * bpf_log_error(), bpf_log_warn(), bpf_log_info(), bpf_log_debug(), bpf_log_trace() - log a record
 * @fmt: a string literal, as for bpf_stream_printk(); no newline needed
 * @...: up to 12 arguments, 11 with BPF_LOG_TIMESTAMP. Evaluated once, and only if the record is
 *	written.
 *
 * error and warn go to BPF_STDERR, the rest to BPF_STDOUT. Compile errors and warnings are those
 * of bpf_stream_printk(), in calls that are compiled out too.
 *
 * Return: nothing (void): a program goes the same way whether it logs or not.
 * Context: as bpf_stream_printk(): any program type, NMI included; under a bpf_spin_lock from
 *	7.0 on.
 * Kernels: stream 6.17 and up, trace pipe before.
 */
#define bpf_log_error(fmt, ...) __bpf_log(BPF_LOG_ERROR, "ERROR", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_warn(fmt, ...)	__bpf_log(BPF_LOG_WARN, "WARN", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_info(fmt, ...)	__bpf_log(BPF_LOG_INFO, "INFO", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_debug(fmt, ...) __bpf_log(BPF_LOG_DEBUG, "DEBUG", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_trace(fmt, ...) __bpf_log(BPF_LOG_TRACE, "TRACE", fmt __VA_OPT__(, ) __VA_ARGS__)

/**
 * bpf_log() - log a record at a level given as a value
 * @level: BPF_LOG_ERROR to BPF_LOG_TRACE. A constant costs the same as the named macro; a variable
 *	puts all five into the program. What is out of range counts as the nearest level.
 * @fmt, @...: as for bpf_log_info()
 *
 * Return, context, kernels: as bpf_log_info().
 */
#define bpf_log(level, fmt, ...)                                                                   \
	({                                                                                         \
		const int __bpf_stream_level = (level);                                            \
                                                                                                   \
		__BPF_LOG_CHECK(fmt __VA_OPT__(, ) __VA_ARGS__);                                   \
		if (__bpf_stream_level <= BPF_LOG_ERROR)                                           \
			__bpf_log_if(BPF_LOG_ERROR, "ERROR", fmt __VA_OPT__(, ) __VA_ARGS__);      \
		else if (__bpf_stream_level == BPF_LOG_WARN)                                       \
			__bpf_log_if(BPF_LOG_WARN, "WARN", fmt __VA_OPT__(, ) __VA_ARGS__);        \
		else if (__bpf_stream_level == BPF_LOG_INFO)                                       \
			__bpf_log_if(BPF_LOG_INFO, "INFO", fmt __VA_OPT__(, ) __VA_ARGS__);        \
		else if (__bpf_stream_level == BPF_LOG_DEBUG)                                      \
			__bpf_log_if(BPF_LOG_DEBUG, "DEBUG", fmt __VA_OPT__(, ) __VA_ARGS__);      \
		else                                                                               \
			__bpf_log_if(BPF_LOG_TRACE, "TRACE", fmt __VA_OPT__(, ) __VA_ARGS__);      \
		(void)0;                                                                           \
	})

#endif /* BPF_STREAM_LOG_H */
