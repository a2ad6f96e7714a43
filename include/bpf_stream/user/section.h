/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/section.h - a data section of a loaded program: its map, and where a variable is
 * in it. Part of user.h: include that.
 */
#ifndef BPF_STREAM_USER_SECTION_H
#define BPF_STREAM_USER_SECTION_H

#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <sys/mman.h>

static inline int __bpf_stream_bpf(int cmd, union bpf_attr *attr)
{
	long ret = syscall(__NR_bpf, cmd, attr, sizeof(*attr));

	return ret < 0 ? -errno : (int)ret;
}

static inline int __bpf_stream_info(int fd, void *info, size_t size)
{
	union bpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = (uint32_t)size;
	attr.info.info = (uint64_t)(uintptr_t)info;
	err = __bpf_stream_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr);
	/* Only this command returns -EBADFD for a closed fd. */
	return err == -EBADFD ? -EBADF : err;
}

static inline int __bpf_stream_fd_by_id(int cmd, uint32_t id)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_id = id;
	return __bpf_stream_bpf(cmd, &attr);
}

/* A copy of a kernel BTF object. Accesses are bounds-checked. */
struct __bpf_stream_btf {
	char *data;
	size_t size;
	const char *types;
	size_t types_len;
	const char *strings;
	size_t strings_len;
};

static inline int __bpf_stream_btf_parse(struct __bpf_stream_btf *btf)
{
	struct btf_header header;

	if (btf->size < sizeof(header))
		return -EINVAL;
	memcpy(&header, btf->data, sizeof(header));
	if (header.magic != BTF_MAGIC || header.hdr_len > btf->size ||
	    header.type_off > btf->size - header.hdr_len ||
	    header.type_len > btf->size - header.hdr_len - header.type_off ||
	    header.str_off > btf->size - header.hdr_len ||
	    header.str_len > btf->size - header.hdr_len - header.str_off || !header.str_len ||
	    btf->data[header.hdr_len + header.str_off + header.str_len - 1])
		return -EINVAL;
	btf->types = btf->data + header.hdr_len + header.type_off;
	btf->types_len = header.type_len;
	btf->strings = btf->data + header.hdr_len + header.str_off;
	btf->strings_len = header.str_len;
	return 0;
}

/* Load BTF by id. Free btf->data, even after an error. */
static inline int __bpf_stream_btf_load(struct __bpf_stream_btf *btf, uint32_t id)
{
	struct bpf_btf_info info;
	int fd, err;

	memset(btf, 0, sizeof(*btf));
	fd = __bpf_stream_fd_by_id(BPF_BTF_GET_FD_BY_ID, id);
	if (fd < 0)
		return fd;
	memset(&info, 0, sizeof(info));
	err = __bpf_stream_info(fd, &info, sizeof(info));
	if (!err) {
		btf->size = info.btf_size;
		btf->data = (char *)malloc(btf->size + 1);
		memset(&info, 0, sizeof(info));
		info.btf = (uint64_t)(uintptr_t)btf->data;
		info.btf_size = (uint32_t)btf->size;
		err = btf->data ? __bpf_stream_info(fd, &info, sizeof(info)) : -ENOMEM;
	}
	close(fd);
	return err ? err : __bpf_stream_btf_parse(btf);
}

static inline bool __bpf_stream_btf_name_is(const struct __bpf_stream_btf *btf, uint32_t offset,
					    const char *name)
{
	return offset < btf->strings_len && !strcmp(btf->strings + offset, name);
}

/* Length of the data after a type, in bytes; SIZE_MAX for unknown kinds */
static inline size_t __bpf_stream_btf_extra(uint32_t info)
{
	size_t vlen = info & 0xffff;

	switch (info >> 24 & 0x1f) {
	case 1: /* INT */
	case 14: /* VAR */
	case 17: /* DECL_TAG */
		return 4;
	case 3: /* ARRAY */
		return 12;
	case 4: /* STRUCT */
	case 5: /* UNION */
	case 15: /* DATASEC */
	case 19: /* ENUM64 */
		return 12 * vlen;
	case 6: /* ENUM */
	case 13: /* FUNC_PROTO */
		return 8 * vlen;
	default: /* all others up to 18 have none */
		return (info >> 24 & 0x1f) <= 18 ? 0 : SIZE_MAX;
	}
}

/* Find type @id, and copy its header to @type. Return NULL if there is none. */
static inline const char *__bpf_stream_btf_type(const struct __bpf_stream_btf *btf, uint32_t id,
						struct btf_type *type)
{
	const char *p = btf->types;
	size_t left = btf->types_len, extra;
	uint32_t i;

	for (i = 1; left >= sizeof(*type); i++) {
		memcpy(type, p, sizeof(*type));
		extra = __bpf_stream_btf_extra(type->info);
		if (extra > left - sizeof(*type))
			return NULL;
		if (i == id)
			return p;
		p += sizeof(*type) + extra;
		left -= sizeof(*type) + extra;
	}
	return NULL;
}

/* A data section, which is the value of a map */
struct __bpf_stream_section {
	int map_fd;
	uint32_t map_flags;
	uint32_t map_id;
	size_t size;
	struct __bpf_stream_btf btf;
	const char *vars;
	uint32_t nr_vars;
};

/* Name and offset of variable @i if it has this size, else NULL */
static inline const char *__bpf_stream_section_var(const struct __bpf_stream_section *section,
						   uint32_t i, uint32_t size, long *offset)
{
	struct btf_var_secinfo var;
	struct btf_type type;

	memcpy(&var, section->vars + i * sizeof(var), sizeof(var));
	if (var.size != size || section->size < size || var.offset > section->size - size ||
	    (var.offset & 3) || !__bpf_stream_btf_type(&section->btf, var.type, &type) ||
	    type.name_off >= section->btf.strings_len)
		return NULL;
	*offset = (long)var.offset;
	return section->btf.strings + type.name_off;
}

/* Offset of a variable of this name and size, or -ENOENT */
static inline long __bpf_stream_section_find(const struct __bpf_stream_section *section,
					     const char *name, uint32_t size)
{
	const char *found;
	uint32_t i;
	long offset;

	for (i = 0; i < section->nr_vars; i++) {
		found = __bpf_stream_section_var(section, i, size, &offset);
		if (found && !strcmp(found, name))
			return offset;
	}
	return -ENOENT;
}

static inline void __bpf_stream_section_close(struct __bpf_stream_section *section)
{
	free(section->btf.data);
	close(section->map_fd);
}

/* Find the data section @name among all types. Return NULL if there is none. */
static inline const char *__bpf_stream_btf_datasec(const struct __bpf_stream_btf *btf,
						   const char *name, struct btf_type *type)
{
	const char *p = btf->types;
	size_t left = btf->types_len, extra;

	while (left >= sizeof(*type)) {
		memcpy(type, p, sizeof(*type));
		extra = __bpf_stream_btf_extra(type->info);
		if (extra > left - sizeof(*type))
			return NULL;
		if ((type->info >> 24 & 0x1f) == BTF_KIND_DATASEC &&
		    __bpf_stream_btf_name_is(btf, type->name_off, name))
			return p;
		p += sizeof(*type) + extra;
		left -= sizeof(*type) + extra;
	}
	return NULL;
}

/*
 * Open a map if it is the section @name. Return 0, -ENOENT if it is not, or another error.
 * @prog_btf: BTF for a map that has none.
 */
static inline int __bpf_stream_section_try(struct __bpf_stream_section *section, uint32_t map_id,
					   const char *name, uint32_t prog_btf)
{
	struct bpf_map_info info;
	struct btf_type type;
	int err;

	memset(section, 0, sizeof(*section));
	section->map_id = map_id;
	section->map_fd = __bpf_stream_fd_by_id(BPF_MAP_GET_FD_BY_ID, map_id);
	if (section->map_fd < 0)
		return section->map_fd;
	memset(&info, 0, sizeof(info));
	err = __bpf_stream_info(section->map_fd, &info, sizeof(info));
	if (!err && (info.type != BPF_MAP_TYPE_ARRAY || info.max_entries != 1))
		err = -ENOENT;
	/* The kernel keeps 15 characters of the name. */
	if (!err && !info.btf_id && (!prog_btf || strncmp(info.name, name, sizeof(info.name) - 1)))
		err = -ENOENT;
	if (!err)
		err = __bpf_stream_btf_load(&section->btf, info.btf_id ? info.btf_id : prog_btf);
	if (!err) {
		if (info.btf_id)
			section->vars =
				__bpf_stream_btf_type(&section->btf, info.btf_value_type_id, &type);
		else
			section->vars = __bpf_stream_btf_datasec(&section->btf, name, &type);
		if (!section->vars || (type.info >> 24 & 0x1f) != BTF_KIND_DATASEC ||
		    !__bpf_stream_btf_name_is(&section->btf, type.name_off, name))
			err = -ENOENT;
	}
	if (err) {
		__bpf_stream_section_close(section);
		return err;
	}
	section->vars += sizeof(type);
	section->nr_vars = type.info & 0xffff;
	section->size = info.value_size;
	section->map_flags = info.map_flags;
	return 0;
}

/* The ids of a program's maps: a pointer to free, and their number. NULL and *err on failure. */
static inline uint32_t *__bpf_stream_prog_maps(int prog_fd, uint32_t *nr, uint32_t *prog_btf,
					       int *err)
{
	struct bpf_prog_info info;
	uint32_t *ids;

	memset(&info, 0, sizeof(info));
	*err = __bpf_stream_info(prog_fd, &info, sizeof(info));
	if (*err)
		return NULL;
	*nr = info.nr_map_ids;
	*prog_btf = info.btf_id;
	/* Other bpf(2) objects answer too; a program has at most 64 maps. */
	*err = -ENOENT;
	if (!*nr || *nr > 4096)
		return NULL;
	*err = -ENOMEM;
	ids = (uint32_t *)malloc(*nr * sizeof(*ids));
	if (!ids)
		return NULL;
	memset(&info, 0, sizeof(info));
	info.nr_map_ids = *nr;
	info.map_ids = (uint64_t)(uintptr_t)ids;
	*err = __bpf_stream_info(prog_fd, &info, sizeof(info));
	if (*err) {
		free(ids);
		return NULL;
	}
	if (info.nr_map_ids < *nr)
		*nr = info.nr_map_ids;
	return ids;
}

/* Open the map of a program that is the section @name. */
static inline int __bpf_stream_section_open(struct __bpf_stream_section *section, int prog_fd,
					    const char *name)
{
	uint32_t *ids, nr, i, prog_btf;
	int err;

	ids = __bpf_stream_prog_maps(prog_fd, &nr, &prog_btf, &err);
	if (!ids)
		return err;
	err = -ENOENT;
	for (i = 0; i < nr && err == -ENOENT; i++)
		err = __bpf_stream_section_try(section, ids[i], name, prog_btf);
	free(ids);
	return err;
}

/* Read the whole section; free it afterwards. NULL and *err on failure. */
static inline char *__bpf_stream_section_read(const struct __bpf_stream_section *section, int *err)
{
	union bpf_attr attr;
	uint32_t zero = 0;
	char *value = (char *)malloc(section->size);

	*err = -ENOMEM;
	if (!value)
		return NULL;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)section->map_fd;
	attr.key = (uint64_t)(uintptr_t)&zero;
	attr.value = (uint64_t)(uintptr_t)value;
	*err = __bpf_stream_bpf(BPF_MAP_LOOKUP_ELEM, &attr);
	if (!*err)
		return value;
	free(value);
	return NULL;
}

#endif /* BPF_STREAM_USER_SECTION_H */
