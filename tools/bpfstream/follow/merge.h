/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * merge.h - records of many streams in the order of their times.
 *
 * A record waits here until no older one can come: the caller knows up to which time all streams
 * have been read, and passes it to merge_release(). The caller also makes sure that the times of
 * one stream do not decrease.
 */
#ifndef BPFSTREAM_MERGE_H
#define BPFSTREAM_MERGE_H

#include <bpf_stream/user.h>
#include <stdbool.h>
#include <stdint.h>

/* Limit in bytes. Beyond it everything is released, so that some order is lost, but no record. */
#define MERGE_BYTES (32 * 1024 * 1024)

struct merge;

/* A record; if @rec.raw_len is 0, a marker of the caller's */
struct merge_item {
	uint64_t time_ns;
	uint64_t seq; /* set by merge_add(): order of equal times */
	void *ctx;
	struct bpf_stream_record rec;
	bool shown; /* the caller's */
};

/* merge_fn - take an item, valid until it returns. False stops the release. */
typedef bool (*merge_fn)(void *ctx, struct merge_item *item);

/* merge_new - NULL if memory is short */
struct merge *merge_new(merge_fn fn, void *ctx);
void merge_free(struct merge *merge);

/* merge_add - copy an item. False if memory is short or merge_fn returned false. */
bool merge_add(struct merge *merge, const struct merge_item *item);

/* merge_release - hand out the items that are not newer than @until_ns, in order */
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
