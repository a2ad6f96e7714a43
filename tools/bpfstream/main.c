/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* main.c - the table of verbs, and the options without a verb: bpfstream --help, --version. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "pipe.h"

#if LIBBPF_MAJOR_VERSION < 1 || (LIBBPF_MAJOR_VERSION == 1 && LIBBPF_MINOR_VERSION < 3)
#error "bpfstream needs libbpf 1.3 or newer: set LIBBPF_CFLAGS and LIBBPF_LIBS to those of one"
#endif

static const struct verb *const verbs[] = {
	&verb_run,   &verb_tail,  &verb_dump,  &verb_peek, &verb_list,
	&verb_level, &verb_stats, &verb_sites, &verb_show,
};

#define NR_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static int help(void)
{
	size_t i;

	printf("usage: bpfstream VERB [OPTION]...\n"
	       "\n"
	       "Loads BPF programs, reads their streams, and sets their log levels.\n"
	       "\n"
	       "verbs:\n");
	for (i = 0; i < NR_VERBS; i++)
		printf("  %-8s  %s\n", verbs[i]->name, verbs[i]->summary);
	printf("\n"
	       "  bpfstream VERB --help   describe a verb and its options\n"
	       "  bpfstream --version     show the versions of bpfstream and of its libbpf\n"
	       "\n"
	       "A program's stdout goes to stdout, its stderr to stderr, and bpfstream's own\n"
	       "messages go to stderr. Exit status: 0 success, 1 failure, 2 invalid usage, 3 "
	       "(run)\n"
	       "a program panicked.\n");
	return EXIT_OK;
}

static int version(void)
{
	printf("bpfstream %s (libbpf %u.%u)\n", BPFSTREAM_VERSION, libbpf_major_version(),
	       libbpf_minor_version());
	return EXIT_OK;
}

static int dispatch(int argc, char **argv)
{
	size_t i;
	int ret;

	if (argc < 2)
		return msg_usage(NULL, "missing verb");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return help();
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
		return version();
	for (i = 0; i < NR_VERBS; i++) {
		if (strcmp(argv[1], verbs[i]->name))
			continue;
		ret = verbs[i]->main(verbs[i], argc - 1, argv + 1);
		return ret < 0 ? EXIT_OK : ret;
	}
	if (argv[1][0] == '-')
		return msg_usage(NULL, "unknown option '%s'", argv[1]);
	return msg_usage(NULL, "unknown verb '%s'", argv[1]);
}

/*
 * If the caller closed a standard descriptor, the next file that is opened would get its number,
 * and the text of programs. Open it read-only instead, so that writing fails.
 */
static void occupy_standard_fds(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

int main(int argc, char **argv)
{
	int ret;

	occupy_standard_fds();
	pipe_begin();

	ret = dispatch(argc, argv);
	errno = 0;
	/* An earlier write may have failed even if the last one succeeds. */
	if ((fflush(stdout) || ferror(stdout)) && errno == EPIPE)
		pipe_closed("standard output");
	if (pipe_end())
		return EXIT_FAILED;
	if (ferror(stdout) && ret == EXIT_OK)
		ret = msg("cannot write to standard output%s%s", errno ? ": " : "",
			  errno ? strerror(errno) : "");
	return ret;
}
