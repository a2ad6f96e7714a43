// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* bpf_stream_sink without a fallback */
#define BPF_STREAM_FALLBACK_NONE
#include "vmlinux.h"
#include <bpf_stream/stream.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

SEC("syscall")
__stdout("one")
__no_trace
__retval(BPF_STREAM_SINK_STREAM)
__retval_no_streams(BPF_STREAM_SINK_NOWHERE)
int sink_none(void *ctx)
{
	if (bpf_stream_sink != BPF_STREAM_SINK_UNKNOWN)
		return -1;
	bpf_stream_printk(BPF_STDOUT, "one\n");
	return bpf_stream_sink;
}
