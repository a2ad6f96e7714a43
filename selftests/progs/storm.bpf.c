// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Writers for test_losses.c, and one message for the runner */
#include "vmlinux.h"
#define BPF_STREAM_REPORT_INTERVAL 100000000ULL /* 100 ms; the same number is in test_losses.c */
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

__u64 attempted, refused;
__u32 messages = 1; /* per run */

static long one(__u32 i, void *ctx)
{
	__sync_fetch_and_add(&attempted, 1);
	if (bpf_stream_printk(BPF_STDOUT, "message of %d\n", bpf_get_smp_processor_id()))
		__sync_fetch_and_add(&refused, 1);
	return 0;
}

SEC("syscall")
__stdout("message of [0-9]+")
int storm(void *ctx)
{
	bpf_loop(messages, one, NULL, 0);
	return 0;
}
