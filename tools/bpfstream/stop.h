/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* stop.h - stop on Ctrl-C and other signals. */
#ifndef BPFSTREAM_STOP_H
#define BPFSTREAM_STOP_H

#include <signal.h>

/* Set by the signal handler, hence global */
extern volatile sig_atomic_t stop;

/* stop_catch - from now on, the first signal sets @stop and the second one ends the process */
void stop_catch(void);

/*
 * stop_clean - call @clean in the signal handler before the second signal ends the process; or
 * NULL
 */
void stop_clean(void (*clean)(void));

#endif
