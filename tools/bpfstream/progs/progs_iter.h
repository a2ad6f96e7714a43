/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * progs_iter.h - iterate over all loaded programs and their streams, without consuming.
 *
 * A BPF iterator (progs.bpf.c) does the work, so a pass over a thousand idle programs takes one or
 * a few read(2) calls. A kernel without streams is asked for each program.
 */
#ifndef BPFSTREAM_PROGS_ITER_H
#define BPFSTREAM_PROGS_ITER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "progs/progs.h"

struct progs_iter;

/*
 * progs_iter_new - load the iterator
 * @text:	return the text of the streams as well
 *
 * Returns NULL after reporting the error.
 */
struct progs_iter *progs_iter_new(bool text);
void progs_iter_free(struct progs_iter *it);

/* progs_iter_has_streams - false: the kernel has none, and all streams are empty */
bool progs_iter_has_streams(const struct progs_iter *it);

/*
 * progs_iter_start - start a pass
 * @only:	id of the only program to return, or 0
 *
 * Returns 0 or a negative errno.
 */
int progs_iter_start(struct progs_iter *it, __u32 only);

/*
 * progs_iter_next - the next program of the pass, except the iterator itself
 * @record:	valid until the next call
 *
 * Returns 1, 0 at the end, or a negative errno.
 */
int progs_iter_next(struct progs_iter *it, const struct progs_record **record);

/* progs_iter_text - the text of stream 0 or 1 of that program; the record has its length */
const char *progs_iter_text(struct progs_iter *it, int stream);

/* The newest element of a stream that has been seen; all zero at first */
struct progs_mark {
	__u64 key;
	__u64 hash;
	bool rest;
};

/*
 * progs_iter_news - the part of that text that is newer than @mark
 * @mark:	updated. If its element is gone, so are all older ones, and all text is new.
 *
 * Returns the length.
 */
size_t progs_iter_news(struct progs_iter *it, const struct progs_record *record, int stream,
		       struct progs_mark *mark, const char **news);

#endif
