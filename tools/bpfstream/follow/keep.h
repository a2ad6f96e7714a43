/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* keep.h - the last N records. */
#ifndef BPFSTREAM_KEEP_H
#define BPFSTREAM_KEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "follow/merge.h"

struct keep;

/* keep_new - keep the last @max records. NULL if memory is short. */
struct keep *keep_new(size_t max);
void keep_free(struct keep *keep);

/*
 * keep_add - copy a record; drops the oldest one if there are too many. False if memory is short.
 */
bool keep_add(struct keep *keep, const struct merge_item *item);

size_t keep_count(const struct keep *keep);
/* keep_item - number @i, the oldest first */
const struct merge_item *keep_item(const struct keep *keep, size_t i);

#endif
