/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * watch.h - a BPF iterator over all loaded programs: which have text, which are new, which are
 * unused.
 *
 * How tails know each other. A tail holds programs open, so a program that has no other user would
 * stay loaded for ever; the tail must release it. But with two tails, each would see the other as
 * a user. So the iterator counts the loaded programs named "bpfstream_tail", its own name, which
 * every tail has loaded once, and a program counts as unused if it has no more users than there
 * are tails.
 */
#ifndef BPFSTREAM_WATCH_H
#define BPFSTREAM_WATCH_H

#include <linux/types.h>
#include <stdbool.h>

#include "follow/watch_record.h"

struct watch;

/* watch_new - load the iterator. Returns NULL after reporting the error. */
struct watch *watch_new(void);
void watch_free(struct watch *watch);

/*
 * watch_begin - start a pass
 * @everything:	list all programs, not only those that have text or few users
 *
 * Returns 0 or a negative errno, reported. watch_next() returns 1 and a record, valid until the
 * next call; 0 at the end; or a negative errno, reported.
 */
int watch_begin(struct watch *watch, bool everything);
int watch_next(struct watch *watch, const struct watch_record **record);

/*
 * watch_changed - after a pass: whether programs came or went since the last pass with @everything
 */
bool watch_changed(const struct watch *watch);

/*
 * watch_unused - whether only tails use the program
 * @held:	this tail has an fd of it, and had it when the record was made
 *
 * Exact with one tail. With several tails, hold a program only if it has more users than there are
 * tails; otherwise the tails would keep it loaded for each other.
 */
bool watch_unused(const struct watch *watch, const struct watch_record *record, bool held);

#endif
