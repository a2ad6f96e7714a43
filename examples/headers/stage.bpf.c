// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <linux/bpf.h>
#include <bpf_stream/stage.h>

SEC("tp/sched/sched_process_exec")
int exec(void *ctx)
{
	int pid = bpf_get_current_pid_tgid() >> 32;
	char comm[16];

	bpf_get_current_comm(comm, sizeof(comm));
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("%s starts\n", comm);
		bpf_stream_stage_printf("\tpid %d\n", pid);
		bpf_stream_stage_printf("\tcpu %d\n", (int)bpf_get_smp_processor_id());
	}
	return 0;
}
char _license[] SEC("license") = "GPL";
