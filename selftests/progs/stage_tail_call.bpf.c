// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Blocks left by a tail call: their message is not written, and their slots come back after a while */
#include "vmlinux.h"
#define __BPF_STREAM_STAGE_STALE 250 /* ticks; the same number is in test_stage_tail_call.c */
#include <bpf_stream/stage.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

SEC("tc")
__stdout("called")
__retval(5)
int target(struct __sk_buff *skb)
{
	bpf_stream_printk(BPF_STDOUT, "called\n");
	return 5;
}

/* Take all four slots of this CPU. Return how many were not free: */
SEC("tc")
__stdout("4")
__stdout("3")
__stdout("2")
__stdout("1")
int takes_all(struct __sk_buff *skb)
{
	unsigned int ret = 0;

	bpf_stream_stage(BPF_STDOUT) {
		ret -= bpf_stream_stage_printf("1\n");
		bpf_stream_stage(BPF_STDOUT) {
			ret -= bpf_stream_stage_printf("2\n");
			bpf_stream_stage(BPF_STDOUT) {
				ret -= bpf_stream_stage_printf("3\n");
				bpf_stream_stage(BPF_STDOUT)
					ret -= bpf_stream_stage_printf("4\n");
			}
		}
	}
	return ret / 16;
}

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, int(struct __sk_buff *));
} targets SEC(".maps") = {.values = {[0] = (void *)&target}};

SEC("tc")
__trace("called") /* which is in the stream of the program that is called */
__ring_stdout("called") /* the ring has both */
	__retval(5)
int leaves(struct __sk_buff *skb)
{
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("half a message\n");
		bpf_tail_call(skb, &targets, 0);
	}
	return 1;
}
