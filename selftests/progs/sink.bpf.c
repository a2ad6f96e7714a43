// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* bpf_stream_sink is known after the first message. One program, for its value before that. */
#include "vmlinux.h"
#include <bpf_stream/stream.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

SEC("syscall")
__stdout("version [0-9]+[.][0-9]+[.][0-9]+")
__retval(BPF_STREAM_SINK_STREAM)
__retval_no_streams(BPF_STREAM_SINK_TRACE)
__ring_retval(BPF_STREAM_SINK_RING) int sink(void *ctx)
{
	if (bpf_stream_sink != BPF_STREAM_SINK_UNKNOWN)
		return -1;
	bpf_stream_printk(BPF_STDOUT, "version " BPF_STREAM_VERSION "\n");
	return bpf_stream_sink;
}
