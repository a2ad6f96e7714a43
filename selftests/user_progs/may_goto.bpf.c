// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A loop that only the kernel's time limit ends: "Timeout detected for may_goto instruction" */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

__u64 rounds;
volatile __u32 line; /* where it happened */

static __noinline int endless(void)
{
	for (;;) {
		asm volatile goto("may_goto %l[end]" : : : : end);
		rounds++;
	}
end:
	return 0;
}

SEC("syscall")
int report(void *ctx)
{
	line = __LINE__ + 1;
	return endless();
}
