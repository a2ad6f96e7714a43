/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* targets.h - loaded programs that have live levels (bpf_stream/log.h), and those levels. */
#ifndef BPFSTREAM_TARGETS_H
#define BPFSTREAM_TARGETS_H

#include <linux/types.h>
#include <stddef.h>

#include "progs/prog.h"
#include "progs/select.h"

struct component {
	char *name; /* an identifier */
	int level;
};

struct target {
	int fd;
	__u32 id;
	__u32 map_id; /* programs with the same one share their levels */
	const char *word; /* what the user wrote, an id or a name say, or NULL: a pattern, or all */
	char name[PROG_NAME];
	int level; /* of messages without a component */
	struct component *components; /* by name */
	size_t nr;
};

struct targets {
	struct target *list; /* each program once */
	size_t nr;
};

/* targets_several - whether the words can mean several programs; what is shown depends on this alone */
bool targets_several(const struct select *select);

/*
 * targets_get - find the programs, and read their levels
 *
 * A name and a tag have to mean one program. Patterns, and all, leave out programs that do not use
 * bpf_stream/log.h. Returns 0, or EXIT_FAILED after reporting the error; free them in any case.
 */
int targets_get(struct targets *targets, const struct select *select);
void targets_free(struct targets *targets);

/* targets_match - false only if a word is a name or a pattern, and certainly not that of a loaded program */
bool targets_match(char *word);

/* targets_read - read the levels of a program again. 0, or EXIT_FAILED after reporting. */
int targets_read(struct target *target);

/* target_component - the component of this name, or NULL */
struct component *target_component(const struct target *target, const char *name);

/* target_label - the program in messages: what the user wrote, else "17 (name)" */
#define TARGET_LABEL (PROG_NAME + 16)
const char *target_label(const struct target *target, char label[TARGET_LABEL]);

#endif
