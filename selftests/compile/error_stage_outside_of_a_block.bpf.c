// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: use of undeclared identifier '__bpf_stream_block' */
#include BASE
#include <bpf_stream/stage.h>

void f(void)
{
	bpf_stream_stage_printf("nowhere\n");
}
