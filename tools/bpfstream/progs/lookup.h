/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* lookup.h - find a loaded program. */
#ifndef BPFSTREAM_LOOKUP_H
#define BPFSTREAM_LOOKUP_H

#include "bpfstream.h"

/* The ways to write a program, for help texts */
#define LOOKUP_HELP                                                                                \
	"PROG is an id, a name, tag:HEX (see bpftool prog show), or the path of a pinned\n"        \
	"program.\n"

#define LOOKUP_TAG_PREFIX "tag:"

/* What kind of word this is; a word that is none of these is a name. */
bool lookup_is_id(const char *word);
bool lookup_is_tag(const char *word);
bool lookup_is_path(const char *word);
bool lookup_is_pattern(const char *word); /* of names */

/* lookup_check - check the form of a word. 0, or EXIT_USAGE after reporting the error. */
int lookup_check(const struct verb *verb, const char *word);

/*
 * lookup_open - open the only program that a command line names, after its options
 *
 * Returns 0, @word and a new fd, or an exit status after reporting the error.
 */
int lookup_open(const struct verb *verb, int argc, char **argv, const char **word, int *fd);

/*
 * lookup_prog - open the program that @word names
 *
 * Returns a new fd, or a negative errno after reporting the error: no such program, more than one,
 * or no permission.
 */
int lookup_prog(const char *word);

/* lookup_none - report that no program matches a name, a pattern or a tag; return -ENOENT */
int lookup_none(const char *word);

/* lookup_not_permitted - report that programs cannot be looked up; return -EPERM */
int lookup_not_permitted(void);

#endif
