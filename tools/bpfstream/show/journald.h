/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* journald.h - records to the systemd journal. */
#ifndef BPFSTREAM_JOURNALD_H
#define BPFSTREAM_JOURNALD_H

#include <signal.h>

#include "show/buf.h"
#include "show/output.h"

/*
 * journald_open - connect to the journal
 * @socket:	path of its socket, or NULL for the default
 * @stop:	a flag that a signal handler sets, or NULL. Once it is set, a send that blocks is
 *		given up after a second.
 *
 * Returns NULL after reporting the error.
 */
struct output *journald_open(const char *socket, const volatile sig_atomic_t *stop);

/* journald_format - the entry of one record, without a socket */
void journald_format(struct buf *buf, const struct output_prog *prog,
		     const struct bpf_stream_record *rec);

#endif
