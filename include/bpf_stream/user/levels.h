/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/levels.h - the live levels of a loaded program that uses bpf_stream/log.h: that of
 * messages without a component, and one for each component. Part of user.h: include that.
 *
 * They are global variables of the object, in the map ".data.bpf_log". It is found through the
 * program's maps and their BTF, so this works for programs of other loaders, and on all kernels,
 * with or without streams. If a loader creates maps without BTF (aya), the map is found by name
 * and the variables by the program's BTF. All programs of one object share the map, and so levels
 * and counts.
 *
 * Requires CAP_SYS_ADMIN, to open a map by id, even for the process that loaded it.
 *
 * These functions allocate memory, and free it before they return. Any thread may call them at any
 * time. Setting a level writes one 32-bit word and nothing else.
 */
#ifndef BPF_STREAM_USER_LEVELS_H
#define BPF_STREAM_USER_LEVELS_H

/* Read the 32-bit variable @name in section @section_name of a program. */
static inline int __bpf_log_u32_get(int prog_fd, const char *section_name, const char *name,
				    uint32_t *value)
{
	struct __bpf_stream_section section;
	char *data = NULL;
	long offset;
	int err;

	err = __bpf_stream_section_open(&section, prog_fd, section_name);
	if (err)
		return err;
	offset = __bpf_stream_section_find(&section, name, sizeof(*value));
	if (offset < 0)
		err = (int)offset;
	else
		data = __bpf_stream_section_read(&section, &err);
	if (data)
		memcpy(value, data + offset, sizeof(*value));
	free(data);
	__bpf_stream_section_close(&section);
	return err;
}

#define __BPF_LOG_SECTION ".data.bpf_log"

/*
 * A program may set any value; log.h treats values above TRACE as TRACE.
 */
static inline int __bpf_log_level_of(uint32_t value)
{
	return value > BPF_LOG_TRACE ? BPF_LOG_TRACE : (int)value;
}

/**
 * bpf_log_level_get() - the live level of a loaded program's messages without a component
 * @prog_fd:	any fd of it
 *
 * Return: BPF_LOG_OFF to BPF_LOG_TRACE, or a negative errno:
 * -ENOENT	the program does not use bpf_stream/log.h, its loader removed the BTF, or @prog_fd
 *		is not a program
 * -EPERM	requires CAP_SYS_ADMIN
 * -EBADF, -EINVAL	@prog_fd is not open, or not a bpf(2) fd
 * -ENOMEM
 * Changes errno. Kernels: all.
 */
static inline int bpf_log_level_get(int prog_fd)
{
	uint32_t level = 0;
	int err = __bpf_log_u32_get(prog_fd, __BPF_LOG_SECTION, "bpf_log_level", &level);

	return err ? err : __bpf_log_level_of(level);
}

/**
 * bpf_log_max_level_get() - the level that was fixed when the program was loaded
 * @prog_fd:	any fd of it
 *
 * The verifier removed records above it, so no live level enables them.
 *
 * Return: as bpf_log_level_get().
 */
static inline int bpf_log_max_level_get(int prog_fd)
{
	uint32_t level = 0;
	int err = __bpf_log_u32_get(prog_fd, ".rodata", "bpf_log_max_level", &level);

	return err ? err : __bpf_log_level_of(level);
}

static inline void __bpf_stream_insn(struct bpf_insn *insn, int code, int dst, int src, int32_t imm)
{
	memset(insn, 0, sizeof(*insn));
	insn->code = (uint8_t)code;
	insn->dst_reg = (uint8_t)(dst & 0xf);
	insn->src_reg = (uint8_t)(src & 0xf);
	insn->imm = imm;
}

/* Store four bytes in a map that cannot be mmapped: a BPF program does it. */
static inline int __bpf_stream_section_store(const struct __bpf_stream_section *section,
					     long offset, uint32_t value)
{
	struct bpf_insn insns[5];
	union bpf_attr attr;
	int prog_fd, err;

	__bpf_stream_insn(&insns[0], BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_VALUE,
			  section->map_fd);
	__bpf_stream_insn(&insns[1], 0, 0, 0, (int32_t)offset);
	__bpf_stream_insn(&insns[2], BPF_ST | BPF_W | BPF_MEM, 1, 0, (int32_t)value);
	__bpf_stream_insn(&insns[3], BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0);
	__bpf_stream_insn(&insns[4], BPF_JMP | BPF_EXIT, 0, 0, 0);
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SYSCALL;
	attr.prog_flags = BPF_F_SLEEPABLE;
	attr.insns = (uint64_t)(uintptr_t)insns;
	attr.insn_cnt = 5;
	attr.license = (uint64_t)(uintptr_t) "";
	prog_fd = __bpf_stream_bpf(BPF_PROG_LOAD, &attr);
	if (prog_fd < 0)
		return prog_fd;
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = (uint32_t)prog_fd;
	err = __bpf_stream_bpf(BPF_PROG_TEST_RUN, &attr);
	close(prog_fd);
	return err;
}

/* Write four bytes of a section and no others, because programs change those. */
static inline int __bpf_stream_section_poke(const struct __bpf_stream_section *section, long offset,
					    uint32_t value)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t len = (section->size + page - 1) / page * page;
	volatile uint32_t *word;
	char *data;

	/* bpf(2) would replace the whole value, including the counts. */
	if (!(section->map_flags & BPF_F_MMAPABLE))
		return __bpf_stream_section_store(section, offset, value);
	data = (char *)mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, section->map_fd, 0);
	if (data == (char *)MAP_FAILED)
		return -errno;
	word = (volatile uint32_t *)(void *)(data + offset);
	*word = value;
	munmap(data, len);
	return 0;
}

/* A component's level is the variable bpf_log_level_<name>. The kernel accepts names of 511 characters. */
#define __BPF_LOG_COMPONENT "bpf_log_level_"
#define __BPF_LOG_VAR_MAX   512

/* The variable that has the level of a component (NULL: of messages without one) */
static inline int __bpf_log_level_var(char var[__BPF_LOG_VAR_MAX], const char *component)
{
	const size_t prefix = strlen(__BPF_LOG_COMPONENT);
	size_t len = component ? strlen(component) : 0;

	if (prefix + len >= __BPF_LOG_VAR_MAX)
		return -ENOENT;
	memcpy(var, __BPF_LOG_COMPONENT, prefix);
	if (!component)
		var[prefix - 1] = '\0';
	else
		memcpy(var + prefix, component, len + 1);
	return 0;
}

struct __bpf_log_component {
	const char *name;
	long offset;
};

/* Whether variable @i of the section is the level of a component */
static inline bool __bpf_log_component_at(const struct __bpf_stream_section *section, uint32_t i,
					  struct __bpf_log_component *component)
{
	const size_t prefix = strlen(__BPF_LOG_COMPONENT);
	const char *name;

	name = __bpf_stream_section_var(section, i, sizeof(uint32_t), &component->offset);
	if (!name || strncmp(name, __BPF_LOG_COMPONENT, prefix) || !name[prefix])
		return false;
	component->name = name + prefix;
	return true;
}

static inline int __bpf_log_component_compare(const void *a, const void *b)
{
	return strcmp(((const struct __bpf_log_component *)a)->name,
		      ((const struct __bpf_log_component *)b)->name);
}

/* All components of a section, by name: an array to free, and their number. NULL without memory. */
static inline struct __bpf_log_component *
__bpf_log_component_list(const struct __bpf_stream_section *section, size_t *nr)
{
	struct __bpf_log_component *list;
	uint32_t i;

	*nr = 0;
	list = (struct __bpf_log_component *)malloc((section->nr_vars + 1) * sizeof(*list));
	for (i = 0; list && i < section->nr_vars; i++) {
		if (__bpf_log_component_at(section, i, &list[*nr]))
			++*nr;
	}
	if (list)
		qsort(list, *nr, sizeof(*list), __bpf_log_component_compare);
	return list;
}

/**
 * typedef bpf_log_component_fn - gets a component
 * @ctx:	of bpf_log_components()
 * @name:	the name, valid during the call: letters, digits, underscores and dots, as the kernel
 *		checks
 * @level:	BPF_LOG_OFF to BPF_LOG_TRACE
 *
 * Return: 0 to go on, else bpf_log_components() returns this value.
 */
typedef int (*bpf_log_component_fn)(void *ctx, const char *name, int level);

/**
 * bpf_log_components() - call a function for each component of a loaded program, by name
 * @prog_fd:	any fd of it
 * @fn:		is called while the map is open, and may use the functions of this file
 * @ctx:	for @fn
 *
 * Components are those of BPF_LOG_DECLARE_COMPONENT() in any file of the object, used by this program
 * or not. The levels are those of one moment.
 *
 * Return: 0, the first nonzero value of @fn, or a negative errno as bpf_log_level_get(). 0 without a
 * call if a program uses log.h without components.
 */
static inline int bpf_log_components(int prog_fd, bpf_log_component_fn fn, void *ctx)
{
	struct __bpf_log_component *list = NULL;
	struct __bpf_stream_section section;
	size_t i, nr = 0;
	uint32_t level;
	char *data = NULL;
	int ret;

	ret = __bpf_stream_section_open(&section, prog_fd, __BPF_LOG_SECTION);
	if (ret)
		return ret;
	if (__bpf_stream_section_find(&section, "bpf_log_level", sizeof(uint32_t)) < 0)
		ret = -ENOENT;
	else
		data = __bpf_stream_section_read(&section, &ret);
	if (data) {
		list = __bpf_log_component_list(&section, &nr);
		ret = list ? 0 : -ENOMEM;
	}
	for (i = 0; i < nr && !ret; i++) {
		memcpy(&level, data + list[i].offset, sizeof(level));
		ret = fn(ctx, list[i].name, __bpf_log_level_of(level));
	}
	free(list);
	free(data);
	__bpf_stream_section_close(&section);
	return ret;
}

/**
 * bpf_log_component_level_get() - the live level of one component of a loaded program
 * @prog_fd:	any fd of it
 * @component:	its name, or NULL for messages without a component
 *
 * Return: as bpf_log_level_get(), and
 * -ENOENT	also: the program has no such component
 */
static inline int bpf_log_component_level_get(int prog_fd, const char *component)
{
	char var[__BPF_LOG_VAR_MAX];
	uint32_t level = 0;
	int err = __bpf_log_level_var(var, component);

	if (!err)
		err = __bpf_log_u32_get(prog_fd, __BPF_LOG_SECTION, var, &level);
	return err ? err : __bpf_log_level_of(level);
}

/**
 * bpf_log_component_level_set() - set the live level of one component of a loaded program
 * @prog_fd:	any fd of it
 * @component:	its name, or NULL for messages without a component
 * @level:	BPF_LOG_OFF to BPF_LOG_TRACE
 *
 * Return: as bpf_log_level_set(), and
 * -ENOENT	also: the program has no such component
 */
static inline int bpf_log_component_level_set(int prog_fd, const char *component, int level)
{
	struct __bpf_stream_section section;
	char var[__BPF_LOG_VAR_MAX];
	long offset;
	int err;

	if (level < BPF_LOG_OFF || level > BPF_LOG_TRACE)
		return -EINVAL;
	err = __bpf_log_level_var(var, component);
	if (!err)
		err = __bpf_stream_section_open(&section, prog_fd, __BPF_LOG_SECTION);
	if (err)
		return err;
	offset = __bpf_stream_section_find(&section, var, sizeof(uint32_t));
	err = offset < 0 ? (int)offset
			 : __bpf_stream_section_poke(&section, offset, (uint32_t)level);
	__bpf_stream_section_close(&section);
	return err;
}

/**
 * bpf_log_level_set() - set the live level of a loaded program and of all its components, and so of
 * the programs that share them
 * @prog_fd:	any fd of it
 * @level:	BPF_LOG_OFF to BPF_LOG_TRACE
 *
 * A running program uses it from its next message on.
 *
 * Return: 0 or a negative errno, as bpf_log_level_get(), and
 * -EINVAL	@level is not a level
 * -EPERM	also: the map is frozen
 */
static inline int bpf_log_level_set(int prog_fd, int level)
{
	struct __bpf_log_component component;
	struct __bpf_stream_section section;
	uint32_t i;
	long offset;
	int err;

	if (level < BPF_LOG_OFF || level > BPF_LOG_TRACE)
		return -EINVAL;
	err = __bpf_stream_section_open(&section, prog_fd, __BPF_LOG_SECTION);
	if (err)
		return err;
	offset = __bpf_stream_section_find(&section, "bpf_log_level", sizeof(uint32_t));
	err = offset < 0 ? (int)offset
			 : __bpf_stream_section_poke(&section, offset, (uint32_t)level);
	for (i = 0; i < section.nr_vars && !err; i++) {
		if (__bpf_log_component_at(&section, i, &component))
			err = __bpf_stream_section_poke(&section, component.offset,
							(uint32_t)level);
	}
	__bpf_stream_section_close(&section);
	return err;
}

#endif /* BPF_STREAM_USER_LEVELS_H */
