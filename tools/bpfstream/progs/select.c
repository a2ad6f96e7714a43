/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* select.c - the programs that a user means, among those there are and those to come. */
#include <bpf/bpf.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progs/lookup.h"
#include "progs/select.h"

static bool is_path(const char *word)
{
	return strchr(word, '/');
}

static bool is_id(const char *word)
{
	return *word && !word[strspn(word, "0123456789")];
}

static bool is_tag(const char *word)
{
	return !strncmp(word, "tag:", 4);
}

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
	return select->nr == 1 && (is_id(select->words[0]) || is_path(select->words[0]));
}

bool select_fixed(const struct select *select)
{
	for (size_t i = 0; i < select->nr; i++) {
		if (!is_id(select->words[i]))
			return false;
	}
	return select->nr;
}

bool select_only_paths(const struct select *select)
{
	for (size_t i = 0; i < select->nr; i++) {
		if (!is_path(select->words[i]))
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
		if (!is_id(select->words[i]) && !is_path(select->words[i]))
			continue;
		fd = lookup_prog(select->words[i]);
		if (fd < 0)
			return EXIT_FAILED;
		close(fd);
	}
	return 0;
}

/* What is pinned there now: another one may be in its place one day. */
static bool path_is(const char *path, __u32 id)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	int fd = bpf_obj_get(path), err;

	if (fd < 0)
		return false;
	err = !lookup_is_prog(fd) || bpf_prog_get_info_by_fd(fd, &info, &len);
	close(fd);
	return !err && info.id == id;
}

static bool tag_is(const char *hex, const struct bpf_prog_info *info)
{
	char tag[2 * BPF_TAG_SIZE + 1];

	for (size_t i = 0; i < BPF_TAG_SIZE; i++)
		snprintf(tag + 2 * i, 3, "%02x", info->tag[i]);
	return !strcasecmp(tag, hex);
}

static bool name_is(const char *pattern, const struct bpf_prog_info *info, int fd)
{
	char name[LOOKUP_NAME];

	if (!fnmatch(pattern, info->name, 0))
		return true;
	/* the kernel keeps 15 characters */
	if (strlen(info->name) + 1 < sizeof(info->name))
		return false;
	lookup_name(fd, name, sizeof(name));
	return !fnmatch(pattern, name, 0);
}

static enum select_how how_matches(const char *word, const struct bpf_prog_info *info, int fd)
{
	if (is_id(word))
		return strtoul(word, NULL, 10) == info->id ? SELECT_ITSELF : SELECT_NOT;
	if (is_path(word))
		return path_is(word, info->id) ? SELECT_ITSELF : SELECT_NOT;
	if (is_tag(word) ? tag_is(word + 4, info) : name_is(word, info, fd))
		return SELECT_AMONG;
	return SELECT_NOT;
}

enum select_how select_matches(struct select *select, int fd)
{
	struct bpf_prog_info info = {};
	enum select_how how, best = SELECT_NOT;
	__u32 len = sizeof(info);

	if (!select->nr)
		return SELECT_AMONG;
	if (bpf_prog_get_info_by_fd(fd, &info, &len))
		return SELECT_NOT;
	for (size_t i = 0; i < select->nr; i++) {
		how = how_matches(select->words[i], &info, fd);
		select->met[i] |= how != SELECT_NOT;
		best = how > best ? how : best;
	}
	return best;
}
