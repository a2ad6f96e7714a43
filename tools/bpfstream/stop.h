/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* stop.h - Ctrl-C and its like. */
#ifndef BPFSTREAM_STOP_H
#define BPFSTREAM_STOP_H

#include <signal.h>

/* Set by a signal handler, so there is no way around a variable of the process. */
extern volatile sig_atomic_t stop;

/* stop_catch - from now on a first signal ends things in order, a second one at once */
void stop_catch(void);

/* stop_clean - to be called before a second one does, in the handler of the signal; NULL: nothing */
void stop_clean(void (*clean)(void));

#endif
