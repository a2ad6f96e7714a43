// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* _once, _every and _ratelimited, for a level given by name and by value */
#include "vmlinux.h"
#define BPF_LOG_RATELIMIT_BURST	   3
#define BPF_LOG_RATELIMIT_INTERVAL 1000000000ULL /* longer than the pauses of a busy machine */
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define LOG(level) HEAD(level, "howoften.bpf.c")

SEC("syscall")
__level(5)
__stderr(LOG("ERROR") "e 0")
__stderr(LOG("WARN") "w 0")
__stdout(LOG("INFO") "i 0")
__stdout(LOG("DEBUG") "d 0")
__stdout(LOG("TRACE") "t 0")
__stderr(LOG("WARN") "value 0")
int once(void *ctx)
{
	for (int i = 0; i < 3; i++) {
		bpf_log_error_once("e %d", i);
		bpf_log_warn_once("w %d", i);
		bpf_log_info_once("i %d", i);
		bpf_log_debug_once("d %d", i);
		bpf_log_trace_once("t %d", i);
		bpf_log_once(BPF_LOG_WARN, "value %d", i);
	}
	return 0;
}

/* The place has one state for all levels: the level is a value unknown to the compiler */
volatile int level_now;

SEC("syscall")
__level(5)
__stderr(LOG("ERROR") "once 1")
__stderr(LOG("ERROR") "every 1")
__stderr(LOG("ERROR") "ratelimited 1")
__stderr(LOG("WARN") "ratelimited 2")
__stdout(LOG("INFO") "ratelimited 3")
__stdout(LOG("DEBUG") "every 4")
int levels_by_value(void *ctx)
{
	for (int i = 1; i <= 5; i++) {
		level_now = i;
		bpf_log_once(level_now, "once %d", i);
		bpf_log_every(level_now, 3, "every %d", i);
		bpf_log_ratelimited(level_now, "ratelimited %d", i);
	}
	return 0;
}

/* a record stopped by a filter does not count as the one */
SEC("syscall")
__stdout(LOG("DEBUG") "1")
int once_after_a_filter(void *ctx)
{
	for (int i = 0; i < 3; i++) {
		bpf_log_level = i ? BPF_LOG_DEBUG : BPF_LOG_INFO;
		bpf_log_debug_once("%d", i);
	}
	bpf_log_level = BPF_LOG_INFO;
	return 0;
}

SEC("syscall")
__level(5)
__stderr(LOG("ERROR") "e 0")
__stderr(LOG("WARN") "w 0")
__stdout(LOG("INFO") "i 0")
__stdout(LOG("DEBUG") "d 0")
__stdout(LOG("TRACE") "t 0")
__stdout(LOG("INFO") "value 0")
__stderr(LOG("WARN") "w 2")
__stdout(LOG("INFO") "i 3")
__stderr(LOG("WARN") "w 4")
__stdout(LOG("DEBUG") "d 4")
__stdout(LOG("INFO") "value 4")
int every(void *ctx)
{
	for (int i = 0; i < 5; i++) {
		bpf_log_error_every(7, "e %d", i);
		bpf_log_warn_every(2, "w %d", i);
		bpf_log_info_every(3, "i %d", i);
		bpf_log_debug_every(4, "d %d", i);
		bpf_log_trace_every(5, "t %d", i);
		bpf_log_every(BPF_LOG_INFO, 4, "value %d", i);
	}
	return 0;
}

static long busy(__u32 i, __u64 *until)
{
	return bpf_ktime_get_ns() > *until;
}

/* Three of eight pass; after the interval the number of suppressed ones is reported */
SEC("syscall")
__stdout(LOG("INFO") "0")
__stdout(LOG("INFO") "1")
__stdout(LOG("INFO") "2")
__stdout(LOG("INFO") "5 messages suppressed")
__stdout(LOG("INFO") "8")
__retval(5)
int ratelimited(void *ctx)
{
	__u64 until = bpf_ktime_get_ns(), before = bpf_log_suppressed;

	/* begin with an interval of its own: time since boot may be shorter than one */
	for (int i = 0; i < 9; i++) {
		if (i == 8) {
			until += BPF_LOG_RATELIMIT_INTERVAL + 100000000;
			for (int j = 0; j < 32; j++)
				bpf_loop(1 << 23, busy, &until, 0);
		}
		bpf_log_info_ratelimited("%d", i);
	}
	return bpf_log_suppressed - before;
}

SEC("syscall")
__level(5)
__stderr(LOG("ERROR") "e 0")
__stderr(LOG("WARN") "w 0")
__stdout(LOG("DEBUG") "d 0")
__stdout(LOG("TRACE") "t 0")
__stderr(LOG("ERROR") "value 0")
__stderr(LOG("ERROR") "e 1")
__stderr(LOG("WARN") "w 1")
__stdout(LOG("DEBUG") "d 1")
__stdout(LOG("TRACE") "t 1")
__stderr(LOG("ERROR") "value 1")
int ratelimited_of_each_level(void *ctx)
{
#undef BPF_LOG_RATELIMIT_BURST
#define BPF_LOG_RATELIMIT_BURST 2
#undef BPF_LOG_RATELIMIT_INTERVAL
#define BPF_LOG_RATELIMIT_INTERVAL 3600000000000ULL
	for (int i = 0; i < 4; i++) {
		bpf_log_error_ratelimited("e %d", i);
		bpf_log_warn_ratelimited("w %d", i);
		bpf_log_debug_ratelimited("d %d", i);
		bpf_log_trace_ratelimited("t %d", i);
		bpf_log_ratelimited(BPF_LOG_ERROR, "value %d", i);
	}
	return 0;
}
