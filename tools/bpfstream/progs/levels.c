/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* levels.c - set levels of bpf_stream/log.h before loading. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "bpfstream.h"
#include "progs/levels.h"

/*
 * Find the initial value of a variable: BTF lists the variables of each data section, and libbpf
 * has a map with the name of the section. Returns NULL if there is none.
 */
static void *find_var(struct bpf_object *obj, const char *name, unsigned int size)
{
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_var_secinfo *var;
	const struct btf_type *sec, *type;
	struct bpf_map *map;
	unsigned int id, i;
	size_t map_size;
	char *value;

	for (id = 1; btf && id < btf__type_cnt(btf); id++) {
		sec = btf__type_by_id(btf, id);
		if (!btf_is_datasec(sec))
			continue;
		var = btf_var_secinfos(sec);
		for (i = 0; i < btf_vlen(sec); i++, var++) {
			type = btf__type_by_id(btf, var->type);
			if (!btf_is_var(type) ||
			    strcmp(btf__name_by_offset(btf, type->name_off), name))
				continue;
			map = bpf_object__find_map_by_name(obj,
							   btf__name_by_offset(btf, sec->name_off));
			value = map ? bpf_map__initial_value(map, &map_size) : NULL;
			if (!value || var->size != size || map_size < size ||
			    var->offset > map_size - size)
				return NULL;
			return value + var->offset;
		}
	}
	return NULL;
}

int levels_set(struct bpf_object *obj, const char *path, const char *name, const char *option,
	       unsigned int level)
{
	void *value = find_var(obj, name, sizeof(level));

	if (!value) {
		msg("%s has no variable '%s', which %s sets: its programs do not log through "
		    "bpf_stream/log.h",
		    path, name, option);
		return -ENOENT;
	}
	memcpy(value, &level, sizeof(level));
	return 0;
}
