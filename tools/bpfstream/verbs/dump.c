/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* dump.c - bpfstream dump: show the text in a program's streams and ring, once. */
#include <bpf/bpf.h>
#include <bpf_stream/user.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "follow/follow.h"
#include "follow/pace.h"
#include "progs/lookup.h"
#include "progs/prog.h"
#include "progs/ring.h"
#include "show/show.h"

static const struct opt opts[] = {
	SHOW_OPTS_STREAM,
	SHOW_OPTS_OUTPUT,
	{NULL, 0, NULL, NULL},
};

/* A program may write as fast as it is read: stop after this many full buffers. */
#define READS_MAX 20

/* Whether the order of the two streams does not matter: they go to different files. */
static bool is_order_lost(unsigned int streams)
{
	struct stat out, err;

	return streams != BPF_STREAM_BOTH || fstat(STDOUT_FILENO, &out) ||
	       fstat(STDERR_FILENO, &err) || out.st_dev != err.st_dev || out.st_ino != err.st_ino;
}

/* Copy the text without building records. A short read has emptied the stream. */
static int dump_as_written(int prog_fd, unsigned int streams)
{
	static char buf[BPF_STREAM_READ_SIZE];
	struct sink *sink = malloc(sizeof(*sink));
	int n, ret = EXIT_FAILED;

	if (!sink)
		return msg("out of memory");
	sink_init(sink, NULL);
	for (int id = BPF_STREAM_ID_STDOUT; id <= BPF_STREAM_ID_STDERR; id++) {
		enum sink_id to = id == BPF_STREAM_ID_STDERR ? SINK_STDERR : SINK_STDOUT;

		n = streams & 1U << id ? sizeof(buf) : 0;
		for (int i = 0; n == sizeof(buf) && i < READS_MAX; i++) {
			n = bpf_stream_read(prog_fd, id, buf, sizeof(buf));
			if (n < 0) {
				msg("cannot read the %s of the program: %s", output_stream_name(id),
				    strerror(-n));
				goto out;
			}
			if (!sink_put(sink, to, &sink->out[to], buf, n))
				goto out;
		}
	}
	if (sink_finish(sink))
		ret = EXIT_OK;
out:
	free(sink);
	return ret;
}

/*
 * Build records, to merge them by time or to send them to a log, and because a ring has no text.
 * Closes the fd.
 */
static int dump_records(int prog_fd, unsigned int streams, const struct output_choice *choice)
{
	struct show *show = show_new(NULL);
	struct follow_prog *prog = NULL;
	struct follow *follow;
	int ret = EXIT_FAILED;
	struct bpf_prog_info info = {};

	if (!show) {
		close(prog_fd);
		return ret;
	}
	show->streams = streams;
	show->color[SINK_STDOUT] = show->color[SINK_STDERR] = false;
	show->choice = *choice;
	follow = follow_new(show, streams, NULL);
	/* Open the output before anything is consumed. */
	if (follow && prog_info(prog_fd, &info))
		prog = follow_add(follow, info.id, prog_fd);
	if (prog)
		follow_name(prog, info.name);
	if (prog && !show_open(show) && !follow_ring(prog, prog_fd) && !pace_drain(follow, true))
		ret = EXIT_OK;
	follow_free(follow);
	show_free(show);
	return ret;
}

static int main_dump(const struct verb *verb, int argc, char **argv)
{
	struct output_choice choice = {};
	unsigned int streams = 0;
	struct ring_state ring;
	const char *word;
	int val, ret = 0, fd;

	while (!ret && (val = opts_next(verb, argc, argv)) != -1) {
		if (val == OPT_SHOW_JOURNALD || val == OPT_SHOW_SYSLOG || val == OPT_SHOW_KMSG)
			ret = show_choose(&choice, verb, val, optarg);
		else
			ret = show_stream(&streams, verb, val, optarg);
	}
	if (!ret)
		ret = lookup_open(verb, argc, argv, &word, &fd);
	if (ret)
		return ret;
	if (!ring_state(fd, &ring) &&
	    bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, NULL, 0) == -EOPNOTSUPP) {
		explain_no_streams();
		close(fd);
		return EXIT_FAILED;
	}
	if (!streams)
		streams = BPF_STREAM_BOTH;
	if (ring.map_id || choice.kind != OUTPUT_SCREEN || !is_order_lost(streams))
		return dump_records(fd, streams, &choice);
	ret = dump_as_written(fd, streams);
	close(fd);
	return ret;
}

const struct verb verb_dump = {
	.name = "dump",
	.usage = "PROG [OPTION]...",
	.summary = "show the text in the streams and ring of a program, and empty them",
	.help = "Shows the text in the streams of a loaded program and in the ring of its object,\n"
		"once: its stdout on stdout, its stderr on stderr. Reading consumes: no other\n"
		"reader gets this text. A ring is read as a whole, whatever is shown of it.\n"
		"\n" LOOKUP_HELP,
	.opts = opts,
	.main = main_dump,
};
