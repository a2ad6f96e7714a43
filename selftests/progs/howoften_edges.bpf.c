// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The edges of _once, _every and _ratelimited: a record that was lost, numbers that are not above 0, a
 * burst of 0, an interval of 0 and one that never ends.
 */
#include "vmlinux.h"
#define BPF_STREAM_REPORT_INTERVAL 0 /* report each loss immediately */
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define LOG(level) HEAD(level, "howoften_edges.bpf.c")
#define LOST	   "WARN: 1 messages lost by the programs of this object \\(full: 1, .*\\)"

char long_string[600] = {[0 ... 590] = 'x'};
char empty[1];

/* The first is too long, and lost; so the next one is written, and no more. */
SEC("syscall")
__stdout(LOST)
__stdout(LOG("INFO") "once: 1 $")
__trace(LOG("INFO") "once: 1 $")
__ring_stdout(LOG("INFO") "once: 0 x{511}\\[cut\\]") int once_lost(void *ctx)
{
	for (int i = 0; i < 4; i++) {
		const char *s = i ? empty : long_string;

		bpf_log_info_once("once: %d %s%s", i, s, s);
	}
	return 0;
}

/* A number that is not above 0 counts as 1: each time. */
volatile int zero, minus = -3, three = 3;
volatile long long minus_64 = -0x100000000LL;
volatile unsigned long long huge = 0x100000000ULL;

SEC("syscall")
__stdout(LOG("INFO") "zero 0")
__stdout(LOG("INFO") "minus 0")
__stdout(LOG("INFO") "minus_64 0")
__stdout(LOG("INFO") "three 0")
__stdout(LOG("INFO") "huge 0")
__stdout(LOG("INFO") "zero 1")
__stdout(LOG("INFO") "minus 1")
__stdout(LOG("INFO") "minus_64 1")
__stdout(LOG("INFO") "zero 2")
__stdout(LOG("INFO") "minus 2")
__stdout(LOG("INFO") "minus_64 2")
__stdout(LOG("INFO") "zero 3")
__stdout(LOG("INFO") "minus 3")
__stdout(LOG("INFO") "minus_64 3")
__stdout(LOG("INFO") "three 3")
int every(void *ctx)
{
	for (int i = 0; i < 4; i++) {
		bpf_log_info_every(zero, "zero %d", i);
		bpf_log_info_every(minus, "minus %d", i);
		bpf_log_info_every(minus_64, "minus_64 %d", i);
		bpf_log_info_every(three, "three %d", i);
		bpf_log_info_every(huge, "huge %d", i);
	}
	return 0;
}

static long busy(__u32 i, __u64 *until)
{
	return bpf_ktime_get_ns() > *until;
}

/* Many ticks of the kernel's timer: the next interval */
static __always_inline void wait(__u64 ns)
{
	__u64 until = bpf_ktime_get_ns() + ns;

	for (int j = 0; j < 8; j++)
		bpf_loop(1 << 23, busy, &until, 0);
}

/* Nothing passes; the next interval reports the count of suppressed records. */
#undef BPF_LOG_RATELIMIT_BURST
#define BPF_LOG_RATELIMIT_BURST 0
#undef BPF_LOG_RATELIMIT_INTERVAL
#define BPF_LOG_RATELIMIT_INTERVAL 50000000ULL
SEC("syscall")
__retval(5)
int burst_of_0(void *ctx)
{
	__u64 before = bpf_log_suppressed;

	/* the first one opens an interval */
	for (int i = 0; i < 6; i++) {
		if (i == 5)
			wait(2 * BPF_LOG_RATELIMIT_INTERVAL);
		bpf_log_info_ratelimited("burst 0");
	}
	return bpf_log_suppressed - before;
}

/* An interval that never ends: the burst passes, and nothing after it */
#undef BPF_LOG_RATELIMIT_BURST
#define BPF_LOG_RATELIMIT_BURST 2
#undef BPF_LOG_RATELIMIT_INTERVAL
#define BPF_LOG_RATELIMIT_INTERVAL ~0ULL
SEC("syscall")
__stdout(LOG("INFO") "for ever 0")
__stdout(LOG("INFO") "for ever 1")
int interval_without_end(void *ctx)
{
	for (int i = 0; i < 5; i++) {
		if (i == 4)
			wait(20000000);
		bpf_log_info_ratelimited("for ever %d", i);
	}
	return 0;
}

/* An interval of 0: everything passes */
#undef BPF_LOG_RATELIMIT_INTERVAL
#define BPF_LOG_RATELIMIT_INTERVAL 0
SEC("syscall")
__stdout(LOG("INFO") "never 0")
__stdout(LOG("INFO") "never 1")
__stdout(LOG("INFO") "never 2")
__stdout(LOG("INFO") "never 3")
__stdout(LOG("INFO") "never 4")
int interval_of_0(void *ctx)
{
	__u64 before = bpf_log_suppressed;

	for (int i = 0; i < 5; i++)
		bpf_log_info_ratelimited("never %d", i);
	return bpf_log_suppressed - before;
}

/* Levels and lengths that are variables: a value out of range counts as the nearest */
SEC("syscall")
__level(5)
__stderr(LOG("ERROR") "level -1")
__stderr(LOG("ERROR") "level 0")
__stderr(LOG("ERROR") "level 1")
__stderr(LOG("WARN") "level 2")
__stdout(LOG("INFO") "level 3")
__stdout(LOG("DEBUG") "level 4")
__stdout(LOG("TRACE") "level 5")
__stdout(LOG("TRACE") "level 6")
__stdout(LOG("TRACE") "level 7")
int levels(void *ctx)
{
	for (int i = -1; i < 8; i++)
		bpf_log(i + zero, "level %d", i);
	return 0;
}
