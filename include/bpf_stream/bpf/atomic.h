/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/atomic.h - atomic operations that return the old value, which makes them full
 * barriers. Internal: do not include directly.
 *
 * Every supported kernel has these instructions, but clang has builtins for them only with -mcpu=v3
 * and up, and its default was v1 up to clang 19. So they are encoded by hand: BPF_STX | BPF_ATOMIC
 * | BPF_DW, with the address in r1 and the value in r2.
 */
#ifndef BPF_STREAM_ATOMIC_H
#define BPF_STREAM_ATOMIC_H

#include <bpf_stream/bpf/base.h>

__BPF_STREAM_HEADER

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define __BPF_STREAM_ATOMIC_INSN(op) (0x21dbULL | (__bpf_stream_u64)(op) << 32)
#else
#define __BPF_STREAM_ATOMIC_INSN(op) (0xdb12ULL << 48 | (__bpf_stream_u64)(op))
#endif

#ifdef __bpf__
/* *@p = *@p OP @v; return the old *@p */
#define __BPF_STREAM_ATOMIC_FN(name, op)                                                           \
	__bpf_stream_inline __bpf_stream_u64 name(volatile __bpf_stream_u64 *p,                    \
						  __bpf_stream_u64 v)                              \
	{                                                                                          \
		register volatile __bpf_stream_u64 *ptr __asm__("r1") = p;                         \
		register __bpf_stream_u64 val __asm__("r2") = v;                                   \
                                                                                                   \
		__asm__ __volatile__(".8byte %[insn]"                                              \
				     : "+r"(val)                                                   \
				     : "r"(ptr), [insn] "i"(__BPF_STREAM_ATOMIC_INSN(op))          \
				     : "memory");                                                  \
		return val;                                                                        \
	}

__BPF_STREAM_ATOMIC_FN(__bpf_stream_fetch_add, 0x01)
__BPF_STREAM_ATOMIC_FN(__bpf_stream_fetch_or, 0x41)
__BPF_STREAM_ATOMIC_FN(__bpf_stream_xchg, 0xe1)

/* Set *@p to @v if it is @old. Return whether it was. */
__bpf_stream_inline _Bool __bpf_stream_cmpxchg(volatile __bpf_stream_u64 *p, __bpf_stream_u64 old,
					       __bpf_stream_u64 v)
{
	register __bpf_stream_u64 was __asm__("r0") = old;
	register volatile __bpf_stream_u64 *ptr __asm__("r1") = p;
	register __bpf_stream_u64 val __asm__("r2") = v;

	__asm__ __volatile__(".8byte %[insn]"
			     : "+r"(was)
			     : "r"(ptr), "r"(val), [insn] "i"(__BPF_STREAM_ATOMIC_INSN(0xf1))
			     : "memory");
	return was == old;
}
#else
/* base.h has reported the error; these declarations keep it the only one. */
extern __bpf_stream_u64 __bpf_stream_fetch_add(volatile __bpf_stream_u64 *p, __bpf_stream_u64 v);
extern __bpf_stream_u64 __bpf_stream_fetch_or(volatile __bpf_stream_u64 *p, __bpf_stream_u64 v);
extern __bpf_stream_u64 __bpf_stream_xchg(volatile __bpf_stream_u64 *p, __bpf_stream_u64 v);
extern _Bool __bpf_stream_cmpxchg(volatile __bpf_stream_u64 *p, __bpf_stream_u64 old,
				  __bpf_stream_u64 v);
#endif

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_ATOMIC_H */
