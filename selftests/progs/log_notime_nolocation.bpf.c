// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Records without time and without location, with the author's prefix */
#include "vmlinux.h"
#define BPF_LOG_TIMESTAMP 0
#define BPF_LOG_LOCATION  0
#define bpf_log_fmt(fmt)  "mine: " fmt
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

SEC("syscall")
__stdout("INFO: mine: none")
__stdout("INFO: mine: 1 2 3 4 5 6 7 8 9 10 11 12")
int record(void *ctx)
{
	bpf_log_info("none");
	bpf_log_info("%d %d %d %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
	return 0;
}
