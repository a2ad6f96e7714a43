/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* list.c - bpfstream list: every loaded program, and how much is in its streams. */
#include <bpf/libbpf.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "bpfstream.h"
#include "escape.h"
#include "explain.h"
#include "progs_iter.h"

enum {
	OPT_JSON = OPT_LONG,
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

/* Charged, but not there: what a message over 1,024 bytes leaves behind */
static __u32 leaked(const struct progs_stream *stream)
{
	return stream->unsure ? 0 : stream->charged - stream->listed;
}

static void put_table(const struct progs_record *record)
{
	char name[PROGS_NAME * 4 + 1];
	size_t len = strnlen(record->name, PROGS_NAME);

	name[escape_text(name, sizeof(name) - 1, record->name, &len, false)] = '\0';
	printf("%6u  %-16s  %-15s", record->id, type_name(record->type), name);
	for (int i = 0; i < 2; i++)
		printf("  %6u  %6u", record->stream[i].pending, leaked(&record->stream[i]));
	putchar('\n');
}

/*
 * The bytes of a name that are no plain ASCII become U+FFFD: whatever is in it, this is valid JSON.
 * (Kernels up to 7.3 at least let letters, digits, '_' and '.' be in names.)
 */
static void put_string(const char *text, size_t len)
{
	putchar('"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ')
			printf("\\u%04x", c);
		else if (c < 0x7f)
			putchar(c);
		else
			fputs("\\ufffd", stdout);
	}
	putchar('"');
}

static void put_json(const struct progs_record *record)
{
	static const char *const names[] = {"stdout", "stderr"};

	printf("{\"id\":%u,\"type\":\"%s\",\"name\":", record->id, type_name(record->type));
	put_string(record->name, strnlen(record->name, PROGS_NAME));
	for (int i = 0; i < 2; i++) {
		const struct progs_stream *stream = &record->stream[i];

		printf(",\"%s\":{\"pending\":%u,\"messages\":%u,\"charged\":%u,\"leaked\":",
		       names[i], stream->pending, stream->elements, stream->charged);
		if (stream->unsure)
			fputs("null}", stdout);
		else
			printf("%u}", leaked(stream));
	}
	putchar('}');
}

static int list(struct progs_iter *it, bool json)
{
	const struct progs_record *record;
	unsigned int n = 0;
	int ret;

	ret = progs_iter_start(it, 0);
	if (json)
		putchar('[');
	else
		printf("%6s  %-16s  %-15s  %6s  %6s  %6s  %6s\n", "ID", "TYPE", "NAME", "STDOUT",
		       "LEAKED", "STDERR", "LEAKED");
	while (!ret && (ret = progs_iter_next(it, &record)) > 0) {
		if (json) {
			fputs(n++ ? ",\n" : "\n", stdout);
			put_json(record);
		} else {
			put_table(record);
		}
		ret = 0;
	}
	if (json)
		puts("\n]");
	if (ret < 0)
		return msg("cannot list the loaded programs: %s", explain_errno(ret));
	return EXIT_OK;
}

static int main_list(const struct verb *verb, int argc, char **argv)
{
	struct progs_iter *it;
	bool json = false;
	int val, ret;

	while ((val = opts_next(verb, argc, argv)) != -1) {
		switch (val) {
		case OPT_JSON:
			json = true;
			break;
		case OPT_HELP:
			return opts_help(verb);
		default:
			return EXIT_USAGE;
		}
	}
	if (optind < argc)
		return msg_usage(verb, "unexpected argument '%s'", argv[optind]);
	explain_init(false);
	it = progs_iter_new(false);
	if (!it)
		return EXIT_FAILED;
	ret = list(it, json);
	progs_iter_free(it);
	return ret;
}

const struct verb verb_list = {
	.name = "list",
	.usage = "[OPTION]...",
	.summary = "every loaded program, and how much is in its streams",
	.help = "Lists every loaded program with the bytes that nobody has read yet in its\n"
		"stdout and its stderr. Nothing is consumed.\n"
		"\n"
		"LEAKED are bytes that count against the capacity of a stream (100,000 bytes) and\n"
		"are not in it: messages over 1,024 bytes are dropped, and kernels up to 7.3 at\n"
		"least do not give back their room as long as the program is loaded.\n",
	.opts = opts,
	.main = main_list,
};
