/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* stop.c - stop on Ctrl-C and other signals. */
#include <stddef.h>

#include "stop.h"

volatile sig_atomic_t stop;

static void (*volatile clean_up)(void);

/* The handler has been reset: raise() ends the process when this returns. */
static void on_second(int sig)
{
	if (clean_up)
		clean_up();
	raise(sig);
}

static void on_signal(int sig)
{
	const struct sigaction second = {.sa_handler = on_second, .sa_flags = (int)SA_RESETHAND};

	stop = 1;
	sigaction(sig, &second, NULL);
}

void stop_clean(void (*clean)(void))
{
	clean_up = clean;
}

void stop_catch(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction now = {.sa_handler = on_signal}, old;
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		/* nohup sets SIGHUP to ignored; leave it. */
		if (signals[i] == SIGHUP && !sigaction(SIGHUP, NULL, &old) &&
		    old.sa_handler == SIG_IGN)
			continue;
		sigaction(signals[i], &now, NULL);
	}
}
