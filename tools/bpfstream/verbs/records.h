/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * records.h - what verbs that show the records of programs share: options, operands, and for those
 * that do not follow, reading and showing what is there.
 */
#ifndef BPFSTREAM_RECORDS_H
#define BPFSTREAM_RECORDS_H

#include "progs/select.h"
#include "show/show.h"

struct records {
	struct show *show;
	struct select select;
	bool all;
};

#define RECORDS_ALL 'a'

/* clang-format off */
#define RECORDS_OPTS_PROGS \
	{"all", RECORDS_ALL, NULL, "all programs"}, \
	SHOW_OPT_LEVEL("level"), \
	/* its name in run, where --level is another option */ \
	{"show-level", OPT_SHOW_LEVEL, "LEVEL", NULL}
#define RECORDS_OPTS \
	RECORDS_OPTS_PROGS, \
	SHOW_OPTS
/* clang-format on */

/* records_opt - take one of RECORDS_OPTS, as show_opt() does */
int records_opt(struct records *records, const struct verb *verb, int val, const char *arg);

/*
 * records_begin - check the options as a whole, and take PROG... after them
 *
 * Returns 0, or EXIT_USAGE after reporting.
 */
int records_begin(struct records *records, const struct verb *verb, int argc, char **argv);

/* records_free - also if nothing has begun */
void records_free(struct records *records);

/* records_raise_limit - every program that is open takes a descriptor */
void records_raise_limit(void);

/* records_once - main() of a verb with RECORDS_OPTS: show what there is, once; @peek: leave it there */
int records_once(const struct verb *verb, int argc, char **argv, bool peek);

#endif
