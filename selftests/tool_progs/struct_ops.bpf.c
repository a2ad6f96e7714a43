// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A TCP congestion control, which is attached as a map, and a program beside it */
#include "vmlinux.h"
#include <bpf_stream/log.h>
#include <bpf/bpf_tracing.h>

char _license[] SEC("license") = "GPL";

SEC("struct_ops/cc_init")
void BPF_PROG(cc_init, struct sock *sk)
{
	bpf_log_info("a socket");
}

SEC("struct_ops/cc_ssthresh")
__u32 BPF_PROG(cc_ssthresh, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/cc_undo")
__u32 BPF_PROG(cc_undo, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/cc_avoid")
void BPF_PROG(cc_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
}

SEC(".struct_ops.link")
struct tcp_congestion_ops tool_cc = {
	.init = (void *)cc_init,
	.ssthresh = (void *)cc_ssthresh,
	.undo_cwnd = (void *)cc_undo,
	.cong_avoid = (void *)cc_avoid,
	.name = "tool_cc",
};

SEC("tp/syscalls/sys_enter_kill")
int beside(void *ctx)
{
	return 0;
}
