// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <linux/bpf.h>
#include <bpf_stream/stream.h>

SEC("tp/sched/sched_process_exec")
int exec(void *ctx)
{
	char comm[16];

	if (bpf_get_current_comm(comm, sizeof(comm)))
		bpf_stream_printk(BPF_STDERR, "who is this?\n");
	bpf_stream_printk(BPF_STDOUT, "%s starts\n", comm);
	return 0;
}
char _license[] SEC("license") = "GPL";
