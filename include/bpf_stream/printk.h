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

#if !defined(__VMLINUX_H__) && !defined(__LINUX_BPF_H__) && !defined(_UAPI__LINUX_BPF_H__)
#define __BPF_STREAM_EARLY
#endif
#include <bpf_stream/stream.h>
#undef __BPF_STREAM_EARLY

/* The type of libbpf's macro; a cast would be an unused value to the compiler in places */
static __always_inline __attribute__((unused)) long __bpf_stream_long(int ret)
{
	return ret;
}

/* Two copies of the format, for the trace pipe and for the stream, unless it ends with a newline */
#define __bpf_stream_bpf_printk(fmt, ...)                                                          \
	({                                                                                         \
		__BPF_STREAM_CHECK_LITERAL(fmt);                                                   \
		_Static_assert(__BPF_STREAM_NARG(__VA_ARGS__) <= 12,                               \
			       "bpf_stream: bpf_printk() with more than 12 arguments; the kernel " \
			       "takes 12 at most");                                                \
		__BPF_STREAM_CHECK_LENGTH(fmt "\n" __VA_OPT__(, ) __VA_ARGS__);                    \
		__BPF_STREAM_TEXT __bpf_stream_text[] = fmt "\0" fmt "\n";                         \
		const __u32 __bpf_stream_size = sizeof(fmt);                                       \
		const __u32 __bpf_stream_skip =                                                    \
			sizeof(fmt) > 1 && (fmt)[sizeof(fmt) - 2] == '\n' ? 0 : __bpf_stream_size; \
                                                                                                   \
		__bpf_stream_long(__bpf_stream_emit(                                               \
			__BPF_STREAM_STDOUT, __bpf_stream_text + __bpf_stream_skip,                \
			__bpf_stream_skip << 16 | __bpf_stream_size __VA_OPT__(, ) __VA_ARGS__));  \
	})

#undef bpf_printk

/**
 * bpf_printk() - print to BPF_STDOUT of this program; takes the place of libbpf's macro
 * @fmt: a string literal, as for bpf_stream_printk(). A newline is added where it does not end with
 *	one. It is not compared with the arguments, as libbpf does not.
 * @...: up to 12 arguments, integers and pointers of any type, evaluated once
 *
 * More than 12 arguments and a format so long that the message could pass 1,024 bytes do not
 * compile, as with bpf_stream_printk().
 *
 * Return: 0, or the negative errors of bpf_stream_printk(). libbpf's has the number of bytes in
 *	place of the 0. A long, like that one.
 * Context, kernels: as bpf_stream_printk().
 */
#define bpf_printk(...) __bpf_stream_bpf_printk(__VA_ARGS__)

#endif /* BPF_STREAM_PRINTK_H */
