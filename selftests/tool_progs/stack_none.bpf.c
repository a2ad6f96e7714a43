// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* For test_context.c: a program that may not call bpf_get_stack() */
#include "vmlinux.h"
#include <bpf_stream/stream.h>

char _license[] SEC("license") = "GPL";

SEC("xdp")
int stack_of_xdp(struct xdp_md *ctx)
{
	return -bpf_stream_dump_stack(BPF_STDOUT);
}
