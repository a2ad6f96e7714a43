/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/atomic.h - atomic operations that give a value back. Internal; nothing to include.
 *
 * Every kernel that this library runs on has them, but clang has builtins for them from -mcpu=v3
 * on only, and its default was v1 up to clang 19. So they are written as the instructions that
 * they are: BPF_STX | BPF_ATOMIC | BPF_DW, with the address in r1 and the value in r2.
 */
#ifndef BPF_STREAM_ATOMIC_H
#define BPF_STREAM_ATOMIC_H

#include <bpf_stream/base.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define __BPF_STREAM_ATOMIC_INSN(op) (0x21dbULL | (__u64)(op) << 32)
#else
#define __BPF_STREAM_ATOMIC_INSN(op) (0xdb12ULL << 48 | (__u64)(op))
#endif
#define __BPF_STREAM_ATOMIC_FETCH_ADD 0x01
#define __BPF_STREAM_ATOMIC_FETCH_OR  0x41
#define __BPF_STREAM_ATOMIC_XCHG      0xe1
#define __BPF_STREAM_ATOMIC_CMPXCHG   0xf1

/* *@p += @v; returns what was there before */
static __always_inline __attribute__((unused)) __u64 __bpf_stream_fetch_add(volatile __u64 *p,
									    __u64 v)
{
	register volatile __u64 *ptr asm("r1") = p;
	register __u64 val asm("r2") = v;

	asm volatile(".8byte %[insn]"
		     : "+r"(val)
		     : "r"(ptr), [insn] "i"(__BPF_STREAM_ATOMIC_INSN(__BPF_STREAM_ATOMIC_FETCH_ADD))
		     : "memory");
	return val;
}

/* *@p |= @v; returns what was there before */
static __always_inline __attribute__((unused)) __u64 __bpf_stream_fetch_or(volatile __u64 *p,
									   __u64 v)
{
	register volatile __u64 *ptr asm("r1") = p;
	register __u64 val asm("r2") = v;

	asm volatile(".8byte %[insn]"
		     : "+r"(val)
		     : "r"(ptr), [insn] "i"(__BPF_STREAM_ATOMIC_INSN(__BPF_STREAM_ATOMIC_FETCH_OR))
		     : "memory");
	return val;
}

/* *@p = @v; returns what was there before */
static __always_inline __attribute__((unused)) __u64 __bpf_stream_xchg(volatile __u64 *p, __u64 v)
{
	register volatile __u64 *ptr asm("r1") = p;
	register __u64 val asm("r2") = v;

	asm volatile(".8byte %[insn]"
		     : "+r"(val)
		     : "r"(ptr), [insn] "i"(__BPF_STREAM_ATOMIC_INSN(__BPF_STREAM_ATOMIC_XCHG))
		     : "memory");
	return val;
}

/* *@p = @v if it is @old; true if it was */
static __always_inline __attribute__((unused)) _Bool __bpf_stream_cmpxchg(volatile __u64 *p,
									  __u64 old, __u64 v)
{
	register __u64 was asm("r0") = old;
	register volatile __u64 *ptr asm("r1") = p;
	register __u64 val asm("r2") = v;

	asm volatile(".8byte %[insn]"
		     : "+r"(was)
		     : "r"(ptr),
		       "r"(val), [insn] "i"(__BPF_STREAM_ATOMIC_INSN(__BPF_STREAM_ATOMIC_CMPXCHG))
		     : "memory");
	return was == old;
}

#endif /* BPF_STREAM_ATOMIC_H */
