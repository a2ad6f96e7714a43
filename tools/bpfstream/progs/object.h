/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* object.h - open a BPF object, choose programs, load it. */
#ifndef BPFSTREAM_OBJECT_H
#define BPFSTREAM_OBJECT_H

struct bpf_object;

/* object_open - the object in a file, or NULL after it has told why not */
struct bpf_object *object_open(const char *path);

/*
 * object_select - load only these programs
 * @names: as many as @nr; 0 loads what the object itself asks for
 *
 * 0, or a negative errno after it has told which is missing.
 */
int object_select(struct bpf_object *obj, const char *path, const char *const *names,
		  unsigned int nr);

/* object_load - 0, or a negative errno after it has told why not */
int object_load(struct bpf_object *obj, const char *path);

#endif
