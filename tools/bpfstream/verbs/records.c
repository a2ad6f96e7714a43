/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* records.c - what verbs that show the records of programs share. */
#include <bpf/bpf.h>
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "explain.h"
#include "follow/follow.h"
#include "follow/pace.h"
#include "progs/lookup.h"
#include "progs/prog.h"
#include "progs/progs_iter.h"
#include "records.h"

/*
 * Most of the memory of a ring's reader is never used. It takes none if calloc() maps it, and does not
 * take it from the heap, which it would clear.
 */
#define MAP_FROM (128 * 1024)

int records_opt(struct records *records, const struct verb *verb, int val, const char *arg)
{
	if (val != RECORDS_ALL)
		return show_opt(records->show, verb, val, arg);
	records->all = true;
	return 0;
}

int records_begin(struct records *records, const struct verb *verb, int argc, char **argv)
{
	int ret;

	if (optind == argc && !records->all)
		return msg_usage(verb, "missing program (--all: all of them)");
	if (optind < argc && records->all)
		return msg_usage(verb, "--all and programs exclude each other");
	records->select.words = argv + optind;
	records->select.nr = argc - optind;
	ret = select_check(verb, &records->select);
	return ret ? ret : show_begin(records->show, verb);
}

void records_free(struct records *records)
{
	free(records->select.met);
	show_free(records->show);
}

void records_raise_limit(void)
{
	struct rlimit limit;

	mallopt(M_MMAP_THRESHOLD, MAP_FROM);
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

struct once {
	struct records *records;
	struct follow *follow;
	struct progs_iter *peek; /* or NULL */
	size_t nr;
	bool failed; /* to open a ring, which was reported */
};

/* Takes the fd, which is -1 if the program cannot be opened. */
static int add(void *ctx, __u32 id, int fd)
{
	struct once *once = ctx;
	struct bpf_prog_info info = {};
	struct follow_prog *prog;
	int err;

	if (follow_find(once->follow, id)) {
		close(fd);
		return 0;
	}
	prog = follow_add(once->follow, id, fd);
	if (!prog) {
		close(fd);
		return -ENOMEM;
	}
	once->nr++;
	if (fd < 0)
		return 0;
	if (prog_info(fd, &info))
		follow_describe(prog, &info);
	/* A script adds up the events of tail; here it has nothing but the total. */
	follow_count(once->follow, prog, fd, once->records->show->json);
	err = follow_ring(prog, fd);
	once->failed |= err;
	return err == -ENOMEM ? err : 0;
}

/* All programs, whether they can be opened or not: the iterator has the text. */
static int add_all(struct once *once)
{
	const struct progs_record *record;
	int fd, ret = progs_iter_start(once->peek, 0);

	while (!ret && (ret = progs_iter_next(once->peek, &record)) > 0) {
		fd = bpf_prog_get_fd_by_id(record->id);
		ret = add(once, record->id, fd);
		if (!ret && fd < 0)
			follow_name(follow_find(once->follow, record->id), record->name);
	}
	if (ret < 0 && ret != -ENOMEM)
		msg("cannot iterate over loaded programs: %s", explain_errno(ret));
	return ret;
}

/* One program by its own name needs no prefix; what may be several has one in any case. */
static bool is_named(const struct once *once)
{
	const struct select *select = &once->records->select;

	return once->nr > 1 || select->nr != 1 || lookup_is_pattern(select->words[0]);
}

static int read_all(struct once *once)
{
	if (!once->peek)
		return pace_drain(once->follow, true);
	return follow_read_all(once->follow) < 0 || follow_finish(once->follow) ? -EIO : 0;
}

static int once_all(struct once *once)
{
	struct records *records = once->records;
	int ret;

	ret = once->peek && records->all ? add_all(once) : select_each(&records->select, add, once);
	if (ret < 0)
		return EXIT_FAILED;
	once->failed |= ret;
	if (!follow_has_streams(once->follow) && !follow_has_rings(once->follow) && !once->failed) {
		explain_no_streams();
		return EXIT_FAILED;
	}
	records->show->named = is_named(once);
	/* Open the output before anything is consumed. */
	if (show_open(records->show) || read_all(once))
		return EXIT_FAILED;
	return once->failed ? EXIT_FAILED : EXIT_OK;
}

static int records_read(struct records *records, bool peek)
{
	struct once once = {.records = records};
	int ret = EXIT_FAILED;

	explain_init(false);
	records_raise_limit();
	if (peek)
		once.peek = progs_iter_new(true);
	if (!peek || once.peek)
		once.follow = follow_new(records->show, records->show->streams, once.peek);
	if (once.follow)
		ret = once_all(&once);
	follow_free(once.follow);
	progs_iter_free(once.peek);
	return ret;
}

int records_once(const struct verb *verb, int argc, char **argv, bool peek)
{
	struct records records = {.show = show_new(NULL)};
	int val, ret = 0;

	if (!records.show)
		return EXIT_FAILED;
	while (!ret && (val = opts_next(verb, argc, argv)) != -1)
		ret = records_opt(&records, verb, val, optarg);
	if (!ret)
		ret = records_begin(&records, verb, argc, argv);
	if (!ret)
		ret = records_read(&records, peek);
	records_free(&records);
	return ret;
}
