/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Shared by stream_watch.bpf.c and stream_watch.c */
#ifndef STREAM_WATCH_H
#define STREAM_WATCH_H

#define WATCH_LEVELS 6 /* BPF_LOG_FATAL to BPF_LOG_TRACE */
#define WATCH_PLAIN  6

struct watch_counts {
	__u64 by_level[WATCH_LEVELS + 1];
	__u64 lost; /* to other readers, during the peek */
	__u64 not_forwarded; /* no room in the ring buffer */
};

/* The head of a text in the ring buffer */
struct watch_head {
	__u32 id, reserved;
};

#endif
