/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/printk.h - send existing bpf_printk() calls to the stream of the program.
 *
 *	#include "vmlinux.h"
 *	#include <bpf/bpf_helpers.h>
 *	#include <bpf_stream/printk.h>
 *
 *	bpf_printk("packet of %d bytes", len);
 *
 * Nothing else has to change, except a format that the kernel refuses: it does not compile. This
 * header may also come before all others, so that a compiler flag is enough and no source changes:
 *
 *	clang -include bpf_stream/printk.h ...
 *
 * Then the next header of this library that follows vmlinux.h or <linux/bpf.h> defines BPF_STDOUT
 * and BPF_STDERR. A program that defines a bpf_printk() of its own keeps that one.
 *
 * To define before the include: what stream.h has. BPF_NO_GLOBAL_DATA of libbpf has no effect here,
 * because formats and counts are global data.
 */
#ifndef BPF_STREAM_PRINTK_H
#define BPF_STREAM_PRINTK_H

#include <bpf_stream/bpf/ids.h>
#include <bpf_stream/bpf/write.h>

__BPF_STREAM_HEADER

/* libbpf's macro has this type. A cast would give warnings about an unused value. */
__bpf_stream_inline long __bpf_stream_long(int ret)
{
	return ret;
}

/*
 * The text has the format twice, without a newline for the trace pipe and with one for the stream.
 * A format that ends in a newline uses the first copy for both.
 */
#define __bpf_stream_bpf_printk(...)                                                               \
	__BPF_STREAM_QUIET_MESSAGE __bpf_stream_bpf_printk_(__VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_stream_bpf_printk_(fmt, ...)                                                         \
	__bpf_stream_bpf_printk_bare(__BPF_STREAM_NARG(__VA_ARGS__),                               \
				     __BPF_STREAM_BARE(fmt) __VA_OPT__(, ) __VA_ARGS__)
#define __bpf_stream_bpf_printk_bare(n, ...) __bpf_stream_bpf_printk_n(n, __VA_ARGS__)
#define __bpf_stream_bpf_printk_n(n, fmt, ...)                                                     \
	({                                                                                         \
		__BPF_STREAM_TEXT __bpf_stream_text[] = fmt "\0" fmt "\n";                         \
		const __bpf_stream_u32 __bpf_stream_nodebug __bpf_stream_size = sizeof(fmt);       \
		const __bpf_stream_u32 __bpf_stream_nodebug __bpf_stream_skip =                    \
			sizeof(fmt) > 1 && (fmt)[sizeof(fmt) - 2] == '\n' ? 0 : __bpf_stream_size; \
		enum { __BPF_STREAM_END(0, n), __BPF_STREAM_LONGEST(n, fmt "\n") };                \
		__BPF_STREAM_ARGS;                                                                 \
                                                                                                   \
		__BPF_STREAM_CHECK_LITERAL(fmt);                                                   \
		_Static_assert(n <= 12,                                                            \
			       "bpf_stream: bpf_printk() with more than 12 arguments; the kernel " \
			       "takes 12 at most");                                                \
		__BPF_STREAM_CHECK_ARENA(n __VA_OPT__(, ) __VA_ARGS__);                            \
		if (0) {                                                                           \
			__BPF_STREAM_CHECK_FORMAT(n, fmt);                                         \
		}                                                                                  \
		__BPF_STREAM_SET_ARGS(n __VA_OPT__(, ) __VA_ARGS__)                                \
		__bpf_stream_long(__bpf_stream_write(                                              \
			__BPF_STREAM_STDOUT, __bpf_stream_text + __bpf_stream_skip,                \
			__bpf_stream_args + __BPF_STREAM_ROOM, 8 * n,                              \
			__BPF_STREAM_ELSEWHERE(                                                    \
				__BPF_STREAM_PLACE(__bpf_stream_skip, __bpf_stream_size),          \
				__BPF_STREAM_KINDS(0, n, fmt)),                                    \
			BPF_STREAM_LOCKED, 1));                                                    \
	})

/*
 * If this header comes first, libbpf's bpf_helpers.h follows and defines its own bpf_printk
 * unconditionally. But it keeps a ___bpf_nth() that is already defined, and its bpf_printk selects
 * one of two macros with that. So define one that selects ours; for all other uses it gives
 * numbers, as libbpf's does.
 */
#if !defined(__BPF_HELPERS__) && !defined(SEC) && !defined(BPF_STREAM_NO_LIBBPF) &&                \
	!defined(___bpf_nth) && __has_include(<bpf/bpf_helpers.h>)
#define ___bpf_nth(...) __BPF_STREAM_PASTE(__bpf_stream_nth_, __bpf_stream_nth(__VA_ARGS__))

#define __bpf_stream_nth(_, _1, _2, _3, _4, _5, _6, _7, _8, _9, _a, _b, _c, N, ...) N

#define __bpf_stream_nth___bpf_printk  __bpf_stream_bpf_printk
#define __bpf_stream_nth___bpf_vprintk __bpf_stream_bpf_printk
#define __bpf_stream_nth_0	       0
#define __bpf_stream_nth_1	       1
#define __bpf_stream_nth_2	       2
#define __bpf_stream_nth_3	       3
#define __bpf_stream_nth_4	       4
#define __bpf_stream_nth_5	       5
#define __bpf_stream_nth_6	       6
#define __bpf_stream_nth_7	       7
#define __bpf_stream_nth_8	       8
#define __bpf_stream_nth_9	       9
#define __bpf_stream_nth_10	       10
#define __bpf_stream_nth_11	       11
#define __bpf_stream_nth_12	       12
#else
#undef bpf_printk
/**
 * bpf_printk() - print to BPF_STDOUT of this program; replaces libbpf's macro
 * @fmt: a string literal, as for bpf_stream_printk(). A newline is added if it does not end in one.
 *	Like libbpf's macro, this one does not compare it with the arguments.
 * @...: up to 12 arguments, integers and pointers of any type, evaluated once
 *
 * These do not compile, as with bpf_stream_printk(): more than 12 arguments, a conversion that the
 * kernel does not take, and a format so long that the message could pass 1,023 bytes.
 *
 * Return: 0, or a negative errno as from bpf_stream_printk(), as a long. libbpf's macro returns the
 *	number of bytes instead of 0.
 * Context, kernels: as bpf_stream_printk().
 */
#define bpf_printk(...) __bpf_stream_bpf_printk(__VA_ARGS__)
#endif

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_PRINTK_H */
