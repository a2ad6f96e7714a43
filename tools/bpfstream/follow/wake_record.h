/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* wake_record.h - what wake.bpf.c tells user space. */
#ifndef BPFSTREAM_WAKE_RECORD_H
#define BPFSTREAM_WAKE_RECORD_H

#include <linux/types.h>

#define WAKE_LOADED 0xffffffff

struct wake_record {
	__u32 id; /* of the program that has written, or 0 for "somebody" */
	__u32 stream_id; /* where to, or WAKE_LOADED: it has just been loaded */
};

#endif
