// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* For test_howoften.c, which runs it on all CPUs at the same time; one round, for the runner */
#include "vmlinux.h"
#define BPF_LOG_RATELIMIT_BURST	   10
#define BPF_LOG_RATELIMIT_INTERVAL interval
#include <bpf_stream/assert.h>
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

__u32 rounds = 1; /* per run */
__u64 interval = 3600000000000ULL;

static long one(__u32 i, void *ctx)
{
	bpf_log_info_once("once");
	bpf_log_info_every(1000, "every");
	bpf_log_info_ratelimited("ratelimited");
	bpf_stream_warn_on_once(rounds);
	return 0;
}

SEC("syscall")
__stdout(HEAD("INFO", "howoften_storm.bpf.c") "once")
__stdout(HEAD("INFO", "howoften_storm.bpf.c") "every")
__stdout(HEAD("INFO", "howoften_storm.bpf.c") "ratelimited")
__stderr(HEAD("WARN", "howoften_storm.bpf.c") "warn_on: rounds")
__stack
int storm(void *ctx)
{
	bpf_loop(rounds, one, NULL, 0);
	return 0;
}
