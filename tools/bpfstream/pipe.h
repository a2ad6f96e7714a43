/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * pipe.h - output whose reader is gone.
 *
 * It ends the tool silently, as SIGPIPE ends other tools, but programs are detached and pins
 * removed first. If SIGPIPE was ignored at the start, it is a write error like any other.
 */
#ifndef BPFSTREAM_PIPE_H
#define BPFSTREAM_PIPE_H

#include <stdbool.h>

/* pipe_begin - ignore SIGPIPE from now on */
void pipe_begin(void);

/* pipe_closed - note that a write to @output failed with EPIPE */
void pipe_closed(const char *output);

/*
 * pipe_end - if a write failed so, end by SIGPIPE, or return true if that was ignored at the start
 */
bool pipe_end(void);

#endif
