// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* For test_linked.c: a library that logs, knows nothing of the program, and is compiled alone */
#include "vmlinux.h"
#include <bpf_stream/reader.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/printk.h>
#include <bpf_stream/stage.h>
#include <bpf_stream/log.h>
#include <bpf_stream/stream.h>

char _license[] SEC("license") = "GPL";

#pragma clang diagnostic ignored "-Wformat"

__noinline int library(int n)
{
	if (n == 2) {
		bpf_stream_printk(BPF_STDERR, "%d\n");
		bpf_stream_stage(BPF_STDOUT)
			bpf_stream_stage_printf("%600d\n", 1);
		return 0;
	}
	bpf_log_info("info of the library");
	bpf_log_debug("debug of the library");
	bpf_printk("printk of the library");
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("stage of the library\n");
		bpf_stream_stage_printf("\tand its end\n");
	}
	return 0;
}

static int count(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	return 0;
}

__noinline int library_reads(int id)
{
	int n = bpf_stream_for_each(id, BPF_STDOUT, count, NULL, BPF_STREAM_KFUNCS, NULL);

	bpf_stream_warn_on(n);
	return n;
}

BPF_LOG_DECLARE_COMPONENT(shared);
#define BPF_LOG_COMPONENT shared
__noinline int library_component(void)
{
	bpf_log_debug("debug of the library's component");
	return 0;
}
