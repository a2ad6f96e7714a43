/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* share.h - programs that share their level and counts. */
#ifndef BPFSTREAM_SHARE_H
#define BPFSTREAM_SHARE_H

#include <stdbool.h>
#include <stddef.h>

/* At most this many ids are listed. */
#define SHARE_MAX 64

/*
 * share_ids - list the other programs that use the same level and counts: those of the same object
 * @ids:	room for SHARE_MAX
 *
 * Returns how many there are, which may be more than SHARE_MAX; 0 also on error.
 */
size_t share_ids(int prog_fd, unsigned int *ids);

/* share_others - the same without programs that @is_known */
size_t share_others(int prog_fd, unsigned int *ids,
		    bool (*is_known)(const void *ctx, unsigned int id), const void *ctx);

/* share_list - "17, 18, 19", with " ..." if there are more than SHARE_MAX */
const char *share_list(const unsigned int *ids, size_t nr, char *text, size_t size);

#endif
