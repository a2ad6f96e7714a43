// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A program that sends its levels to other streams than usual */
#include "vmlinux.h"
#define BPF_LOG_STREAM_OF(level) ((level) == BPF_LOG_INFO ? BPF_STDERR : BPF_STDOUT)
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

SEC("syscall")
__stdout(HEAD("ERROR", "log_stream_of.bpf.c") "e")
__stdout(HEAD("WARN", "log_stream_of.bpf.c") "w")
__stderr(HEAD("INFO", "log_stream_of.bpf.c") "i")
__stderr(HEAD("INFO", "log_stream_of.bpf.c") "0000: 78 {46}\\|x\\|")
int levels_elsewhere(void *ctx)
{
	char x = 'x';

	bpf_log_error("e");
	bpf_log_warn("w");
	bpf_log_info("i");
	bpf_log_hexdump(BPF_LOG_INFO, "", &x, 1);
	return 0;
}
