/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* settings.h - levels to set, as users write them: "debug" for all, "nat=warn" for a component. */
#ifndef BPFSTREAM_SETTINGS_H
#define BPFSTREAM_SETTINGS_H

#include <stddef.h>

#include "bpfstream.h"

struct setting {
	char *component;
	int level;
};

/* Empty if @level is -1 and all else zero */
struct settings {
	int level; /* of all that have none of their own here, or -1 */
	struct setting *list; /* components that have one */
	size_t nr;
};

/* settings_is_one - whether a word can be nothing but a level or COMPONENT=LEVEL */
bool settings_is_one(const char *word);

/*
 * settings_parse - add one, or several with commas between them; changes @words
 * @what:	how a word is called in an error message, "level" say
 *
 * The last level of a component counts. Returns 0, or an exit status after reporting the error.
 */
int settings_parse(struct settings *settings, const struct verb *verb, const char *what,
		   char *words);
void settings_free(struct settings *settings);

bool settings_any(const struct settings *settings);

/* settings_level - the level to set of a component (NULL: of messages without one), or -1 */
int settings_level(const struct settings *settings, const char *component);

/* settings_highest - the most detailed level of all, or -1 */
int settings_highest(const struct settings *settings);

/* settings_text - "debug, nat=warn" */
#define SETTINGS_TEXT 512
const char *settings_text(const struct settings *settings, char text[SETTINGS_TEXT]);

#endif
