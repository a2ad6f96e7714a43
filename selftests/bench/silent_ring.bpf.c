// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* One of the thousand programs that have nothing to say, and each a ring for it */
#define BPF_STREAM_RING_SIZE 4096
#include <linux/bpf.h>
#include <bpf_stream/ring.h>
#include <bpf_stream/stream.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

volatile _Bool talk;

SEC("syscall")
int silent(void *ctx)
{
	if (talk)
		bpf_stream_printk(BPF_STDOUT, "said\n");
	return 0;
}
