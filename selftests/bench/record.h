/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* A record of 32 bytes that a program might send through a ring buffer in place of a message */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

struct record {
	__u64 time;
	__u32 level;
	__u32 line;
	__u64 flow;
	__u64 bytes;
};

#endif /* BENCH_RECORD_H */
