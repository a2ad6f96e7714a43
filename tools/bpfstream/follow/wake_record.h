/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* wake_record.h - the records that wake.bpf.c sends to user space. */
#ifndef BPFSTREAM_WAKE_RECORD_H
#define BPFSTREAM_WAKE_RECORD_H

#include <linux/types.h>

#define WAKE_LOADED 0xffffffff

struct wake_record {
	__u32 id; /* of the program that has written; 0: unknown */
	__u32 stream_id; /* that it wrote to; WAKE_LOADED: it was just loaded */
};

#endif
