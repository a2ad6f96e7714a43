// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: bpf_stream: an empty message */
#include BASE
#include <bpf_stream/stream.h>

void f(void)
{
	bpf_stream_printk(1, "");
}
