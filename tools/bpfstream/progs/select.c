/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* select.c - match programs, those that are loaded and those that will be, against words. */
#include <bpf/bpf.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explain.h"
#include "progs/lookup.h"
#include "progs/prog.h"
#include "progs/select.h"

bool select_all(const struct select *select)
{
	return !select->nr;
}

int select_check(const struct verb *verb, const struct select *select)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < select->nr; i++)
		ret = lookup_check(verb, select->words[i]);
	return ret;
}

bool select_one(const struct select *select)
{
	return select->nr == 1 &&
	       (lookup_is_id(select->words[0]) || lookup_is_path(select->words[0]));
}

bool select_fixed(const struct select *select)
{
	for (size_t i = 0; i < select->nr; i++) {
		if (!lookup_is_id(select->words[i]))
			return false;
	}
	return select->nr;
}

bool select_only_paths(const struct select *select)
{
	for (size_t i = 0; i < select->nr; i++) {
		if (!lookup_is_path(select->words[i]))
			return false;
	}
	return select->nr;
}

int select_begin(struct select *select)
{
	int fd;

	select->met = calloc(select->nr + 1, sizeof(*select->met));
	if (!select->met)
		return msg("out of memory");
	for (size_t i = 0; i < select->nr; i++) {
		if (!lookup_is_id(select->words[i]) && !lookup_is_path(select->words[i]))
			continue;
		fd = lookup_prog(select->words[i]);
		if (fd < 0)
			return EXIT_FAILED;
		close(fd);
	}
	return 0;
}

/* Compare with the current pin: the pin may be replaced at any time. */
static bool path_is(const char *path, __u32 id)
{
	struct bpf_prog_info info = {};
	int fd = bpf_obj_get(path);
	bool found;

	if (fd < 0)
		return false;
	found = prog_is(fd) && prog_info(fd, &info) && info.id == id;
	close(fd);
	return found;
}

static bool tag_is(const char *hex, const struct bpf_prog_info *info)
{
	char tag[PROG_TAG];

	prog_tag(info, tag);
	return !strcasecmp(tag, hex);
}

static bool name_is(const char *pattern, const struct bpf_prog_info *info, int fd)
{
	char name[PROG_NAME];

	if (!fnmatch(pattern, info->name, 0))
		return true;
	/* the kernel keeps 15 characters */
	if (strlen(info->name) + 1 < sizeof(info->name))
		return false;
	prog_name(fd, name, sizeof(name));
	return !fnmatch(pattern, name, 0);
}

static bool is_itself(const char *word, const struct bpf_prog_info *info)
{
	if (lookup_is_id(word))
		return strtoul(word, NULL, 10) == info->id;
	return lookup_is_path(word) && path_is(word, info->id);
}

static bool is_among(const char *word, const struct bpf_prog_info *info, int fd)
{
	if (lookup_is_id(word) || lookup_is_path(word))
		return false;
	return lookup_is_tag(word) ? tag_is(word + strlen(LOOKUP_TAG_PREFIX), info)
				   : name_is(word, info, fd);
}

/* Recognised by their names, as watch.bpf.c recognises other tails. */
static bool is_tool(const struct bpf_prog_info *info)
{
	static const char *const names[] = {"bpfstream_tail",  "bpfstream_list", "bpfstream_peek",
					    "bpfstream_write", "bpfstream_rep",	 "bpfstream_load"};

	if (info->type != BPF_PROG_TYPE_TRACING)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(info->name, names[i]))
			return true;
	}
	return false;
}

bool select_matches(struct select *select, int fd)
{
	struct bpf_prog_info info = {};
	bool tool, match, any = false;

	if (!prog_info(fd, &info))
		return false;
	tool = is_tool(&info);
	if (!select->nr)
		return !tool;
	for (size_t i = 0; i < select->nr; i++) {
		match = is_itself(select->words[i], &info) ||
			(!tool && is_among(select->words[i], &info, fd));
		select->met[i] |= match;
		any |= match;
	}
	return any;
}

bool select_itself(const struct select *select, int fd)
{
	struct bpf_prog_info info = {};

	if (!prog_info(fd, &info))
		return false;
	for (size_t i = 0; i < select->nr; i++) {
		if (is_itself(select->words[i], &info))
			return true;
	}
	return false;
}

/* Whether names or tags have to be looked up among all programs */
static bool needs_scan(const struct select *select)
{
	for (size_t i = 0; i < select->nr; i++) {
		if (!lookup_is_id(select->words[i]) && !lookup_is_path(select->words[i]))
			return true;
	}
	return !select->nr;
}

static int scan(struct select *select, int (*fn)(void *ctx, __u32 id, int fd), void *ctx)
{
	int fd = -ENOENT, err = 0, ret = 0;
	bool failed = false;
	__u32 id = 0;

	while (!ret && !(err = bpf_prog_get_next_id(id, &id))) {
		fd = bpf_prog_get_fd_by_id(id);
		if (fd == -EPERM)
			break;
		if (fd >= 0 && select_matches(select, fd)) {
			ret = fn(ctx, id, fd);
		} else if (fd >= 0) {
			close(fd);
		} else if (fd != -ENOENT && !failed) {
			msg("cannot open program %u, and possibly others: %s", id,
			    explain_errno(fd));
			failed = true;
		}
	}
	if (!ret && (fd == -EPERM || err == -EPERM))
		ret = lookup_not_permitted();
	else if (!ret && err != -ENOENT)
		ret = msg("cannot list the loaded programs: %s", explain_errno(err));
	return ret ? ret : failed;
}

int select_each(struct select *select, int (*fn)(void *ctx, __u32 id, int fd), void *ctx)
{
	bool failed = false;
	int fd, ret = 0;

	select->met = calloc(select->nr + 1, sizeof(*select->met));
	if (!select->met)
		return msg("out of memory");
	for (size_t i = 0; !ret && i < select->nr; i++) {
		struct bpf_prog_info info = {};

		if (!lookup_is_id(select->words[i]) && !lookup_is_path(select->words[i]))
			continue;
		fd = lookup_prog(select->words[i]);
		failed |= fd < 0;
		if (fd < 0)
			continue;
		select->met[i] = true;
		prog_info(fd, &info);
		ret = fn(ctx, info.id, fd);
	}
	if (!ret && needs_scan(select))
		ret = scan(select, fn, ctx);
	for (size_t i = 0; ret >= 0 && i < select->nr; i++) {
		if (select->met[i] || lookup_is_id(select->words[i]) ||
		    lookup_is_path(select->words[i]))
			continue;
		lookup_none(select->words[i]);
		failed = true;
	}
	return ret ? ret : failed;
}
