/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* select.h - the programs that a user means, among those there are and those to come. */
#ifndef BPFSTREAM_SELECT_H
#define BPFSTREAM_SELECT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "bpfstream.h"

#define SELECT_HELP                                                                                \
	"PROG is an id, a name or a pattern of names ('xdp_*'), tag:HEX (as bpftool prog show\n"   \
	"has them), or the path of a pinned program.\n"

struct select {
	char **words; /* NULL: every program */
	size_t nr;
	bool *met; /* a program that the word means has come by; of select_begin(), to be freed */
};

/* select_check - are these ways to write programs? 0, or EXIT_USAGE after it has told why not. */
int select_check(const struct verb *verb, const struct select *select);

/* select_one - can it only ever be one program, or none? */
bool select_one(const struct select *select);

/* select_fixed - only ids: no program that is loaded later can be meant */
bool select_fixed(const struct select *select);

/* select_only_paths - a program is meant only if it is pinned there */
bool select_only_paths(const struct select *select);

/* select_begin - are the ids and the paths there? 0, or EXIT_FAILED after it has told */
int select_begin(struct select *select);

/* select_matches - is it meant? @fd: of the program */
enum select_how {
	SELECT_NOT,
	SELECT_AMONG, /* as one of all, or of those with this name or tag */
	SELECT_ITSELF, /* by its id or path */
};
enum select_how select_matches(struct select *select, int fd);

/* select_all - every program is meant */
bool select_all(const struct select *select);

#endif
