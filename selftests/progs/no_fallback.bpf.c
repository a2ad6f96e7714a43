// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* BPF_STREAM_FALLBACK_NONE: nothing goes to the trace pipe */
#include "vmlinux.h"
#define BPF_STREAM_FALLBACK_NONE
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

SEC("syscall")
__stdout("stream only")
__stderr(HEAD("WARN", "no_fallback.bpf.c") "stream only")
__no_trace
__retval(0)
__retval_no_streams(-95)
int no_fallback(void *ctx)
{
	bpf_log_warn("stream only");
	return bpf_stream_printk(BPF_STDOUT, "stream only\n");
}

/* See AGAIN in context.h: here the message returns early where there are no streams. */
SEC("tc")
__loads int again(struct __sk_buff *ctx)
{
	__u32 mark = ctx->mark;

	bpf_stream_printk(BPF_STDOUT, "again\n");
	return (mark + ctx->mark) & 1;
}
