/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* peek.c - bpfstream peek: show the records in the streams and rings of programs, and leave them. */
#include "records.h"

static const struct opt opts[] = {
	RECORDS_OPTS,
	{NULL, 0, NULL, NULL},
};

static int main_peek(const struct verb *verb, int argc, char **argv)
{
	return records_once(verb, argc, argv, true);
}

const struct verb verb_peek = {
	.name = "peek",
	.usage = "PROG...|--all [OPTION]...",
	.summary = "show the text in the streams and rings of programs, and leave it",
	.help = "Shows the text in the streams of loaded programs and in the rings of their\n"
		"objects as dump does, without consuming: the next reader gets all of it. Text\n"
		"that another reader takes during the peek is missing, which is reported for\n"
		"streams.\n"
		"\n" SELECT_HELP,
	.opts = opts,
	.main = main_peek,
};
