/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* dump.c - bpfstream dump: write what is in the streams of a program, once. */
#include <bpf_stream/user.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "follow.h"
#include "lookup.h"
#include "sink.h"

enum {
	OPT_STDOUT = OPT_LONG,
	OPT_STDERR,
};

static const struct opt opts[] = {
	{"stdout", OPT_STDOUT, NULL, "only the program's stdout"},
	{"stderr", OPT_STDERR, NULL, "only the program's stderr"},
	{NULL, 0, NULL, NULL},
};

static int dump(int prog_fd, unsigned int streams)
{
	struct sink *sink = malloc(sizeof(*sink));
	struct follow *follow = NULL;
	int ret = EXIT_FAILED;

	if (sink) {
		sink_init(sink, NULL);
		follow = follow_new(sink);
	}
	if (!follow || follow_add(follow, prog_fd, streams))
		msg("out of memory");
	else if (!follow_drain(follow, true))
		ret = EXIT_OK;
	follow_free(follow);
	free(sink);
	return ret;
}

static int main_dump(const struct verb *verb, int argc, char **argv)
{
	unsigned int streams = 0;
	const char *word;
	int val, ret, fd;

	while ((val = opts_next(verb, argc, argv)) != -1) {
		switch (val) {
		case OPT_STDOUT:
			streams |= FOLLOW_STDOUT;
			break;
		case OPT_STDERR:
			streams |= FOLLOW_STDERR;
			break;
		case OPT_HELP:
			return opts_help(verb);
		default:
			return EXIT_USAGE;
		}
	}
	if (optind == argc)
		return msg_usage(verb, "which program?");
	word = argv[optind++];
	if (optind < argc)
		return msg_usage(verb, "unexpected argument '%s'", argv[optind]);
	ret = lookup_check(verb, word);
	if (ret)
		return ret;

	explain_init(false);
	fd = lookup_prog(word);
	if (fd < 0)
		return EXIT_FAILED;
	if (bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, NULL, 0) == -EOPNOTSUPP) {
		explain_no_streams();
		ret = EXIT_FAILED;
	} else {
		ret = dump(fd, streams ? streams : FOLLOW_BOTH);
	}
	close(fd);
	return ret;
}

const struct verb verb_dump = {
	.name = "dump",
	.usage = "PROG [OPTION]...",
	.summary = "write what is in the streams of a program, and empty them",
	.help = "Writes what is in the streams of a loaded program, once: its stdout to stdout,\n"
		"its stderr to stderr. Reading consumes: what was written here, nobody else gets.\n"
		"\n" LOOKUP_HELP,
	.opts = opts,
	.main = main_dump,
};
