/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* bpfstream.h - what all parts of the tool share: exit statuses, verbs, options, messages. */
#ifndef BPFSTREAM_H
#define BPFSTREAM_H

#include <stdbool.h>
#include <stddef.h>

#ifndef BPFSTREAM_VERSION
#define BPFSTREAM_VERSION "0.1.0"
#endif

enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_PANIC = 3, /* run: a program reported that it ended itself */
};

/* One option of a verb: the same table feeds getopt_long() and --help. */
struct opt {
	const char *name; /* without the dashes; NULL ends a table */
	int val; /* what opts_next() returns; a letter is the short option, too */
	/* the argument's name in the help, "[=NAME]" if it can be left out, or NULL for a switch */
	const char *arg;
	/* lines after the first are indented by opts_help(); NULL: accepted, and not in the help */
	const char *help;
};

#define OPT_HELP 'h'
#define OPT_BAD	 '?'
#define OPTS_MAX 32
/* Values of options that have no letter start here. */
#define OPT_LONG 256

struct verb {
	const char *name;
	const char *usage; /* what follows the name on the usage line */
	const char *summary; /* one line, for the list of verbs */
	const char *help; /* paragraphs between the usage line and the options */
	const struct opt *opts;
	int (*main)(const struct verb *verb, int argc, char **argv);
};

/* One per verb, each in a file of that name; main.c has the table. */
extern const struct verb verb_dump;
extern const struct verb verb_level;
extern const struct verb verb_list;
extern const struct verb verb_peek;
extern const struct verb verb_run;
extern const struct verb verb_show;
extern const struct verb verb_stats;
extern const struct verb verb_tail;

/*
 * opts.c
 *
 * opts_next() returns the val of the next option, -1 when there are no more (optind is then the
 * first argument that is none), OPT_HELP for --help, which every verb has, or OPT_BAD after it has
 * told what is wrong.
 */
int opts_next(const struct verb *verb, int argc, char **argv);
int opts_help(const struct verb *verb);

/*
 * msg.c: "bpfstream: ", one line, to stderr. The text may quote anything: what could upset a
 * terminal is escaped. msg_usage() adds where to find help; both return the exit status that goes
 * with them.
 */
int msg(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int msg_usage(const struct verb *verb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
