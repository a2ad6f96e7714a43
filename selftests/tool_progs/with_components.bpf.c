// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Two components, and records with CPU and task, on demand: see modes.bpf.c for how. */
#include "vmlinux.h"
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

/* not in the order of their names */
BPF_LOG_DECLARE_COMPONENT(nat);
BPF_LOG_DECLARE_COMPONENT(conntrack);

static __always_inline void plain(void)
{
	bpf_log_error("plain e");
	bpf_log_info("plain i");
	bpf_log_debug("plain d");
}

#define BPF_LOG_COMPONENT conntrack
static __always_inline void conntrack(void)
{
	bpf_log_error("conntrack e");
	bpf_log_info("conntrack i");
	bpf_log_debug("conntrack d");
}
#undef BPF_LOG_COMPONENT

#define BPF_LOG_COMPONENT nat
static __always_inline void nat(void)
{
	bpf_log_error("nat e");
	bpf_log_info("nat i");
	bpf_log_debug("nat d");
}
#undef BPF_LOG_COMPONENT

SEC("tp/syscalls/sys_enter_kill")
int with_components(struct trace_event_raw_sys_enter *ctx)
{
	if ((int)ctx->args[0] != 2000000007)
		return 0;
	plain();
	conntrack();
	nat();
	return 0;
}

#undef BPF_LOG_CPU
#define BPF_LOG_CPU 1
#undef BPF_LOG_PID
#define BPF_LOG_PID 1
SEC("tp/syscalls/sys_enter_kill")
int with_task(struct trace_event_raw_sys_enter *ctx)
{
	if ((int)ctx->args[0] == 2000000012)
		bpf_log_info("with its task");
	return 0;
}
