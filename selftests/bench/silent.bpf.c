// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* One of the thousand programs that print nothing */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("syscall")
int silent(void *ctx)
{
	return 0;
}
