/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* select.c - match programs, those that are loaded and those that will be, against words. */
#include <bpf/bpf.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static enum select_how how_matches(const char *word, const struct bpf_prog_info *info, int fd)
{
	if (lookup_is_id(word))
		return strtoul(word, NULL, 10) == info->id ? SELECT_ITSELF : SELECT_NOT;
	if (lookup_is_path(word))
		return path_is(word, info->id) ? SELECT_ITSELF : SELECT_NOT;
	if (lookup_is_tag(word) ? tag_is(word + strlen(LOOKUP_TAG_PREFIX), info)
				: name_is(word, info, fd))
		return SELECT_AMONG;
	return SELECT_NOT;
}

enum select_how select_matches(struct select *select, int fd)
{
	struct bpf_prog_info info = {};
	enum select_how how, best = SELECT_NOT;

	if (!select->nr)
		return SELECT_AMONG;
	if (!prog_info(fd, &info))
		return SELECT_NOT;
	for (size_t i = 0; i < select->nr; i++) {
		how = how_matches(select->words[i], &info, fd);
		select->met[i] |= how != SELECT_NOT;
		best = how > best ? how : best;
	}
	return best;
}
