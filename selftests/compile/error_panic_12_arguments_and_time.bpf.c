// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: bpf_log: more than 12 arguments */
#include BASE
#include <bpf_stream/assert.h>

void f(void)
{
	bpf_stream_panic("%d %d %d %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
}
