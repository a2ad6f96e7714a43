/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* list.c - bpfstream list: every loaded program, and how much is in its streams and its ring. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "progs/prog.h"
#include "progs/progs_iter.h"
#include "progs/ring.h"
#include "progs/where.h"
#include "show/escape.h"
#include "show/json.h"
#include "show/output.h"

enum {
	OPT_JSON = 'j',
};

static const struct opt opts[] = {
	{"json", OPT_JSON, NULL, "an array of objects, one per program"},
	{NULL, 0, NULL, NULL},
};

static const char *type_name(__u32 type)
{
	const char *name = libbpf_bpf_prog_type_str((enum bpf_prog_type)type);

	return name ? name : "?";
}

/* Charged, but not in the stream: messages that the kernel dropped */
static __u32 leaked(const struct progs_stream *stream)
{
	return stream->unsure ? 0 : stream->charged - stream->listed;
}

struct list {
	struct progs_iter *it;
	bool json, streams;
	bool ring; /* a program has one */
	unsigned int nr;
};

static void put_table(const struct list *list, const struct progs_record *record, const char *name,
		      int fd, const struct ring_state *ring)
{
	const char *elsewhere = fd < 0 ? NULL : where_else(fd);
	char text[PROG_NAME * ESCAPE_MAX];
	size_t len = strlen(name);

	printf("%6u  %-16s", record->id, type_name(record->type));
	for (int i = 0; i < 2; i++) {
		if (list->streams)
			printf("  %6u  %6u", record->stream[i].pending, leaked(&record->stream[i]));
		else
			printf("  %6s  %6s", "-", "-");
	}
	len = escape_text(text, sizeof(text), name, &len, false);
	printf("  %.*s", (int)len, text);
	if (ring->map_id)
		printf("  ring: %zu bytes\n", ring->pending);
	else
		printf("%s%s\n", elsewhere ? "  " : "", elsewhere ? elsewhere : "");
}

static void put_json(const struct list *list, const struct progs_record *record, const char *name,
		     int fd, const struct ring_state *ring)
{
	const char *where = fd < 0 ? NULL : where_word(fd);
	struct buf json = {};

	buf_addf(&json, "{\"id\":%u,\"type\":\"%s\",\"name\":", record->id,
		 type_name(record->type));
	json_string(&json, name, strlen(name));
	for (int i = 0; list->streams && i < 2; i++) {
		const struct progs_stream *stream = &record->stream[i];

		buf_addf(&json,
			 ",\"%s\":{\"pending\":%u,\"messages\":%u,\"charged\":%u,\"leaked\":",
			 output_stream_name(i + 1), stream->pending, stream->elements,
			 stream->charged);
		if (stream->unsure)
			buf_addf(&json, "null}");
		else
			buf_addf(&json, "%u}", leaked(stream));
	}
	if (ring->map_id)
		buf_addf(&json, ",\"ring\":{\"map_id\":%u,\"pending\":%zu,\"size\":%zu}",
			 ring->map_id, ring->pending, ring->size);
	if (where)
		buf_addf(&json, ",\"sink\":\"%s\"", where);
	buf_addf(&json, "}");
	if (json.failed)
		msg("out of memory");
	else
		fwrite(json.data, 1, json.len, stdout);
	buf_free(&json);
}

static void put_head(const struct list *list)
{
	if (list->json)
		putchar('[');
	else
		printf("%6s  %-16s  %6s  %6s  %6s  %6s  %s\n", "ID", "TYPE", "STDOUT", "LEAKED",
		       "STDERR", "LEAKED", "NAME");
}

/* @show: false to look for rings only */
static int list(struct list *list, bool show)
{
	const struct progs_record *record;
	struct ring_state ring;
	char name[PROG_NAME];
	int ret, fd;

	ret = progs_iter_start(list->it, 0);
	if (show)
		put_head(list);
	while (!ret && (ret = progs_iter_next(list->it, &record)) > 0) {
		ret = 0;
		/* Without the right to open it, the sink of a program is unknown. */
		fd = bpf_prog_get_fd_by_id(record->id);
		ring = (struct ring_state){};
		if (fd >= 0 && ring_state(fd, &ring))
			list->ring = true;
		prog_full_name(record->id, record->name, name, sizeof(name));
		if (show && list->json) {
			fputs(list->nr++ ? ",\n" : "\n", stdout);
			put_json(list, record, name, fd, &ring);
		} else if (show) {
			put_table(list, record, name, fd, &ring);
		}
		if (fd >= 0)
			close(fd);
	}
	if (show && list->json)
		puts("\n]");
	if (ret < 0)
		return msg("cannot list the loaded programs: %s", explain_errno(ret));
	return EXIT_OK;
}

static int main_list(const struct verb *verb, int argc, char **argv)
{
	struct list all = {};
	int val, ret = EXIT_OK;

	while ((val = opts_next(verb, argc, argv)) != -1) {
		if (val != OPT_JSON)
			return opts_rest(verb, val);
		all.json = true;
	}
	if (optind < argc)
		return msg_usage(verb, "unexpected argument '%s'", argv[optind]);
	explain_init(false);
	all.it = progs_iter_new(false);
	if (!all.it)
		return EXIT_FAILED;
	all.streams = progs_iter_has_streams(all.it);
	if (!all.streams)
		ret = list(&all, false);
	if (ret == EXIT_OK && !all.streams && !all.ring) {
		explain_no_streams();
		ret = EXIT_FAILED;
	}
	if (ret == EXIT_OK)
		ret = list(&all, true);
	progs_iter_free(all.it);
	return ret;
}

const struct verb verb_list = {
	.name = "list",
	.usage = "[OPTION]...",
	.summary = "every loaded program, and how much is in its streams and ring",
	.help = "Lists every loaded program with the number of bytes in its stdout and stderr "
		"that\n"
		"have not been read, and in the ring of its object. Consumes nothing.\n"
		"\n"
		"LEAKED bytes count against the capacity of a stream (100,000 bytes) but are not\n"
		"in it: the kernel dropped a message over 1,023 bytes, or one for which memory "
		"was\n"
		"short, and up to 7.3 at least it does not return the space until the program is\n"
		"unloaded.\n",
	.opts = opts,
	.main = main_list,
};
