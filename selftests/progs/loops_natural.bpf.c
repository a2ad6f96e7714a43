// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Loops found in programs, with a print in the middle: with a state that depends on random numbers; over
 * packets, maps, strings and lists; left by a condition that the verifier does not know. All load on 6.1
 * with libbpf's bpf_printk().
 */
#include "vmlinux.h"
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>
#include <bpf/bpf_endian.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define LOG(level) HEAD(level, "loops_natural.bpf.c")

/* Without arguments: the counter in a line is taken once for each of these words */
#define INFO	 __stdout(LOG("INFO") ".*")
#define INFO_5	 INFO INFO INFO INFO INFO
#define INFO_10	 INFO_5 INFO_5
#define INFO_50	 INFO_10 INFO_10 INFO_10 INFO_10 INFO_10
#define INFO_100 INFO_50 INFO_50

int limit = 5;
__u64 count;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} values SEC(".maps");

SEC("syscall")
INFO_100
int constant_bound(void *ctx)
{
	for (int i = 0; i < 100; i++) {
		asm volatile("" ::: "memory");
		bpf_log_info("i %d", i);
	}
	return 0;
}

SEC("syscall")
__stdout(LOG("INFO") "i 0")
__stdout(LOG("INFO") "i 1")
__stdout(LOG("INFO") "i 2")
__stdout(LOG("INFO") "i 3")
__stdout(LOG("INFO") "i 4")
int variable_bound(void *ctx)
{
	for (int i = 0; i < limit && i < 100; i++)
		bpf_log_info("i %d", i);
	return 0;
}

SEC("syscall")
INFO_50
int no_argument(void *ctx)
{
	for (int i = 0; i < 50; i++) {
		asm volatile("" : "+r"(i));
		bpf_log_info("same");
	}
	return 0;
}

/* 12 by 12; prints the pairs that differ in no bit of 5 */
SEC("syscall")
INFO_10 INFO_10 INFO_10 INFO_10 int nested(void *ctx)
{
	for (int i = 0; i < 12; i++)
		for (int j = 0; j < 12; j++)
			if (((i ^ j) & limit) == 0)
				bpf_log_info("%d %d", i, j);
	return 0;
}

/* The options of an IP packet; those of a test run are all 0 */
SEC("xdp")
__stdout(LOG("INFO") "ip 0\\.0\\.0\\.0 proto 0")
INFO_10 INFO_5 __stdout(LOG("INFO") "short at 30")
__retval(2)
int options_of_a_packet(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	__u8 *options, *option;
	int off = 0;

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(0x0800))
		return XDP_PASS;
	bpf_log_info("ip %pI4 proto %d", &ip->saddr, ip->protocol);
	options = (void *)(ip + 1);
#pragma clang loop unroll(disable)
	for (int i = 0; i < 40; i++) {
		if (off > 40)
			break;
		option = options + off;
		if ((void *)(option + 2) > end) {
			bpf_log_info("short at %d", off);
			break;
		}
		bpf_log_info("option %d len %d at %d", option[0], option[1], off);
		if (option[0] == 1) {
			off++;
			continue;
		}
		off += option[1] ? (option[1] & 15) : 2;
	}
	return XDP_PASS;
}

SEC("syscall")
INFO_10
int until_a_map_says_so(void *ctx)
{
	__u32 key = 0;
	__u64 *v = bpf_map_lookup_elem(&values, &key);

	if (!v)
		return 1;
	*v = 0;
	for (int n = 0; n < 64 && *v < 10; n++) {
		bpf_log_info("v %llu", *v);
		(*v)++;
	}
	return 0;
}

SEC("syscall")
INFO_10 INFO_10 INFO_10 int by_goto(void *ctx)
{
	int i = 0;

again:
	bpf_log_info("i %d", i);
	if (++i < 30)
		goto again;
	return 0;
}

char text[64] = "hello, world";

SEC("syscall")
__stdout(LOG("INFO") "o at 4")
__stdout(LOG("INFO") "o at 8")
int over_a_string(void *ctx)
{
	for (int i = 0; i < 64; i++) {
		if (!text[i])
			break;
		if (text[i] == 'o')
			bpf_log_info("o at %d", i);
	}
	return 0;
}

static long each(__u32 i, void *ctx)
{
	bpf_log_info("callback %u", i);
	return i > 10;
}

SEC("syscall")
INFO_10 INFO INFO int in_a_callback(void *ctx)
{
	bpf_loop(100, each, NULL, 0);
	return 0;
}

static long each_value(void *map, __u32 *key, __u64 *v, void *ctx)
{
	for (int i = 0; i < 4; i++)
		bpf_log_info("key %u %d", *key, i);
	return 0;
}

SEC("syscall")
INFO_10 INFO_10 INFO_10 INFO INFO int over_a_map(void *ctx)
{
	bpf_for_each_map_elem(&values, each_value, NULL, 0);
	return 0;
}

/* This task and its ancestors; at the end init is its own parent */
SEC("syscall")
__stdout(LOG("INFO") "task 0 pid [0-9]+")
int over_a_list(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task(), *next;
	int pid;

	for (int i = 0; i < 16; i++) {
		bpf_probe_read_kernel(&pid, 4, __builtin_preserve_access_index(&task->tgid));
		bpf_probe_read_kernel(&next, 8,
				      __builtin_preserve_access_index(&task->real_parent));
		if (i == 0)
			bpf_log_info("task %d pid %d", i, pid);
		bpf_log_debug("task %d pid %d", i, pid);
		if (next == task || !next)
			break;
		task = next;
	}
	return 0;
}

static __noinline int twice(int i)
{
	bpf_log_info("function %d", i);
	return i * 2;
}

SEC("syscall")
INFO_100
int in_a_function(void *ctx)
{
	int sum = 0;

	for (int i = 0; i < 100; i++)
		sum += twice(i);
	return sum & 1;
}

int global_twice(int i)
{
	bpf_log_info("global function %d", i);
	return i * 2;
}

SEC("syscall")
INFO_100
int in_a_global_function(void *ctx)
{
	int sum = 0;

	for (int i = 0; i < 100; i++)
		sum += global_twice(i);
	return sum & 1;
}

/*
 * A state with many values for the verifier: it must find that the rounds are alike. A message to the
 * ring calls global functions, and 6.1 does not track numbers over these.
 */
SEC("syscall")
__ring_rejected_before(6, 12, "BPF program is too large") INFO_10 INFO_10 INFO_10 INFO_10
	int random_switch(void *ctx)
{
	__u32 r = bpf_get_prandom_u32();
	int state = 0;

	for (int i = 0; i < 40; i++) {
		switch (r & 3) {
		case 0:
			state += 1;
			break;
		case 1:
			state += 2;
			break;
		case 2:
			state ^= 5;
			break;
		}
		r = r >> 1 | r << 31;
		bpf_log_info("state %d r %u", state, r);
	}
	return 0;
}

SEC("syscall")
INFO_5
int left_by_memory(void *ctx)
{
	count = 0;
	for (int i = 0; i < 1000; i++) {
		bpf_log_info("loop");
		if (++count >= 5)
			break;
	}
	return 0;
}

SEC("syscall")
INFO_100
int two_messages(void *ctx)
{
	for (__u64 i = 0; i < 50; i++) {
		bpf_log_info("a %llu", i);
		bpf_log_info("b %llu", i * 3);
	}
	return 0;
}

/* The number of rare ones is random, so print none. */
SEC("syscall")
__level(0)
int rarely(void *ctx)
{
	for (unsigned int i = 256; i--;)
		if ((bpf_get_prandom_u32() & 3) == 0)
			bpf_log_info("rare %u", i);
	return 0;
}

SEC("syscall")
__stdout(LOG("INFO") "i 0")
int once(void *ctx)
{
	for (int i = 0; i < 200; i++)
		bpf_log_info_once("i %d", i);
	return 0;
}

SEC("syscall")
INFO_10 INFO_10 INFO_5 INFO INFO INFO INFO int every(void *ctx)
{
	for (int i = 0; i < 200; i++)
		bpf_log_info_every(7, "i %d", i);
	return 0;
}

#undef BPF_LOG_RATELIMIT_INTERVAL
#define BPF_LOG_RATELIMIT_INTERVAL 3600000000000ULL

SEC("syscall")
INFO_10
int ratelimited(void *ctx)
{
	for (int i = 0; i < 200; i++)
		bpf_log_info_ratelimited("i %d", i);
	return 0;
}

SEC("syscall")
__stderr(LOG("WARN") "warn_on: i == limit")
__stack
__retval(1)
int warn_on(void *ctx)
{
	for (int i = 0; i < 50; i++)
		if (bpf_stream_warn_on(i == limit))
			return 1;
	return 0;
}

SEC("syscall")
__stderr(LOG("FATAL") "assertion failed: i != limit")
__stack
int assert(void *ctx)
{
	for (int i = 0; i < 50; i++)
		bpf_stream_assert(i != limit);
	return 3;
}

#define STAGE                                                                                      \
	__stdout("i [0-9]+")                                                                       \
	__stdout("\tj 0")                                                                          \
	__stdout("\tj 1")                                                                          \
	__stdout("\tj 2")
#define STAGE_4 STAGE STAGE STAGE STAGE

SEC("syscall")
STAGE_4 STAGE_4 STAGE_4 int stage(void *ctx)
{
	for (int i = 0; i < 12; i++)
		bpf_stream_stage(BPF_STDOUT) {
			bpf_stream_stage_printf("i %d\n", i);
			for (int j = 0; j < 3; j++)
				bpf_stream_stage_printf("\tj %d\n", j);
		}
	return 0;
}

SEC("syscall")
INFO_10 INFO_10 int hexdump(void *ctx)
{
	char bytes[20] = "hexdump";

	for (int i = 0; i < 10; i++)
		bpf_log_hexdump(BPF_LOG_INFO, "x", bytes, sizeof(bytes));
	return 0;
}

/* 5 and 6, and both count as TRACE */
SEC("syscall")
__level(4)
int level_by_value(void *ctx)
{
	for (int i = 0; i < 50; i++)
		bpf_log(limit + (i & 1), "i %d", i);
	return 0;
}

SEC("syscall")
INFO __stderr(LOG("WARN") "w")
__stderr(LOG("ERROR") "e 0")
INFO __stderr(LOG("ERROR") "e 1")
INFO __stderr(LOG("ERROR") "e 2")
INFO __stderr(LOG("ERROR") "e 3")
INFO __stderr(LOG("ERROR") "e 4")
INFO __stderr(LOG("ERROR") "e 5")
INFO INFO __stderr(LOG("ERROR") "e 6")
INFO __stderr(LOG("ERROR") "e 7")
INFO __stderr(LOG("ERROR") "e 8")
INFO __stderr(LOG("ERROR") "e 9")
INFO INFO INFO int many_kinds(void *ctx)
{
	for (int i = 0; i < 13; i++) {
		bpf_log_debug("d %d", i);
		bpf_log_info("i %d", i);
		bpf_log_warn_once("w");
		bpf_log_error_ratelimited("e %d", i);
		if (i == limit)
			bpf_log_info("five");
	}
	return 0;
}

static long warning_once(__u32 i, void *ctx)
{
	if (bpf_stream_warn_on_once(i > 3))
		return 1;
	bpf_stream_assert_return(i < 100, 1);
	return 0;
}

SEC("syscall")
__stderr(LOG("WARN") "warn_on: i > 3")
__stack
int warn_on_once_in_a_callback(void *ctx)
{
	bpf_loop(100, warning_once, NULL, 0);
	return 0;
}

char blob[256] = "blob";

SEC("syscall")
__level(2)
int hexdump_of_unknown_length(void *ctx)
{
	for (int i = 0; i < 8; i++) {
		__u32 n = bpf_get_prandom_u32() & 255;

		bpf_log_hexdump(BPF_LOG_INFO, "r", blob, n);
	}
	return 0;
}
