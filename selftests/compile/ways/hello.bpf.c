// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A minimal program, compiled in every way that projects use */
#include BASE
#ifdef HELPERS
#include <bpf/bpf_helpers.h>
#endif
#ifndef EARLY
#include <bpf_stream/log.h>
#include <bpf_stream/printk.h>
#endif

SEC("tp/sched/sched_process_exec")
int hello(void *ctx)
{
	bpf_printk("hello %d", 1);
#ifdef PARENTHESES
	bpf_printk(("hello %d"), 2);
#define debug(fmt, ...) bpf_printk((fmt), ##__VA_ARGS__)
	debug("hello %d", 3);
#ifndef EARLY
	bpf_log_info(("hello"));
	bpf_stream_printk(BPF_STDOUT, ("hello %s\n"), "4");
#endif
#endif
	return 0;
}

char _license[] SEC("license") = "GPL";
