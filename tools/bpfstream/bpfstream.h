/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* bpfstream.h - shared by all parts of the tool: exit statuses, verbs, options, messages. */
#ifndef BPFSTREAM_H
#define BPFSTREAM_H

#include <stdbool.h>
#include <stddef.h>

#ifndef BPFSTREAM_VERSION
#define BPFSTREAM_VERSION "0.2.0"
#endif

enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_PANIC = 3, /* run: a program wrote a FATAL record */
};

/* One option of a verb: the same table feeds getopt_long() and --help. */
struct opt {
	const char *name; /* without the dashes; NULL ends a table */
	int val; /* returned by opts_next(); a letter is also the short option */
	/* name of the argument in the help, "[=NAME]" if it is optional, NULL if there is none */
	const char *arg;
	/* --help indents all lines but the first; NULL: not in the help */
	const char *help;
};

#define OPT_HELP 'h'
#define OPT_BAD	 '?'
#define OPTS_MAX 32
/* Values of options that have no letter start here. */
#define OPT_LONG 256

struct verb {
	const char *name;
	const char *usage; /* the rest of the usage line */
	const char *summary; /* one line, for the list of verbs */
	const char *help; /* the text between usage line and options */
	const struct opt *opts;
	/* returns an exit status, or -1 after showing the help */
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
 * opts_next() returns the val of the next option; -1 after the last one, when optind is the first
 * operand; OPT_HELP for --help, which every verb has; or OPT_BAD after reporting an error. A verb
 * passes other values to opts_rest(), which returns -1 after showing the help, else
 * EXIT_USAGE.
 */
int opts_next(const struct verb *verb, int argc, char **argv);
int opts_rest(const struct verb *verb, int val);

/* opts_seconds - the value of --for, which OPTS_FOR describes. 0, or EXIT_USAGE after reporting. */
#define OPTS_FOR "SECONDS", "stop after this time; fractions are allowed"
int opts_seconds(const struct verb *verb, const char *word, double *seconds);

/*
 * msg.c
 *
 * Write "bpfstream: " and the text as one line to stderr. Control bytes are escaped, so the text
 * may quote anything. msg_usage() adds where to find help. They return EXIT_FAILED and EXIT_USAGE.
 */
int msg(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int msg_usage(const struct verb *verb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
