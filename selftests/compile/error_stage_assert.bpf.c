// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: bpf_stream: this may throw, and would lose the message of the bpf_stream_stage() block that it is in; use the _return form */
#include BASE
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>

int f(int c)
{
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("half a message\n");
		bpf_stream_assert(c > 0);
	}
	return 0;
}
