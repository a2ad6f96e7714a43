/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* levels.h - set levels of bpf_stream/log.h before loading. */
#ifndef BPFSTREAM_LEVELS_H
#define BPFSTREAM_LEVELS_H

#include "progs/settings.h"

struct bpf_object;

/*
 * levels_set_max, levels_set - set the initial value of bpf_log_max_level, or of the live levels of all
 * components and of messages without one
 * @path:	of the object, for error messages
 *
 * Returns 0, or a negative errno after reporting the error: the object has no such variable.
 */
int levels_set_max(struct bpf_object *obj, const char *path, int level);
int levels_set(struct bpf_object *obj, const char *path, const struct settings *settings);

#endif
