// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: bpf_stream: more than 12 arguments */
#include BASE
#include <bpf_stream/stream.h>

void f(void)
{
	bpf_stream_printk(1, "%d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
			  21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}
