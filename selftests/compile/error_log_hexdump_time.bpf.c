// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: bpf_log_hexdump(): BPF_LOG_TIMESTAMP, BPF_LOG_CPU or BPF_LOG_PID has changed since the include */
#include BASE
#include <bpf_stream/log.h>
#undef BPF_LOG_TIMESTAMP
#define BPF_LOG_TIMESTAMP 0

void f(void)
{
	char text[2] = "7";

	bpf_log_info("no time");
	bpf_log_hexdump(BPF_LOG_INFO, "", text, sizeof(text));
}
