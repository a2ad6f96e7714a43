/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* object.h - open a BPF object, select programs, load it. */
#ifndef BPFSTREAM_OBJECT_H
#define BPFSTREAM_OBJECT_H

struct bpf_object;

/* object_open - open an object file. Returns NULL after reporting the error. */
struct bpf_object *object_open(const char *path);

/*
 * object_select - load only these programs
 * @nr:		number of @names; 0: those that the object selects
 *
 * Returns 0, or a negative errno after reporting the name that is missing.
 */
int object_select(struct bpf_object *obj, const char *path, const char *const *names,
		  unsigned int nr);

/* object_load - load it. Returns 0, or a negative errno after reporting the error. */
int object_load(struct bpf_object *obj, const char *path);

#endif
