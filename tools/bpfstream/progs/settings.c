/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* settings.c - levels to set, as users write them: "debug" for all, "nat=warn" for a component. */
#include <bpf_stream/user.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "progs/settings.h"

bool settings_is_one(const char *word)
{
	return bpf_log_level_from_name(word) >= 0 || (strchr(word, '=') && !strchr(word, '/'));
}

/* Letters, digits and underscores, up to the "=" */
static bool is_component(const char *word, size_t len)
{
	return len && strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_") == len;
}

static struct setting *find(const struct settings *settings, const char *component)
{
	for (size_t i = 0; i < settings->nr; i++) {
		if (!strcmp(settings->list[i].component, component))
			return &settings->list[i];
	}
	return NULL;
}

static int set_component(struct settings *settings, const char *word, size_t len, int level)
{
	char *component = strndup(word, len);
	struct setting *setting = component ? find(settings, component) : NULL;

	if (setting) {
		free(component);
		setting->level = level;
		return 0;
	}
	setting = component ? realloc(settings->list, (settings->nr + 1) * sizeof(*setting)) : NULL;
	if (!setting) {
		free(component);
		return msg("out of memory");
	}
	settings->list = setting;
	setting[settings->nr++] = (struct setting){component, level};
	return 0;
}

static int add(struct settings *settings, const struct verb *verb, const char *what,
	       const char *word)
{
	const char *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : 0;
	int level = bpf_log_level_from_name(equals ? equals + 1 : word);

	if (equals && !is_component(word, len))
		return msg_usage(verb, "invalid %s '%s': expected COMPONENT=LEVEL", what, word);
	if (level < 0)
		return msg_usage(verb, "invalid %s '%s': expected " BPF_LOG_LEVEL_NAMES, what,
				 word);
	if (equals)
		return set_component(settings, word, len, level);
	settings->level = level;
	return 0;
}

int settings_parse(struct settings *settings, const struct verb *verb, const char *what,
		   char *words)
{
	char *word, *rest = words;
	int ret = 0;

	while (!ret && (word = strsep(&rest, ",")))
		ret = add(settings, verb, what, word);
	return ret;
}

void settings_free(struct settings *settings)
{
	for (size_t i = 0; i < settings->nr; i++)
		free(settings->list[i].component);
	free(settings->list);
	settings->list = NULL;
	settings->nr = 0;
}

bool settings_any(const struct settings *settings)
{
	return settings->level >= 0 || settings->nr;
}

int settings_highest(const struct settings *settings)
{
	int highest = settings->level;

	for (size_t i = 0; i < settings->nr; i++) {
		if (settings->list[i].level > highest)
			highest = settings->list[i].level;
	}
	return highest;
}

int settings_level(const struct settings *settings, const char *component)
{
	const struct setting *setting = component ? find(settings, component) : NULL;

	return setting ? setting->level : settings->level;
}

const char *settings_text(const struct settings *settings, char text[SETTINGS_TEXT])
{
	size_t n = 0;

	text[0] = '\0';
	if (settings->level >= 0)
		n = snprintf(text, SETTINGS_TEXT, "%s", bpf_log_filter_name(settings->level));
	for (size_t i = 0; i < settings->nr && n < SETTINGS_TEXT; i++)
		n += snprintf(text + n, SETTINGS_TEXT - n, "%s%s=%s", n ? ", " : "",
			      settings->list[i].component,
			      bpf_log_filter_name(settings->list[i].level));
	return text;
}
