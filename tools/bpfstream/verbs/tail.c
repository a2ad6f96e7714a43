/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* tail.c - bpfstream tail: follow the streams of programs, those that come later too. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "explain.h"
#include "follow/follow.h"
#include "follow/wake.h"
#include "follow/watch.h"
#include "progs/lookup.h"
#include "progs/progs_iter.h"
#include "progs/select.h"
#include "show/show.h"
#include "stop.h"

/* How long to sleep between two looks, when nothing happens: doubled each time, from and to */
#define WAIT_MIN_MS 1
#define WAIT_MAX_MS 50
/* With so many programs that a look costs much the sleep is longer: this many times as long ... */
#define WAIT_PER_COST 500
/* ... up to this. */
#define WAIT_LIMIT_MS 2000
/* Streams that somebody fills as fast as they are read: last words end after so many reads. */
#define LAST_READS 16
/* All of them are kept at the start. */
#define MAX_LINES 1000000

enum {
	OPT_ALL = 'a',
	OPT_LEVEL = 'l',
	OPT_LINES = 'n',
	OPT_VERBOSE = 'v',
	OPT_FOLLOW = 'f',
	OPT_RETRY = 'F',
	OPT_SINCE_START = OPT_LONG,
	OPT_SHOW_LEVEL,
	OPT_PEEK,
	OPT_POLL,
};

static const struct opt opts[] = {
	{"all", OPT_ALL, NULL, "all programs"},
	{"level", OPT_LEVEL, "LEVEL",
	 "only records of this level and worse ('warn' or 'warn+');\n"
	 "reports of the kernel count as error; lines without a\n"
	 "level are left out then"},
	{"lines", OPT_LINES, "N",
	 "of what is there at the start show only the last N records\n(of those that are to be "
	 "shown)"},
	{"since-start", OPT_SINCE_START, NULL, "the same with 0: only what is written from now on"},
	{"follow", OPT_FOLLOW, NULL, "accepted, as is -F: tail always follows"},
	{"retry", OPT_RETRY, NULL, NULL},
	/* the name that this has where --level is another option */
	{"show-level", OPT_SHOW_LEVEL, "LEVEL", NULL},
	SHOW_OPTS,
	{"peek", OPT_PEEK, NULL,
	 "leave the text where it is, so that others can read it\n"
	 "too; somebody has to, or the stream will be full"},
	{"poll", OPT_POLL, NULL, "look every 1 to 50 ms instead of being woken by the kernel"},
	{"verbose", OPT_VERBOSE, NULL, "tell which programs are followed, and how"},
	{NULL, 0, NULL, NULL},
};

struct tail {
	struct show *show;
	struct select select;
	struct follow *follow;
	struct watch *watch;
	struct wake *wake; /* NULL: one has to look */
	struct progs_iter *peek; /* NULL: consumes */
	bool again; /* the next look is one at all programs */
	bool came; /* programs have come whose streams have not been read yet */
	bool all, since_start, verbose, may_wake, want_peek;
	long lines; /* -1: all */
	__u32 *known; /* ids that were there at the last full pass */
	size_t nr_known, room_known;
};

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* Each program that is followed takes a descriptor. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* Our own programs have nothing to say, and neither do those of another tail, list or peek. */
static bool is_tool(int fd)
{
	static const char *const names[] = {"bpfstream_tail", "bpfstream_list", "bpfstream_peek",
					    "bpfstream_write", "bpfstream_rep", "bpfstream_load"};
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_prog_get_info_by_fd(fd, &info, &len) || info.type != BPF_PROG_TYPE_TRACING)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(info.name, names[i]))
			return true;
	}
	return false;
}

/* 0, or a negative errno, told. Takes the fd. */
static int add(struct tail *tail, __u32 id, int fd, bool hold)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	struct follow_prog *prog;

	if (bpf_prog_get_info_by_fd(fd, &info, &len))
		info.name[0] = '\0';
	prog = follow_add(tail->follow, id, fd);
	if (!prog) {
		close(fd);
		return -ENOMEM;
	}
	follow_count(tail->follow, prog, fd);
	if (!hold) {
		close(fd);
		prog->fd = -1;
	}
	prog->seen = true;
	tail->came = true;
	follow_name(prog, info.name);
	if (tail->wake)
		wake_follow(tail->wake, id);
	if (tail->verbose)
		msg("program %u, %s, is followed", id, info.name);
	return 0;
}

/*
 * 1 if it cannot be opened now, 0, or a negative errno, told. Without the right to open it nothing
 * would ever be shown; paths need none, and look_at_paths() opens them.
 */
static int consider(struct tail *tail, const struct watch_record *record)
{
	enum select_how how;
	int fd;

	if (select_only_paths(&tail->select))
		return 0;
	fd = follow_open(tail->follow, record->id);
	if (fd == -EPERM)
		return fd;
	if (fd < 0)
		return 1;
	how = select_matches(&tail->select, fd);
	if (how == SELECT_NOT || (how == SELECT_AMONG && is_tool(fd))) {
		close(fd);
		return 0;
	}
	return add(tail, record->id, fd, !watch_unused(tail->watch, record, false));
}

/* Paths: a program is usually pinned some time after it was loaded. */
static int look_at_paths(struct tail *tail)
{
	struct bpf_prog_info info;
	int fd, err = 0;
	__u32 len;

	for (size_t i = 0; !err && i < tail->select.nr; i++) {
		if (!strchr(tail->select.words[i], '/'))
			continue;
		fd = bpf_obj_get(tail->select.words[i]);
		if (fd < 0)
			continue;
		len = sizeof(info);
		memset(&info, 0, sizeof(info));
		if (lookup_is_prog(fd) && !bpf_prog_get_info_by_fd(fd, &info, &len) && info.id &&
		    !follow_find(tail->follow, info.id))
			err = add(tail, info.id, fd, true);
		else
			close(fd);
	}
	return err;
}

/* Does the kernel have something new of this program? Without --peek what there is is new. */
static bool has_text(struct tail *tail, struct follow_prog *prog, const struct watch_record *record)
{
	bool any = false;

	for (int i = 0; i < 2; i++) {
		if (!(tail->show->streams & 1U << (i + 1)))
			continue;
		any |= record->newest[i] &&
		       (!tail->peek || record->newest[i] != prog->streams[i].newest);
		prog->streams[i].newest = record->newest[i];
	}
	return any;
}

/* Until there is no more: nobody writes who does not use the program, but it may be one of several
 * tails that keeps it.
 */
static int read_last_words(struct tail *tail, struct follow_prog *prog)
{
	int n = 1;

	for (int i = 0; n > 0 && i < (tail->peek ? 1 : LAST_READS); i++)
		n = follow_read(tail->follow, prog, BPF_STREAM_BOTH);
	return n < 0 ? n : 0;
}

/* 1 if something was done, 0, or a negative errno */
static int attend(struct tail *tail, struct follow_prog *prog, const struct watch_record *record)
{
	bool held = prog->fd >= 0;
	int ret = 0;

	if (has_text(tail, prog, record))
		ret = follow_read(tail->follow, prog, BPF_STREAM_BOTH);
	if (ret < 0)
		return ret;
	ret = ret > 0;
	if (watch_unused(tail->watch, record, held)) {
		if (!held)
			return ret;
		if (read_last_words(tail, prog))
			return -EIO;
		follow_losses(prog);
		close(prog->fd);
		prog->fd = -1;
		return 1;
	}
	if (!held)
		prog->fd = bpf_prog_get_fd_by_id(prog->id);
	return ret;
}

static bool was_known(const struct tail *tail, __u32 id, size_t *at)
{
	/* both are in the order of the ids */
	while (*at < tail->nr_known && tail->known[*at] < id)
		(*at)++;
	return *at < tail->nr_known && tail->known[*at] == id;
}

/* A pass with everything: who has come, and who is gone */
static int look_at_all(struct tail *tail)
{
	const struct watch_record *record;
	struct follow_prog *prog, *next;
	__u32 *known = NULL, *more;
	size_t nr = 0, room = 0, at = 0;
	int ret;

	for (prog = follow_next(tail->follow, NULL); prog; prog = follow_next(tail->follow, prog))
		prog->seen = false;
	tail->again = false;
	ret = watch_begin(tail->watch, true);
	while (!ret && (ret = watch_next(tail->watch, &record)) > 0) {
		if (nr == room) {
			room = room ? 2 * room : 256;
			more = realloc(known, room * sizeof(*known));
			if (!more) {
				free(known);
				return msg("out of memory"), -ENOMEM;
			}
			known = more;
		}
		known[nr++] = record->id;
		prog = follow_find(tail->follow, record->id);
		ret = 0;
		if (prog)
			prog->seen = true;
		else if (!was_known(tail, record->id, &at))
			ret = consider(tail, record);
		/* not known: considered again at the next look */
		if (ret > 0) {
			tail->again = true;
			nr--;
		}
	}
	free(tail->known);
	tail->known = known;
	tail->nr_known = nr;
	for (prog = follow_next(tail->follow, NULL); !ret && prog; prog = next) {
		next = follow_next(tail->follow, prog);
		if (prog->seen)
			continue;
		if (tail->wake)
			wake_unfollow(tail->wake, prog->id);
		if (!follow_gone(tail->follow, prog))
			ret = -EIO;
	}
	return ret;
}

/*
 * Opened at once: a program that says one thing and is unloaded is gone before the next look. 0, or a
 * negative errno, told.
 */
static int meet(struct tail *tail, __u32 id)
{
	enum select_how how;
	int fd;

	if (select_fixed(&tail->select) || select_only_paths(&tail->select) ||
	    follow_find(tail->follow, id))
		return 0;
	fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0)
		return 0;
	how = select_matches(&tail->select, fd);
	if (how == SELECT_ITSELF || (how == SELECT_AMONG && !is_tool(fd)))
		return add(tail, id, fd, true);
	close(fd);
	return 0;
}

enum {
	NOBODY,
	FOLLOWED,
	SOMEBODY,
};

/* What the kernel has told us. Returns who has woken us, or a negative errno, told. */
static int take_woken(struct tail *tail)
{
	int ret = 0, woken = NOBODY;
	struct follow_prog *prog;
	struct wake_record who;

	while (ret >= 0 && tail->wake && wake_take(tail->wake, &who)) {
		if (who.stream_id == WAKE_LOADED) {
			ret = meet(tail, who.id);
			continue;
		}
		/* Right away: what the others have to say is found when all are looked at. */
		prog = follow_find(tail->follow, who.id);
		woken = prog ? FOLLOWED : woken ? woken : SOMEBODY;
		if (prog)
			ret = follow_read(tail->follow, prog,
					  who.stream_id <= BPF_STREAM_ID_STDERR
						  ? 1U << who.stream_id
						  : BPF_STREAM_BOTH);
	}
	return ret < 0 ? ret : woken;
}

/* 1 if there was something, 0, or a negative errno, told */
static int look(struct tail *tail)
{
	const struct watch_record *record;
	struct follow_prog *prog;
	int ret, any = 0;

	tail->came = false;
	ret = take_woken(tail);
	if (ret < 0)
		return ret;
	follow_begin_round(tail->follow);
	ret = watch_begin(tail->watch, false);
	while (!ret && (ret = watch_next(tail->watch, &record)) > 0) {
		prog = follow_find(tail->follow, record->id);
		ret = prog ? attend(tail, prog, record) : 0;
		any |= ret > 0;
		ret = ret < 0 ? ret : 0;
	}
	if (!ret && watch_changed(tail->watch))
		any = tail->again = true;
	if (!ret && tail->again)
		ret = look_at_all(tail);
	if (!ret)
		ret = look_at_paths(tail);
	if (!ret && !tail->came)
		follow_end_round(tail->follow);
	any |= tail->came;
	if (!ret)
		ret = follow_show(tail->follow, false);
	return ret ? ret : any;
}

/* What is there at the start */
static int begin(struct tail *tail)
{
	int ret;

	if (tail->lines >= 0 && !follow_keep(tail->follow, tail->lines))
		return -ENOMEM;
	do {
		ret = look(tail);
	} while (!stop && ret > 0 && tail->lines >= 0 && tail->nr_known == 0);
	/* The first look found the programs, the second what they have said. */
	if (ret > 0)
		ret = look(tail);
	if (tail->lines >= 0 && !follow_keep(tail->follow, SIZE_MAX))
		return -EIO;
	if (ret < 0)
		return ret;
	for (size_t i = 0; i < tail->select.nr; i++) {
		if (!tail->select.met[i])
			msg("no program is '%s' as yet", tail->select.words[i]);
	}
	if (tail->verbose)
		msg("%s", tail->wake ? "woken by the kernel when programs write"
				     : "looking at the programs every 1 to 50 ms");
	return sink_flush(&tail->show->sink) ? 0 : -EIO;
}

/* Sleeps until there is something to do. Returns who has woken us, or a negative errno, told. */
static int sleep_for(struct tail *tail, int ms)
{
	const int fds[] = {follow_fd(tail->follow), tail->wake ? wake_fd(tail->wake) : -1};
	int ret;

	if (!sink_wait_for(&tail->show->sink, fds, 2, ms))
		return -EIO;
	ret = take_woken(tail);
	if (ret >= 0 && follow_show(tail->follow, false))
		return -EIO;
	return ret;
}

static int follow_them(struct tail *tail)
{
	bool armed = false, woken = false, ended = false;
	int ret, wait_ms = WAIT_MIN_MS, in_vain = 0;
	uint64_t from, cost = 0, max_ms;

	while (!stop && !ended) {
		from = cpu_ns();
		ret = look(tail);
		if (ret < 0)
			return ret;
		ended = select_fixed(&tail->select) && !follow_next(tail->follow, NULL);
		if (ret) {
			wait_ms = WAIT_MIN_MS;
			in_vain = 0;
			continue;
		}
		cost = (7 * cost + cpu_ns() - from) / 8;
		if (tail->wake && !armed) {
			/* others than those that we follow are writing */
			if (woken && in_vain < 6 && in_vain++) {
				ret = sleep_for(tail, 1 << in_vain);
				if (ret < 0)
					return ret;
			}
			wake_arm(tail->wake);
			armed = true;
			woken = false;
			continue; /* what was written before */
		}
		follow_idle(tail->follow);
		max_ms = cost * WAIT_PER_COST / 1000000;
		if (max_ms < WAIT_MAX_MS)
			max_ms = WAIT_MAX_MS;
		if (max_ms > WAIT_LIMIT_MS)
			max_ms = WAIT_LIMIT_MS;
		wait_ms = wait_ms * 2 < (int)max_ms ? wait_ms * 2 : (int)max_ms;
		ret = sleep_for(tail, follow_due_ms(tail->follow, wait_ms));
		if (ret < 0)
			return ret;
		if (ret) {
			woken = ret == SOMEBODY;
			armed = false;
		}
	}
	return 0;
}

/* What is left to be read, and what was lost */
static int end(struct tail *tail)
{
	struct follow_prog *prog;
	int ret = look(tail);

	if (ret > 0)
		ret = look(tail);
	if (ret >= 0)
		ret = follow_show(tail->follow, true);
	if (ret < 0 || !sink_finish(&tail->show->sink))
		return EXIT_FAILED;
	for (prog = follow_next(tail->follow, NULL); prog; prog = follow_next(tail->follow, prog))
		follow_losses(prog);
	return EXIT_OK;
}

static int tail_programs(struct tail *tail)
{
	int ret = select_begin(&tail->select);

	if (ret)
		return ret;
	tail->watch = watch_new();
	if (!tail->watch)
		return EXIT_FAILED;
	if (tail->want_peek) {
		tail->peek = progs_iter_new(true);
		if (!tail->peek)
			return EXIT_FAILED;
	}
	if (tail->may_wake) {
		explain_forget();
		tail->wake = wake_new(!select_all(&tail->select));
		if (!tail->wake && tail->verbose)
			msg("cannot be woken: %s", explain_warning(-errno));
	}
	tail->follow = follow_new(tail->show, tail->show->streams, tail->peek);
	if (!tail->follow)
		return EXIT_FAILED;
	raise_limit();
	if (show_open(tail->show))
		return EXIT_FAILED;
	if (begin(tail) || follow_them(tail))
		return EXIT_FAILED;
	return end(tail);
}

static int parse_lines(const struct verb *verb, const char *word, long *lines)
{
	char *rest;

	*lines = strtol(word, &rest, 10);
	if (rest == word || *rest || *lines < 0 || *lines > MAX_LINES)
		return msg_usage(verb, "--lines '%s' is no number of records, 0 to %d", word,
				 MAX_LINES);
	return 0;
}

/* 0, or the exit status, negative for "help was shown" */
static int parse(const struct verb *verb, int argc, char **argv, struct tail *tail)
{
	int val, ret = 0;

	while (!ret && (val = opts_next(verb, argc, argv)) != -1) {
		switch (val) {
		case OPT_ALL:
			tail->all = true;
			break;
		case OPT_LEVEL:
		case OPT_SHOW_LEVEL:
			ret = show_level(tail->show, verb, "--level", optarg);
			break;
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
		case OPT_VERBOSE:
			tail->verbose = true;
			break;
		case OPT_HELP:
			opts_help(verb);
			return -1;
		case OPT_BAD:
			return EXIT_USAGE;
		default:
			ret = show_opt(tail->show, verb, val, optarg);
		}
	}
	if (ret)
		return ret;
	if (optind == argc && !tail->all)
		return msg_usage(verb, "which program?");
	if (optind < argc && tail->all)
		return msg_usage(verb, "--all, or programs: not both");
	tail->select.words = argv + optind;
	tail->select.nr = argc - optind;
	tail->show->named = !select_one(&tail->select);
	ret = select_check(verb, &tail->select);
	return ret ? ret : show_begin(tail->show, verb);
}

static int main_tail(const struct verb *verb, int argc, char **argv)
{
	struct tail tail = {.lines = -1, .may_wake = true};
	int ret;

	tail.show = show_new(&stop);
	if (!tail.show)
		return EXIT_FAILED;
	tail.show->time = SHOW_TIME_BOOT;
	ret = parse(verb, argc, argv, &tail);
	if (!ret) {
		explain_init(false);
		stop_catch();
		ret = tail_programs(&tail);
	} else if (ret < 0) {
		ret = EXIT_OK;
	}
	follow_free(tail.follow);
	wake_free(tail.wake);
	progs_iter_free(tail.peek);
	watch_free(tail.watch);
	free(tail.known);
	free(tail.select.met);
	show_free(tail.show);
	return ret;
}

const struct verb verb_tail = {
	.name = "tail",
	.usage = "PROG...|--all [OPTION]...",
	.summary = "follow the streams of programs, those that come later too",
	.help = "Writes what is in the streams of loaded programs and what comes, until Ctrl-C:\n"
		"their stdout to stdout, their stderr to stderr, merged by time. Programs that "
		"are\n"
		"loaded later and match are followed as well; that one is gone is told, after its\n"
		"last words. Where there may be several programs each line begins with NAME[ID]:.\n"
		"With nothing but ids it ends when all of them are gone.\n"
		"\n" SELECT_HELP,
	.opts = opts,
	.main = main_tail,
};
