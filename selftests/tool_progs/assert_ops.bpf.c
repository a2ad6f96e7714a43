// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* assert.h in struct_ops: two TCP congestion controls, one that continues and one that throws */
#include "vmlinux.h"
#include <bpf_stream/assert.h>
#include <bpf/bpf_tracing.h>

char _license[] SEC("license") = "GPL";

int zero;
__u64 went_on;

SEC("struct_ops/init_warn")
void BPF_PROG(init_warn, struct sock *sk)
{
	went_on = bpf_stream_warn_on(!zero);
	bpf_stream_assert_return(zero == 2, );
	went_on = 0;
}

SEC("struct_ops/init_throw")
void BPF_PROG(init_throw, struct sock *sk)
{
	bpf_stream_assert_msg(zero, "it is %d", zero);
	went_on = 1;
}

SEC("struct_ops/ssthresh")
__u32 BPF_PROG(ssthresh, struct sock *sk)
{
	bpf_stream_panic_return(2, "ssthresh");
}

SEC("struct_ops/undo")
__u32 BPF_PROG(undo, struct sock *sk)
{
	bpf_stream_panic_return(2, "undo");
}

SEC("struct_ops/cong_avoid")
void BPF_PROG(cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
}

SEC(".struct_ops")
struct tcp_congestion_ops warn_cc = {
	.init = (void *)init_warn,
	.ssthresh = (void *)ssthresh,
	.undo_cwnd = (void *)undo,
	.cong_avoid = (void *)cong_avoid,
	.name = "warn_cc",
};

SEC(".struct_ops")
struct tcp_congestion_ops throw_cc = {
	.init = (void *)init_throw,
	.ssthresh = (void *)ssthresh,
	.undo_cwnd = (void *)undo,
	.cong_avoid = (void *)cong_avoid,
	.name = "throw_cc",
};
