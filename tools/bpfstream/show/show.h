/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* show.h - filter records, and show them as text, field by field, or as JSON. */
#ifndef BPFSTREAM_SHOW_H
#define BPFSTREAM_SHOW_H

#include <bpf_stream/user.h>
#include <regex.h>

#include "bpfstream.h"
#include "show/buf.h"
#include "show/choice.h"
#include "show/sink.h"
#include "show/times.h"

/* Large: allocate it. */
struct show {
	struct sink sink;
	unsigned int streams; /* 1 << BPF_STREAM_ID_... */
	int level; /* show this level and more severe ones; -1: all */
	bool grep_set;
	regex_t grep;
	enum show_time time;
	bool decode, json, raw;
	bool named; /* several programs are possible: lines start with NAME[ID]: */
	bool color[NR_SINKS];
	int64_t wall_ns; /* CLOCK_REALTIME - CLOCK_MONOTONIC */
	uint64_t last_ns; /* time of the last record shown, for SHOW_TIME_DELTA */
	bool fatal; /* a FATAL record was seen, shown or not */
	struct output_choice choice;
	struct output *output; /* takes the records; NULL: the screen */
	struct buf line; /* of show_json() */
};

/* show_has_date - whether show->wall_ns is used */
static inline bool show_has_date(const struct show *show)
{
	return show->json || show->decode || show->time == SHOW_TIME_ISO ||
	       show->time == SHOW_TIME_LOCAL;
}

/* The stream that a record is from. An open line belongs to the address of its source. */
struct show_source {
	const char *name;
	const char *tag; /* 16 hexadecimal digits, or NULL */
	unsigned int id;
	bool hidden; /* the last record was filtered out, and so are its pieces */
	const char *color; /* of the last record */
};

/* Options that verbs share: entries for their option tables, and show_opt(), which takes them */
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
	OPT_SHOW_KMSG,
	OPT_SHOW_LEVEL = 'l',
	OPT_SHOW_JSON = 'j',
	OPT_SHOW_WALL = 'T',
	OPT_SHOW_DECODE = 'x',
};

/* clang-format off */
#define SHOW_OPT_LEVEL(name) \
	{name, OPT_SHOW_LEVEL, "LEVEL", \
	 "show only records of this level and more severe ones\n" \
	 "('warn' or 'warn+'); kernel reports count as error, and\n" \
	 "lines without a level are not shown"}
#define SHOW_OPTS_OUTPUT \
	OUTPUT_OPT_JOURNALD(OPT_SHOW_JOURNALD), \
	OUTPUT_OPT_SYSLOG(OPT_SHOW_SYSLOG), \
	OUTPUT_OPT_KMSG(OPT_SHOW_KMSG)
#define SHOW_OPTS_STREAM \
	{"stdout", OPT_SHOW_STDOUT, NULL, "show only the stdout of programs"}, \
	{"stderr", OPT_SHOW_STDERR, NULL, "show only the stderr of programs"}, \
	{"stream", OPT_SHOW_STREAM, "WHICH", "stdout, stderr or both (default)"}
#define SHOW_OPTS \
	SHOW_OPTS_OUTPUT, \
	SHOW_OPTS_STREAM, \
	SHOW_OPTS_DISPLAY
#define SHOW_OPTS_DISPLAY \
	{"grep", OPT_SHOW_GREP, "REGEX", \
	 "show only records whose text, as it was written, matches\n" \
	 "this extended regular expression"}, \
	{"time", OPT_SHOW_TIME, "HOW", \
	 "show times as none, boot (seconds), delta (since the\n" \
	 "last record shown) or iso (8601, with time zone)"}, \
	{"wall-clock", OPT_SHOW_WALL, NULL, "show times as local time of day"}, \
	{"decode", OPT_SHOW_DECODE, NULL, "show every field on its own line"}, \
	{"json", OPT_SHOW_JSON, NULL, "show each record as a JSON object, all on stdout"}, \
	{"raw", OPT_SHOW_RAW, NULL, \
	 "show the bytes as they were written, without program\n" \
	 "names; escaped only on a terminal"}, \
	{"color", OPT_SHOW_COLOR, "WHEN", "auto (default: on a terminal), always or never"}
/* clang-format on */

struct show *show_new(const volatile sig_atomic_t *stop);
void show_free(struct show *show);

/*
 * show_opt - take one of SHOW_OPTS or SHOW_OPT_LEVEL(); pass others to opts_rest()
 *
 * Returns 0; EXIT_USAGE after reporting an error; or -1 after showing the help.
 */
int show_opt(struct show *show, const struct verb *verb, int val, const char *arg);

/* show_begin - check the options as a whole. 0, or EXIT_USAGE after reporting. */
int show_begin(struct show *show, const struct verb *verb);

/* show_open - open the chosen output, if any. 0, or -1 after reporting. */
int show_open(struct show *show);

/* show_wants - whether a record passes the filters. Call it once for each record, in order. */
bool show_wants(struct show *show, struct show_source *source, const struct bpf_stream_record *rec);

/* show_record - show a record. Returns false if writing failed, now or before. */
bool show_record(struct show *show, struct show_source *source,
		 const struct bpf_stream_record *rec);

/* show_gone - report that a program is no longer loaded; @time_ns: since when that is known */
bool show_gone(struct show *show, const struct show_source *source, uint64_t time_ns);

/*
 * Messages of a stream that programs lost; show_lost() shows that as JSON
 * @total:	since the programs were loaded
 * @others:	ids of the programs that are counted with the source
 */
struct show_lost {
	uint64_t time_ns;
	int stream_id;
	const struct bpf_log_lost *lost;
	uint64_t total;
	const unsigned int *others;
	size_t nr_others;
};
bool show_lost(struct show *show, const struct show_source *source, const struct show_lost *lost);

#endif
