/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* progs.h - what progs.bpf.c tells of a program. */
#ifndef BPFSTREAM_PROGS_H
#define BPFSTREAM_PROGS_H

#define PROGS_NAME 16 /* BPF_OBJ_NAME_LEN */
/* Text of a stream: more than its capacity of 100,000 bytes */
#define PROGS_TEXT (1 << 17)

struct progs_stream {
	__u32 charged; /* bytes that count against the capacity */
	__u32 listed; /* bytes of the elements in it */
	__u32 pending; /* bytes of these that nobody has read */
	__u32 elements;
	__u32 unsure; /* it did not hold still */
	/* with the text: */
	__u32 text_len;
	__u32 lost; /* elements that another reader took meanwhile */
	__u32 truncated;
};

/* More than there can be of a byte or more each; what is empty may be left out */
#define PROGS_ELEMS (1 << 17)

/* An element of a stream: where its text begins */
struct progs_elem {
	__u64 key;
	__u32 at;
	__u32 rest; /* another reader has had the beginning */
};

struct progs_record {
	__u32 id;
	__u32 type;
	char name[PROGS_NAME];
	struct progs_stream stream[2];
};

#endif
