/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Shared by reader.bpf.c and test_reader.c */
#ifndef SELFTESTS_READER_H
#define SELFTESTS_READER_H

#define READER_ELEMENTS 131072
#define READER_TEXT	(1 << 18)
#define READER_REFUSED	(1 << 18) /* so many numbers are used up in a second, when it is full */
#define READER_REST	(1 << 15)
#define READER_OTHER	(1ULL << 50) /* the bit that is set in the numbers of the other writer */

#ifndef __bpf__
/* of the header for BPF programs */
struct bpf_stream_result {
	__u32 source, delivered, lost, truncated;
};

struct bpf_stream_usage {
	__u32 charged, listed, pending, elements, unsure;
};
#endif

struct reader_args {
	__u32 id, stream_id;
	__u32 stop_at; /* this many elements; 0: never */
	__u32 count, size, failed; /* writers: messages, of which kind, and those that failed */
	__u64 first; /* writers: number of the first message */
	char pad[256];
};

struct reader_out {
	int ret;
	struct bpf_stream_result result;
	struct bpf_stream_usage usage;
	__u64 newest;
	__u32 elements, used, wrong;
	__u16 len[READER_ELEMENTS];
	char text[READER_TEXT];
};

struct reader_line {
	__u32 len, off;
	int level, found, starts, n;
	__u32 next;
	char copy[16];
	char text[512];
};

static inline __u64 reader_sum(__u64 seq)
{
	return (seq + 1) * 0x9e3779b97f4a7c15ULL >> 20;
}

#endif /* SELFTESTS_READER_H */
