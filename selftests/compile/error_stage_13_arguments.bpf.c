// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: bpf_stream: more than 12 arguments */
#include BASE
#include <bpf_stream/stage.h>

void f(void)
{
	bpf_stream_stage(1)
		bpf_stream_stage_printf("%d %d %d %d %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
					11, 12, 13);
}
