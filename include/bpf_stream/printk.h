/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/printk.h - existing bpf_printk() calls go to the stream of the program.
 *
 *	#include "vmlinux.h"
 *	#include <bpf/bpf_helpers.h>
 *	#include <bpf_stream/printk.h>
 *
 *	bpf_printk("packet of %d bytes", len);
 *
 * Nothing else has to be changed. This header may also come before all others, so it can be a flag
 * of the compiler, and no file is changed at all:
 *
 *	clang -include bpf_stream/printk.h ...
 *
 * BPF_STDOUT and BPF_STDERR are defined by the next header of this library that comes after
 * vmlinux.h or <linux/bpf.h> then. A program that defines a bpf_printk of its own keeps that one.
 *
 * To define before the include: BPF_STREAM_FALLBACK_NONE of stream.h. BPF_NO_GLOBAL_DATA of libbpf
 * changes nothing here: formats and counts are global data.
 */
#ifndef BPF_STREAM_PRINTK_H
#define BPF_STREAM_PRINTK_H

#include <bpf_stream/bpf/ids.h>
#include <bpf_stream/bpf/write.h>

__BPF_STREAM_HEADER

/* The type of libbpf's macro; a cast would be an unused value to the compiler in places */
__bpf_stream_inline long __bpf_stream_long(int ret)
{
	return ret;
}

/* Two copies of the format, for the trace pipe and for the stream, unless it ends with a newline */
#define __bpf_stream_bpf_printk(...) __BPF_STREAM_QUIET __bpf_stream_bpf_printk_(__VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_stream_bpf_printk_(fmt, ...)                                                         \
	__bpf_stream_bpf_printk_bare(__BPF_STREAM_BARE(fmt) __VA_OPT__(, ) __VA_ARGS__)
#define __bpf_stream_bpf_printk_bare(fmt, ...)                                                          \
	({                                                                         \
		__BPF_STREAM_TEXT __bpf_stream_text[] = fmt "\0" fmt "\n";                         \
		const __bpf_stream_u32 __bpf_stream_nodebug __bpf_stream_size = sizeof(fmt);       \
		const __bpf_stream_u32 __bpf_stream_nodebug __bpf_stream_skip =                    \
			sizeof(fmt) > 1 && (fmt)[sizeof(fmt) - 2] == '\n' ? 0 : __bpf_stream_size; \
		__BPF_STREAM_ARGS(0 __VA_OPT__(, ) __VA_ARGS__);                                   \
                                                                                                   \
		__BPF_STREAM_CHECK_LITERAL(fmt);                                                   \
		_Static_assert(__BPF_STREAM_NARG(__VA_ARGS__) <= 12,                               \
			       "bpf_stream: bpf_printk() with more than 12 arguments; the kernel " \
			       "takes 12 at most");                                                \
		__BPF_STREAM_CHECK_LENGTH(fmt "\n" __VA_OPT__(, ) __VA_ARGS__);                    \
		__BPF_STREAM_CHECK_FORMAT(fmt __VA_OPT__(, ) __VA_ARGS__);                         \
		__BPF_STREAM_CHECK_ARENA(__VA_ARGS__);                                             \
		__BPF_STREAM_SET_ARGS(__VA_ARGS__)                                                 \
		__bpf_stream_long(__bpf_stream_write(                                              \
			__BPF_STREAM_STDOUT, __bpf_stream_text + __bpf_stream_skip,                \
			__bpf_stream_args, 8 * __BPF_STREAM_NARG(__VA_ARGS__),                     \
			__bpf_stream_skip << 16 | __bpf_stream_size, BPF_STREAM_LOCKED));          \
	})

/*
 * Before all others, as a flag of the compiler: libbpf's bpf_helpers.h, which comes later, defines its
 * bpf_printk whatever is there. But it takes a ___bpf_nth() that it finds, by which its bpf_printk picks
 * one of two macros. So this one picks ours; otherwise it gives numbers, as libbpf's does.
 */
#if !defined(__BPF_HELPERS__) && !defined(SEC) && !defined(BPF_STREAM_NO_LIBBPF) &&                \
	!defined(___bpf_nth) && __has_include(<bpf/bpf_helpers.h>)
#define __bpf_stream_nth(_, _1, _2, _3, _4, _5, _6, _7, _8, _9, _a, _b, _c, N, ...) N
#define ___bpf_nth(...) __BPF_STREAM_PASTE(__bpf_stream_nth_, __bpf_stream_nth(__VA_ARGS__))
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
 * bpf_printk() - print to BPF_STDOUT of this program; takes the place of libbpf's macro
 * @fmt: a string literal, as for bpf_stream_printk(). A newline is added where it does not end with
 *	one. It is not compared with the arguments, as libbpf does not.
 * @...: up to 12 arguments, integers and pointers of any type, evaluated once
 *
 * More than 12 arguments and a format so long that the message could pass 1,023 bytes do not
 * compile, as with bpf_stream_printk().
 *
 * Return: 0, or the negative errors of bpf_stream_printk(). libbpf's has the number of bytes in
 *	place of the 0. A long, like that one.
 * Context, kernels: as bpf_stream_printk().
 */
#define bpf_printk(...) __bpf_stream_bpf_printk(__VA_ARGS__)
#endif

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_PRINTK_H */
