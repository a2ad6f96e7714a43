// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* For test_linked.c: the program of one author, who uses the library of another (b.bpf.c) */
#include "vmlinux.h"
#include <bpf_stream/stream.h>
#include <bpf_stream/log.h>
#include <bpf_stream/stage.h>
#include <bpf_stream/printk.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/reader.h>

char _license[] SEC("license") = "GPL";

int library(int n);
int library_reads(int id);
int library_component(void);

BPF_LOG_DECLARE_COMPONENT(shared);

SEC("syscall")
int program(void *ctx)
{
	bpf_log_info("info of the program");
	bpf_log_debug("debug of the program");
	bpf_printk("printk of the program");
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("stage of the program\n");
		/* which also stages */
		library(1);
		bpf_stream_stage_printf("\tand its end\n");
	}
	return 0;
}

/* Messages that no kernel takes: each author loses one, and one is cut */
#pragma clang diagnostic ignored "-Wformat"
SEC("syscall")
int lose(void *ctx)
{
	bpf_stream_printk(BPF_STDERR, "%d\n");
	library(2);
	bpf_stream_stage(BPF_STDOUT)
		bpf_stream_stage_printf("%600d\n", 1);
	return 0;
}

#define BPF_LOG_COMPONENT shared
SEC("syscall")
int components(void *ctx)
{
	bpf_log_debug("debug of the program's component");
	return library_component();
}
#undef BPF_LOG_COMPONENT

static int count(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	return 0;
}

/*
 * Both report errors, and read with functions that no released kernel has. They do not peek: libbpf's
 * linker up to 1.4 accepts only one object that finds programs by id (prog_idr), and for that one the
 * loader reads all of /proc/kallsyms.
 */
SEC("syscall")
int report_and_read(__u32 *id)
{
	int n = bpf_stream_for_each(*id, BPF_STDOUT, count, NULL, BPF_STREAM_KFUNCS, NULL);

	bpf_stream_warn_on(n != 0);
	return library_reads(*id) == n ? n : 1000;
}
