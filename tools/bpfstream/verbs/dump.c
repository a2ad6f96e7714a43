/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* dump.c - bpfstream dump: show the records in the streams and rings of programs, and empty them. */
#include "records.h"

static const struct opt opts[] = {
	RECORDS_OPTS,
	{NULL, 0, NULL, NULL},
};

static int main_dump(const struct verb *verb, int argc, char **argv)
{
	return records_once(verb, argc, argv, false);
}

const struct verb verb_dump = {
	.name = "dump",
	.usage = "PROG...|--all [OPTION]...",
	.summary = "show the text in the streams and rings of programs, and empty them",
	.help = "Shows the text in the streams of loaded programs and in the rings of their\n"
		"objects, once: their stdout on stdout, their stderr on stderr, merged by time.\n"
		"Reading consumes: no other reader gets this text. A ring is read as a whole,\n"
		"whatever is shown of it. If several programs are possible, lines start with\n"
		"NAME[ID]:.\n"
		"\n" SELECT_HELP,
	.opts = opts,
	.main = main_dump,
};
