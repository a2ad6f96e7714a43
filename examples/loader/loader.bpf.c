// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Logs every kill(2), and prints the stack if it is for init. */
#include <linux/bpf.h>
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

/* see /sys/kernel/tracing/events/syscalls/sys_enter_kill/format */
struct kill_args {
	__u64 common;
	__u64 nr, pid, signal;
};

static __noinline void signal_for_init(int signal)
{
	bpf_log_warn("signal %d for init", signal);
	bpf_stream_dump_stack(BPF_STDERR);
}

SEC("tp/syscalls/sys_enter_kill")
int on_kill(struct kill_args *args)
{
	bpf_log_debug("kill(%d, %d)", (int)args->pid, (int)args->signal);
	if (args->pid == 1)
		signal_for_init(args->signal);
	return 0;
}
