/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* levels.h - set levels of bpf_stream/log.h before loading. */
#ifndef BPFSTREAM_LEVELS_H
#define BPFSTREAM_LEVELS_H

struct bpf_object;

/*
 * levels_set - set the initial value of the global variable @name (four bytes, any data section)
 * @option:	the option that asks for it, for error messages
 *
 * Returns 0, or a negative errno after reporting the error.
 */
int levels_set(struct bpf_object *obj, const char *path, const char *name, const char *option,
	       unsigned int level);

#endif
