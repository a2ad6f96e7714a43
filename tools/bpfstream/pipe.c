/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* pipe.c - output whose reader is gone. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "bpfstream.h"
#include "pipe.h"

static bool would_end, closed;

void pipe_begin(void)
{
	struct sigaction action;

	would_end = !sigaction(SIGPIPE, NULL, &action) && action.sa_handler == SIG_DFL;
	signal(SIGPIPE, SIG_IGN);
}

void pipe_closed(const char *output)
{
	if (!would_end && !closed)
		msg("cannot write to %s: %s", output, strerror(EPIPE));
	closed = true;
}

bool pipe_end(void)
{
	if (closed && would_end) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	return closed;
}
