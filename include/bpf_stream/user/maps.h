/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/maps.h - the live level and the counts of a loaded program that uses
 * bpf_stream/log.h or stream.h. Part of user.h: include that.
 *
 * They are global variables of the object, in the map ".data.bpf_log". It is found through the
 * program's maps and their BTF, so this works for programs of other loaders, and on all kernels,
 * with or without streams. If a loader creates maps without BTF (aya), the map is found by name
 * and the variables by the program's BTF. All programs of one object share the map, and so level
 * and counts.
 *
 * Requires CAP_SYS_ADMIN, to open a map by id, even for the process that loaded it.
 *
 * These functions allocate memory, and free it before they return. Any thread may call them at any
 * time. Setting a level writes one 32-bit word and nothing else.
 */
#ifndef BPF_STREAM_USER_MAPS_H
#define BPF_STREAM_USER_MAPS_H

/**
 * struct bpf_log_lost - messages that could not be written, by cause
 * @full:	the stream was full, or the strings of a message were too long (-ENOSPC)
 * @no_memory:	-ENOMEM
 * @busy:	too many formatting calls nested on one CPU (-EBUSY)
 * @invalid:	the kernel rejects the format (-EINVAL)
 * @too_long:	over 1,023 bytes (-E2BIG; kernels up to 7.3 return -ENOMEM, over 1,024 bytes)
 * @other:	anything else
 */
struct bpf_log_lost {
	uint64_t full;
	uint64_t no_memory;
	uint64_t busy;
	uint64_t invalid;
	uint64_t too_long;
	uint64_t other;
};

/**
 * struct bpf_log_counts - what the programs of an object lost and suppressed since they were loaded
 * @lost:	[0] is stdout, [1] stderr
 * @unreported:	those that no line in the stream reports yet
 * @suppressed:	records that _ratelimited suppressed
 */
struct bpf_log_counts {
	struct bpf_log_lost lost[2];
	struct bpf_log_lost unreported[2];
	uint64_t suppressed;
};

/**
 * bpf_log_lost_total() - the number of messages lost, all causes together
 */
static inline uint64_t bpf_log_lost_total(const struct bpf_log_lost *lost)
{
	return lost->full + lost->no_memory + lost->busy + lost->invalid + lost->too_long +
	       lost->other;
}

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
 * bpf_log_level_get() - the live level of a loaded program
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

/**
 * bpf_log_level_set() - set the live level of a loaded program, and of those that share it
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
	struct __bpf_stream_section section;
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
	__bpf_stream_section_close(&section);
	return err;
}

/* Read bpf_stream_lost of stream.h, or another variable of that layout. */
static inline int __bpf_log_lost_get(const struct __bpf_stream_section *section, const char *data,
				     const char *name, struct bpf_log_lost *lost)
{
	uint64_t causes[2][8];
	long offset = __bpf_stream_section_find(section, name, sizeof(causes));
	int i;

	if (offset < 0)
		return (int)offset;
	memcpy(causes, data + offset, sizeof(causes));
	for (i = 0; i < 2; i++) {
		lost[i].full = causes[i][0];
		lost[i].no_memory = causes[i][1];
		lost[i].busy = causes[i][2];
		lost[i].invalid = causes[i][3];
		lost[i].too_long = causes[i][4];
		lost[i].other = causes[i][5];
	}
	return 0;
}

static inline uint64_t __bpf_log_less(uint64_t lost, uint64_t told)
{
	/* A loss may have been counted and reported since @lost was read. */
	return lost > told ? lost - told : 0;
}

/* Losses that have not been reported. Objects built with version 0.1 count them. */
static inline int __bpf_log_unreported_get(const struct __bpf_stream_section *section,
					   const char *data, const struct bpf_log_lost *lost,
					   struct bpf_log_lost *unreported)
{
	struct bpf_log_lost told[2];
	int err, i;

	err = __bpf_log_lost_get(section, data, "__bpf_stream_told", told);
	if (err == -ENOENT)
		return __bpf_log_lost_get(section, data, "__bpf_stream_untold", unreported);
	for (i = 0; !err && i < 2; i++) {
		unreported[i].full = __bpf_log_less(lost[i].full, told[i].full);
		unreported[i].no_memory = __bpf_log_less(lost[i].no_memory, told[i].no_memory);
		unreported[i].busy = __bpf_log_less(lost[i].busy, told[i].busy);
		unreported[i].invalid = __bpf_log_less(lost[i].invalid, told[i].invalid);
		unreported[i].too_long = __bpf_log_less(lost[i].too_long, told[i].too_long);
		unreported[i].other = __bpf_log_less(lost[i].other, told[i].other);
	}
	return err;
}

/**
 * bpf_log_losses() - read the loss counts of a loaded program, and of those that share them
 * @prog_fd:	any fd of it
 * @counts:	filled in; unchanged on error
 *
 * Each count is exact, but they are not a snapshot while programs are writing.
 *
 * Return: 0 or a negative errno, as bpf_log_level_get(); bpf_stream/stream.h is enough.
 */
static inline int bpf_log_losses(int prog_fd, struct bpf_log_counts *counts)
{
	struct __bpf_stream_section section;
	struct bpf_log_counts all;
	long suppressed;
	char *data;
	int err;

	err = __bpf_stream_section_open(&section, prog_fd, __BPF_LOG_SECTION);
	if (err)
		return err;
	memset(&all, 0, sizeof(all));
	data = __bpf_stream_section_read(&section, &err);
	if (data) {
		err = __bpf_log_lost_get(&section, data, "bpf_stream_lost", all.lost);
		if (!err)
			err = __bpf_log_unreported_get(&section, data, all.lost, all.unreported);
		/* log.h only */
		suppressed = __bpf_stream_section_find(&section, "bpf_log_suppressed",
						       sizeof(all.suppressed));
		if (suppressed >= 0)
			memcpy(&all.suppressed, data + suppressed, sizeof(all.suppressed));
	}
	free(data);
	__bpf_stream_section_close(&section);
	if (!err)
		*counts = all;
	return err;
}

/* Where the messages of a program go: bpf_stream_sink of stream.h */
enum bpf_log_sink {
	BPF_LOG_SINK_UNUSED = BPF_STREAM_SINK_UNKNOWN, /* nothing has been written yet */
	BPF_LOG_SINK_STREAM = BPF_STREAM_SINK_STREAM,
	BPF_LOG_SINK_RING = BPF_STREAM_SINK_RING,
	/* no streams in the kernel, or not resolved by the loader */
	BPF_LOG_SINK_TRACE_PIPE = BPF_STREAM_SINK_TRACE,
	BPF_LOG_SINK_NOWHERE = BPF_STREAM_SINK_NOWHERE,
};

/**
 * bpf_log_sink_get() - where the messages of a loaded program, and those that share its map, go
 * @prog_fd:	any fd of it
 *
 * Return: an enum bpf_log_sink, or a negative errno as bpf_log_level_get(): -ENOENT also for
 * programs built with version 0.1.
 */
static inline int bpf_log_sink_get(int prog_fd)
{
	uint32_t sink = 0;
	int err = __bpf_log_u32_get(prog_fd, __BPF_LOG_SECTION, "bpf_stream_sink", &sink);

	if (err)
		return err;
	return sink <= BPF_LOG_SINK_NOWHERE ? (int)sink : -EINVAL;
}

/**
 * bpf_log_map_id() - the id of the map that has level and counts
 * @prog_fd:	any fd of a program
 *
 * Programs with the same map share them.
 *
 * Return: 0 and the id in @id, or a negative errno as bpf_log_level_get().
 */
static inline int bpf_log_map_id(int prog_fd, uint32_t *id)
{
	struct __bpf_stream_section section;
	int err = __bpf_stream_section_open(&section, prog_fd, __BPF_LOG_SECTION);

	if (err)
		return err;
	*id = section.map_id;
	__bpf_stream_section_close(&section);
	return 0;
}

#endif /* BPF_STREAM_USER_MAPS_H */
