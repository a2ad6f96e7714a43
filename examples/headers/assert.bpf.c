// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <linux/bpf.h>
#define BPF_STREAM_STACK_CTX ctx /* stacks before 7.0 too */
#include <bpf_stream/assert.h>

int limit = 100;

SEC("tp/sched/sched_process_exec")
int exec(void *ctx)
{
	int pid = bpf_get_current_pid_tgid() >> 32;

	bpf_stream_warn_on(pid > limit);
	bpf_stream_assert_msg(limit > 100, "it is %d", limit);
	return 0; /* never: the assertion ends the program */
}
char _license[] SEC("license") = "GPL";
