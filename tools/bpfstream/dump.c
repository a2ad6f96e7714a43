/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* dump.c - bpfstream dump: write what is in the streams of a program, once. */
#include <bpf/bpf.h>
#include <bpf_stream/user.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "follow.h"
#include "lookup.h"
#include "output.h"
#include "sink.h"

enum {
	OPT_STDOUT = OPT_LONG,
	OPT_STDERR,
	OPT_JOURNALD,
	OPT_SYSLOG,
};

static const struct opt opts[] = {
	{"stdout", OPT_STDOUT, NULL, "only the program's stdout"},
	{"stderr", OPT_STDERR, NULL, "only the program's stderr"},
	OUTPUT_OPT_JOURNALD(OPT_JOURNALD),
	OUTPUT_OPT_SYSLOG(OPT_SYSLOG),
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

/* To an output, record by record */
struct to_output {
	struct output *output;
	struct output_prog prog;
	bool failed; /* which it has told */
};

static int put_record(void *ctx, const struct bpf_stream_record *rec)
{
	struct to_output *to = ctx;
	int err = to->output->record(to->output, &to->prog, rec);

	to->failed = err < 0;
	return err;
}

static int dump_to(struct output *output, int prog_fd, unsigned int streams)
{
	struct to_output to = {.output = output};
	struct bpf_stream_consumer *consumer = bpf_stream_consumer__new(put_record, &to, NULL);
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	char name[256], tag[2 * BPF_TAG_SIZE + 1] = "";
	unsigned int ids = 0;
	size_t i;
	int err;

	if (!consumer)
		return msg("cannot read a program's stream: %m");
	to.prog.id = lookup_name(prog_fd, name, sizeof(name));
	to.prog.name = name;
	if (!bpf_prog_get_info_by_fd(prog_fd, &info, &len)) {
		for (i = 0; i < BPF_TAG_SIZE; i++)
			snprintf(tag + 2 * i, 3, "%02x", info.tag[i]);
		to.prog.tag = tag;
	}
	if (streams & FOLLOW_STDOUT)
		ids |= 1U << BPF_STREAM_ID_STDOUT;
	if (streams & FOLLOW_STDERR)
		ids |= 1U << BPF_STREAM_ID_STDERR;
	err = bpf_stream_consumer__add_prog(consumer, prog_fd, ids, NULL);
	if (!err)
		err = bpf_stream_consumer__drain(consumer);
	if (err < 0 && !to.failed)
		msg("cannot read a program's stream: %s", strerror(-err));
	bpf_stream_consumer__free(consumer);
	return err < 0 ? EXIT_FAILED : EXIT_OK;
}

static int main_dump(const struct verb *verb, int argc, char **argv)
{
	struct output_choice choice = {};
	unsigned int streams = 0;
	struct output *output;
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
		case OPT_JOURNALD:
		case OPT_SYSLOG:
			ret = output_choose(verb, &choice,
					    val == OPT_SYSLOG ? OUTPUT_SYSLOG : OUTPUT_JOURNALD,
					    optarg);
			if (ret)
				return ret;
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
	} else if (choice.kind == OUTPUT_SCREEN) {
		ret = dump(fd, streams ? streams : FOLLOW_BOTH);
	} else {
		/* before anything is consumed */
		output = output_open(&choice, NULL);
		ret = output ? dump_to(output, fd, streams ? streams : FOLLOW_BOTH) : EXIT_FAILED;
		if (output)
			output->close(output);
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
