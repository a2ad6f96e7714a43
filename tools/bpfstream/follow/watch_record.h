/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* watch_record.h - the results of watch.bpf.c for a program. */
#ifndef BPFSTREAM_WATCH_RECORD_H
#define BPFSTREAM_WATCH_RECORD_H

struct watch_record {
	__u32 id;
	__u32 refs; /* users of the program: links, fds, ... */
	__u64 newest[2]; /* newest element of stdout and stderr; 0: empty */
};

#endif
