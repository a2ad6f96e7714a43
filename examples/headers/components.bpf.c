// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <linux/bpf.h>
#include <bpf_stream/log.h>

BPF_LOG_DECLARE_COMPONENT(names);

#define BPF_LOG_COMPONENT names
static void name(void)
{
	char comm[16];

	if (!bpf_get_current_comm(comm, sizeof(comm)))
		bpf_log_debug("its name is %s", comm);
}
#undef BPF_LOG_COMPONENT

SEC("tp/sched/sched_process_exec")
int exec(void *ctx)
{
	bpf_log_info("a program starts");
	name();
	return 0;
}
char _license[] SEC("license") = "GPL";
