// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: bpf_stream: the format must be a string literal */
#include BASE
#include <bpf_stream/stream.h>

static const char format[] = "%d";

void f(void)
{
	bpf_stream_printk(1, format, 1);
}
