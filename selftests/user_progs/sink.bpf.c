// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The variables that readers find in .data.bpf_log, without the headers: five messages were lost, three
 * of these are reported, and messages go to the trace pipe.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define LOG_SECTION __attribute__((section(".data.bpf_log"), used))

struct lost {
	__u64 causes[8];
};

char _license[] SEC("license") = "GPL";

LOG_SECTION volatile __u32 bpf_stream_sink;
LOG_SECTION struct lost bpf_stream_lost[2];
LOG_SECTION struct lost __bpf_stream_told[2];

SEC("tp/syscalls/sys_enter_kill")
int set_sink(void *ctx)
{
	bpf_stream_sink = 3;
	bpf_stream_lost[1].causes[2] = 5;
	__bpf_stream_told[1].causes[2] = 3;
	return 0;
}
