/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* replace.h - standard output into a file, which is replaced as a whole. */
#ifndef BPFSTREAM_REPLACE_H
#define BPFSTREAM_REPLACE_H

#include <limits.h>
#include <stdbool.h>

struct replace {
	const char *path;
	char temporary[PATH_MAX];
};

/*
 * replace_begin - direct stdout to a new file beside @path
 *
 * Returns 0, or EXIT_FAILED after reporting the error.
 */
int replace_begin(struct replace *replace, const char *path);

/*
 * replace_end - put the new file in the place of the old one
 * @keep:	false: remove it, and leave the old one
 *
 * Nothing may be written to stdout afterwards. Returns 0, or EXIT_FAILED, which it reports unless
 * @keep is false.
 */
int replace_end(struct replace *replace, bool keep);

#endif
