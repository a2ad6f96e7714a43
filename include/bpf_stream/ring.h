/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/ring.h - the same messages through a BPF ring buffer, on every kernel.
 *
 * Include it before the other headers of this library, or by a compiler flag, and all that would go
 * to the streams goes to the ring buffer map bpf_stream_ring of the object:
 *
 *	#include "vmlinux.h"
 *	#include <bpf_stream/ring.h>
 *	#include <bpf_stream/log.h>
 *
 *	clang -include bpf_stream/ring.h ...
 *
 * A message is then a small binary record: where its format is, its arguments as they are, and
 * copies of its strings. The reader makes the text (bpfstream, or bpf_stream_consumer of user.h), the
 * same that the kernel would make. That costs about a seventh of formatting in the kernel, with a
 * string a quarter (docs/costs.md), works from Linux 5.8 on (tested from 6.1 on) with any loader, and
 * can be polled. docs/ring.md has the record.
 *
 * All macros, levels and counts of losses are the same. Strings take 512 bytes of a message together,
 * as on the streams; here those that find no room are cut and counted in bpf_stream_ring_cut, and the
 * message is kept. If the ring is full, messages are lost, counted as "full" and reported.
 *
 * To define before the include:
 *	BPF_STREAM_RING_FALLBACK	write to the streams where the kernel and the loader have them,
 *					and to the ring elsewhere, in place of the trace pipe
 *	BPF_STREAM_RING_SIZE		bytes of the ring buffer: a power of 2, at least 4,096; 256 KB
 *					by default. A loader may set it with bpf_map__set_max_entries().
 *
 * Needs: CAP_PERFMON in the loader, as bpf_printk() does. An object with log.h, printk.h or
 * bpf_stream_printk(), without strings, %pI4 and the like, needs no GPL-compatible licence, no JIT, and
 * no kernel function, unless BPF_STREAM_RING_FALLBACK is defined. Stages, assertions (which print
 * their condition) and hexdumps need the licence, hexdumps the JIT too, and an assertion that throws
 * needs bpf_throw().
 *
 * Context: any program type, NMI included (in NMI a message is lost as "full" if the ring's lock is
 * taken). Not under a bpf_spin_lock, where the verifier rejects it: "function calls are not allowed
 * while holding a lock".
 */
#ifndef BPF_STREAM_RING_H
#define BPF_STREAM_RING_H

#ifdef BPF_STREAM_PUSH_H
#error "bpf_stream: include <bpf_stream/ring.h> before the other headers of bpf_stream"
#endif

#ifdef BPF_STREAM_RING_FALLBACK
#ifdef BPF_STREAM_FALLBACK_NONE
#error "bpf_stream: BPF_STREAM_RING_FALLBACK and BPF_STREAM_FALLBACK_NONE exclude each other"
#endif
#endif

/* The other headers take the ring for their sink. */
#define __BPF_STREAM_RING

#endif /* BPF_STREAM_RING_H */
