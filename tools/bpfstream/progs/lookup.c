/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* lookup.c - find a loaded program. */
#include <bpf/bpf.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explain.h"
#include "progs/lookup.h"
#include "progs/prog.h"

/* At most this many ids are listed when several programs match. */
#define MAX_NAMED 16

bool lookup_is_tag(const char *word)
{
	return !strncmp(word, LOOKUP_TAG_PREFIX, strlen(LOOKUP_TAG_PREFIX));
}

bool lookup_is_id(const char *word)
{
	return *word && word[strspn(word, "0123456789")] == '\0';
}

bool lookup_is_path(const char *word)
{
	return strchr(word, '/');
}

bool lookup_is_pattern(const char *word)
{
	return !lookup_is_path(word) && strpbrk(word, "*?[");
}

int lookup_check(const struct verb *verb, const char *word)
{
	const char *hex = word + strlen(LOOKUP_TAG_PREFIX);

	if (!*word)
		return msg_usage(verb, "missing program");
	if (lookup_is_tag(word) &&
	    (strlen(hex) != PROG_TAG - 1 || hex[strspn(hex, "0123456789abcdefABCDEF")]))
		return msg_usage(verb,
				 "invalid tag '%s': expected %d hexadecimal digits after '%s'",
				 word, PROG_TAG - 1, LOOKUP_TAG_PREFIX);
	return 0;
}

static bool name_matches(int fd, const struct bpf_prog_info *info, const char *name)
{
	char full[PROG_NAME];

	if (strlen(name) < sizeof(info->name))
		return !strcmp(info->name, name);
	if (strncmp(info->name, name, sizeof(info->name) - 1))
		return false;
	return !prog_btf_name(fd, full, sizeof(full)) || !strcmp(full, name);
}

/* @word: a name or a tag */
static bool matches(int fd, const char *word)
{
	struct bpf_prog_info info = {};
	char tag[PROG_TAG];

	if (!prog_info(fd, &info))
		return false;
	if (!lookup_is_tag(word))
		return name_matches(fd, &info, word);
	prog_tag(&info, tag);
	return !strcasecmp(tag, word + strlen(LOOKUP_TAG_PREFIX));
}

int lookup_not_permitted(void)
{
	msg("not permitted to look up BPF programs: requires root or CAP_SYS_ADMIN");
	return -EPERM;
}

static int by_id(const char *word)
{
	unsigned long id;
	int fd;

	errno = 0;
	id = strtoul(word, NULL, 10);
	/* Ids have 32 bits; a larger number would be cut to the id of another program. */
	fd = errno || id > 0xffffffff ? -ENOENT : bpf_prog_get_fd_by_id((__u32)id);
	if (fd == -EPERM)
		return lookup_not_permitted();
	if (fd == -ENOENT)
		msg("no program has id %s", word);
	else if (fd < 0)
		msg("cannot open program %s: %s", word, explain_errno(fd));
	return fd;
}

/* A name, a pattern or a tag in words */
static const char *in_words(const char *word, char *text, size_t size)
{
	if (lookup_is_tag(word))
		snprintf(text, size, "has tag %s", word + strlen(LOOKUP_TAG_PREFIX));
	else if (lookup_is_pattern(word))
		snprintf(text, size, "matches '%s'", word);
	else
		snprintf(text, size, "has name '%s'", word);
	return text;
}

int lookup_none(const char *word)
{
	char text[512];

	msg("no program %s", in_words(word, text, sizeof(text)));
	return -ENOENT;
}

/* The only program that matches a name or a tag */
static int by_scan(const char *word)
{
	const char *tag = lookup_is_tag(word) ? word + strlen(LOOKUP_TAG_PREFIX) : NULL;
	unsigned int nr = 0;
	char ids[MAX_NAMED * 12] = "";
	int fd, err, found = -1;
	__u32 id = 0;

	while (!(err = bpf_prog_get_next_id(id, &id))) {
		fd = bpf_prog_get_fd_by_id(id);
		if (fd == -EPERM)
			err = -EPERM;
		if (err)
			break;
		/* It may have been unloaded since. */
		if (fd < 0)
			continue;
		if (!matches(fd, word)) {
			close(fd);
			continue;
		}
		if (nr < MAX_NAMED)
			snprintf(ids + strlen(ids), sizeof(ids) - strlen(ids), "%s%u",
				 nr ? ", " : "", id);
		if (!nr++)
			found = fd;
		else
			close(fd);
	}
	if (err == -ENOENT && nr == 1)
		return found;
	if (nr)
		close(found);

	if (err == -EPERM)
		return lookup_not_permitted();
	if (err != -ENOENT) {
		msg("cannot list the loaded programs: %s", explain_errno(err));
		return err;
	}
	if (!nr)
		return lookup_none(word);
	msg("%u programs have %s%s%s: ids %s%s", nr, tag ? "tag " : "name '", tag ? tag : word,
	    tag ? "" : "'", ids, nr > MAX_NAMED ? " ..." : "");
	return -ENOTUNIQ;
}

static int by_path(const char *word)
{
	int fd = bpf_obj_get(word);

	if (fd >= 0 && prog_is(fd))
		return fd;
	if (fd >= 0) {
		close(fd);
		msg("%s is pinned, but not a program", word);
		return -EINVAL;
	}
	if (fd == -ENOENT || fd == -ENOTDIR)
		msg("%s: no such file", word);
	else if (fd == -EPERM)
		msg("not permitted to open %s: requires root or CAP_BPF", word);
	else if (!access(word, R_OK | W_OK))
		msg("%s is not a pinned program", word);
	else
		msg("%s: %s", word, explain_errno(fd));
	return fd;
}

int lookup_open(const struct verb *verb, int argc, char **argv, const char **word, int *fd)
{
	int ret;

	if (optind == argc)
		return msg_usage(verb, "missing program");
	*word = argv[optind];
	if (optind + 1 < argc)
		return msg_usage(verb, "unexpected argument '%s'", argv[optind + 1]);
	ret = lookup_check(verb, *word);
	if (ret)
		return ret;
	explain_init(false);
	*fd = lookup_prog(*word);
	return *fd < 0 ? EXIT_FAILED : 0;
}

int lookup_prog(const char *word)
{
	if (lookup_is_path(word))
		return by_path(word);
	return lookup_is_id(word) ? by_id(word) : by_scan(word);
}
