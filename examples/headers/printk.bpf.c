// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf_stream/printk.h>

SEC("tp/sched/sched_process_exec")
int exec(void *ctx)
{
	char comm[16];

	bpf_get_current_comm(comm, sizeof(comm));
	bpf_printk("%s starts", comm);
	return 0;
}
char _license[] SEC("license") = "GPL";
