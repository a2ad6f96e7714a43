// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <linux/bpf.h>
#include <bpf_stream/log.h>

SEC("tp/sched/sched_process_exec")
int exec(void *ctx)
{
	char comm[16];

	bpf_get_current_comm(comm, sizeof(comm));
	bpf_log_info("%s starts", comm);
	bpf_log_debug_every(2, "one of two is %s", comm);
	bpf_log_hexdump(BPF_LOG_DEBUG, "comm ", comm, sizeof(comm));
	if (comm[0] == 't')
		bpf_log_warn_ratelimited("%s begins with a t", comm);
	return 0;
}
char _license[] SEC("license") = "GPL";
