/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * tail.c - bpfstream tail: follow the streams and rings of programs, including those that are loaded
 * later.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "explain.h"
#include "follow/discover.h"
#include "follow/follow.h"
#include "follow/pace.h"
#include "follow/wake.h"
#include "progs/progs_iter.h"
#include "records.h"
#include "show/clock.h"
#include "stop.h"

/* All of them are kept in memory at the start. */
#define MAX_LINES 1000000

enum {
	OPT_LINES = 'n',
	OPT_VERBOSE = 'v',
	OPT_FOLLOW = 'f',
	OPT_RETRY = 'F',
	OPT_SINCE_START = OPT_LONG,
	OPT_FOR,
	OPT_PEEK,
	OPT_POLL,
};

static const struct opt opts[] = {
	RECORDS_OPTS_PROGS,
	{"lines", OPT_LINES, "N",
	 "of the output that is there at the start, show only the\n"
	 "last N records that pass the filters"},
	{"since-start", OPT_SINCE_START, NULL, "show only output from now on: --lines 0"},
	{"follow", OPT_FOLLOW, NULL, "accepted, like -F: tail always follows"},
	{"retry", OPT_RETRY, NULL, NULL},
	{"for", OPT_FOR, OPTS_FOR},
	SHOW_OPTS,
	{"peek", OPT_PEEK, NULL,
	 "do not consume: other readers get the text too, and one\n"
	 "of them has to read it, or the stream fills up"},
	{"poll", OPT_POLL, NULL, "poll every 1 to 50 ms instead of being woken by the kernel"},
	{"verbose", OPT_VERBOSE, NULL, "report which programs are followed, and how"},
	{NULL, 0, NULL, NULL},
};

struct tail {
	struct records records;
	struct discover *discover;
	struct follow *follow;
	struct wake *wake; /* NULL: poll */
	struct progs_iter *peek; /* NULL: consume */
	bool begun, verbose, may_wake, want_peek;
	long lines; /* -1: all */
	double seconds; /* negative: until a signal comes */
};

static int look(void *ctx)
{
	struct tail *tail = ctx;
	int ret = discover_look(tail->discover), err = 0;

	/* What cannot be followed at all is reported by is_something(). */
	if (ret >= 0 && tail->begun)
		err = follow_look_at_losses(tail->follow);
	return err ? err : ret;
}

static int loaded(void *ctx, __u32 id)
{
	struct tail *tail = ctx;

	return discover_loaded(tail->discover, id);
}

static bool ended(void *ctx)
{
	struct tail *tail = ctx;

	return select_fixed(&tail->records.select) && !follow_next(tail->follow, NULL);
}

/* Whether there is something to follow, or may be later. Reports if not. */
static bool is_something(const struct tail *tail)
{
	struct follow_prog *prog = NULL;
	bool any = false, rings = false, busy = true;

	while ((prog = follow_next(tail->follow, prog))) {
		any = true;
		rings |= prog->ring != NULL;
		busy &= follow_ring_is_busy(prog);
	}
	/* That another process reads them has been reported. */
	if (any && busy && !tail->records.all)
		return false;
	if (follow_has_streams(tail->follow) || rings)
		return true;
	if (select_fixed(&tail->records.select)) {
		explain_no_streams();
		return false;
	}
	explain_no_ring_yet();
	return true;
}

/* Show the output that is there at the start. */
static int begin(struct tail *tail, const struct pace *pace)
{
	int ret;

	if (tail->lines >= 0 && !follow_keep(tail->follow, tail->lines))
		return -ENOMEM;
	do {
		ret = pace_look(pace);
	} while (!stop && ret > 0 && tail->lines >= 0 && !discover_any(tail->discover));
	/* The first look found the programs, the second one reads them. */
	if (ret > 0)
		ret = pace_look(pace);
	if (tail->lines >= 0 && !follow_keep(tail->follow, SIZE_MAX))
		return -EIO;
	if (ret < 0)
		return ret;
	if (!stop && !is_something(tail))
		return -EBUSY;
	tail->begun = true;
	for (size_t i = 0; i < tail->records.select.nr; i++) {
		if (!tail->records.select.met[i])
			msg("no program matches '%s' yet", tail->records.select.words[i]);
	}
	if (tail->verbose)
		msg("%s", tail->wake ? "woken by the kernel when programs write"
				     : "polling every 1 to 50 ms");
	return sink_flush(&tail->records.show->sink) ? 0 : -EIO;
}

/* Show the remaining output, and report the losses. */
static int end(struct tail *tail, const struct pace *pace)
{
	int ret = pace_look(pace);

	if (ret > 0)
		ret = pace_look(pace);
	return ret < 0 || follow_finish(tail->follow) ? EXIT_FAILED : EXIT_OK;
}

static int tail_programs(struct tail *tail)
{
	struct pace pace = {
		.stop = &stop,
		.end_ns = UINT64_MAX,
		.look = look,
		.loaded = loaded,
		.ended = ended,
		.ctx = tail,
	};
	struct select *select = &tail->records.select;
	struct show *show = tail->records.show;
	int ret = select_begin(select);

	if (tail->seconds >= 0)
		pace.end_ns = clock_mono_ns() + (uint64_t)(tail->seconds * 1e9);
	if (ret)
		return ret;
	tail->discover = discover_new(select, tail->verbose);
	if (!tail->discover)
		return EXIT_FAILED;
	if (tail->want_peek) {
		tail->peek = progs_iter_new(true);
		if (!tail->peek)
			return EXIT_FAILED;
	}
	if (tail->may_wake)
		tail->wake = wake_new(!select_all(select), tail->verbose);
	tail->follow = follow_new(show, show->streams, tail->peek);
	if (!tail->follow)
		return EXIT_FAILED;
	discover_begin(tail->discover, tail->follow, tail->wake, show->streams, tail->peek);
	records_raise_limit();
	if (show_open(show))
		return EXIT_FAILED;
	pace.follow = tail->follow;
	pace.wake = tail->wake;
	pace.fd = -1;
	if (tail->may_wake)
		pace.fd = follow_fd(tail->follow, tail->wake ? wake_fd(tail->wake) : -1);
	if (begin(tail, &pace) || pace_follow(&pace))
		return EXIT_FAILED;
	return end(tail, &pace);
}

static int parse_lines(const struct verb *verb, const char *word, long *lines)
{
	char *rest;

	*lines = strtol(word, &rest, 10);
	if (rest == word || *rest || *lines < 0 || *lines > MAX_LINES)
		return msg_usage(verb, "invalid --lines '%s': expected 0 to %d", word, MAX_LINES);
	return 0;
}

/* Returns 0, or the exit status; negative after showing the help. */
static int parse(const struct verb *verb, int argc, char **argv, struct tail *tail)
{
	int val, ret = 0;

	while (!ret && (val = opts_next(verb, argc, argv)) != -1) {
		switch (val) {
		case OPT_FOLLOW:
		case OPT_RETRY:
			break;
		case OPT_LINES:
			ret = parse_lines(verb, optarg, &tail->lines);
			break;
		case OPT_SINCE_START:
			tail->lines = 0;
			break;
		case OPT_PEEK:
			tail->want_peek = true;
			break;
		case OPT_POLL:
			tail->may_wake = false;
			break;
		case OPT_FOR:
			ret = opts_seconds(verb, optarg, &tail->seconds);
			break;
		case OPT_VERBOSE:
			tail->verbose = true;
			break;
		default:
			ret = records_opt(&tail->records, verb, val, optarg);
		}
	}
	if (!ret)
		ret = records_begin(&tail->records, verb, argc, argv);
	tail->records.show->named = !select_one(&tail->records.select);
	return ret;
}

static int main_tail(const struct verb *verb, int argc, char **argv)
{
	struct tail tail = {.lines = -1, .seconds = -1, .may_wake = true};
	int ret;

	tail.records.show = show_new(&stop);
	if (!tail.records.show)
		return EXIT_FAILED;
	tail.records.show->time = SHOW_TIME_BOOT;
	ret = parse(verb, argc, argv, &tail);
	if (!ret) {
		explain_init(false);
		stop_catch();
		ret = tail_programs(&tail);
	}
	discover_free(tail.discover);
	follow_free(tail.follow);
	wake_free(tail.wake);
	progs_iter_free(tail.peek);
	records_free(&tail.records);
	return ret;
}

const struct verb verb_tail = {
	.name = "tail",
	.usage = "PROG...|--all [OPTION]...",
	.summary = "follow the streams and rings of programs, also of later ones",
	.help = "Shows the text in the streams and rings of loaded programs, and all that they\n"
		"print until Ctrl-C: their stdout on stdout, their stderr on stderr, merged by\n"
		"time. Programs that match and are loaded later are also followed. When a program "
		"is\n"
		"unloaded, its remaining output is shown, followed by a notice. If several\n"
		"programs are possible, lines start with NAME[ID]:. If only ids are given, tail\n"
		"ends when all of them are unloaded.\n"
		"\n"
		"A ring (bpf_stream/ring.h) works on every kernel, is shared by the programs of "
		"an\n"
		"object, whose first one gives the name, and has one reader at a time.\n"
		"\n" SELECT_HELP,
	.opts = opts,
	.main = main_tail,
};
