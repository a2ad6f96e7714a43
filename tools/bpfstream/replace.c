/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * replace.c - standard output into a file, which is replaced as a whole: a reader has the old text or
 * the new one. The name of the new file begins with a dot and ends in random letters, so that nothing
 * that collects *.prom takes it. Ctrl-C, SIGTERM and SIGHUP remove it.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpfstream.h"
#include "replace.h"

/* The new file while it is not in its place, for the signal handler */
static const char *volatile unfinished;

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
#define NR_SIGNALS (sizeof(signals) / sizeof(signals[0]))

/* The handler has been reset: raise() ends the process when this returns. */
static void on_signal(int sig)
{
	if (unfinished)
		unlink(unfinished);
	raise(sig);
}

/* Remove the new file when one of the signals ends the process. One that is ignored stays so. */
static void catch_signals(void)
{
	const struct sigaction act = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
	struct sigaction old;
	size_t i;

	for (i = 0; i < NR_SIGNALS; i++)
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(signals[i], &act, NULL);
}

/* mkstemp(), with no signal between the file and the note of its name */
static int make_temporary(char *name)
{
	sigset_t set, old;
	size_t i;
	int fd;

	sigemptyset(&set);
	for (i = 0; i < NR_SIGNALS; i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, &old);
	fd = mkstemp(name);
	if (fd >= 0)
		unfinished = name;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return fd;
}

int replace_begin(struct replace *replace, const char *path)
{
	const char *name = strrchr(path, '/');
	mode_t mask = umask(0);
	struct stat old;
	int fd, n;

	umask(mask);
	/* rename() would put a file in the place of a device such as /dev/stdout, for everyone. */
	if (!lstat(path, &old) && !S_ISREG(old.st_mode))
		return msg("cannot replace %s: not a regular file", path);
	name = name ? name + 1 : path;
	replace->path = path;
	n = snprintf(replace->temporary, sizeof(replace->temporary), "%.*s.%s.XXXXXX",
		     (int)(name - path), path, name);
	if (n >= (int)sizeof(replace->temporary)) {
		replace->temporary[0] = '\0';
		return msg("cannot write %s: %s", path, strerror(ENAMETOOLONG));
	}
	catch_signals();
	fd = make_temporary(replace->temporary);
	if (fd < 0) {
		replace->temporary[0] = '\0';
		return msg("cannot create a file beside %s: %m", path);
	}
	/* mkstemp() makes a file that only its owner may read. */
	if (fchmod(fd, 0666 & ~mask) || dup2(fd, STDOUT_FILENO) < 0) {
		msg("cannot write %s: %m", path);
		close(fd);
		replace_end(replace, false);
		return EXIT_FAILED;
	}
	close(fd);
	return 0;
}

int replace_end(struct replace *replace, bool keep)
{
	int ret = keep ? 0 : EXIT_FAILED;

	if (!replace->temporary[0])
		return EXIT_FAILED;
	errno = 0;
	if (keep && (fflush(stdout) || ferror(stdout))) {
		/* If an earlier write failed, this one says why. */
		if (!errno && write(STDOUT_FILENO, "", 1) == 1)
			errno = EIO;
		ret = msg("cannot write %s: %m", replace->path);
	}
	if (!ret && rename(replace->temporary, replace->path))
		ret = msg("cannot replace %s: %m", replace->path);
	if (ret)
		unlink(replace->temporary);
	unfinished = NULL;
	return ret;
}
