/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* select.h - match programs, those that are loaded and those that will be, against words. */
#ifndef BPFSTREAM_SELECT_H
#define BPFSTREAM_SELECT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "bpfstream.h"

#define SELECT_HELP                                                                                \
	"PROG is an id, a name or a pattern of names ('xdp_*'), tag:HEX (see bpftool prog "        \
	"show),\n"                                                                                 \
	"or the path of a pinned program.\n"

struct select {
	char **words; /* none: every program */
	size_t nr;
	bool *met; /* per word: a program has matched it. Allocated by select_begin(). */
};

/* select_check - check the form of the words. 0, or EXIT_USAGE after reporting the error. */
int select_check(const struct verb *verb, const struct select *select);

/* select_one - whether at most one program can ever match */
bool select_one(const struct select *select);

/* select_fixed - whether there are only ids, so that no program that is loaded later can match */
bool select_fixed(const struct select *select);

/* select_only_paths - whether only pinned programs can match */
bool select_only_paths(const struct select *select);

/* select_begin - check that the ids and paths exist. 0, or EXIT_FAILED after reporting. */
int select_begin(struct select *select);

/*
 * select_matches - whether the program @fd matches
 *
 * The programs of this tool print nothing, so that only an id or a path matches them.
 */
bool select_matches(struct select *select, int fd);

/* select_itself - whether an id or a path names the program @fd */
bool select_itself(const struct select *select, int fd);

/*
 * select_each - call @fn for each loaded program that matches, in the order of ids if there are no ids
 * and paths. @fn owns the fd, and may get the same program more than once.
 *
 * Requires no right but to open the paths if all words are paths. Returns 0; EXIT_FAILED if not every
 * word has matched, or a program cannot be opened, which is reported; or what @fn returns, if that is
 * not 0.
 */
int select_each(struct select *select, int (*fn)(void *ctx, __u32 id, int fd), void *ctx);

/* select_all - whether every program matches */
bool select_all(const struct select *select);

#endif
