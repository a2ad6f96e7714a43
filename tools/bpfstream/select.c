/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* select.c - the programs that a user means, among those there are and those to come. */
#include <bpf/bpf.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lookup.h"
#include "select.h"

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

int select_begin(const struct select *select)
{
	int fd;

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
	err = bpf_prog_get_info_by_fd(fd, &info, &len);
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

bool select_matches(const struct select *select, __u32 id, int fd)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	char name[LOOKUP_NAME] = "";

	if (!select->nr)
		return true;
	if (bpf_prog_get_info_by_fd(fd, &info, &len))
		return false;
	for (size_t i = 0; i < select->nr; i++) {
		const char *word = select->words[i];

		if (is_id(word)) {
			if (strtoul(word, NULL, 10) == id)
				return true;
		} else if (is_path(word)) {
			if (path_is(word, id))
				return true;
		} else if (is_tag(word)) {
			if (tag_is(word + 4, &info))
				return true;
		} else {
			if (!fnmatch(word, info.name, 0))
				return true;
			/* the kernel keeps 15 characters */
			if (strlen(info.name) + 1 < sizeof(info.name))
				continue;
			if (!*name)
				lookup_name(fd, name, sizeof(name));
			if (!fnmatch(word, name, 0))
				return true;
		}
	}
	return false;
}
