/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* stats.c - bpfstream stats: the messages that a loaded program lost and suppressed. */
#include <bpf/bpf.h>
#include <bpf_stream/user.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "progs/counts.h"
#include "progs/lookup.h"
#include "replace.h"
#include "show/output.h"
#include "verbs/stats_metrics.h"

enum {
	OPT_ALL = 'a',
	OPT_JSON = 'j',
	OPT_OUTPUT = 'o',
	OPT_OPENMETRICS = OPT_LONG,
	OPT_PROMETHEUS,
};

static const struct opt opts[] = {
	{"all", OPT_ALL, NULL, "all programs that use bpf_stream/stream.h"},
	{"json", OPT_JSON, NULL,
	 "a JSON object; with --all, several PROGs or a pattern an\n"
	 "array of them"},
	{"openmetrics", OPT_OPENMETRICS, NULL, "metrics in the format of OpenMetrics 1.0"},
	{"prometheus", OPT_PROMETHEUS, NULL,
	 "the same metrics in Prometheus's text format, which\n"
	 "node_exporter's textfile collector takes"},
	{"output", OPT_OUTPUT, "FILE", "replace FILE at once when everything has been written"},
	{NULL, 0, NULL, NULL},
};

const struct stats_cause stats_causes[STATS_CAUSES] = {
	{"full", "full"},	{"no memory", "no_memory"}, {"busy", "busy"},
	{"invalid", "invalid"}, {"too long", "too_long"},   {"other", "other"},
};

uint64_t stats_lost(const struct bpf_log_lost *lost, int cause)
{
	const uint64_t causes[STATS_CAUSES] = {lost->full,    lost->no_memory, lost->busy,
					       lost->invalid, lost->too_long,  lost->other};

	return causes[cause];
}

static void put_row(const char *name, uint64_t of_stdout, uint64_t of_stderr)
{
	printf("%-12s %12" PRIu64 " %12" PRIu64 "\n", name, of_stdout, of_stderr);
}

static void put_ring(const struct counts *stats)
{
	char reader[128];

	printf("\nring         map %u\n", stats->ring.map_id);
	printf("pending      %zu\n", stats->ring.pending);
	printf("size         %zu\n", stats->ring.size);
	printf("damaged      %u\n", stats->damaged);
	printf("cut          %" PRIu64 "\n", stats->lost.ring_cut);
	printf("reader       %s\n",
	       stats->ring.reader ? ring_reader(stats->ring.reader, reader, sizeof(reader))
				  : "none");
}

static void put_text(const struct counts *stats)
{
	const struct bpf_log_lost *lost = stats->lost.lost, *unreported = stats->lost.unreported;
	char list[SHARE_MAX * 12 + 8], name[32];
	int i;

	printf("program      %u %s\n", stats->id, stats->name);
	if (stats->nr_shared)
		printf("shared with  %s\n",
		       share_list(stats->shared, stats->nr_shared, list, sizeof(list)));
	if (stats->where)
		printf("writes to    %s\n", stats->where_else ? stats->where_else : stats->where);
	if (stats->level >= 0)
		printf("level        %s\n", bpf_log_filter_name(stats->level));
	if (stats->max_level >= 0)
		printf("loaded with  %s\n", bpf_log_filter_name(stats->max_level));
	printf("suppressed   %" PRIu64 "\n\n", stats->lost.suppressed);
	printf("%-12s %12s %12s\n", "", "stdout", "stderr");
	put_row("lost", bpf_log_lost_total(&lost[0]), bpf_log_lost_total(&lost[1]));
	for (i = 0; i < STATS_CAUSES; i++) {
		snprintf(name, sizeof(name), "  %s", stats_causes[i].text);
		put_row(name, stats_lost(&lost[0], i), stats_lost(&lost[1], i));
	}
	put_row("not reported", bpf_log_lost_total(&unreported[0]),
		bpf_log_lost_total(&unreported[1]));
	if (stats->has_streams) {
		put_row("pending", stats->stream[0].pending, stats->stream[1].pending);
		put_row("charged", stats->stream[0].charged, stats->stream[1].charged);
		put_row("capacity", COUNTS_CAPACITY, COUNTS_CAPACITY);
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
static void put_json(const struct counts *stats)
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
		const struct bpf_log_lost *lost = &stats->lost.lost[s];

		printf("\"%s\":{\"lost\":%" PRIu64 ",", output_stream_name(s + 1),
		       bpf_log_lost_total(lost));
		for (i = 0; i < STATS_CAUSES; i++)
			printf("\"%s\":%" PRIu64 ",", stats_causes[i].word,
			       stats_lost(lost, (int)i));
		printf("\"unreported\":%" PRIu64, bpf_log_lost_total(&stats->lost.unreported[s]));
		if (stats->has_streams)
			printf(",\"pending\":%u,\"charged\":%u,\"capacity\":%u",
			       stats->stream[s].pending, stats->stream[s].charged, COUNTS_CAPACITY);
		printf("},");
	}
	if (stats->ring.map_id) {
		printf("\"ring\":{\"map_id\":%u,\"pending\":%zu,\"size\":%zu,\"damaged\":%u,"
		       "\"cut\":%" PRIu64 ",",
		       stats->ring.map_id, stats->ring.pending, stats->ring.size, stats->damaged,
		       stats->lost.ring_cut);
		if (stats->ring.reader > 0)
			printf("\"reader\":%d},", stats->ring.reader);
		else
			printf("\"reader\":%s},", stats->ring.reader ? "\"unknown\"" : "null");
	}
	printf("\"suppressed\":%" PRIu64 "}", stats->lost.suppressed);
}

struct stats {
	struct select select;
	struct counts_list list;
	bool all;
	int format; /* OPT_JSON, OPT_OPENMETRICS, OPT_PROMETHEUS or 0 */
	const char *output;
};

/* Whether the words can mean several programs: what is written depends on nothing else. */
static bool is_several(const struct stats *stats)
{
	return stats->all || stats->select.nr > 1 ||
	       (strpbrk(stats->select.words[0], "*?[") && !lookup_is_path(stats->select.words[0]));
}

static int put_metrics(const struct stats *stats)
{
	struct metrics metrics = {.open = stats->format == OPT_OPENMETRICS};
	int ret = EXIT_OK;

	stats_metrics(&metrics, &stats->list);
	if (metrics.buf.failed)
		ret = msg("out of memory");
	else
		fwrite(metrics.buf.data, 1, metrics.buf.len, stdout);
	buf_free(&metrics.buf);
	return ret;
}

static int put(const struct stats *stats)
{
	bool array = stats->format == OPT_JSON && is_several(stats);
	const char *between = "";

	if (stats->format == OPT_OPENMETRICS || stats->format == OPT_PROMETHEUS)
		return put_metrics(stats);
	if (array)
		putchar('[');
	for (size_t i = 0; i < stats->list.nr; i++) {
		if (array)
			fputs(i ? ",\n" : "\n", stdout);
		else
			fputs(between, stdout);
		between = "\n";
		stats->format == OPT_JSON ? put_json(&stats->list.progs[i])
					  : put_text(&stats->list.progs[i]);
	}
	if (stats->format == OPT_JSON)
		puts(array ? "\n]" : "");
	return EXIT_OK;
}

/* A program without counts has metrics if there is something in its streams, a kernel report say. */
static bool is_shown(const struct stats *stats, const struct counts *counts)
{
	return !counts->err ||
	       ((stats->format == OPT_OPENMETRICS || stats->format == OPT_PROMETHEUS) &&
		(counts->stream[0].charged || counts->stream[1].charged));
}

/* Report the program that @word names by id or path if it has no counts. */
static int check_word(const struct stats *stats, const char *word)
{
	struct bpf_prog_info info = {};
	int fd = lookup_prog(word), ret = fd < 0 ? EXIT_FAILED : EXIT_OK;

	if (fd >= 0 && prog_info(fd, &info)) {
		for (size_t i = 0; i < stats->list.nr; i++) {
			if (stats->list.progs[i].id != info.id ||
			    stats->list.progs[i].err != -ENOENT)
				continue;
			explain_log_map(word, "counts", -ENOENT);
			ret = EXIT_FAILED;
		}
	}
	if (fd >= 0)
		close(fd);
	return ret;
}

/* Leave out what has no counts. Returns EXIT_FAILED after reporting what was asked for in vain. */
static int check(struct stats *stats)
{
	struct counts_list *list = &stats->list;
	int ret = EXIT_OK;
	size_t n = 0;

	for (size_t i = 0; i < stats->select.nr; i++) {
		const char *word = stats->select.words[i];

		if (!stats->select.met[i])
			ret = msg("no program matches '%s'", word);
		else if ((lookup_is_id(word) || lookup_is_path(word)) && check_word(stats, word))
			ret = EXIT_FAILED;
	}
	for (size_t i = 0; i < list->nr; i++) {
		/* With -ENOENT it has none, of which only those who asked for it have to know. */
		if (list->progs[i].err && list->progs[i].err != -ENOENT) {
			explain_log_map(list->progs[i].name, "counts", list->progs[i].err);
			ret = EXIT_FAILED;
		}
		if (is_shown(stats, &list->progs[i]))
			list->progs[n++] = list->progs[i];
	}
	list->nr = n;
	if (!n && !stats->all && ret == EXIT_OK)
		ret = msg("no program that matches has counts: none uses bpf_stream/stream.h");
	return ret;
}

/* One program, whose name or tag has to be its own */
static int get_one(struct stats *stats, const char *word)
{
	struct bpf_prog_info info = {};
	int fd = lookup_prog(word), err;

	if (fd < 0)
		return EXIT_FAILED;
	err = bpf_log_losses(fd, &(struct bpf_log_counts){});
	if (err)
		explain_log_map(word, "counts", err);
	else if (!prog_info(fd, &info))
		err = msg("cannot get the id of %s: %s", word, explain_errno(-errno));
	if (!err && !counts_get(&stats->list, info.id, NULL) && !stats->list.nr)
		err = msg("program %u was unloaded", info.id);
	close(fd);
	return err || !stats->list.nr ? EXIT_FAILED : EXIT_OK;
}

static int get_several(struct stats *stats)
{
	int ret = select_begin(&stats->select);

	if (!ret)
		ret = counts_get(&stats->list, 0, &stats->select);
	return ret;
}

static int stats_programs(struct stats *stats)
{
	struct replace replace = {};
	int ret, checked = EXIT_OK;

	if (is_several(stats)) {
		ret = get_several(stats);
		if (ret == EXIT_OK)
			checked = check(stats);
		if (ret == EXIT_OK && !stats->list.nr)
			ret = checked;
	} else {
		ret = get_one(stats, stats->select.words[0]);
	}
	if (ret == EXIT_OK && stats->output)
		ret = replace_begin(&replace, stats->output);
	if (ret == EXIT_OK)
		ret = put(stats);
	if (stats->output)
		ret = replace_end(&replace, ret == EXIT_OK);
	return ret == EXIT_OK ? checked : ret;
}

/* Returns 0, or the exit status; negative after showing the help. */
static int parse(const struct verb *verb, int argc, char **argv, struct stats *stats)
{
	int val;

	while ((val = opts_next(verb, argc, argv)) != -1) {
		switch (val) {
		case OPT_ALL:
			stats->all = true;
			break;
		case OPT_JSON:
		case OPT_OPENMETRICS:
		case OPT_PROMETHEUS:
			if (stats->format && stats->format != val)
				return msg_usage(verb, "--json, --openmetrics and --prometheus "
						       "exclude each other");
			stats->format = val;
			break;
		case OPT_OUTPUT:
			if (!*optarg)
				return msg_usage(verb, "invalid --output '': expected a file");
			stats->output = optarg;
			break;
		default:
			return opts_rest(verb, val);
		}
	}
	if (optind == argc && !stats->all)
		return msg_usage(verb, "missing program (--all: all of them)");
	if (optind < argc && stats->all)
		return msg_usage(verb, "--all and programs exclude each other");
	stats->select.words = argv + optind;
	stats->select.nr = argc - optind;
	return select_check(verb, &stats->select);
}

static int main_stats(const struct verb *verb, int argc, char **argv)
{
	struct stats stats = {};
	int ret = parse(verb, argc, argv, &stats);

	if (!ret) {
		explain_init(false);
		ret = stats_programs(&stats);
	}
	counts_free(&stats.list);
	free(stats.select.met);
	return ret;
}

const struct verb verb_stats = {
	.name = "stats",
	.usage = "PROG...|--all [OPTION]...",
	.summary = "count the messages that loaded programs lost and suppressed",
	.help = "Shows the counts of loaded programs since they were loaded: messages lost, by\n"
		"cause and stream; how many of them no line in the stream reports yet; records\n"
		"that _ratelimited suppressed; where messages go; levels; and, on kernels with\n"
		"streams, the bytes that wait in the streams and that count against their\n"
		"capacity; and of a ring bytes, size, damaged records, strings that were cut, and\n"
		"reader. Consumes and changes nothing.\n"
		"\n"
		"Programs of one object share their counts; the others are listed. Among metrics\n"
		"these come once, with the labels of the first program.\n"
		"\n" SELECT_HELP,
	.opts = opts,
	.main = main_stats,
};
