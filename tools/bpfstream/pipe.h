/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * pipe.h - output that nobody reads any more.
 *
 * It ends the tool as SIGPIPE ends others, without a word, but programs are detached and pins removed
 * first. Where SIGPIPE was ignored at the start it is a write error like any other.
 */
#ifndef BPFSTREAM_PIPE_H
#define BPFSTREAM_PIPE_H

#include <stdbool.h>

/* pipe_begin - from now on SIGPIPE is ignored */
void pipe_begin(void);

/* pipe_closed - a write to @output failed with EPIPE */
void pipe_closed(const char *output);

/* pipe_end - end by SIGPIPE if one did and it would have; otherwise return whether one did */
bool pipe_end(void);

#endif
