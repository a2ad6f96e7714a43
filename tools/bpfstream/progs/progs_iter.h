/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * progs_iter.h - go over all loaded programs: what is in their streams, without consuming.
 *
 * The work is done by a BPF iterator (progs.bpf.c): one pass over a thousand programs that have
 * nothing to say is one read(2) or a few.
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
 * @text:	with the text of the streams
 *
 * NULL after it has told why not: no permission, no streams in this kernel.
 */
struct progs_iter *progs_iter_new(bool text);
void progs_iter_free(struct progs_iter *it);

/*
 * progs_iter_start - begin a pass
 * @only:	id of the only program wanted, or 0
 *
 * 0, or a negative errno.
 */
int progs_iter_start(struct progs_iter *it, __u32 only);

/*
 * progs_iter_next - the next program of the pass
 * @record:	set; good until the next call. The iterator itself is left out.
 *
 * 1, 0 at the end, or a negative errno.
 */
int progs_iter_next(struct progs_iter *it, const struct progs_record **record);

/* progs_iter_text - text of stream 0 or 1 of that program; its length is in the record */
const char *progs_iter_text(struct progs_iter *it, int stream);

/* The newest element of a stream that a peek has met; all zero at first */
struct progs_mark {
	__u64 key;
	__u64 hash;
	bool rest;
};

/*
 * progs_iter_news - the part of that text which has come since
 * @mark:	since what; set to what is the newest now. If that element is gone so is all that was
 *		before it, and the rest is new.
 *
 * Returns its length.
 */
size_t progs_iter_news(struct progs_iter *it, const struct progs_record *record, int stream,
		       struct progs_mark *mark, const char **news);

#endif
