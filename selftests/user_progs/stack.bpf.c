// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A stack between two records and a message: on 7.0 and up the kernel prints it, without an error */
#include "vmlinux.h"
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

volatile __u32 line; /* where it happened */

static __noinline int inner(int n)
{
	bpf_log_error("before %d", n);
	line = __LINE__ + 1;
	bpf_stream_dump_stack(BPF_STDERR);
	bpf_log_error("after %d", n);
	bpf_stream_printk(BPF_STDERR, "plain\n");
	return n;
}

SEC("syscall")
int report(void *ctx)
{
	return inner(7) != 7;
}
