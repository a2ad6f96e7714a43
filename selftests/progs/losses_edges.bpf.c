// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Losses of two programs, for test_losses_edges.c, and messages of exactly the maximum length */
#include "vmlinux.h"
#include <bpf_stream/log.h> /* with the default BPF_STREAM_REPORT_INTERVAL, one second */
#include "expect.h"

char _license[] SEC("license") = "GPL";

/* The test reads only one of the two; the stream of the other overflows. */
SEC("syscall")
__retval(0)
__level(0)
int not_read(void *ctx)
{
	for (int i = 0; i < 50; i++)
		bpf_log_info("a message of the program that is not read, number %d", i);
	return 0;
}

SEC("syscall")
__level(0)
int is_read(void *ctx)
{
	bpf_log_info("a message of the program that is read");
	return 0;
}

/* Can never be written: over 512 bytes of strings */
char long_string[600] = {[0 ... 590] = 'x'};

SEC("syscall")
__level(0)
int never_written(void *ctx)
{
	bpf_log_info("%s%s", long_string, long_string);
	bpf_log_info("good");
	return 0;
}
