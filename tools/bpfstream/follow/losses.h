/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* losses.h - what programs lose while they are followed: told once, also for those that count together. */
#ifndef BPFSTREAM_LOSSES_H
#define BPFSTREAM_LOSSES_H

/* The counts of one object, of which there may be several programs */
struct losses;

/*
 * losses_begin - what this program and those that count with it lose from now on is to be told
 * @all:	the first of all of them, NULL at first
 * @prog_fd:	of the program
 *
 * NULL if it does not count, or memory is short.
 */
struct losses *losses_begin(struct losses **all, int prog_fd);

/* losses_tell - tell what was lost since the last time, if anything was */
void losses_tell(struct losses *losses, int prog_fd, unsigned int id, const char *name);

/* losses_end - for each that losses_begin() returned */
void losses_end(struct losses **all, struct losses *losses);

#endif
