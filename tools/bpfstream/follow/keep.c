/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* keep.c - the last N records. */
#include <stdlib.h>

#include "follow/keep.h"

struct keep {
	size_t max, nr, first;
	struct merge_item *items;
};

struct keep *keep_new(size_t max)
{
	struct keep *keep = calloc(1, sizeof(*keep));

	if (!keep)
		return NULL;
	keep->max = max;
	keep->items = calloc(max ? max : 1, sizeof(*keep->items));
	if (keep->items)
		return keep;
	free(keep);
	return NULL;
}

void keep_free(struct keep *keep)
{
	if (!keep)
		return;
	while (keep->nr)
		free((char *)keep->items[--keep->nr].rec.raw);
	free(keep->items);
	free(keep);
}

bool keep_add(struct keep *keep, const struct merge_item *item)
{
	struct merge_item *to;
	void *copy;

	if (!keep->max)
		return true;
	copy = malloc(merge_record_size(&item->rec));
	if (!copy)
		return false;
	if (keep->nr == keep->max) {
		to = &keep->items[keep->first];
		free((char *)to->rec.raw);
		keep->first = (keep->first + 1) % keep->max;
	} else {
		to = &keep->items[keep->nr++];
	}
	*to = *item;
	merge_copy_record(&to->rec, copy);
	return true;
}

size_t keep_count(const struct keep *keep)
{
	return keep->nr;
}

const struct merge_item *keep_item(const struct keep *keep, size_t i)
{
	return &keep->items[(keep->first + i) % keep->max];
}
