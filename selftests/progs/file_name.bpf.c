// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* BPF_LOG_FILE: the name of the file in records, with a percent sign; it may change at any place */
#define BPF_LOG_FILE "a%%d.bpf.c"
#include "vmlinux.h"
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

int n = 7;

SEC("syscall")
__stdout(HEAD("INFO", "a%d.bpf.c") "n 7")
__stdout(HEAD("INFO", "a%d.bpf.c") "dump 0000: 37 00 +\\|7.\\|")
__stderr(HEAD("WARN", "a%d.bpf.c") "warn_on: n % 2")
__stack
__stdout(HEAD("INFO", "b.c") "other name")
int percent(void *ctx)
{
	char text[2] = "7";

	bpf_log_info("n %d", n);
	bpf_log_hexdump(BPF_LOG_INFO, "dump ", text, sizeof(text));
	bpf_stream_warn_on(n % 2);
#undef BPF_LOG_FILE
#define BPF_LOG_FILE "b.c"
	bpf_log_info("other name");
	return 0;
}
