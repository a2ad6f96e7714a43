// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: bpf_log: more than 12 arguments; the kernel takes 12 at most, and the record's time */
#include BASE
#define BPF_LOG_CPU 1
#define BPF_LOG_PID 1
#include <bpf_stream/log.h>

void f(void)
{
	bpf_log_info("%d %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
}
