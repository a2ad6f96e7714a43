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
#ifndef BPF_STREAM_LOG_H
#define BPF_STREAM_LOG_H

#include <bpf_stream/record.h>

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

/* What the compiler can check, checked also where the call is compiled out */
#define __BPF_LOG_CHECK(fmt, ...)                                                                  \
	__BPF_LOG_CHECK_RECORD(fmt, 0 __VA_OPT__(, ) __VA_ARGS__);                                 \
	__BPF_LOG_CHECK_LENGTH("ERROR", bpf_log_fmt(fmt) __VA_OPT__(, ) __VA_ARGS__);              \
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

/* What _ratelimited held back, all places together, since load */
volatile __u64 bpf_log_suppressed __BPF_STREAM_DATA = 0;

/* Knobs of _ratelimited: so many records (at least 1) within so many ns */
#ifndef BPF_LOG_RATELIMIT_INTERVAL
#define BPF_LOG_RATELIMIT_INTERVAL 5000000000ULL
#endif
#ifndef BPF_LOG_RATELIMIT_BURST
#define BPF_LOG_RATELIMIT_BURST 10
#endif

/*
 * How often: each of these writes a record that has passed the filters, or not. State is 8 or 24
 * bytes per call site, _site; @n is for _every.
 */
#define __BPF_LOG_SITE static volatile __u64 __attribute__((section(".data.bpf_site")))

#define __bpf_log_always_site
#define __bpf_log_always(level, name, n, fmt, ...)                                                 \
	__bpf_log_record(BPF_LOG_STREAM_OF(level), name, fmt __VA_OPT__(, ) __VA_ARGS__)

#define __bpf_log_once_site __BPF_LOG_SITE __bpf_stream_site;
#define __bpf_log_once(level, name, n, fmt, ...)                                                   \
	({                                                                                         \
		if (!__bpf_stream_site && !__bpf_stream_xchg(&__bpf_stream_site, 1))               \
			__bpf_log_always(level, name, n, fmt __VA_OPT__(, ) __VA_ARGS__);          \
	})

#define __bpf_log_every_site __BPF_LOG_SITE __bpf_stream_site;
#define __bpf_log_every(level, name, n, fmt, ...)                                                  \
	({                                                                                         \
		if (__bpf_stream_fetch_add(&__bpf_stream_site, 1) % (n) == 0)                      \
			__bpf_log_always(level, name, n, fmt __VA_OPT__(, ) __VA_ARGS__);          \
	})

#define __bpf_log_ratelimited_site __BPF_LOG_SITE __bpf_stream_site[3];
#define __bpf_log_ratelimited(level, name, n, fmt, ...)                                            \
	({                                                                                         \
		__u64 __bpf_stream_pass =                                                          \
			__bpf_log_ratelimit(__bpf_stream_site, BPF_LOG_RATELIMIT_INTERVAL,         \
					    BPF_LOG_RATELIMIT_BURST, bpf_jiffies64());             \
                                                                                                   \
		if (__bpf_stream_pass > 1)                                                         \
			__bpf_log_always(level, name, n, "%llu messages suppressed",               \
					 __bpf_stream_pass - 1);                                   \
		if (__bpf_stream_pass)                                                             \
			__bpf_log_always(level, name, n, fmt __VA_OPT__(, ) __VA_ARGS__);          \
	})

/*
 * Lock-free: who moves the begin of the interval opens it and learns how many came in the one
 * before; all others take a number. @site is begin, count, and the tick of the kernel's timer at
 * which the clock was last looked at: reading that costs more than all the rest. The tick is an
 * argument so that to 6.1's verifier no call in a loop looks like the one before. Returns 0 to hold
 * the message back, otherwise 1 + the number of those held back before.
 */
static __noinline __attribute__((unused)) __u64
__bpf_log_ratelimit(volatile __u64 *site, __u64 interval, __u64 burst, __u64 tick)
{
	__u64 now, begin, count;

	if (site[2] != tick) {
		site[2] = tick;
		begin = site[0];
		now = bpf_ktime_get_ns();
		if ((__s64)(now - begin) >= (__s64)interval &&
		    __bpf_stream_cmpxchg(&site[0], begin, now)) {
			count = __bpf_stream_xchg(&site[1], 1);
			return count > burst ? 1 + count - burst : 1;
		}
	}
	if (__bpf_stream_fetch_add(&site[1], 1) < burst)
		return 1;
	__sync_fetch_and_add(&bpf_log_suppressed, 1);
	return 0;
}

/* The three filters, cheapest first */
#define __bpf_log_on(level)                                                                        \
	((level) <= BPF_LOG_COMPILE_LEVEL && __bpf_log_loaded(level) && (level) <= bpf_log_level)

#define __bpf_log_if(how, n, level, name, fmt, ...)                                                \
	({                                                                                         \
		if (__bpf_log_on(level))                                                           \
			how(level, name, n, bpf_log_fmt(fmt) __VA_OPT__(, ) __VA_ARGS__);          \
	})

/* @how is one of the above: a name that no program has as a macro of its own */
#define __bpf_log(how, n, level, name, fmt, ...)                                                   \
	({                                                                                         \
		how##_site __BPF_LOG_CHECK(fmt __VA_OPT__(, ) __VA_ARGS__);                        \
		__bpf_log_if(how, n, level, name, fmt __VA_OPT__(, ) __VA_ARGS__);                 \
		(void)0;                                                                           \
	})

/* For a level that is a value: one of the five, known to the compiler as a rule */
#define __bpf_log_value(how, n, level, fmt, ...)                                                   \
	({                                                                                         \
		const int __bpf_stream_level = (level);                                            \
                                                                                                   \
		how##_site __BPF_LOG_CHECK(fmt __VA_OPT__(, ) __VA_ARGS__);                        \
		if (__bpf_stream_level <= BPF_LOG_ERROR)                                           \
			__bpf_log_if(how, n, BPF_LOG_ERROR, "ERROR",                               \
				     fmt __VA_OPT__(, ) __VA_ARGS__);                              \
		else if (__bpf_stream_level == BPF_LOG_WARN)                                       \
			__bpf_log_if(how, n, BPF_LOG_WARN, "WARN",                                 \
				     fmt __VA_OPT__(, ) __VA_ARGS__);                              \
		else if (__bpf_stream_level == BPF_LOG_INFO)                                       \
			__bpf_log_if(how, n, BPF_LOG_INFO, "INFO",                                 \
				     fmt __VA_OPT__(, ) __VA_ARGS__);                              \
		else if (__bpf_stream_level == BPF_LOG_DEBUG)                                      \
			__bpf_log_if(how, n, BPF_LOG_DEBUG, "DEBUG",                               \
				     fmt __VA_OPT__(, ) __VA_ARGS__);                              \
		else                                                                               \
			__bpf_log_if(how, n, BPF_LOG_TRACE, "TRACE",                               \
				     fmt __VA_OPT__(, ) __VA_ARGS__);                              \
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
#define bpf_log_error(fmt, ...)                                                                    \
	__bpf_log(__bpf_log_always, 1, BPF_LOG_ERROR, "ERROR", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_warn(fmt, ...)                                                                     \
	__bpf_log(__bpf_log_always, 1, BPF_LOG_WARN, "WARN", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_info(fmt, ...)                                                                     \
	__bpf_log(__bpf_log_always, 1, BPF_LOG_INFO, "INFO", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_debug(fmt, ...)                                                                    \
	__bpf_log(__bpf_log_always, 1, BPF_LOG_DEBUG, "DEBUG", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_trace(fmt, ...)                                                                    \
	__bpf_log(__bpf_log_always, 1, BPF_LOG_TRACE, "TRACE", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log(level, fmt, ...)                                                                   \
	__bpf_log_value(__bpf_log_always, 1, level, fmt __VA_OPT__(, ) __VA_ARGS__)

/**
 * bpf_log_error_once() ... bpf_log_trace_once(), bpf_log_once() - log the first time only
 * Arguments as above. Once for this place in the source, over all CPUs, until the object is loaded
 * anew. A record that a filter held back does not count as the one.
 *
 * Return, context, kernels: as bpf_log_info().
 */
#define bpf_log_error_once(fmt, ...)                                                               \
	__bpf_log(__bpf_log_once, 1, BPF_LOG_ERROR, "ERROR", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_warn_once(fmt, ...)                                                                \
	__bpf_log(__bpf_log_once, 1, BPF_LOG_WARN, "WARN", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_info_once(fmt, ...)                                                                \
	__bpf_log(__bpf_log_once, 1, BPF_LOG_INFO, "INFO", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_debug_once(fmt, ...)                                                               \
	__bpf_log(__bpf_log_once, 1, BPF_LOG_DEBUG, "DEBUG", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_trace_once(fmt, ...)                                                               \
	__bpf_log(__bpf_log_once, 1, BPF_LOG_TRACE, "TRACE", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_once(level, fmt, ...)                                                              \
	__bpf_log_value(__bpf_log_once, 1, level, fmt __VA_OPT__(, ) __VA_ARGS__)

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
#define bpf_log_error_ratelimited(fmt, ...)                                                        \
	__bpf_log(__bpf_log_ratelimited, 1, BPF_LOG_ERROR, "ERROR", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_warn_ratelimited(fmt, ...)                                                         \
	__bpf_log(__bpf_log_ratelimited, 1, BPF_LOG_WARN, "WARN", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_info_ratelimited(fmt, ...)                                                         \
	__bpf_log(__bpf_log_ratelimited, 1, BPF_LOG_INFO, "INFO", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_debug_ratelimited(fmt, ...)                                                        \
	__bpf_log(__bpf_log_ratelimited, 1, BPF_LOG_DEBUG, "DEBUG", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_trace_ratelimited(fmt, ...)                                                        \
	__bpf_log(__bpf_log_ratelimited, 1, BPF_LOG_TRACE, "TRACE", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_ratelimited(level, fmt, ...)                                                       \
	__bpf_log_value(__bpf_log_ratelimited, 1, level, fmt __VA_OPT__(, ) __VA_ARGS__)

/**
 * bpf_log_error_every() ... bpf_log_trace_every(), bpf_log_every() - log the first of every @n
 * @n: a number above 0. Further arguments as above. For this place in the source, over all CPUs.
 *
 * Return, context, kernels: as bpf_log_info().
 */
#define bpf_log_error_every(n, fmt, ...)                                                           \
	__bpf_log(__bpf_log_every, n, BPF_LOG_ERROR, "ERROR", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_warn_every(n, fmt, ...)                                                            \
	__bpf_log(__bpf_log_every, n, BPF_LOG_WARN, "WARN", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_info_every(n, fmt, ...)                                                            \
	__bpf_log(__bpf_log_every, n, BPF_LOG_INFO, "INFO", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_debug_every(n, fmt, ...)                                                           \
	__bpf_log(__bpf_log_every, n, BPF_LOG_DEBUG, "DEBUG", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_trace_every(n, fmt, ...)                                                           \
	__bpf_log(__bpf_log_every, n, BPF_LOG_TRACE, "TRACE", fmt __VA_OPT__(, ) __VA_ARGS__)
#define bpf_log_every(level, n, fmt, ...)                                                          \
	__bpf_log_value(__bpf_log_every, n, level, fmt __VA_OPT__(, ) __VA_ARGS__)

/* The longest that bpf_log_hexdump() dumps, in bytes */
#define BPF_LOG_HEXDUMP_MAX 4096

struct __bpf_log_dump {
	const void *ptr;
	const char *prefix, *line;
	/* 64 bits: less is lost on the stack to 6.1's verifier */
	__u64 text, len, id, is_dynptr;
	__u64 done; /* bytes that are dumped */
};

#if BPF_LOG_TIMESTAMP
#define __BPF_LOG_DUMP_TIME 1
#else
#define __BPF_LOG_DUMP_TIME 0
#endif

/*
 * One line of 16 bytes; a callback of bpf_loop(), so that the verifier walks it once whatever the
 * length. Without branches that depend on the data, for the same reason.
 */
static __noinline __attribute__((unused)) long __bpf_log_dump_line(__u32 i,
								   struct __bpf_log_dump *dump)
{
	__u64 off = (__u64)i * 16, n = dump->len - off;
	__u64 args[__BPF_LOG_DUMP_TIME + 4];
	__u8 data[16] = {};
	char hex[48], ascii[17];
	long err;

	if (n > 16)
		n = 16;
	if (!n)
		return 1;
	if (dump->is_dynptr)
		err = bpf_dynptr_read(data, n, (void *)dump->ptr, off, 0);
	else
		err = bpf_probe_read_kernel(data, n, dump->ptr + off);
	if (err)
		return 1;
	for (int k = 0; k < 16; k++) {
		int byte = data[k], hi = byte >> 4, lo = byte & 15;
		int unprintable = ((byte - 32) | (126 - byte)) >> 31;

		asm volatile("" : "+r"(unprintable));
		hex[3 * k] = hi + '0' + (((9 - hi) >> 31) & ('a' - '0' - 10));
		hex[3 * k + 1] = lo + '0' + (((9 - lo) >> 31) & ('a' - '0' - 10));
		hex[3 * k + 2] = ' ';
		ascii[k] = (byte & ~unprintable) | ('.' & unprintable);
	}
	*(char *)__bpf_stream_at(hex, n * 3 - 1) = 0;
	*(char *)__bpf_stream_at(ascii, n) = 0;
	if (__BPF_LOG_DUMP_TIME)
		args[0] = bpf_ktime_get_ns();
	args[__BPF_LOG_DUMP_TIME] = (unsigned long)dump->prefix;
	args[__BPF_LOG_DUMP_TIME + 1] = off;
	args[__BPF_LOG_DUMP_TIME + 2] = (unsigned long)hex;
	args[__BPF_LOG_DUMP_TIME + 3] = (unsigned long)ascii;
	__bpf_stream_write(dump->id, dump->line, args, sizeof(args), dump->text);
	dump->done = off + n;
	return 0;
}

#define __bpf_log_dump_if(level, name, prefix_, ptr_, len_)                                        \
	({                                                                                         \
		if (__bpf_log_on(level)) {                                                         \
			__BPF_STREAM_TEXT __bpf_stream_text[] =                                    \
				__BPF_LOG_HEAD(name) "%s%04x: %-47s |%s|\0" __BPF_LOG_HEAD(        \
					name) "%s%04x: %-47s |%s|\n";                              \
			const __u32 __bpf_stream_size = sizeof(__bpf_stream_text) / 2;             \
			const __u32 __bpf_stream_len = (len_);                                     \
			struct __bpf_log_dump __bpf_stream_dump;                                   \
                                                                                                   \
			/* one by one: see __bpf_stream_emit() */                                  \
			__bpf_stream_dump.ptr = (ptr_);                                            \
			__bpf_stream_dump.prefix = (prefix_);                                      \
			__bpf_stream_dump.line = __bpf_stream_text + __bpf_stream_size;            \
			__bpf_stream_dump.text = __bpf_stream_size << 16 | __bpf_stream_size;      \
			__bpf_stream_dump.len = __bpf_stream_len > BPF_LOG_HEXDUMP_MAX             \
							? BPF_LOG_HEXDUMP_MAX                      \
							: __bpf_stream_len;                        \
			__bpf_stream_dump.id = BPF_LOG_STREAM_OF(level);                           \
			__bpf_stream_dump.done = 0;                                                \
			__bpf_stream_dump.is_dynptr =                                              \
				_Generic((ptr_), struct bpf_dynptr * : 1,                          \
					 const struct bpf_dynptr * : 1, default : 0);              \
			bpf_loop((__bpf_stream_dump.len + 15) / 16, __bpf_log_dump_line,           \
				 &__bpf_stream_dump, 0);                                           \
			if (__bpf_stream_dump.done < __bpf_stream_dump.len)                        \
				__bpf_log_always(                                                  \
					level, name, 1, "%s%u bytes cannot be read",               \
					__bpf_stream_dump.prefix,                                  \
					(__u32)(__bpf_stream_len - __bpf_stream_dump.done));       \
			else if (__bpf_stream_len > BPF_LOG_HEXDUMP_MAX)                           \
				__bpf_log_always(level, name, 1, "%s%u bytes more",                \
						 __bpf_stream_dump.prefix,                         \
						 __bpf_stream_len - BPF_LOG_HEXDUMP_MAX);          \
		}                                                                                  \
	})

/**
 * bpf_log_hexdump() - log memory as hexadecimal and printable characters
 * @level: BPF_LOG_ERROR to BPF_LOG_TRACE
 * @prefix: a string, put before each line
 * @ptr: what to dump: any kernel memory (map value, stack, packet data), or a struct bpf_dynptr *
 * @len: how many bytes. What is over BPF_LOG_HEXDUMP_MAX (4,096) is not dumped, and a record tells:
 *	"<prefix>N bytes more"
 *
 * A record for each 16 bytes, "<prefix><offset>: <16 bytes in hex> |<as text>|", so that each can
 * stand alone among the records of other CPUs. A line with a byte that cannot be read ends the dump,
 * and a record tells how many bytes are missing: "<prefix>N bytes cannot be read".
 *
 * Return: nothing. Context: as bpf_log_info(), but not while a lock is held (bpf_loop() is not
 *	allowed there). Kernels: stream 6.17 and up, trace pipe before.
 */
#define bpf_log_hexdump(level, prefix, ptr, len)                                                   \
	({                                                                                         \
		const int __bpf_stream_level = (level);                                            \
                                                                                                   \
		if (__bpf_stream_level <= BPF_LOG_ERROR)                                           \
			__bpf_log_dump_if(BPF_LOG_ERROR, "ERROR", prefix, ptr, len);               \
		else if (__bpf_stream_level == BPF_LOG_WARN)                                       \
			__bpf_log_dump_if(BPF_LOG_WARN, "WARN", prefix, ptr, len);                 \
		else if (__bpf_stream_level == BPF_LOG_INFO)                                       \
			__bpf_log_dump_if(BPF_LOG_INFO, "INFO", prefix, ptr, len);                 \
		else if (__bpf_stream_level == BPF_LOG_DEBUG)                                      \
			__bpf_log_dump_if(BPF_LOG_DEBUG, "DEBUG", prefix, ptr, len);               \
		else                                                                               \
			__bpf_log_dump_if(BPF_LOG_TRACE, "TRACE", prefix, ptr, len);               \
		(void)0;                                                                           \
	})

#endif /* BPF_STREAM_LOG_H */
