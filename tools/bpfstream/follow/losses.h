/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * losses.h - what the programs of an object lose while they are followed, and where they write if that
 * cannot be read; both once for the programs of an object, which share counts.
 */
#ifndef BPFSTREAM_LOSSES_H
#define BPFSTREAM_LOSSES_H

#include <stdbool.h>
#include <stdint.h>

#include "show/show.h"

/* The counts of one object */
struct losses;

/*
 * losses_begin - count the messages that a program loses
 * @all:	list of all counts, NULL at first
 * @since_load:	all of them; otherwise from now on
 *
 * Returns NULL if the program has no counts, or memory is short.
 */
struct losses *losses_begin(struct losses **all, int prog_fd, bool since_load);

/* losses_end - undo one losses_begin() */
void losses_end(struct losses **all, struct losses *losses);

/*
 * losses_due - whether losses_look() may find something; a system call, where a look takes tens
 * @counts:	look at the counts, too
 */
bool losses_due(struct losses *losses, bool counts);

/*
 * losses_look - report once if the messages go where they cannot be read; with @counts, read these
 *
 * Returns whether losses_show() has something to show now.
 */
bool losses_look(struct losses *losses, int prog_fd, unsigned int id, const char *name,
		 bool counts);

/* losses_show - show the losses of the last look. False if writing failed. */
bool losses_show(struct losses *losses, struct show *show, const struct show_source *source,
		 uint64_t time_ns);

/* losses_next - the counts after @losses in the list */
struct losses *losses_next(const struct losses *losses);

#endif
