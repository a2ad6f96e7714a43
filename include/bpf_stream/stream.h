/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/stream.h - print to the streams of a BPF program, on every kernel.
 *
 * A BPF program has two streams of its own since Linux 6.17, BPF_STDOUT and BPF_STDERR. Include
 * this header after vmlinux.h or <linux/bpf.h> (of any kernel), and after nothing else:
 *
 *	#include "vmlinux.h"
 *	#include <bpf_stream/stream.h>
 *
 *	bpf_stream_printk(BPF_STDERR, "no room for flow %d\n", id);
 *
 * One object file runs on Linux 6.1 and up. Where the kernel has no streams, messages go to the
 * trace pipe (bpf_trace_vprintk), unless BPF_STREAM_FALLBACK_NONE is defined before the include.
 *
 * No message vanishes in silence. A write that fails is counted by stream and cause in
 * bpf_stream_lost, and the next one that succeeds on that stream is preceded by one line:
 *
 *	WARN: 312 messages lost (full: 312, no memory: 0, busy: 0, invalid: 0, too long: 0, other: 0)
 *
 * (In the trace pipe there is no such line; it belongs to all programs, and has no end.)
 *
 * What you may use: bpf_stream_printk(), bpf_stream_supported(), bpf_stream_dump_stack(),
 * bpf_stream_lost, BPF_STDOUT, BPF_STDERR. Names that start with __bpf_stream_ or __BPF_STREAM_
 * are internal and may change.
 *
 * Needs: a GPL-compatible licence of the program (the kernel asks it of everybody who prints),
 * clang 14 or newer with -O1 or higher, libbpf's headers 1.1 or newer. In the loader libbpf 1.3
 * or newer: an older one does not find the kernel's functions, and everything goes to the trace
 * pipe.
 */
#include <bpf_stream/bpf/ids.h>

#ifndef BPF_STREAM_STREAM_H
#define BPF_STREAM_STREAM_H

#define BPF_STREAM_VERSION "0.2.0"

#include <bpf_stream/bpf/stack.h>
#include <bpf_stream/bpf/write.h>

/* libbpf 1.6 and 1.7 define one that fits one kernel each */
#undef bpf_stream_printk

/**
 * bpf_stream_printk() - print a message to a stream of this program
 * @id: BPF_STDOUT or BPF_STDERR
 * @fmt: a string literal, as for bpf_printk(): %d %i %u %x %X with l and ll, %c, %s, %p, and of the
 *	kernel's own %pI4 %pi4 %pI6 %pi6 %pks %pus %ps %pS %pB %pK %px; no flags such as %#x. No newline is added (the trace pipe of
 *	kernels without streams adds one).
 * @...: up to 12 arguments, evaluated once. Integers are extended to 64 bits.
 *
 * The message is one unit: never torn and never mixed with another, on any number of CPUs.
 *
 * More than 12 arguments, a format that is no literal, and a format so long that the message could
 * pass 1,024 bytes do not compile: the kernel drops a longer message and, up to 7.3 at least,
 * never gives back the space that it was charged for it. A width or precision given in the format
 * is not counted; keep them small. Arguments that do not fit the format are a compiler warning.
 *
 * An empty format does not compile either. Do not write messages without any text in other ways
 * ("%s" of an empty string): 6.17 and 6.18 overwrite memory of their own when there are very many.
 *
 * Return: 0, or a negative error of the kernel:
 *	-ENOSPC: the stream is full (100,000 bytes that nobody has read), or the strings of this
 *		message take more than 512 bytes together
 *	-ENOMEM: no memory, or a message over 1,024 bytes
 *	-EBUSY: more than three such calls nested on this CPU
 *	-EINVAL: a format that the kernel does not know
 *	-ENOENT: no such stream
 *	-EOPNOTSUPP: a kernel without streams, with BPF_STREAM_FALLBACK_NONE
 * Context: any program type, NMI included. Under a bpf_spin_lock from 7.0 on; the verifier of
 *	6.17 to 6.19 rejects it there.
 * Kernels: stream 6.17 and up, trace pipe before.
 */
#define bpf_stream_printk(id, ...) __BPF_STREAM_QUIET __bpf_stream_printk(id, __VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_stream_printk(id, fmt, ...)                                                          \
	__bpf_stream_printk_bare(id, __BPF_STREAM_BARE(fmt) __VA_OPT__(, ) __VA_ARGS__)
#define __bpf_stream_printk_bare(id, fmt, ...)                                                            \
	({                                                                         \
		__BPF_STREAM_TEXT __bpf_stream_text[] = fmt;                                       \
		__BPF_STREAM_ARGS(0 __VA_OPT__(, ) __VA_ARGS__);                                   \
                                                                                                   \
		__BPF_STREAM_CHECK(fmt __VA_OPT__(, ) __VA_ARGS__);                                \
		_Static_assert(sizeof(fmt) > 1, "bpf_stream: an empty message");                   \
		__BPF_STREAM_SET_ARGS(__VA_ARGS__)                                                 \
		__bpf_stream_write(id, __bpf_stream_text, __bpf_stream_args,                       \
				   8 * __BPF_STREAM_NARG(__VA_ARGS__), sizeof(__bpf_stream_text),  \
				   BPF_STREAM_LOCKED);                                             \
	})

#endif /* BPF_STREAM_STREAM_H */
