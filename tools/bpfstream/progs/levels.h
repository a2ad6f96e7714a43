/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* levels.h - levels of bpf_stream/log.h: in an object that is not loaded yet, and in words. */
#ifndef BPFSTREAM_LEVELS_H
#define BPFSTREAM_LEVELS_H

struct bpf_object;

/*
 * levels_set - give the global variable @name (four bytes, any data section) its initial value
 * @option: the option that asked for it, for the message
 *
 * 0, or a negative errno after it has told what is wrong.
 */
int levels_set(struct bpf_object *obj, const char *path, const char *name, const char *option,
	       unsigned int level);

/* levels_word - the word for the value of a filter, as users write it: "off" to "trace" */
const char *levels_word(int level);

#endif
