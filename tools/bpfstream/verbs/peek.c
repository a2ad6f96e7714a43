/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* peek.c - bpfstream peek: show the text in the streams of programs, and leave it there. */
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

static int peek(struct progs_iter *it, struct sink *sink, __u32 id, unsigned int streams)
{
	const struct progs_record *record;
	unsigned int n = 0;
	int ret;

	ret = progs_iter_start(it, id);
	while (!ret && (ret = progs_iter_next(it, &record)) > 0) {
		n++;
		for (int i = 0; i < 2; i++) {
			if (!(streams & 1U << (i + 1)))
				continue;
			put(sink, sinks[i], record, !id, progs_iter_text(it, i),
			    record->stream[i].text_len);
			/* End an incomplete line before the next program or stream. */
			if (!sink_finish(sink))
				return EXIT_FAILED;
			report_missing(record, &record->stream[i]);
		}
		ret = 0;
	}
	if (ret < 0)
		return msg("cannot iterate over loaded programs: %s", explain_errno(ret));
	if (id && !n)
		return msg("program %u was unloaded", id);
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
	struct progs_iter *it;
	struct sink *sink;
	bool all = false;
	__u32 id = 0;
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
		id = id_of(argv[optind]);
		if (!id)
			return EXIT_FAILED;
	}
	it = progs_iter_new(true);
	if (!it)
		return EXIT_FAILED;
	sink = malloc(sizeof(*sink));
	if (sink) {
		sink_init(sink, NULL);
		ret = peek(it, sink, id, streams ? streams : BPF_STREAM_BOTH);
	} else {
		ret = msg("out of memory");
	}
	free(sink);
	progs_iter_free(it);
	return ret;
}

const struct verb verb_peek = {
	.name = "peek",
	.usage = "PROG|--all [OPTION]...",
	.summary = "show the text in the streams of programs, and leave it there",
	.help = "Shows the text in the streams of a loaded program, its stdout on stdout, its\n"
		"stderr on stderr, without consuming: the next reader gets all of it. Text that\n"
		"another reader takes during the peek is missing, which is reported.\n"
		"\n" LOOKUP_HELP,
	.opts = opts,
	.main = main_peek,
};
