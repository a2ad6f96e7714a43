// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The author's prefix, with an argument of its own, in every form of a record */
#include "vmlinux.h"
#define bpf_log_fmt(fmt) "%s: " fmt, __func__
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define LOG(level) HEAD(level, "log_fmt.bpf.c") "prefixed: "

SEC("syscall")
__stdout(LOG("INFO") "len 5")
__stdout(LOG("INFO") "no argument")
__stdout(LOG("INFO") "in parentheses 5")
__stdout(LOG("INFO") "once 5")
__stdout(LOG("INFO") "first of 3")
__stdout(LOG("INFO") "limited 5")
__stderr(LOG("WARN") "a level as a value 5")
int prefixed(void *ctx)
{
	int len = 5;

	bpf_log_info("len %d", len);
	bpf_log_info("no argument");
	bpf_log_info(("in parentheses %d"), len);
	bpf_log_info_once("once %d", len);
	bpf_log_info_every(3, "first of 3");
	bpf_log_info_ratelimited("limited %d", len);
	bpf_log(BPF_LOG_WARN, "a level as a value %d", len);
	return 0;
}
