// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* bpf_stream_stage() with BPF_STREAM_FALLBACK_NONE: nothing where there are no streams */
#include "vmlinux.h"
#define BPF_STREAM_FALLBACK_NONE
#include <bpf_stream/stage.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

SEC("syscall")
__stderr("one half")
__stderr("other half")
__no_trace
__retval(0)
__retval_no_streams(-95)
int stage_no_fallback(void *ctx)
{
	int ret = 0;

	bpf_stream_stage(BPF_STDERR) {
		bpf_stream_stage_printf("one half\n");
		ret = bpf_stream_stage_printf("%s half\n", "other");
	}
	return bpf_stream_lost[1].busy + bpf_stream_lost[1].other ? 1 : ret;
}
