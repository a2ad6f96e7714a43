/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * merge.h - records of many streams in the order of their times.
 *
 * A record waits here until nothing older can come: whoever adds records knows up to which time all
 * streams have been read, and calls merge_release() with that. Records of one stream stay in the
 * order in which they were added, whatever times they claim.
 */
#ifndef BPFSTREAM_MERGE_H
#define BPFSTREAM_MERGE_H

#include <bpf_stream/user.h>
#include <stdbool.h>
#include <stdint.h>

/* More than this is not held back: then it is released in the order it has got so far. */
#define MERGE_BYTES (32 * 1024 * 1024)

struct merge;

/* A record, or with @rec.raw_len 0 whatever the caller means by it */
struct merge_item {
	uint64_t time_ns;
	uint64_t seq; /* merge_add() sets it: the order of equal times */
	void *ctx;
	struct bpf_stream_record rec;
	bool shown; /* for the caller */
};

/* merge_fn - takes an item, which is good until it returns. False ends the release. */
typedef bool (*merge_fn)(void *ctx, struct merge_item *item);

/* merge_new - NULL if memory is short */
struct merge *merge_new(merge_fn fn, void *ctx);
void merge_free(struct merge *merge);

/* merge_add - the text is copied. False if memory is short or the function said so. */
bool merge_add(struct merge *merge, const struct merge_item *item);

/* merge_release - hand out what is not newer than @until_ns, in order */
bool merge_release(struct merge *merge, uint64_t until_ns);

/* merge_oldest - the time of the oldest item, UINT64_MAX if there is none */
uint64_t merge_oldest(const struct merge *merge);

/*
 * merge_copy_record - copy the text and the report of a record, and point @rec at the copy
 * @to:	merge_record_size() bytes, aligned for a pointer; @rec->raw is its start afterwards
 */
size_t merge_record_size(const struct bpf_stream_record *rec);
void merge_copy_record(struct bpf_stream_record *rec, void *to);

#endif
