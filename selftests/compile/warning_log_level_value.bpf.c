// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: data argument not used by format string */
#include BASE
#include <bpf_stream/log.h>

void f(int level)
{
	bpf_log(level, "%d", 1, 2);
}
