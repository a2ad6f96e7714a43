// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Pages of an arena that were never allocated: "Arena WRITE access at unmapped address 0x..." */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

volatile __u32 line; /* where it happened */

#define __arena __attribute__((address_space(1)))

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 16);
	__ulong(map_extra, 0x1ull << 44); /* where user space sees it */
} arena SEC(".maps");

/* the address that goes with the lower 32 bits, for the verifier too */
static __always_inline volatile __u64 __arena *arena_at(__u64 offset)
{
	asm volatile("" : : "r"(&arena)); /* the code must show that the program uses it */
	return (volatile __u64 __arena *)((0x1ull << 44) + offset);
}

SEC("syscall")
int report_write(void *ctx)
{
	line = __LINE__ + 1;
	*arena_at(0x3018) = 1;
	return 0;
}

SEC("syscall")
int report_read(void *ctx)
{
	line = __LINE__ + 1;
	return *arena_at(0x5000) != 0;
}
