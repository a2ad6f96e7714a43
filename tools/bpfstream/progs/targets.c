/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* targets.c - loaded programs that have live levels (bpf_stream/log.h), and those levels. */
#include <bpf/bpf.h>
#include <bpf_stream/user.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "progs/lookup.h"
#include "progs/targets.h"

bool targets_several(const struct select *select)
{
	return select->nr != 1 || lookup_is_pattern(select->words[0]);
}

const char *target_label(const struct target *target, char label[TARGET_LABEL])
{
	if (target->word)
		return target->word;
	snprintf(label, TARGET_LABEL, "%u (%s)", target->id, target->name);
	return label;
}

struct component *target_component(const struct target *target, const char *name)
{
	for (size_t i = 0; i < target->nr; i++) {
		if (!strcmp(target->components[i].name, name))
			return &target->components[i];
	}
	return NULL;
}

static void forget(struct target *target)
{
	for (size_t i = 0; i < target->nr; i++)
		free(target->components[i].name);
	free(target->components);
	target->components = NULL;
	target->nr = 0;
}

static int add_component(void *ctx, const char *name, int level)
{
	struct target *target = ctx;
	struct component *more;

	more = realloc(target->components, (target->nr + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	target->components = more;
	more[target->nr].level = level;
	more[target->nr].name = strdup(name);
	return more[target->nr].name ? (target->nr++, 0) : -ENOMEM;
}

/* Returns 0 or a negative errno. */
static int read_levels(struct target *target)
{
	forget(target);
	target->level = bpf_log_level_get(target->fd);
	if (target->level < 0)
		return target->level;
	return bpf_log_components(target->fd, add_component, target);
}

int targets_read(struct target *target)
{
	char label[TARGET_LABEL];
	int err = read_levels(target);

	if (err)
		explain_log_map(target_label(target, label), "level", err);
	return err ? EXIT_FAILED : EXIT_OK;
}

/*
 * Add a program. Takes the fd. @word: NULL for one of many, which may have no levels. Returns 1 if it
 * has, 0 if not, or -1 after reporting an error.
 */
static int add(struct targets *targets, int fd, const char *word)
{
	struct target target = {.fd = fd, .word = word}, *more;
	char label[TARGET_LABEL];
	int err, ret = -1;

	target.id = prog_name(fd, target.name, sizeof(target.name));
	err = read_levels(&target);
	if (!err)
		err = bpf_log_map_id(fd, &target.map_id);
	for (size_t i = 0; i < targets->nr && ret < 0; i++) {
		if (targets->list[i].id == target.id)
			ret = 1;
	}
	if (ret < 0 && err == -ENOENT && !word)
		ret = 0;
	else if (ret < 0 && err)
		explain_log_map(target_label(&target, label), "level", err);
	more = ret < 0 && !err ? realloc(targets->list, (targets->nr + 1) * sizeof(*more)) : NULL;
	if (more) {
		targets->list = more;
		more[targets->nr++] = target;
		return 1;
	}
	if (ret < 0 && !err)
		msg("out of memory");
	forget(&target);
	close(fd);
	return ret;
}

struct matches {
	struct targets *targets;
	int nr; /* that have levels */
};

static int on_match(void *ctx, __u32 id, int fd)
{
	struct matches *matches = ctx;
	int ret = add(matches->targets, fd, NULL);

	(void)id;
	matches->nr += ret;
	return ret < 0 ? ret : 0;
}

static int add_matches(struct targets *targets, char *word)
{
	struct matches matches = {.targets = targets};
	struct select select = {.words = &word, .nr = word ? 1 : 0};
	int ret = select_each(&select, on_match, &matches);

	free(select.met);
	if (ret)
		return EXIT_FAILED;
	if (word && !matches.nr)
		return msg("no program that matches '%s' uses bpf_stream/log.h", word);
	return EXIT_OK;
}

int targets_get(struct targets *targets, const struct select *select)
{
	int fd, ret = EXIT_OK;

	if (select_all(select))
		return add_matches(targets, NULL);
	for (size_t i = 0; ret == EXIT_OK && i < select->nr; i++) {
		char *word = select->words[i];

		if (lookup_is_pattern(word)) {
			ret = add_matches(targets, word);
			continue;
		}
		fd = lookup_prog(word);
		if (fd < 0 || add(targets, fd, word) < 0)
			ret = EXIT_FAILED;
	}
	return ret;
}

bool targets_match(char *word)
{
	bool met = false;
	struct select select = {.words = &word, .nr = 1, .met = &met};
	__u32 id = 0;
	int fd;

	if (lookup_is_id(word) || lookup_is_tag(word) || lookup_is_path(word))
		return true;
	while (!met && !bpf_prog_get_next_id(id, &id)) {
		fd = bpf_prog_get_fd_by_id(id);
		if (fd == -ENOENT)
			continue;
		if (fd < 0)
			return true;
		select_matches(&select, fd);
		close(fd);
	}
	return met;
}

void targets_free(struct targets *targets)
{
	for (size_t i = 0; i < targets->nr; i++) {
		forget(&targets->list[i]);
		close(targets->list[i].fd);
	}
	free(targets->list);
	targets->list = NULL;
	targets->nr = 0;
}
