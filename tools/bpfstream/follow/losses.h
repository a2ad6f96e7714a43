/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * losses.h - the losses of programs while they are followed, reported once for those that share
 * counts.
 */
#ifndef BPFSTREAM_LOSSES_H
#define BPFSTREAM_LOSSES_H

/* The counts of one object */
struct losses;

/*
 * losses_begin - count the messages that a program loses from now on
 * @all:	list of all counts, NULL at first
 *
 * Returns NULL if the program has no counts, or memory is short.
 */
struct losses *losses_begin(struct losses **all, int prog_fd);

/* losses_report - report the losses since the last call, if any */
void losses_report(struct losses *losses, int prog_fd, unsigned int id, const char *name);

/* losses_end - undo one losses_begin() */
void losses_end(struct losses **all, struct losses *losses);

#endif
