/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* stats_metrics.c - the metrics of bpfstream stats: names, labels, and what is counted once. */
#include "show/output.h"
#include "verbs/stats_metrics.h"

/* A family, and what it has for a program */
struct family {
	struct metrics_family family;
	void (*put)(struct metrics *metrics, const struct counts *counts);
	/* whose samples come once: those of a program, of an object, or of a ring */
	enum { OF_PROGRAM, OF_OBJECT, OF_RING } of;
};

static void begin(struct metrics *metrics, const struct counts *counts)
{
	metrics_sample(metrics);
	metrics_label(metrics, "program", counts->name);
	metrics_label_number(metrics, "id", counts->id);
	metrics_label(metrics, "tag", counts->tag);
}

/* The map's id stays when the program with the lowest id is unloaded, and another one has the labels. */
static void begin_shared(struct metrics *metrics, const struct counts *counts)
{
	begin(metrics, counts);
	metrics_label_number(metrics, "map", counts->map_id);
}

static void put_program(struct metrics *metrics, const struct counts *counts)
{
	begin(metrics, counts);
	if (!counts->err)
		metrics_label_number(metrics, "map", counts->map_id);
	if (!counts->err && counts->ring.map_id)
		metrics_label_number(metrics, "ring", counts->ring.map_id);
	metrics_value(metrics, 1);
}

static void put_lost(struct metrics *metrics, const struct counts *counts)
{
	for (int s = 0; s < 2; s++) {
		for (int i = 0; i < STATS_CAUSES; i++) {
			begin_shared(metrics, counts);
			metrics_label(metrics, "stream", output_stream_name(s + 1));
			metrics_label(metrics, "cause", stats_causes[i].word);
			metrics_value(metrics, stats_lost(&counts->lost.lost[s], i));
		}
	}
}

static void put_suppressed(struct metrics *metrics, const struct counts *counts)
{
	begin_shared(metrics, counts);
	metrics_value(metrics, counts->lost.suppressed);
}

static void put_level(struct metrics *metrics, const struct counts *counts)
{
	if (counts->level < 0)
		return;
	begin_shared(metrics, counts);
	metrics_value(metrics, (uint64_t)counts->level);
}

static void put_component_level(struct metrics *metrics, const struct counts *counts)
{
	for (size_t i = 0; i < counts->nr_components; i++) {
		begin_shared(metrics, counts);
		metrics_label(metrics, "component", counts->components[i].name);
		metrics_value(metrics, (uint64_t)counts->components[i].level);
	}
}

static void put_max_level(struct metrics *metrics, const struct counts *counts)
{
	if (counts->max_level < 0)
		return;
	begin_shared(metrics, counts);
	metrics_value(metrics, (uint64_t)counts->max_level);
}

/* One of them is true; "unused" also for objects of version 0.1, which do not say. */
static void put_sink(struct metrics *metrics, const struct counts *counts)
{
	static const char *const sinks[] = {"unused", "stream", "ring", "trace_pipe", "nowhere"};
	const char *where = counts->where ? counts->where : sinks[0];

	for (size_t i = 0; i < sizeof(sinks) / sizeof(sinks[0]); i++) {
		begin_shared(metrics, counts);
		metrics_label(metrics, metrics->family->name, sinks[i]);
		metrics_value(metrics, !strcmp(sinks[i], where));
	}
}

static void put_stream(struct metrics *metrics, const struct counts *counts, int s, uint64_t value)
{
	begin(metrics, counts);
	metrics_label(metrics, "stream", output_stream_name(s + 1));
	metrics_value(metrics, value);
}

static void put_pending(struct metrics *metrics, const struct counts *counts)
{
	for (int s = 0; counts->has_streams && s < 2; s++)
		put_stream(metrics, counts, s, counts->stream[s].pending);
}

static void put_leaked(struct metrics *metrics, const struct counts *counts)
{
	long leaked;

	for (int s = 0; counts->has_streams && s < 2; s++) {
		leaked = counts_leaked(&counts->stream[s]);
		/* a busy stream changed during the look: no sample, the next look has one */
		if (leaked >= 0)
			put_stream(metrics, counts, s, (uint64_t)leaked);
	}
}

static void put_capacity(struct metrics *metrics, const struct counts *counts)
{
	for (int s = 0; counts->has_streams && s < 2; s++)
		put_stream(metrics, counts, s, COUNTS_CAPACITY);
}

static void put_ring(struct metrics *metrics, const struct counts *counts, uint64_t value)
{
	begin(metrics, counts);
	metrics_label_number(metrics, "ring", counts->ring.map_id);
	metrics_value(metrics, value);
}

static void put_ring_pending(struct metrics *metrics, const struct counts *counts)
{
	put_ring(metrics, counts, counts->ring.pending);
}

static void put_ring_size(struct metrics *metrics, const struct counts *counts)
{
	put_ring(metrics, counts, counts->ring.size);
}

static void put_ring_damaged(struct metrics *metrics, const struct counts *counts)
{
	put_ring(metrics, counts, counts->damaged);
}

static void put_ring_cut(struct metrics *metrics, const struct counts *counts)
{
	put_ring(metrics, counts, counts->lost.ring_cut);
}

static const struct family families[] = {
	{{"bpf_stream_program", METRICS_INFO, NULL,
	  "A loaded program, the map of the counts that it shares with its object, and its ring."},
	 put_program,
	 OF_PROGRAM},
	{{"bpf_stream_lost_messages", METRICS_COUNTER, "messages",
	  "Messages that could not be written, by the programs of one object."},
	 put_lost,
	 OF_OBJECT},
	{{"bpf_stream_suppressed_messages", METRICS_COUNTER, "messages",
	  "Messages that _ratelimited suppressed, of the programs of one object."},
	 put_suppressed,
	 OF_OBJECT},
	{{"bpf_stream_level", METRICS_GAUGE, NULL,
	  "Live level, 0 (off) to 5 (trace), of the programs of one object."},
	 put_level,
	 OF_OBJECT},
	{{"bpf_stream_component_level", METRICS_GAUGE, NULL,
	  "Live level of a component, 0 (off) to 5 (trace), of the programs of one object."},
	 put_component_level,
	 OF_OBJECT},
	{{"bpf_stream_max_level", METRICS_GAUGE, NULL,
	  "Level that was fixed at load, 0 (off) to 5 (trace), of the programs of one object."},
	 put_max_level,
	 OF_OBJECT},
	{{"bpf_stream_sink", METRICS_STATESET, NULL,
	  "Where the messages of the programs of one object go."},
	 put_sink,
	 OF_OBJECT},
	{{"bpf_stream_pending_bytes", METRICS_GAUGE, "bytes",
	  "Text in a stream that has not been read."},
	 put_pending,
	 OF_PROGRAM},
	{{"bpf_stream_leaked_bytes", METRICS_GAUGE, "bytes",
	  "Capacity of a stream that dropped messages take until the program is unloaded."},
	 put_leaked,
	 OF_PROGRAM},
	{{"bpf_stream_capacity_bytes", METRICS_GAUGE, "bytes", "Capacity of a stream."},
	 put_capacity,
	 OF_PROGRAM},
	{{"bpf_stream_ring_pending_bytes", METRICS_GAUGE, "bytes",
	  "Records in a ring that have not been read."},
	 put_ring_pending,
	 OF_RING},
	{{"bpf_stream_ring_size_bytes", METRICS_GAUGE, "bytes", "Size of a ring."},
	 put_ring_size,
	 OF_RING},
	{{"bpf_stream_ring_damaged_records", METRICS_GAUGE, "records",
	  "Damaged records in a ring."},
	 put_ring_damaged,
	 OF_RING},
	{{"bpf_stream_ring_cut_strings", METRICS_COUNTER, "strings",
	  "Strings that found no room in their message in a ring."},
	 put_ring_cut,
	 OF_RING},
};

/* Whether the program is the first one of its object or ring, or has something of its own to show */
static bool is_due(const struct counts_list *list, size_t at, const struct family *family)
{
	const struct counts *counts = &list->progs[at], *other;

	if (family->of == OF_PROGRAM)
		return true;
	if (counts->err || (family->of == OF_RING && !counts->ring.map_id))
		return false;
	for (other = list->progs; other < counts; other++) {
		if (!other->err &&
		    (family->of == OF_RING ? other->ring.map_id == counts->ring.map_id
					   : other->map_id == counts->map_id))
			return false;
	}
	return true;
}

void stats_metrics(struct metrics *metrics, const struct counts_list *list)
{
	for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++) {
		metrics_family(metrics, &families[f].family);
		for (size_t i = 0; i < list->nr; i++) {
			if (is_due(list, i, &families[f]))
				families[f].put(metrics, &list->progs[i]);
		}
	}
	metrics_end(metrics);
}
