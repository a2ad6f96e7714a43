// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * A project of its own with a plain Makefile, for the installed headers:
 *	make && bpfstream run use_make.bpf.o
 * It logs every program that starts.
 */
#include <linux/bpf.h>
#include <bpf_stream/log.h>

SEC("tp/sched/sched_process_exec")
int use_make(void *ctx)
{
	char comm[16];

	bpf_get_current_comm(comm, sizeof(comm));
	bpf_log_info("%s starts", comm);
	return 0;
}

char _license[] SEC("license") = "GPL";
