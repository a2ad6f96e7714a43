// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: the ring takes at most seven %% before a conversion */
#include BASE
#include <bpf_stream/ring.h>
#include <bpf_stream/stream.h>

int f(void *ctx)
{
	return bpf_stream_printk(BPF_STDOUT, "%%%%%%%%%%%%%%%% %d\n", 1);
}
