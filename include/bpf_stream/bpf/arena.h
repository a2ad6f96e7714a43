/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/arena.h - pointers into an arena, address space 1. Internal: do not include
 * directly.
 *
 * Only the program's own loads reach an arena. To helpers and to the kernel's formatter the pointer
 * is an address in user space, so %s would print nothing.
 */
#ifndef BPF_STREAM_BPF_ARENA_H
#define BPF_STREAM_BPF_ARENA_H

#include <bpf_stream/bpf/base.h>

__BPF_STREAM_HEADER

/* clang 19 and up; older ones compile no program with an arena. */
#ifdef __BPF_FEATURE_ADDR_SPACE_CAST
#define __bpf_stream_arena __attribute__((__address_space__(1)))

#define __BPF_STREAM_IS_ARENA_STR_0
#define __BPF_STREAM_IS_ARENA_STR(n, a)                                                            \
	|| _Generic((a), char __bpf_stream_arena * : 1, const char __bpf_stream_arena * : 1,       \
		    unsigned char __bpf_stream_arena * : 1,                                        \
		    const unsigned char __bpf_stream_arena * : 1, default : 0)
#define __BPF_STREAM_CHECK_ARENA(n, ...)                                                           \
	_Static_assert(                                                                            \
		!(0 __BPF_STREAM_MAP(n, __BPF_STREAM_IS_ARENA_STR __VA_OPT__(, ) __VA_ARGS__)),    \
		"bpf_stream: the kernel cannot read a string in an arena: copy it to the "         \
		"stack first, or cast it to (void __arena *) for %p");

/*
 * Copy @n bytes (1 to 16) from an arena to @to, which has room for 16. No branches, for the
 * verifier's sake, and no load past the end: the kernel reports loads from missing pages.
 */
__bpf_stream_inline void __bpf_stream_arena_copy(__bpf_stream_u8 *to, __bpf_stream_u64 from,
						 __bpf_stream_u64 n)
{
	const volatile __bpf_stream_u8 __bpf_stream_arena *p =
		(const volatile __bpf_stream_u8 __bpf_stream_arena *)from;

#pragma clang loop unroll(full)
	for (int i = 0; i < 16; i++) {
		__bpf_stream_s64 left = (__bpf_stream_s64)n - 1 - i;

		to[i] = p[i + (left & (left >> 63))];
	}
}
#else
#define __BPF_STREAM_CHECK_ARENA(...)
#define __bpf_stream_arena_copy(to, from, n)
#endif

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_BPF_ARENA_H */
