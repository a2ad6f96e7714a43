/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* peek.c - bpfstream peek: show the text in the streams and rings of programs, and leave it there. */
#include <bpf/bpf.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "progs/lookup.h"
#include "progs/prog.h"
#include "progs/progs_iter.h"
#include "progs/ring.h"
#include "show/show.h"
#include "show/sink.h"

enum {
	OPT_ALL = 'a',
};

static const struct opt opts[] = {
	{"all", OPT_ALL, NULL, "all programs; each line starts with NAME[ID]:"},
	SHOW_OPTS_STREAM,
	{NULL, 0, NULL, NULL},
};

static const enum sink_id sinks[] = {SINK_STDOUT, SINK_STDERR};

static void put(struct sink *sink, enum sink_id id, const struct progs_record *record, bool named,
		const char *text, size_t len)
{
	char name[PROG_NAME], head[PROG_NAME + 16];
	const char *nl;
	size_t n;

	if (!named) {
		sink_put(sink, id, record, text, len);
		return;
	}
	if (!len)
		return;
	prog_full_name(record->id, record->name, name, sizeof(name));
	n = snprintf(head, sizeof(head), "%s[%u]: ", name, record->id);
	while (len) {
		size_t line;

		nl = memchr(text, '\n', len);
		line = nl ? (size_t)(nl - text) + 1 : len;
		sink_put(sink, id, record, head, n);
		sink_put(sink, id, record, text, line);
		text += line;
		len -= line;
	}
}

/* Report text that could not be read. */
static void report_missing(const struct progs_record *record, const struct progs_stream *stream)
{
	if (stream->lost)
		msg("program %u: another reader took %u message%s during the peek", record->id,
		    stream->lost, stream->lost == 1 ? "" : "s");
	if (stream->truncated)
		msg("program %u: more text than could be read", record->id);
}

struct peek {
	struct progs_iter *it;
	struct sink *sink;
	__u32 id; /* the only program, or 0 */
	unsigned int streams;
	const struct progs_record *record; /* the program whose turn it is */
	uint32_t *rings; /* map ids of those that were shown */
	size_t nr_rings;
};

static int on_record(void *ctx, const struct bpf_stream_record *rec)
{
	struct peek *peek = ctx;

	if (peek->streams & 1U << rec->stream_id)
		put(peek->sink, sinks[rec->stream_id - BPF_STREAM_ID_STDOUT], peek->record,
		    !peek->id, rec->raw, rec->raw_len);
	return peek->sink->failed ? -EIO : 0;
}

/* Note that a ring is shown. False if it was shown with another program. */
static bool is_new_ring(struct peek *peek, uint32_t map_id)
{
	uint32_t *more;

	for (size_t i = 0; i < peek->nr_rings; i++) {
		if (peek->rings[i] == map_id)
			return false;
	}
	more = realloc(peek->rings, (peek->nr_rings + 1) * sizeof(*more));
	if (!more)
		return true;
	peek->rings = more;
	more[peek->nr_rings++] = map_id;
	return true;
}

/* Programs come by id, so a ring is shown with the first of those that share it. */
static int peek_ring(struct peek *peek)
{
	int fd = bpf_prog_get_fd_by_id(peek->record->id), ret = 0;
	struct bpf_stream_ring *ring;

	if (fd < 0)
		return 0;
	ring = bpf_stream_ring__open_prog(fd, 0, on_record, peek);
	close(fd);
	if (!ring)
		return 0;
	if (is_new_ring(peek, bpf_stream_ring__map_id(ring)))
		ret = bpf_stream_ring__peek(ring);
	bpf_stream_ring__free(ring);
	if (ret == -ENOMEM)
		msg("out of memory");
	return ret < 0 ? ret : 0;
}

static int peek_streams(struct peek *peek)
{
	for (int i = 0; i < 2; i++) {
		if (!(peek->streams & 1U << (i + 1)))
			continue;
		put(peek->sink, sinks[i], peek->record, !peek->id, progs_iter_text(peek->it, i),
		    peek->record->stream[i].text_len);
		/* End an incomplete line before the next program or stream. */
		if (!sink_finish(peek->sink))
			return -EIO;
		report_missing(peek->record, &peek->record->stream[i]);
	}
	return 0;
}

static int peek_all(struct peek *peek)
{
	unsigned int n = 0;
	int ret;

	ret = progs_iter_start(peek->it, peek->id);
	while (!ret && (ret = progs_iter_next(peek->it, &peek->record)) > 0) {
		n++;
		if (peek_streams(peek) || peek_ring(peek) || !sink_finish(peek->sink))
			return EXIT_FAILED;
		ret = 0;
	}
	if (ret < 0)
		return msg("cannot iterate over loaded programs: %s", explain_errno(ret));
	if (peek->id && !n)
		return msg("program %u was unloaded", peek->id);
	if (!progs_iter_has_streams(peek->it) && !peek->nr_rings) {
		explain_no_streams();
		return EXIT_FAILED;
	}
	return EXIT_OK;
}

static __u32 id_of(const char *word)
{
	struct bpf_prog_info info = {};
	int fd = lookup_prog(word);

	if (fd < 0)
		return 0;
	if (!prog_info(fd, &info))
		msg("cannot get the id of %s: %s", word, explain_errno(-errno));
	close(fd);
	return info.id;
}

static int main_peek(const struct verb *verb, int argc, char **argv)
{
	unsigned int streams = 0;
	struct peek peek = {};
	bool all = false;
	int val, ret = 0;

	while (!ret && (val = opts_next(verb, argc, argv)) != -1) {
		if (val == OPT_ALL)
			all = true;
		else
			ret = show_stream(&streams, verb, val, optarg);
	}
	if (ret)
		return ret;
	if (optind == argc && !all)
		return msg_usage(verb, "missing program (--all: all of them)");
	if (optind < argc && all)
		return msg_usage(verb, "--all and a program exclude each other");
	if (optind + 1 < argc)
		return msg_usage(verb, "unexpected argument '%s'", argv[optind + 1]);
	ret = all ? 0 : lookup_check(verb, argv[optind]);
	if (ret)
		return ret;

	explain_init(false);
	if (!all) {
		peek.id = id_of(argv[optind]);
		if (!peek.id)
			return EXIT_FAILED;
	}
	peek.it = progs_iter_new(true);
	if (!peek.it)
		return EXIT_FAILED;
	peek.streams = streams ? streams : BPF_STREAM_BOTH;
	peek.sink = malloc(sizeof(*peek.sink));
	if (peek.sink) {
		sink_init(peek.sink, NULL);
		ret = peek_all(&peek);
	} else {
		ret = msg("out of memory");
	}
	free(peek.rings);
	free(peek.sink);
	progs_iter_free(peek.it);
	return ret;
}

const struct verb verb_peek = {
	.name = "peek",
	.usage = "PROG|--all [OPTION]...",
	.summary = "show the text in the streams and rings of programs, and leave it",
	.help = "Shows the text in the streams of a loaded program and in the ring of its object,\n"
		"stdout on stdout, stderr on stderr, without consuming: the next reader gets all\n"
		"of it. Text that another reader takes during the peek is missing, which is\n"
		"reported for streams.\n"
		"\n" LOOKUP_HELP,
	.opts = opts,
	.main = main_peek,
};
