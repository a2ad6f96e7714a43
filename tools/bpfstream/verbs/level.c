/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* level.c - bpfstream level: see or set the live level of a loaded program. */
#include <bpf_stream/user.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "progs/lookup.h"
#include "progs/share.h"

static const struct opt opts[] = {
	{NULL, 0, NULL, NULL},
};

static int show(int fd, const char *word)
{
	int level = bpf_log_level_get(fd);

	if (level < 0) {
		explain_log_map(word, "level", level);
		return EXIT_FAILED;
	}
	printf("%s\n", bpf_log_filter_name(level));
	return EXIT_OK;
}

static int set(int fd, const char *word, int level)
{
	unsigned int ids[SHARE_MAX];
	int err = bpf_log_level_set(fd, level), max;
	char list[SHARE_MAX * 12 + 8];
	size_t nr;

	if (err == -EPERM && bpf_log_level_get(fd) >= 0)
		return msg("cannot set the level of program %s: its map is frozen", word);
	if (err) {
		explain_log_map(word, "level", err);
		return EXIT_FAILED;
	}
	nr = share_ids(fd, ids);
	if (nr)
		msg("program%s %s of the same object also ha%s level %s now", nr > 1 ? "s" : "",
		    share_list(ids, nr, list, sizeof(list)), nr > 1 ? "ve" : "s",
		    bpf_log_filter_name(level));
	max = bpf_log_max_level_get(fd);
	if (max >= 0 && max < level)
		msg("program %s was loaded with a maximum level of %s; records above it cannot "
		    "be enabled",
		    word, bpf_log_filter_name(max));
	return EXIT_OK;
}

static int main_level(const struct verb *verb, int argc, char **argv)
{
	const char *word, *name = NULL;
	int val, ret, fd, level = -1;

	val = opts_next(verb, argc, argv);
	if (val != -1)
		return opts_rest(verb, val);
	if (optind == argc)
		return msg_usage(verb, "missing program");
	word = argv[optind++];
	if (optind < argc)
		name = argv[optind++];
	if (optind < argc)
		return msg_usage(verb, "unexpected argument '%s'", argv[optind]);
	ret = lookup_check(verb, word);
	if (ret)
		return ret;
	if (name) {
		level = bpf_log_level_from_name(name);
		if (level < 0)
			return msg_usage(verb, "invalid level '%s': expected " BPF_LOG_LEVEL_NAMES,
					 name);
	}

	explain_init(false);
	fd = lookup_prog(word);
	if (fd < 0)
		return EXIT_FAILED;
	ret = name ? set(fd, word, level) : show(fd, word);
	close(fd);
	return ret;
}

const struct verb verb_level = {
	.name = "level",
	.usage = "PROG [LEVEL]",
	.summary = "see or set the log level of a loaded program",
	.help = "Writes the live level of a loaded program that logs through bpf_stream/log.h, or\n"
		"sets it: the program keeps running, and the new level applies to its next\n"
		"message. Works on every kernel, with or without streams.\n"
		"\n"
		"LEVEL is one of " BPF_LOG_LEVEL_NAMES ".\n"
		"Records above the level that was fixed at load (bpf_log_max_level) cannot be\n"
		"enabled. Programs of one object share their level; the others are listed when it\n"
		"is set.\n"
		"\n" LOOKUP_HELP,
	.opts = opts,
	.main = main_level,
};
