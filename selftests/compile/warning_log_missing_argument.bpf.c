// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: more '%' conversions than data arguments */
#include BASE
#include <bpf_stream/log.h>

void f(void)
{
	bpf_log_info("%d %d", 1);
}
