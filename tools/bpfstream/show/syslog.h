/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* syslog.h - records as syslog messages of RFC 5424. */
#ifndef BPFSTREAM_SYSLOG_H
#define BPFSTREAM_SYSLOG_H

#include <signal.h>

#include "show/buf.h"
#include "show/output.h"

/*
 * syslog_open - connect to a syslog daemon
 * @address:	path of a socket, "udp:HOST", "udp:HOST:PORT", "udp:[ADDRESS]:PORT", or NULL for
 *		/dev/log
 * @stop:	as for journald_open()
 *
 * Returns NULL after reporting the error.
 */
struct output *syslog_open(const char *address, const volatile sig_atomic_t *stop);

/* syslog_is_address - whether @address has one of these forms */
bool syslog_is_address(const char *address);

/*
 * syslog_format - the message of one record, without a socket
 * @host:	name of this host
 * @real_ns:	time of the record, CLOCK_REALTIME
 * @max:	size limit of the message in bytes, at least 2,048
 */
void syslog_format(struct buf *buf, const struct output_prog *prog,
		   const struct bpf_stream_record *rec, const char *host, uint64_t real_ns,
		   size_t max);

#endif
