/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/push.h - the kernel's write functions: hand a message to a stream, or to the trace
 * pipe on a kernel without streams. Internal: do not include directly. write.h has the same calls
 * as assembly, for the calls at each message.
 */
#ifndef BPF_STREAM_PUSH_H
#define BPF_STREAM_PUSH_H

#include <bpf_stream/bpf/helpers.h>
#ifdef __BPF_STREAM_RING
#include <bpf_stream/bpf/ring.h>
#endif

__BPF_STREAM_HEADER

/*
 * Three ways of building: streams and the trace pipe, the ring alone (no kernel function is
 * referred to), or streams and the ring. With a ring, the arguments are preceded by room for the
 * head of a record, so callers pass their array from element __BPF_STREAM_ROOM on.
 */
#ifdef __BPF_STREAM_RING
#define __BPF_STREAM_ROOM 1
#else
#define __BPF_STREAM_ROOM 0
#endif
#if defined(__BPF_STREAM_RING) && !defined(BPF_STREAM_RING_FALLBACK)
#define __BPF_STREAM_RING_ONLY
#endif

#ifndef __BPF_STREAM_RING_ONLY
#define __bpf_stream_vprintk_7_0  __BPF_STREAM_KFUNC(bpf_stream_vprintk___bpf_stream_7_0)
#define __bpf_stream_vprintk_6_18 __BPF_STREAM_KFUNC(bpf_stream_vprintk_impl___bpf_stream_6_18)
#define __bpf_stream_vprintk_6_17 __BPF_STREAM_KFUNC(bpf_stream_vprintk___bpf_stream_6_17)

/*
 * The kernel's write function has had three forms. libbpf ignores ___ and what follows it in a
 * name, and leaves a weak function NULL if the kernel's prototype differs. So any kernel has at
 * most one of these, and the verifier removes the branches of the others. The kernel's own names
 * are not declared here, because vmlinux.h may declare them.
 */
extern int __bpf_stream_vprintk_7_0(int id, const char *fmt__str, const void *args,
				    __bpf_stream_u32 len__sz) __bpf_stream_ksym;
extern int __bpf_stream_vprintk_6_18(int id, const char *fmt__str, const void *args,
				     __bpf_stream_u32 len__sz, void *aux__prog) __bpf_stream_ksym;
extern int __bpf_stream_vprintk_6_17(int id, const char *fmt__str, const void *args,
				     __bpf_stream_u32 len__sz, void *aux__prog) __bpf_stream_ksym;
#endif

/**
 * bpf_stream_supported() - test whether this kernel and this loader have streams
 *
 * It is a constant to the verifier, which removes code after `if (!bpf_stream_supported())` on a
 * kernel that has them. A write can still fail, for want of capacity or memory.
 *
 * Return: true if bpf_stream_printk() writes to streams, false if it falls back to the trace pipe or
 * to the ring of ring.h.
 * Context: any program type, NMI included. Kernels: all, true from 6.17 on.
 */
__bpf_stream_inline _Bool bpf_stream_supported(void)
{
#ifdef __BPF_STREAM_RING_ONLY
	return 0;
#else
	return __bpf_stream_ksym_exists(__bpf_stream_vprintk_7_0) ||
	       __bpf_stream_ksym_exists(__bpf_stream_vprintk_6_18) ||
	       __bpf_stream_ksym_exists(__bpf_stream_vprintk_6_17);
#endif
}

/* Do messages go to the trace pipe, which adds a newline to each? */
__bpf_stream_inline _Bool __bpf_stream_to_trace_pipe(void)
{
#ifdef __BPF_STREAM_RING
	return 0;
#else
	return !bpf_stream_supported();
#endif
}

/* Do they go to the ring, which keeps a message whose strings are too long? */
__bpf_stream_inline _Bool __bpf_stream_to_ring(void)
{
#ifdef __BPF_STREAM_RING
	return !bpf_stream_supported();
#else
	return 0;
#endif
}

/*
 * @text of a message, for what is not a stream. The trace pipe adds a newline to every message, so it
 * gets the text that is @skip bytes before the line and has @size bytes with its NUL: that is the
 * @place. The ring needs to know what the arguments point to: @kinds.
 */
#define __BPF_STREAM_PLACE(skip, size) ((skip) << 16 | (size))
#ifdef __BPF_STREAM_RING
#define __BPF_STREAM_ELSEWHERE(place, kinds)                                                       \
	((__bpf_stream_u64)(kinds) | __BPF_STREAM_RING_AFTER((place) >> 16))
#else
#define __BPF_STREAM_ELSEWHERE(place, kinds) (place)
#endif

/*
 * Write @line. Return 0 or a negative errno.
 *
 * It is inline, and each call has its own test, for three verifiers: that of 6.1 detects endless
 * loops by the registers of the innermost function alone; a common exit of the branches makes 6.18
 * walk half as much again; 7.1 to 7.3 reject functions that pass on their caller's stack ("slot
 * poisoned by dead code elimination").
 */
__bpf_stream_inline int __bpf_stream_push(int id, const char *line, const void *args,
					  __bpf_stream_u32 len, __bpf_stream_u64 text)
{
#ifndef __BPF_STREAM_RING_ONLY
	/* 7.0 and up: the last argument became implicit */
	if (__bpf_stream_ksym_exists(__bpf_stream_vprintk_7_0))
		return __bpf_stream_vprintk_7_0(id, line, args, len);
	/* 6.18 and 6.19 */
	if (__bpf_stream_ksym_exists(__bpf_stream_vprintk_6_18))
		return __bpf_stream_vprintk_6_18(id, line, args, len, (void *)0);
	/* 6.17 */
	if (__bpf_stream_ksym_exists(__bpf_stream_vprintk_6_17))
		return __bpf_stream_vprintk_6_17(id, line, args, len, (void *)0);
#endif
#if defined(__BPF_STREAM_RING)
	if (id != __BPF_STREAM_STDOUT && id != __BPF_STREAM_STDERR)
		return -__BPF_STREAM_ENOENT;
	return (int)__bpf_stream_ring_error(
		__bpf_stream_ring_push(id, 0, line, args, len, text, 0));
#elif !defined(BPF_STREAM_FALLBACK_NONE)
	{
		long ret = __bpf_stream_helper_trace_vprintk(line - (text >> 16), text & 0xffff,
							     args, len);

		return ret < 0 ? (int)ret : 0;
	}
#else
	(void)text;
	return -__BPF_STREAM_EOPNOTSUPP;
#endif
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_PUSH_H */
