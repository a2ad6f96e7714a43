// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: undeclared identifier 'bpf_log_level_conntrack' */
#include BASE
#include <bpf_stream/log.h>

#define BPF_LOG_COMPONENT conntrack

void f(void)
{
	bpf_log_info("%d", 1);
}
