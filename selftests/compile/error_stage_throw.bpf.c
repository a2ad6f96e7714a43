// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: called object type 'struct bpf_stream_stage_block_that_may_not_throw *' is not a function or function pointer */
#include BASE
#include <bpf_stream/stage.h>

extern void bpf_throw(unsigned long long cookie) __attribute__((weak, section(".ksyms")));

int f(void)
{
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("half a message\n");
		bpf_throw(0);
	}
	return 0;
}
