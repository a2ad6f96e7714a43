/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* stats.c - bpfstream stats: the messages that a loaded program lost and suppressed. */
#include <bpf_stream/user.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "progs/lookup.h"
#include "progs/prog.h"
#include "progs/progs_iter.h"
#include "progs/ring.h"
#include "progs/share.h"
#include "progs/where.h"
#include "show/output.h"

enum {
	OPT_JSON = 'j',
};

static const struct opt opts[] = {
	{"json", OPT_JSON, NULL, "as one JSON object"},
	{NULL, 0, NULL, NULL},
};

struct stats {
	unsigned int id;
	char name[PROG_NAME];
	const char *where, *where_else; /* see where.h */
	int level, max_level; /* negative: none, stream.h without log.h */
	struct bpf_log_counts counts;
	size_t nr_shared;
	unsigned int shared[SHARE_MAX];
	bool has_streams; /* false: the kernel has none, and @stream is unused */
	struct progs_stream stream[2];
	struct ring_state ring;
	unsigned int damaged; /* records in it */
};

/* capacity of a stream of Linux 6.17 to 7.3, in bytes */
#define CAPACITY 100000U

/* The causes, in the order of the "messages lost" line in the stream */
#define CAUSES 6
static const struct {
	const char *text, *json;
} names[CAUSES] = {
	{"full", "full"},	{"no memory", "no_memory"}, {"busy", "busy"},
	{"invalid", "invalid"}, {"too long", "too_long"},   {"other", "other"},
};

static uint64_t cause(const struct bpf_log_lost *lost, int i)
{
	const uint64_t causes[CAUSES] = {lost->full,	lost->no_memory, lost->busy,
					 lost->invalid, lost->too_long,	 lost->other};

	return causes[i];
}

/* The program's map does not have the contents of the streams; the iterator does. */
static int get_streams(struct stats *stats)
{
	const struct progs_record *record;
	struct progs_iter *it;
	int ret;

	if (bpf_stream_probe() == -EOPNOTSUPP)
		return EXIT_OK;
	it = progs_iter_new(false);
	if (!it)
		return EXIT_FAILED;
	ret = progs_iter_start(it, stats->id);
	while (!ret && (ret = progs_iter_next(it, &record)) > 0) {
		ret = 0;
		if (record->id != stats->id)
			continue;
		memcpy(stats->stream, record->stream, sizeof(stats->stream));
		stats->has_streams = true;
	}
	progs_iter_free(it);
	if (ret < 0)
		return msg("cannot inspect the streams: %s", explain_errno(ret));
	return EXIT_OK;
}

static int get(int fd, const char *word, struct stats *stats)
{
	int err = bpf_log_losses(fd, &stats->counts);

	if (err) {
		explain_log_map(word, "counts", err);
		return EXIT_FAILED;
	}
	stats->id = prog_name(fd, stats->name, sizeof(stats->name));
	stats->level = bpf_log_level_get(fd);
	stats->max_level = bpf_log_max_level_get(fd);
	stats->where = where_word(fd);
	stats->where_else = where_else(fd);
	stats->nr_shared = share_ids(fd, stats->shared);
	if (ring_state(fd, &stats->ring))
		stats->damaged = ring_damaged(fd);
	return get_streams(stats);
}

static void put_row(const char *name, uint64_t of_stdout, uint64_t of_stderr)
{
	printf("%-12s %12" PRIu64 " %12" PRIu64 "\n", name, of_stdout, of_stderr);
}

static void put_ring(const struct stats *stats)
{
	char reader[128];

	printf("\nring         map %u\n", stats->ring.map_id);
	printf("pending      %zu\n", stats->ring.pending);
	printf("size         %zu\n", stats->ring.size);
	printf("damaged      %u\n", stats->damaged);
	printf("reader       %s\n",
	       stats->ring.reader ? ring_reader(stats->ring.reader, reader, sizeof(reader))
				  : "none");
}

static void put_text(const struct stats *stats)
{
	const struct bpf_log_lost *lost = stats->counts.lost,
				  *unreported = stats->counts.unreported;
	char list[SHARE_MAX * 12 + 8], name[32];
	int i;

	printf("program      %u %s\n", stats->id, stats->name);
	if (stats->nr_shared)
		printf("shared with  %s\n",
		       share_list(stats->shared, stats->nr_shared, list, sizeof(list)));
	if (stats->where_else)
		printf("writes to    %s\n", stats->where_else);
	if (stats->level >= 0)
		printf("level        %s\n", bpf_log_filter_name(stats->level));
	if (stats->max_level >= 0)
		printf("loaded with  %s\n", bpf_log_filter_name(stats->max_level));
	printf("suppressed   %" PRIu64 "\n\n", stats->counts.suppressed);
	printf("%-12s %12s %12s\n", "", "stdout", "stderr");
	put_row("lost", bpf_log_lost_total(&lost[0]), bpf_log_lost_total(&lost[1]));
	for (i = 0; i < CAUSES; i++) {
		snprintf(name, sizeof(name), "  %s", names[i].text);
		put_row(name, cause(&lost[0], i), cause(&lost[1], i));
	}
	put_row("not reported", bpf_log_lost_total(&unreported[0]),
		bpf_log_lost_total(&unreported[1]));
	if (stats->has_streams) {
		put_row("pending", stats->stream[0].pending, stats->stream[1].pending);
		put_row("charged", stats->stream[0].charged, stats->stream[1].charged);
		put_row("capacity", CAPACITY, CAPACITY);
	}
	if (stats->ring.map_id)
		put_ring(stats);
}

static void put_json_level(const char *key, int level)
{
	if (level >= 0)
		printf("\"%s\":\"%s\",", key, bpf_log_filter_name(level));
	else
		printf("\"%s\":null,", key);
}

/* The name needs no escapes: it is an identifier. */
static void put_json(const struct stats *stats)
{
	size_t i;
	int s;

	printf("{\"id\":%u,\"name\":\"%s\",\"shared_with\":[", stats->id, stats->name);
	for (i = 0; i < stats->nr_shared && i < SHARE_MAX; i++)
		printf("%s%u", i ? "," : "", stats->shared[i]);
	printf("],");
	if (stats->where)
		printf("\"sink\":\"%s\",", stats->where);
	put_json_level("level", stats->level);
	put_json_level("max_level", stats->max_level);
	for (s = 0; s < 2; s++) {
		const struct bpf_log_lost *lost = &stats->counts.lost[s];

		printf("\"%s\":{\"lost\":%" PRIu64 ",", output_stream_name(s + 1),
		       bpf_log_lost_total(lost));
		for (i = 0; i < CAUSES; i++)
			printf("\"%s\":%" PRIu64 ",", names[i].json, cause(lost, (int)i));
		printf("\"unreported\":%" PRIu64, bpf_log_lost_total(&stats->counts.unreported[s]));
		if (stats->has_streams)
			printf(",\"pending\":%u,\"charged\":%u,\"capacity\":%u",
			       stats->stream[s].pending, stats->stream[s].charged, CAPACITY);
		printf("},");
	}
	if (stats->ring.map_id) {
		printf("\"ring\":{\"map_id\":%u,\"pending\":%zu,\"size\":%zu,\"damaged\":%u,",
		       stats->ring.map_id, stats->ring.pending, stats->ring.size, stats->damaged);
		if (stats->ring.reader > 0)
			printf("\"reader\":%d},", stats->ring.reader);
		else
			printf("\"reader\":%s},", stats->ring.reader ? "\"unknown\"" : "null");
	}
	printf("\"suppressed\":%" PRIu64 "}\n", stats->counts.suppressed);
}

static int main_stats(const struct verb *verb, int argc, char **argv)
{
	struct stats stats = {};
	bool json = false;
	const char *word;
	int val, ret, fd;

	while ((val = opts_next(verb, argc, argv)) != -1) {
		if (val != OPT_JSON)
			return opts_rest(verb, val);
		json = true;
	}
	ret = lookup_open(verb, argc, argv, &word, &fd);
	if (ret)
		return ret;
	ret = get(fd, word, &stats);
	if (ret == EXIT_OK)
		json ? put_json(&stats) : put_text(&stats);
	close(fd);
	return ret;
}

const struct verb verb_stats = {
	.name = "stats",
	.usage = "PROG [OPTION]...",
	.summary = "count the messages that a loaded program lost and suppressed",
	.help = "Shows the counts of a loaded program since it was loaded: messages lost, by\n"
		"cause and stream; how many of them no line in the stream reports yet; records\n"
		"that _ratelimited suppressed; its levels; and, on kernels with streams, the "
		"bytes\n"
		"that wait in its streams and that count against their capacity; and of its ring\n"
		"bytes, size, damaged records and reader. Consumes and changes nothing.\n"
		"\n"
		"Programs of one object share their counts; the others are listed.\n"
		"\n" LOOKUP_HELP,
	.opts = opts,
	.main = main_stats,
};
