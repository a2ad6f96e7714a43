// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: more '%' conversions than data arguments */
#include BASE
#include <bpf_stream/assert.h>

void f(void)
{
	bpf_stream_panic("%d %d", 1);
}
