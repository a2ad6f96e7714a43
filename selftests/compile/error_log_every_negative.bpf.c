// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: bpf_log: the first of every n: n must be above 0 */
#include BASE
#include <bpf_stream/log.h>

void f(void)
{
	bpf_log_info_every(-3, "never");
}
