/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* progs.h - the results of progs.bpf.c for a program. */
#ifndef BPFSTREAM_PROGS_H
#define BPFSTREAM_PROGS_H

#define PROGS_NAME 16 /* BPF_OBJ_NAME_LEN */
/* Room for the text of a stream, whose capacity is 100,000 bytes */
#define PROGS_TEXT (1 << 17)

struct progs_stream {
	__u32 charged; /* bytes counted against the capacity */
	__u32 listed; /* bytes of the elements in the stream */
	__u32 pending; /* of these, bytes that have not been read */
	__u32 elements;
	__u32 unsure; /* the stream changed during the look */
	/* of progs_iter_new(true) only: */
	__u32 text_len;
	__u32 lost; /* elements that another reader took during the look */
	__u32 truncated;
};

/* Room for more elements of one byte than a stream can have */
#define PROGS_ELEMS (1 << 17)

/* An element of a stream */
struct progs_elem {
	__u64 key;
	__u32 at; /* where its text starts */
	__u32 rest; /* another reader has taken the start of it */
};

/*
 * The text of the program whose record was written last, and its elements, by which user space
 * recognises the ones it has seen
 */
struct progs_found {
	char text[2][PROGS_TEXT];
	struct progs_elem elems[2][PROGS_ELEMS];
};

struct progs_record {
	__u32 id;
	__u32 type;
	char name[PROGS_NAME];
	struct progs_stream stream[2];
};

#endif
