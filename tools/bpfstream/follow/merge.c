/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* merge.c - records of many streams in the order of their times. */
#include <stdlib.h>
#include <string.h>

#include "follow/merge.h"

#define ITEMS_MIN 256
#define BYTES_MIN (64 * 1024)

/* The text of items. There are two: what stays after a release moves to the other one. */
struct arena {
	char *bytes;
	size_t len, size;
};

struct merge {
	merge_fn fn;
	void *ctx;
	struct merge_item *items;
	size_t nr, room;
	uint64_t seq;
	uint64_t oldest_ns;
	bool unsorted;
	struct arena text, spare;
};

/* The report lies after the text, aligned, and so does the next record. */
static size_t aligned(size_t n)
{
	return (n + sizeof(uint64_t) - 1) / sizeof(uint64_t) * sizeof(uint64_t);
}

size_t merge_record_size(const struct bpf_stream_record *rec)
{
	return aligned(rec->raw_len) + (rec->report ? sizeof(*rec->report) : 0);
}

/* The text of @rec has moved by that much. */
static void move_text(struct bpf_stream_record *rec, ptrdiff_t by)
{
	rec->raw += by;
	rec->log.text += by;
	if (rec->log.file)
		rec->log.file += by;
	if (rec->report && rec->report->comm)
		rec->report->comm += by;
	if (rec->report && rec->report->frames)
		rec->report->frames += by;
}

void merge_copy_record(struct bpf_stream_record *rec, void *to)
{
	struct bpf_log_report *report = (void *)((char *)to + aligned(rec->raw_len));

	memcpy(to, rec->raw, rec->raw_len);
	if (rec->report) {
		*report = *rec->report;
		rec->report = report;
	}
	move_text(rec, (const char *)to - rec->raw);
}

struct merge *merge_new(merge_fn fn, void *ctx)
{
	struct merge *merge = calloc(1, sizeof(*merge));

	if (!merge)
		return NULL;
	merge->fn = fn;
	merge->ctx = ctx;
	merge->oldest_ns = UINT64_MAX;
	return merge;
}

void merge_free(struct merge *merge)
{
	if (!merge)
		return;
	free(merge->items);
	free(merge->text.bytes);
	free(merge->spare.bytes);
	free(merge);
}

uint64_t merge_oldest(const struct merge *merge)
{
	return merge->oldest_ns;
}

static int by_time(const void *a, const void *b)
{
	const struct merge_item *one = a, *two = b;

	if (one->time_ns != two->time_ns)
		return one->time_ns < two->time_ns ? -1 : 1;
	return one->seq < two->seq ? -1 : 1;
}

static void move_all(struct merge *merge, const char *from, char *to)
{
	for (size_t i = 0; i < merge->nr; i++) {
		struct bpf_stream_record *rec = &merge->items[i].rec;

		if (!rec->raw_len)
			continue;
		if (rec->report)
			rec->report = (void *)(to + ((const char *)rec->report - from));
		move_text(rec, to - from);
	}
}

/* Make room for @n bytes. The items point into the arena, so adjust them if it moves. */
static bool text_room(struct merge *merge, size_t n)
{
	struct arena *text = &merge->text;
	size_t size = text->size ? text->size : BYTES_MIN;
	char *bytes;

	if (text->size - text->len >= n)
		return true;
	while (size - text->len < n)
		size *= 2;
	bytes = malloc(size);
	if (!bytes)
		return false;
	if (text->len)
		memcpy(bytes, text->bytes, text->len);
	move_all(merge, text->bytes, bytes);
	free(text->bytes);
	text->bytes = bytes;
	text->size = size;
	return true;
}

static bool item_room(struct merge *merge)
{
	size_t room = merge->room ? 2 * merge->room : ITEMS_MIN;
	struct merge_item *items;

	if (merge->nr < merge->room)
		return true;
	items = realloc(merge->items, room * sizeof(*items));
	if (!items)
		return false;
	merge->items = items;
	merge->room = room;
	return true;
}

/* The text of @rec is outside of the arena. */
static void copy_text(struct arena *text, struct bpf_stream_record *rec)
{
	char *to = text->bytes + text->len;

	text->len += merge_record_size(rec);
	merge_copy_record(rec, to);
}

bool merge_add(struct merge *merge, const struct merge_item *from)
{
	size_t n = merge_record_size(&from->rec);
	struct merge_item *item;

	if (merge->text.len + n + merge->nr * sizeof(*item) > MERGE_BYTES &&
	    !merge_release(merge, UINT64_MAX))
		return false;
	/* If memory is short, release everything: only the order suffers. */
	if ((!item_room(merge) || !text_room(merge, n)) &&
	    (!merge_release(merge, UINT64_MAX) || !item_room(merge) || !text_room(merge, n)))
		return false;
	item = &merge->items[merge->nr];
	*item = *from;
	item->seq = merge->seq++;
	if (item->rec.raw_len)
		copy_text(&merge->text, &item->rec);
	if (merge->nr++ && by_time(item - 1, item) > 0)
		merge->unsorted = true;
	if (item->time_ns < merge->oldest_ns)
		merge->oldest_ns = item->time_ns;
	return true;
}

/* Drop the first @n items, and move the text of the others to the spare arena. */
static bool drop(struct merge *merge, size_t n)
{
	struct arena text = merge->text;

	merge->nr -= n;
	memmove(merge->items, merge->items + n, merge->nr * sizeof(*merge->items));
	merge->oldest_ns = merge->nr ? merge->items[0].time_ns : UINT64_MAX;
	if (merge->nr && merge->spare.size < text.size) {
		free(merge->spare.bytes);
		merge->spare.size = text.size;
		merge->spare.bytes = malloc(text.size);
		if (!merge->spare.bytes) {
			merge->spare.size = 0;
			return false;
		}
	}
	if (!merge->nr) {
		merge->text.len = 0;
		return true;
	}
	merge->spare.len = 0;
	for (size_t i = 0; i < merge->nr; i++)
		if (merge->items[i].rec.raw_len)
			copy_text(&merge->spare, &merge->items[i].rec);
	merge->text = merge->spare;
	merge->spare = text;
	return true;
}

bool merge_release(struct merge *merge, uint64_t until_ns)
{
	bool ok = true;
	size_t n = 0;

	if (!merge->nr || merge->oldest_ns > until_ns)
		return true;
	if (merge->unsorted)
		qsort(merge->items, merge->nr, sizeof(*merge->items), by_time);
	merge->unsorted = false;
	while (ok && n < merge->nr && merge->items[n].time_ns <= until_ns)
		ok = merge->fn(merge->ctx, &merge->items[n++]);
	/* Without memory to move the rest, release it too. */
	if (!drop(merge, n)) {
		for (n = 0; ok && n < merge->nr; n++)
			ok = merge->fn(merge->ctx, &merge->items[n]);
		drop(merge, merge->nr);
	}
	return ok;
}
