/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* watch.h - which programs have something to say, which are new, which nobody uses any more. */
#ifndef BPFSTREAM_WATCH_H
#define BPFSTREAM_WATCH_H

#include <linux/types.h>
#include <stdbool.h>

#include "follow/watch_record.h"

struct watch;

/* watch_new - load the iterator, or NULL after it has told why not */
struct watch *watch_new(void);
void watch_free(struct watch *watch);

/*
 * watch_begin - begin a pass over all programs
 * @everything:	tell of all of them; otherwise of those that have text or few users
 *
 * watch_next() returns 1 and a record, which is good until the next call, 0 at the end, or a
 * negative errno, told.
 */
int watch_begin(struct watch *watch, bool everything);
int watch_next(struct watch *watch, const struct watch_record **record);

/* watch_changed - after a pass: are there other programs than at the last one with everything? */
bool watch_changed(const struct watch *watch);

/*
 * watch_unused - will nobody but tails use this program once we let go of it?
 * @held:	we have an fd of it, and had it when the record was made
 *
 * With one tail this is exact. Of several each holds a program only if it has more users than there
 * are tails, or they would keep it alive for each other.
 */
bool watch_unused(const struct watch *watch, const struct watch_record *record, bool held);

#endif
