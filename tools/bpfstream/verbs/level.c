/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* level.c - bpfstream level: see or set the live levels of loaded programs and their components. */
#include <bpf_stream/user.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "progs/lookup.h"
#include "progs/settings.h"
#include "progs/share.h"
#include "progs/targets.h"
#include "show/buf.h"
#include "verbs/records.h"

enum {
	OPT_ALL = 'a',
	OPT_JSON = 'j',
};

static const struct opt opts[] = {
	{"all", OPT_ALL, NULL, "all programs that use bpf_stream/log.h"},
	{"json", OPT_JSON, NULL, "show the levels, old or new, as JSON"},
	{NULL, 0, NULL, NULL},
};

/*
 * Show
 */

static const char *word_of(int level)
{
	const char *word = bpf_log_filter_name(level);

	return word ? word : "unknown";
}

static void put_text(const struct target *target, bool named)
{
	char head[PROG_NAME + 16] = "";

	if (named)
		snprintf(head, sizeof(head), "%s[%u]: ", target->name, target->id);
	printf("%s%s\n", head, word_of(target->level));
	for (size_t i = 0; i < target->nr; i++)
		printf("%s%s=%s\n", head, target->components[i].name,
		       word_of(target->components[i].level));
}

/* The names need no escapes: they are identifiers. */
static void put_json(const struct target *target)
{
	const char *max = bpf_log_filter_name(bpf_log_max_level_get(target->fd));

	printf("{\"id\":%u,\"name\":\"%s\",\"level\":\"%s\"", target->id, target->name,
	       word_of(target->level));
	if (max)
		printf(",\"max_level\":\"%s\"", max);
	printf(",\"components\":{");
	for (size_t i = 0; i < target->nr; i++)
		printf("%s\"%s\":\"%s\"", i ? "," : "", target->components[i].name,
		       word_of(target->components[i].level));
	printf("}}");
}

static void put(const struct targets *targets, bool several, bool json)
{
	if (json && several)
		putchar('[');
	for (size_t i = 0; i < targets->nr; i++) {
		if (json && several)
			fputs(i ? ",\n" : "\n", stdout);
		if (json)
			put_json(&targets->list[i]);
		else
			put_text(&targets->list[i], several);
	}
	if (json)
		puts(several ? "\n]" : "");
}

/*
 * Set
 */

/* "conntrack, nat": the components of one program (@of), or of all */
static const char *component_list(const struct targets *targets, const struct target *of,
				  struct buf *text)
{
	const char *name;

	for (size_t i = 0; i < targets->nr; i++) {
		const struct target *target = &targets->list[i];

		for (size_t j = 0; j < target->nr && (!of || of == target); j++) {
			bool listed = false;

			name = target->components[j].name;
			for (size_t k = 0; k < i && !of && !listed; k++)
				listed = target_component(&targets->list[k], name);
			if (!listed)
				buf_addf(text, "%s%s", text->len ? ", " : ": ", name);
		}
	}
	buf_add(text, "", 1);
	return text->failed ? "" : text->len > 1 ? text->data : " none";
}

/* A named program has to have the component, and of others one of all. */
static int check_component(const struct targets *targets, const char *component)
{
	const struct target *lacks = NULL;
	struct buf text = {};
	bool any = false;

	for (size_t i = 0; i < targets->nr; i++) {
		const struct target *target = &targets->list[i];

		if (target_component(target, component))
			any = true;
		else if (target->word && !lacks)
			lacks = target;
	}
	if (any && !lacks)
		return EXIT_OK;
	if (lacks)
		msg("program %s has no component '%s'; it has%s", lacks->word, component,
		    component_list(targets, lacks, &text));
	else
		msg("no program has a component '%s'; they have%s", component,
		    component_list(targets, NULL, &text));
	buf_free(&text);
	return EXIT_FAILED;
}

/* What of the settings applies to a program. Free the list alone. */
static bool settings_for(struct settings *mine, const struct settings *settings,
			 const struct target *target)
{
	mine->level = settings->level;
	mine->nr = 0;
	mine->list = calloc(settings->nr + 1, sizeof(*mine->list));
	for (size_t i = 0; mine->list && i < settings->nr; i++) {
		if (target_component(target, settings->list[i].component))
			mine->list[mine->nr++] = settings->list[i];
	}
	return mine->list;
}

/* Set each level once: a component that gets its own does not have the level of all for a moment. */
static int set_levels(const struct target *target, const struct settings *settings)
{
	int err = 0, level;

	if (!settings->nr)
		return bpf_log_level_set(target->fd, settings->level);
	if (settings->level >= 0)
		err = bpf_log_component_level_set(target->fd, NULL, settings->level);
	for (size_t i = 0; i < target->nr && !err; i++) {
		level = settings_level(settings, target->components[i].name);
		if (level >= 0)
			err = bpf_log_component_level_set(target->fd, target->components[i].name,
							  level);
	}
	return err;
}

static bool is_selected(const void *ctx, unsigned int id)
{
	const struct targets *targets = ctx;

	for (size_t i = 0; i < targets->nr; i++) {
		if (targets->list[i].id == id)
			return true;
	}
	return false;
}

/* Report the programs that have the new levels too, without being selected. */
static void report_shared(const struct targets *targets, const struct target *target,
			  const char *levels)
{
	char list[SHARE_MAX * 12 + 8];
	unsigned int ids[SHARE_MAX];
	size_t nr = share_others(target->fd, ids, is_selected, targets);

	if (nr)
		msg("program%s %s of the same object also ha%s level %s now", nr > 1 ? "s" : "",
		    share_list(ids, nr, list, sizeof(list)), nr > 1 ? "ve" : "s", levels);
}

static int set(const struct targets *targets, const struct target *target,
	       const struct settings *settings)
{
	char label[TARGET_LABEL], levels[SETTINGS_TEXT];
	int err = set_levels(target, settings), max;

	if (err == -EPERM)
		return msg("cannot set the level of program %s: its map is frozen",
			   target_label(target, label));
	if (err) {
		explain_log_map(target_label(target, label), "level", err);
		return EXIT_FAILED;
	}
	report_shared(targets, target, settings_text(settings, levels));
	max = bpf_log_max_level_get(target->fd);
	if (max >= 0 && max < settings_highest(settings))
		msg("program %s was loaded with a maximum level of %s; records above it cannot "
		    "be enabled",
		    target_label(target, label), bpf_log_filter_name(max));
	return EXIT_OK;
}

static int set_all(struct targets *targets, const struct settings *settings)
{
	struct settings mine;
	int ret = EXIT_OK;

	if (!targets->nr)
		return msg("no loaded program uses bpf_stream/log.h");
	for (size_t i = 0; i < settings->nr; i++) {
		if (check_component(targets, settings->list[i].component))
			return EXIT_FAILED;
	}
	for (size_t i = 0; i < targets->nr; i++) {
		bool done = false;

		for (size_t j = 0; j < i; j++)
			done |= targets->list[j].map_id == targets->list[i].map_id;
		if (done)
			continue;
		if (!settings_for(&mine, settings, &targets->list[i]))
			return msg("out of memory");
		if (settings_any(&mine) && set(targets, &targets->list[i], &mine))
			ret = EXIT_FAILED;
		free(mine.list);
	}
	return ret;
}

/*
 * The command line
 */

struct level {
	struct select select;
	struct settings settings;
	bool all, json;
};

/*
 * Words are programs up to the first level, which is never the first word, then levels. Returns 0, or the
 * exit status.
 */
static int take_words(const struct verb *verb, struct level *level, char **words, int nr)
{
	int i = level->all ? 0 : 1, ret = 0;

	if (!nr && !level->all)
		return msg_usage(verb, "missing program (--all: all of them)");
	while (i < nr && !settings_is_one(words[i]))
		i++;
	if (level->all && nr && (i == nr || i))
		return msg_usage(verb, "--all and programs exclude each other");
	level->select.words = words;
	level->select.nr = level->all ? 0 : (size_t)i;
	for (; !ret && i < nr; i++) {
		if (!settings_is_one(words[i]) ||
		    (level->settings.level >= 0 && !strchr(words[i], '=')))
			return msg_usage(verb, "unexpected argument '%s'", words[i]);
		ret = settings_parse(&level->settings, verb, "level", words[i]);
	}
	return ret ? ret : select_check(verb, &level->select);
}

/* A misspelt level looks like a program: report it as either. */
static int check_last(const struct verb *verb, const struct level *level)
{
	char *word = level->select.nr > 1 ? level->select.words[level->select.nr - 1] : NULL;

	if (!word || settings_any(&level->settings) || targets_match(word))
		return 0;
	return msg_usage(
		verb, "'%s' is neither a program nor a level: expected " BPF_LOG_LEVEL_NAMES, word);
}

static int level_programs(const struct level *level)
{
	struct targets targets = {};
	int ret;

	records_raise_limit();
	ret = targets_get(&targets, &level->select);

	if (ret == EXIT_OK && settings_any(&level->settings)) {
		ret = set_all(&targets, &level->settings);
		for (size_t i = 0; ret == EXIT_OK && level->json && i < targets.nr; i++)
			ret = targets_read(&targets.list[i]);
	}
	if (ret == EXIT_OK && (level->json || !settings_any(&level->settings)))
		put(&targets, targets_several(&level->select), level->json);
	targets_free(&targets);
	return ret;
}

static int main_level(const struct verb *verb, int argc, char **argv)
{
	struct level level = {.settings.level = -1};
	int val, ret;

	while ((val = opts_next(verb, argc, argv)) != -1) {
		if (val == OPT_ALL)
			level.all = true;
		else if (val == OPT_JSON)
			level.json = true;
		else
			return opts_rest(verb, val);
	}
	ret = take_words(verb, &level, argv + optind, argc - optind);
	if (!ret) {
		explain_init(false);
		ret = check_last(verb, &level);
	}
	if (!ret)
		ret = level_programs(&level);
	settings_free(&level.settings);
	return ret;
}

const struct verb verb_level = {
	.name = "level",
	.usage = "PROG...|--all [LEVEL] [COMPONENT=LEVEL]... [OPTION]...",
	.summary = "see or set the log levels of loaded programs and their components",
	.help = "Writes the live level of a loaded program that logs through bpf_stream/log.h, "
		"and\n"
		"of each of its components a line COMPONENT=LEVEL, or sets them: the program "
		"keeps\n"
		"running, and the new levels apply to its next message. Works on every kernel, "
		"with\n"
		"or without streams.\n"
		"\n"
		"LEVEL is one of " BPF_LOG_LEVEL_NAMES ".\n"
		"It applies to messages without a component and to all components, except those\n"
		"that have a COMPONENT=LEVEL. Levels come after the programs: the first word is\n"
		"always a program, another one that is a level is taken for one.\n"
		"\n"
		"A name or a tag has to mean one program. A pattern and --all leave out programs\n"
		"that do not use log.h, or do not have the component. If several programs are\n"
		"possible, lines start with NAME[ID]:.\n"
		"\n"
		"Records above the level that was fixed at load (bpf_log_max_level) cannot be\n"
		"enabled. Programs of one object share their levels; the others are listed when "
		"they\n"
		"are set.\n"
		"\n" SELECT_HELP,
	.opts = opts,
	.main = main_level,
};
