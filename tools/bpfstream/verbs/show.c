/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* show.c - bpfstream show: show text of streams from files or a pipe. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem() */
#endif
#include <bpf_stream/user.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "show/show.h"
#include "stop.h"

/* Longer lines of a trace pipe are processed in pieces. */
#define LINE_MAX_BYTES 8192
/* Larger records are shown in pieces. */
#define RECORD_MAX_BYTES 8192

static const struct opt opts[] = {
	SHOW_OPT_LEVEL("show-level"),
	SHOW_OPTS_OUTPUT,
	SHOW_OPTS_DISPLAY,
	{NULL, 0, NULL, NULL},
};

struct file {
	struct show *show;
	struct bpf_stream_assembler assembler;
	struct show_source source;
	struct bpf_stream_lines lines;
	char carry[LINE_MAX_BYTES];
	char record[RECORD_MAX_BYTES];
	char buf[BPF_STREAM_READ_SIZE];
};

static int show_one(void *ctx, const struct bpf_stream_record *rec)
{
	struct file *file = ctx;

	if (!show_wants(file->show, &file->source, rec))
		return 0;
	return show_record(file->show, &file->source, rec) ? 0 : -EIO;
}

/*
 * A trace pipe puts task, CPU, flags and a time before a message:
 * "            sh-99      [001] ...11    15.662639: bpf_trace_printk: INFO ..."
 */
static const char *skip_trace_head(const char *text, size_t len)
{
	static const char word[] = ": bpf_trace_printk: ";
	const char *at = memmem(text, len, word, strlen(word));
	const char *bracket = memchr(text, '[', len);

	return at && bracket && bracket < at && at > text && at[-1] >= '0' && at[-1] <= '9'
		       ? at + strlen(word)
		       : text;
}

static int feed_lines(struct file *file, const char *text, size_t len)
{
	struct bpf_stream_line line;
	const char *from;
	int ret = 0;

	bpf_stream_lines_feed(&file->lines, text, len);
	while (ret >= 0 && bpf_stream_lines_next(&file->lines, &line)) {
		from = line.first ? skip_trace_head(line.text, line.len) : line.text;
		ret = bpf_stream_assembler_feed(&file->assembler, from,
						line.len - (size_t)(from - line.text));
	}
	return ret;
}

static int drain(struct file *file)
{
	struct bpf_stream_line line;
	int ret = 0;

	if (bpf_stream_lines_rest(&file->lines, &line))
		ret = bpf_stream_assembler_feed(&file->assembler, line.text, line.len);
	if (ret >= 0)
		ret = bpf_stream_assembler_flush(&file->assembler);
	return ret;
}

static int show_fd(struct file *file, int fd, const char *name)
{
	ssize_t n = 1;
	int ret = 0;

	while (!stop && n && ret >= 0) {
		n = read(fd, file->buf, sizeof(file->buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return msg("cannot read %s: %s", name, strerror(errno));
		ret = feed_lines(file, file->buf, (size_t)n);
		if (ret >= 0 && n < (ssize_t)sizeof(file->buf))
			ret = bpf_stream_assembler_settle(&file->assembler);
		if (ret >= 0 && !sink_flush(&file->show->sink))
			ret = -EIO;
	}
	if (ret >= 0)
		ret = drain(file);
	return ret < 0 || !sink_finish(&file->show->sink) ? EXIT_FAILED : EXIT_OK;
}

static int show_file(struct show *show, const char *name)
{
	bool is_stdin = !strcmp(name, "-");
	int fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC), ret = EXIT_FAILED;
	struct file *file;

	if (fd < 0)
		return msg("%s: %s", name, strerror(errno));
	file = calloc(1, sizeof(*file));
	if (file) {
		file->show = show;
		file->source.name = is_stdin ? "stdin" : name;
		bpf_stream_lines_init(&file->lines, file->carry, sizeof(file->carry));
		bpf_stream_assembler_init(&file->assembler, file->record, sizeof(file->record),
					  BPF_STREAM_ID_STDOUT, show_one, file);
		ret = show_fd(file, fd, name);
	} else {
		msg("out of memory");
	}
	free(file);
	if (!is_stdin)
		close(fd);
	return ret;
}

static int main_show(const struct verb *verb, int argc, char **argv)
{
	struct show *show = show_new(&stop);
	int val, ret = 0;

	if (!show)
		return EXIT_FAILED;
	while (!ret && (val = opts_next(verb, argc, argv)) != -1)
		ret = show_opt(show, verb, val, optarg);
	if (!ret)
		ret = show_begin(show, verb);
	if (!ret && show_open(show))
		ret = EXIT_FAILED;
	if (ret) {
		show_free(show);
		return ret;
	}
	stop_catch();
	if (optind == argc)
		ret = show_file(show, "-");
	for (; !ret && !stop && optind < argc; optind++)
		ret = show_file(show, argv[optind]);
	show_free(show);
	return ret;
}

const struct verb verb_show = {
	.name = "show",
	.usage = "[FILE...|-] [OPTION]...",
	.summary = "show text of streams from files or a pipe",
	.help = "Parses records and kernel reports in text, and shows them as tail does: saved\n"
		"streams, bpftool prog tracelog, or a trace pipe, whose own prefix is removed.\n"
		"Without FILE, or with -, it reads standard input. All output goes to standard\n"
		"output.\n",
	.opts = opts,
	.main = main_show,
};
