// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: format specifies type 'int' but the argument has type */
#include BASE
#include <bpf_stream/stream.h>

void f(__u64 n)
{
	bpf_stream_printk(1, "%d", n);
}
