/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* show.h - records as text, as all their fields, or as JSON; and which of them. */
#ifndef BPFSTREAM_SHOW_H
#define BPFSTREAM_SHOW_H

#include <bpf_stream/user.h>
#include <regex.h>

#include "bpfstream.h"
#include "show/json.h"
#include "show/output.h"
#include "show/sink.h"

/* How the time of a record is shown. SHOW_TIME_WRITTEN: the line is as the program wrote it. */
enum show_time {
	SHOW_TIME_WRITTEN,
	SHOW_TIME_NONE,
	SHOW_TIME_BOOT,
	SHOW_TIME_DELTA,
	SHOW_TIME_ISO,
	SHOW_TIME_LOCAL,
};

/* Big: allocate it. */
struct show {
	struct sink sink;
	unsigned int streams; /* 1 << BPF_STREAM_ID_... */
	int level; /* this one and worse, or -1 for everything */
	bool grep_set;
	regex_t grep;
	enum show_time time;
	bool decode, json, raw;
	bool named; /* there may be several programs: lines begin with NAME[ID]: */
	bool color[NR_SINKS];
	int64_t wall_ns; /* CLOCK_REALTIME - CLOCK_MONOTONIC */
	uint64_t last_ns; /* of the record that was shown last, for SHOW_TIME_DELTA */
	bool fatal; /* a FATAL record came by, shown or not */
	struct output_choice choice; /* the screen, or: */
	struct output *output; /* takes all that would be shown */
	struct json line; /* of show_json() */
};

/* Does it need show->wall_ns? */
static inline bool show_has_date(const struct show *show)
{
	return show->json || show->decode || show->time == SHOW_TIME_ISO ||
	       show->time == SHOW_TIME_LOCAL;
}

/* Whose record it is. By its address a line that is begun is known. */
struct show_source {
	const char *name;
	const char *tag; /* 16 hexadecimal digits, or NULL: which version of the program it is */
	unsigned int id;
	bool hidden; /* the record that pieces and continuations belong to is not shown */
	const char *color; /* ... and in this color */
};

/* Options that run and tail have in common: part of a table of options, and what takes them */
enum {
	OPT_SHOW_STDOUT = OPT_LONG + 100,
	OPT_SHOW_STDERR,
	OPT_SHOW_STREAM,
	OPT_SHOW_GREP,
	OPT_SHOW_TIME,
	OPT_SHOW_COLOR,
	OPT_SHOW_RAW,
	OPT_SHOW_JOURNALD,
	OPT_SHOW_SYSLOG,
	OPT_SHOW_JSON = 'j',
	OPT_SHOW_WALL = 'T',
	OPT_SHOW_DECODE = 'x',
};

/* clang-format off */
#define SHOW_OPTS_OUTPUT \
	OUTPUT_OPT_JOURNALD(OPT_SHOW_JOURNALD), \
	OUTPUT_OPT_SYSLOG(OPT_SHOW_SYSLOG)
#define SHOW_OPTS_STREAM \
	{"stdout", OPT_SHOW_STDOUT, NULL, "only what programs write to their stdout"}, \
	{"stderr", OPT_SHOW_STDERR, NULL, "only what programs write to their stderr"}, \
	{"stream", OPT_SHOW_STREAM, "WHICH", "the same: stdout, stderr or both (the default)"}
#define SHOW_OPTS \
	SHOW_OPTS_OUTPUT, \
	SHOW_OPTS_STREAM, \
	SHOW_OPTS_DISPLAY
#define SHOW_OPTS_DISPLAY \
	{"grep", OPT_SHOW_GREP, "REGEX", \
	 "only records that match, as they were written; an\nextended regular expression"}, \
	{"time", OPT_SHOW_TIME, "HOW", \
	 "times of records: none, boot (seconds), delta (since the\n" \
	 "record shown before) or iso (8601, with time zone)"}, \
	{"wall-clock", OPT_SHOW_WALL, NULL, "times of records as local time of day"}, \
	{"decode", OPT_SHOW_DECODE, NULL, "every field on a line of its own"}, \
	{"json", OPT_SHOW_JSON, NULL, "a JSON object for each record, all to stdout"}, \
	{"raw", OPT_SHOW_RAW, NULL, \
	 "the bytes as they were written, without names; they\nare escaped for a terminal only"}, \
	{"color", OPT_SHOW_COLOR, "WHEN", "auto (the default: on a terminal), always or never"}
/* clang-format on */

struct show *show_new(const volatile sig_atomic_t *stop);
void show_free(struct show *show);

/*
 * show_opt - take one of SHOW_OPTS; 0, EXIT_USAGE after it has told what is wrong, or -1 if it is
 * none of them
 */
int show_opt(struct show *show, const struct verb *verb, int val, const char *arg);

/* show_stream - what it does with OPT_SHOW_STDOUT to OPT_SHOW_STREAM. 0 or EXIT_USAGE, told. */
int show_stream(unsigned int *streams, const struct verb *verb, int val, const char *arg);

/* show_choose - what it does with OPT_SHOW_JOURNALD and OPT_SHOW_SYSLOG. 0 or EXIT_USAGE, told. */
int show_choose(struct output_choice *choice, const struct verb *verb, int val, const char *arg);

/* show_open - open the output that was chosen, if any. 0, or -1 after it has told why not. */
int show_open(struct show *show);

/* show_begin - when all options are known. 0, or EXIT_USAGE after it has told what does not go. */
int show_begin(struct show *show, const struct verb *verb);

/* show_level - "warn" or "warn+". 0, or EXIT_USAGE after it has told. */
int show_level(struct show *show, const struct verb *verb, const char *option, const char *word);

/* show_wants - is this record to be shown? Call it once for each, in their order. */
bool show_wants(struct show *show, struct show_source *source, const struct bpf_stream_record *rec);

/*
 * show_record - show it
 *
 * rec->report may be NULL also for reports: it is parsed again. Returns false if writing failed,
 * now or before.
 */
bool show_record(struct show *show, struct show_source *source,
		 const struct bpf_stream_record *rec);

/* show_gone - tell that a program is not there any more, or was only let go */
bool show_gone(struct show *show, const struct show_source *source);

#endif
