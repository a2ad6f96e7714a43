/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* opts.c - options of a verb: one table for getopt_long() and for --help. */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpfstream.h"

/* Fits into 64 bits of nanoseconds. */
#define MAX_SECONDS 1e9

static const struct opt help_opt = {"help", OPT_HELP, NULL, "show this text"};

static bool has_letter(const struct opt *opt)
{
	return opt->val < OPT_LONG;
}

static bool is_optional(const struct opt *opt)
{
	return opt->arg && *opt->arg == '[';
}

static void add(const struct opt *opt, struct option *longs, int n, char **letter)
{
	longs[n].name = opt->name;
	longs[n].has_arg = !opt->arg	      ? no_argument
			   : is_optional(opt) ? optional_argument
					      : required_argument;
	longs[n].val = opt->val;
	if (has_letter(opt)) {
		*(*letter)++ = (char)opt->val;
		if (opt->arg)
			*(*letter)++ = ':';
	}
}

/* Report an unknown option, or an abbreviation; list the options it may stand for. */
static void unknown(const struct verb *verb, const char *word)
{
	size_t len = strcspn(word, "=");
	char list[256];
	size_t n = 0, nr = 0;

	for (const struct opt *opt = verb->opts; opt->name && len > 2; opt++) {
		if (opt->help && !strncmp(opt->name, word + 2, len - 2) && n < sizeof(list)) {
			n += snprintf(list + n, sizeof(list) - n, "%s--%s", n ? ", " : "",
				      opt->name);
			nr++;
		}
	}
	if (nr > 1)
		msg_usage(verb, "option '%.*s' is ambiguous: %s", (int)len, word, list);
	else if (n)
		msg_usage(verb, "unknown option '%.*s' (did you mean %s?)", (int)len, word, list);
	else
		msg_usage(verb, "unknown option '%s'", word);
}

/* getopt_long() accepts abbreviations, so that a misspelt option may select another one. */
static bool is_abbreviated(const char *word, const struct option *option)
{
	size_t len = strcspn(word, "=");

	return len != strlen(option->name) + 2 || strncmp(word + 2, option->name, len - 2);
}

static bool is_known(const struct verb *verb, const char *word, size_t len)
{
	const struct opt *opt = verb->opts;

	while (opt->name && (strlen(opt->name) + 2 != len || strncmp(opt->name, word + 2, len - 2)))
		opt++;
	return opt->name || (len == 6 && !strncmp(word, "--help", 6));
}

int opts_next(const struct verb *verb, int argc, char **argv)
{
	struct option longs[OPTS_MAX + 2];
	char letters[2 * OPTS_MAX + 4], *letter = letters;
	int n, val, word = optind, index = -1;

	memset(longs, 0, sizeof(longs));
	/* The colon makes getopt_long() return ':' for a missing value. */
	*letter++ = ':';
	for (n = 0; n < OPTS_MAX && verb->opts[n].name; n++)
		add(&verb->opts[n], longs, n, &letter);
	add(&help_opt, longs, n, &letter);
	*letter = '\0';

	opterr = 0;
	val = getopt_long(argc, argv, letters, longs, &index);
	if (val != '?' && val != ':') {
		/* If the value is a word of its own, the option is the word before it. */
		word = optind - 1 - (optarg && optarg == argv[optind - 1]);
		if (val == -1 || index < 0 || !is_abbreviated(argv[word], &longs[index]))
			return val;
		unknown(verb, argv[word]);
		return OPT_BAD;
	}

	/* getopt_long() moves arguments after options: it stopped at the word before optind. */
	if (optind > word)
		word = optind - 1;
	if (val == ':') {
		msg_usage(verb, "option '%s' needs a value", argv[word]);
	} else if (argv[word][0] == '-' && argv[word][1] == '-') {
		const char *eq = strchr(argv[word], '=');

		/* optopt is set if the option is known and got a value that it does not take. */
		if (optopt && eq && is_known(verb, argv[word], (size_t)(eq - argv[word])))
			msg_usage(verb, "option '%.*s' takes no value", (int)(eq - argv[word]),
				  argv[word]);
		else
			unknown(verb, argv[word]);
	} else {
		msg_usage(verb, "unknown option '-%c'", optopt);
	}
	return OPT_BAD;
}

static void help_one(const struct opt *opt)
{
	char left[64];
	const char *p = opt->help, *nl;

	snprintf(left, sizeof(left), "%c%c%s--%s%s%s", has_letter(opt) ? '-' : ' ',
		 has_letter(opt) ? opt->val : ' ', has_letter(opt) ? ", " : "  ", opt->name,
		 opt->arg && !is_optional(opt) ? " " : "", opt->arg ? opt->arg : "");
	printf("  %-24s", left);
	while ((nl = strchr(p, '\n'))) {
		printf("%.*s\n%26s", (int)(nl - p), p, "");
		p = nl + 1;
	}
	printf("%s\n", p);
}

int opts_rest(const struct verb *verb, int val)
{
	const struct opt *opt;

	if (val != OPT_HELP)
		return EXIT_USAGE;
	printf("usage: bpfstream %s %s\n\n%s\noptions:\n", verb->name, verb->usage, verb->help);
	for (opt = verb->opts; opt->name; opt++) {
		if (opt->help)
			help_one(opt);
	}
	help_one(&help_opt);
	return -1;
}

int opts_seconds(const struct verb *verb, const char *word, double *seconds)
{
	char *end;

	*seconds = strtod(word, &end);
	if (end != word && !*end && isfinite(*seconds) && *seconds >= 0 && *seconds <= MAX_SECONDS)
		return 0;
	return msg_usage(verb, "invalid --for '%s': expected 0 to %.0f seconds", word, MAX_SECONDS);
}
