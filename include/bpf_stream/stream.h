/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/stream.h - print to the streams of a BPF program, on every kernel.
 *
 * Since Linux 6.17 each BPF program has two streams, BPF_STDOUT and BPF_STDERR. Include this header
 * after vmlinux.h or <linux/bpf.h> (of any kernel); nothing else is required first:
 *
 *	#include "vmlinux.h"
 *	#include <bpf_stream/stream.h>
 *
 *	bpf_stream_printk(BPF_STDERR, "no room for flow %d\n", id);
 *
 * One object file runs on Linux 6.1 and up (tested on 6.1 to 7.3). Where the kernel has no streams,
 * messages go to the trace pipe (bpf_trace_vprintk()), unless BPF_STREAM_FALLBACK_NONE is defined
 * before the include.
 *
 * No message vanishes in silence. A write that fails is counted by stream and cause in
 * bpf_stream_lost, and a later write to that stream is preceded by one line:
 *
 *	WARN: 312 messages lost by the programs of this object (full: 312, no memory: 0, ...)
 *
 * with a number for each of full, no memory, busy, invalid, too long and other. There is at most
 * one such line in BPF_STREAM_REPORT_INTERVAL (1 s). The trace pipe has none: it belongs to all
 * programs and never fills.
 *
 * Public: bpf_stream_printk(), bpf_stream_supported(), bpf_stream_dump_stack(), bpf_stream_lost,
 * bpf_stream_sink, BPF_STDOUT, BPF_STDERR, BPF_STREAM_VERSION. Names that start with __bpf_stream_
 * or __BPF_STREAM_ are internal and may change. To define before the include, if needed:
 *
 *	BPF_STREAM_FALLBACK_NONE	never use the trace pipe, which all programs share: without
 *					streams, messages cost nothing and go nowhere
 *	BPF_STREAM_REPORT_INTERVAL	ns between two lines about losses
 *	BPF_STREAM_STACK_CTX		the context, for stacks before 7.0
 *	BPF_STREAM_NO_FORMAT_CHECK	no warnings about arguments that do not match their
 *					format, while many messages are migrated at once
 *	BPF_STREAM_NO_LIBBPF		do not include <bpf/bpf_helpers.h>: the project has
 *					its own, which comes later
 *	BPF_STREAM_UNIT			this object will be linked with others
 *
 * While a bpf_spin_lock is held (messages are possible there from 7.0 on), and where a program
 * disables preemption on 6.12, the verifier allows no call of a global function. Redefine
 * BPF_STREAM_LOCKED before such statements, and back to 0 after them:
 *
 *	#undef BPF_STREAM_LOCKED
 *	#define BPF_STREAM_LOCKED 1
 *
 * Needs: a GPL-compatible licence of the program (the kernel's print functions are GPL-only), clang
 * 14 or newer with -O1 or higher and -g. Nothing of libbpf's headers is required; where
 * <bpf/bpf_helpers.h> is found, SEC() and the like come with this header. In the loader libbpf 1.3
 * or newer: an older one does not resolve the kernel's functions, and everything goes to the trace
 * pipe.
 */
#include <bpf_stream/bpf/ids.h>

#ifndef BPF_STREAM_STREAM_H
#define BPF_STREAM_STREAM_H

#define BPF_STREAM_VERSION "0.2.0"

#include <bpf_stream/bpf/stack.h>
#include <bpf_stream/bpf/write.h>

/* libbpf 1.6 and 1.7 each define one that fits one kernel. */
#undef bpf_stream_printk

/**
 * bpf_stream_printk() - print a message to a stream of this program
 * @id: BPF_STDOUT or BPF_STDERR
 * @fmt: a string literal, as for bpf_printk(): %d %i %u %x %X, also with l and ll, %c, %s, %p, and
 *	of the kernel's own %pI4 %pi4 %pI6 %pi6 %pks %pus %ps %pS %pB %pK %px. A width may be given;
 *	no precision and no flag #. No newline is added (the trace pipe adds one).
 * @...: up to 12 arguments, evaluated once. Integers are extended to 64 bits.
 *
 * The message is one unit: it is never torn and never mixed with another, on any number of CPUs. To
 * the verifier it takes one of the eight call frames, which is used only when a message is lost.
 *
 * These do not compile: more than 12 arguments, a format that is not a string literal, a conversion
 * that the kernel does not take, and a format so long that the message could pass 1,023 bytes. Up
 * to 7.3 the kernel stores a message of 1,024 bytes with a NUL for its last one; it drops longer
 * ones and never gives back the space that it charged for them. A width in the format is not
 * counted, so keep it small. Arguments that do not match the format are a compiler warning.
 *
 * An empty format does not compile either. Do not write empty messages by other means ("%s" of an
 * empty string): 6.17 and 6.18 overwrite their own memory when there are very many.
 *
 * Return: 0, or a negative errno of the kernel:
 *	-ENOSPC: the stream is full (100,000 bytes that nobody has read), or the strings of this
 *		message take more than 512 bytes together
 *	-ENOMEM: no memory, or a message over 1,024 bytes
 *	-EBUSY: more than three such calls nested on this CPU
 *	-EINVAL: a format that the kernel does not take
 *	-ENOENT: no such stream
 *	-EOPNOTSUPP: a kernel without streams, with BPF_STREAM_FALLBACK_NONE
 * Context: any program type, NMI included. Under a bpf_spin_lock from 7.0 on, with
 *	BPF_STREAM_LOCKED 1; older verifiers reject it there.
 * Kernels: stream 6.17 and up, trace pipe before.
 */
#define bpf_stream_printk(id, ...)                                                                 \
	__BPF_STREAM_QUIET_MESSAGE __bpf_stream_printk(id, __VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_stream_printk(id, fmt, ...)                                                          \
	__bpf_stream_printk_bare(id, __BPF_STREAM_NARG(__VA_ARGS__),                               \
				 __BPF_STREAM_BARE(fmt) __VA_OPT__(, ) __VA_ARGS__)
#define __bpf_stream_printk_bare(id, n, ...) __bpf_stream_printk_n(id, n, __VA_ARGS__)
#define __bpf_stream_printk_n(id, n, fmt, ...)                                                     \
	({                                                                                         \
		__BPF_STREAM_TEXT __bpf_stream_text[] = fmt;                                       \
		enum { __BPF_STREAM_END(0, n), __BPF_STREAM_LONGEST(n, fmt) };                     \
		__BPF_STREAM_ARGS;                                                                 \
                                                                                                   \
		_Static_assert(sizeof(fmt) > 1, "bpf_stream: an empty message");                   \
		__BPF_STREAM_CHECK(n, fmt __VA_OPT__(, ) __VA_ARGS__);                             \
		__BPF_STREAM_SET_ARGS(n __VA_OPT__(, ) __VA_ARGS__)                                \
		__bpf_stream_write(id, __bpf_stream_text, __bpf_stream_args + __BPF_STREAM_ROOM,   \
				   8 * n,                                                          \
				   __BPF_STREAM_ELSEWHERE(sizeof(__bpf_stream_text),               \
							  __BPF_STREAM_KINDS(0, n, fmt)),          \
				   BPF_STREAM_LOCKED, 1);                                          \
	})

#endif /* BPF_STREAM_STREAM_H */
