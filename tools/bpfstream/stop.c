/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* stop.c - Ctrl-C and its like. */
#include <stddef.h>

#include "stop.h"

volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

void stop_catch(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction now = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND}, old;
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		/* nohup has SIGHUP ignored, and that is to stay so. */
		if (signals[i] == SIGHUP && !sigaction(SIGHUP, NULL, &old) &&
		    old.sa_handler == SIG_IGN)
			continue;
		sigaction(signals[i], &now, NULL);
	}
}
