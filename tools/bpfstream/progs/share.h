/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* share.h - the programs that have level and counts in common. */
#ifndef BPFSTREAM_SHARE_H
#define BPFSTREAM_SHARE_H

#include <stdbool.h>
#include <stddef.h>

/* So many are named. */
#define SHARE_MAX 64

/*
 * share_ids - which other programs use the map that has level and counts of this one
 * @ids:	of programs, room for SHARE_MAX
 *
 * Those of one object do, and of objects that share the map otherwise. Returns how many there are,
 * which may be more than SHARE_MAX; 0 also if the kernel does not tell.
 */
size_t share_ids(int prog_fd, unsigned int *ids);

/* share_list - "17, 18, 19", with " ..." if there are more than SHARE_MAX */
const char *share_list(const unsigned int *ids, size_t nr, char *text, size_t size);

#endif
