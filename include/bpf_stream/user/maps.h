/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/maps.h - the counts of a loaded program that uses bpf_stream/log.h or stream.h, and
 * where its messages go. Part of user.h: include that.
 *
 * They are in the same map as the levels: user/levels.h says how it is found, and what that requires.
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
 * @ring_cut:	strings that found no room in their message in a ring (bpf_stream/ring.h)
 */
struct bpf_log_counts {
	struct bpf_log_lost lost[2];
	struct bpf_log_lost unreported[2];
	uint64_t suppressed;
	uint64_t ring_cut;
};

/**
 * bpf_log_lost_total() - the number of messages lost, all causes together
 */
static inline uint64_t bpf_log_lost_total(const struct bpf_log_lost *lost)
{
	return lost->full + lost->no_memory + lost->busy + lost->invalid + lost->too_long +
	       lost->other;
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

/* Read a 64-bit count that not every object has; then it is 0. */
static inline uint64_t __bpf_log_count_get(const struct __bpf_stream_section *section,
					   const char *data, const char *name)
{
	uint64_t count = 0;
	long offset = __bpf_stream_section_find(section, name, sizeof(count));

	if (offset >= 0)
		memcpy(&count, data + offset, sizeof(count));
	return count;
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
		/* log.h only, and ring.h only */
		all.suppressed = __bpf_log_count_get(&section, data, "bpf_log_suppressed");
		all.ring_cut = __bpf_log_count_get(&section, data, "bpf_stream_ring_cut");
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
