/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* A program that writes the messages that test_reader.c expects. */
#ifndef SELFTESTS_READER_WRITER_H
#define SELFTESTS_READER_WRITER_H

#include "vmlinux.h"
#define BPF_STREAM_REPORT_INTERVAL 0 /* report each loss immediately */
#include <bpf_stream/reader.h>
#include <bpf_stream/stream.h>
#include "reader.h"

/* Numbers of messages that were not written, plus 1; of those that share a place, the highest */
__u64 refused[READER_REFUSED];

/* Of a place that several writers fight for nothing is known: no number is higher than this one. */
#define REFUSED_UNKNOWN (READER_OTHER - 1)

/* A writer that was preempted before its note must not replace that of a later number. */
static void note_refused(__u64 seq)
{
	volatile __u64 *at = &refused[seq % READER_REFUSED];
	__u64 old;

	for (int i = 0; i < 4; i++) {
		old = *at;
		if ((old & ~READER_OTHER) > (seq & ~READER_OTHER))
			return;
		if (__bpf_stream_cmpxchg(at, old, seq + 1))
			return;
	}
	*at = REFUSED_UNKNOWN;
}

/* A message carries its number and a checksum of it, so no other text can pass for it. */

static long write_one(__u32 i, struct reader_args *args)
{
	__u64 seq = args->first + i;
	int err;

	if (args->size == 0)
		err = bpf_stream_printk(args->stream_id, "%s", "");
	else if (args->size == 1)
		err = bpf_stream_printk(args->stream_id, "%c", 'a' + i % 26);
	else if (args->size == 3) /* over-long: dropped, and charged for ever up to 7.3 */
		err = bpf_stream_printk(args->stream_id, "%1100d", 1);
	else if (args->size == 2)
		err = bpf_stream_printk(args->stream_id, "m %llu %llx\n", seq, reader_sum(seq));
	else
		err = bpf_stream_printk(args->stream_id, "m %llu %llx %s%s\n", seq, reader_sum(seq),
					args->pad, args->pad);
	if (err) {
		args->failed++;
		note_refused(seq);
	}
	return 0;
}

SEC("syscall")
int writer(struct reader_args *args)
{
	struct reader_args copy = *args;

	bpf_loop(copy.count, write_one, &copy, 0);
	args->failed = copy.failed;
	return 0;
}

#endif
