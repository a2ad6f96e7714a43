// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * For test_stage.c: programs that stage all the time, and others that interrupt them and also stage.
 * All lines of a message carry its number, so that a missing or foreign line is noticed.
 */
#include "vmlinux.h"
#define BPF_STREAM_REPORT_INTERVAL 0 /* report each loss immediately */
#include <bpf_stream/stage.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

__u64 staged[4]; /* messages, by kind */
__u64 interrupted[4]; /* blocks that a message of that kind was staged within, on its CPU */
__u32 messages = 1; /* per run of the storm */

#define CPUS 64
static __u32 in_block[CPUS];

enum kind { STORM, TIMER, NMI, NESTED };

#define BLOCK	"block [0-9] cpu [0-9]+ seq [0-9]+ sum [0-9a-f]+"
#define LINE(i) "\t" #i " [0-9a-f]+ end of the line"
#define LINES                                                                                      \
	__stdout(BLOCK)                                                                            \
	__stdout(LINE(0))                                                                          \
	__stdout(LINE(1))                                                                          \
	__stdout(LINE(2))                                                                          \
	__stdout(LINE(3))

/* A message of 5 lines, 4 of them made by two prints each */
static __always_inline void block(int id, enum kind kind)
{
	__u64 seq = __sync_fetch_and_add(&staged[kind], 1);
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 sum = (seq + 1) * 0x9e3779b97f4a7c15ULL ^ (__u64)cpu << 8 ^ kind;
	__u32 *here = &in_block[cpu & (CPUS - 1)];

	if (*here && kind != STORM)
		__sync_fetch_and_add(&interrupted[kind], 1);
	bpf_stream_stage(id) {
		if (kind == STORM)
			__sync_fetch_and_add(here, 1);
		bpf_stream_stage_printf("block %d cpu %d seq %llu sum %llx\n", kind, cpu, seq, sum);
#pragma clang loop unroll(disable)
		for (int i = 0; i < 4; i++) {
			bpf_stream_stage_printf("\t%d %llx ", i, sum);
			bpf_stream_stage_printf("%s\n", "end of the line");
		}
	}
	if (kind == STORM)
		__sync_fetch_and_add(here, -1);
}

static long one(__u32 i, void *ctx)
{
	block(BPF_STDOUT, STORM);
	return 0;
}

SEC("syscall")
LINES
int storm(void *ctx)
{
	bpf_loop(messages, one, NULL, 0);
	return 0;
}

/* From the interrupt of the timer */
SEC("raw_tp/hrtimer_expire_entry")
LINES
int timer(void *ctx)
{
	block(BPF_STDOUT, TIMER);
	return 0;
}

/* From an NMI */
SEC("raw_tp/nmi_handler")
LINES
int nmi(void *ctx)
{
	block(BPF_STDOUT, NMI);
	return 0;
}

/* While another is between two prints of its block, or writes it */
SEC("fentry/bpf_snprintf")
int nested(void *ctx)
{
	block(BPF_STDOUT, NESTED);
	return 0;
}
