// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Writes what bpf_stream/ring.h would write to a ring, and what it never would: by hand, so that the
 * reader of user.h is tested against the description of the record and not against the writer.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf_stream/stream.h>

char _license[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} bpf_stream_ring SEC(".maps");

#define LITERAL const volatile char __attribute__((section(".rodata.bpf_log"), used))

/* Formats on both sides of the base: offsets have a sign. */
LITERAL before[] = "before %d\n";
LITERAL __bpf_stream_ring_base[16] = {0x7f, 'b', 'p', 'f', '_', 's', 't', 'r',
				      'e',  'a', 'm', ' ', 'r', 'i', 'n', 'g'};
LITERAL plain[] = "plain\n";
LITERAL twelve[] = "%d %d %d %d %d %d %d %d %d %d %d %d\n";
LITERAL strings[] = "%s and %s, %d\n";
LITERAL address[] = "%pI4\n";
LITERAL begun[] = "begun,";
LITERAL record[] = "WARN 12 a.c:7: %d\n\tcontinued\n";
LITERAL symbol[] = "%ps\n";
LITERAL wrong[] = "%z\n";
LITERAL checked[] = "%u %u %llu\n";
LITERAL numbered[] = "%u %u\n";

struct head {
	__s32 text;
	__u8 args;
	__u8 stream;
	__u16 data;
};

/* Any bytes */
#define SAMPLE_MAX 80000
char sample[SAMPLE_MAX];
__u32 sample_len;

SEC("syscall")
int put(void *ctx)
{
	__u32 len = *(volatile __u32 *)&sample_len;

	if (len > SAMPLE_MAX)
		return -1;
	return bpf_ringbuf_output(&bpf_stream_ring, sample, len, 0);
}

SEC("syscall")
int put_too(void *ctx)
{
	return put(ctx);
}

SEC("syscall")
int discard(void *ctx)
{
	void *p = bpf_ringbuf_reserve(&bpf_stream_ring, 100, 0);

	if (!p)
		return -1;
	bpf_ringbuf_discard(p, 0);
	return 0;
}

/* One that takes until the test says so */
volatile __u32 held, go;

static long wait_inner(__u32 i, void *ctx)
{
	return go ? 1 : 0;
}

static long wait_outer(__u32 i, void *ctx)
{
	bpf_loop(1 << 20, wait_inner, ctx, 0);
	return go ? 1 : 0;
}

struct numbers {
	struct head head;
	__u64 arg[2];
};

SEC("syscall")
int hold(void *ctx)
{
	struct numbers *p = bpf_ringbuf_reserve(&bpf_stream_ring, sizeof(*p), 0);

	if (!p)
		return -1;
	p->head.text = (__s32)(numbered - __bpf_stream_ring_base);
	p->head.args = 2;
	p->head.stream = BPF_STDOUT;
	p->head.data = 0;
	p->arg[0] = 7;
	p->arg[1] = 8;
	held = 1;
	bpf_loop(1 << 20, wait_outer, NULL, 0);
	bpf_ringbuf_submit(p, 0);
	return 0;
}

/* Many, numbered; what did not fit is counted. */
struct flood {
	__u32 who;
	__u32 from;
	__u32 times;
	__u32 lost;
};

static long put_number(__u32 i, struct flood *flood)
{
	struct numbers *p = bpf_ringbuf_reserve(&bpf_stream_ring, sizeof(*p), 0);

	if (!p) {
		flood->lost++;
		return 0;
	}
	p->head.text = (__s32)(numbered - __bpf_stream_ring_base);
	p->head.args = 2;
	p->head.stream = flood->who % 2 ? BPF_STDERR : BPF_STDOUT;
	p->head.data = 0;
	p->arg[0] = flood->who;
	p->arg[1] = flood->from + i;
	bpf_ringbuf_submit(p, 0);
	return 0;
}

SEC("syscall")
int flood(struct flood *flood)
{
	struct flood mine = *flood;

	bpf_loop(mine.times, put_number, &mine, 0);
	return mine.lost;
}

/* Arguments that prove that they belong together */
struct check {
	struct head head;
	__u64 arg[3];
};

static long put_checked(__u32 i, struct flood *flood)
{
	struct check *p = bpf_ringbuf_reserve(&bpf_stream_ring, sizeof(*p), 0);
	__u32 n = flood->from + i;

	if (!p)
		return 0;
	p->head.text = (__s32)(checked - __bpf_stream_ring_base);
	p->head.args = 3;
	p->head.stream = BPF_STDOUT;
	p->head.data = 0;
	p->arg[0] = n;
	p->arg[1] = ~n;
	p->arg[2] = n * 3ULL;
	bpf_ringbuf_submit(p, 0);
	return 0;
}

SEC("syscall")
int flood_checked(struct flood *flood)
{
	struct flood mine = *flood;

	bpf_loop(mine.times, put_checked, &mine, 0);
	return 0;
}

/* A stream beside it; the ring stays empty. */
SEC("syscall")
int say(void *ctx)
{
	if (bpf_ringbuf_query(&bpf_stream_ring, BPF_RB_RING_SIZE) != 256 * 1024)
		return -1;
	return bpf_stream_printk(BPF_STDOUT, "on the stream\n");
}
