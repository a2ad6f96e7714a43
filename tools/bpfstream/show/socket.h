/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* socket.h - a datagram socket to a log daemon. */
#ifndef BPFSTREAM_SOCKET_H
#define BPFSTREAM_SOCKET_H

#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>

struct output_socket {
	int fd;
	struct sockaddr_storage to;
	socklen_t to_len; /* 0: connected */
	const char *name; /* for messages */
	const volatile sig_atomic_t *stop;
	bool refused; /* reported that nobody listens */
	bool unreachable; /* reported that there is no route */
};

/* output_socket_unix - open a socket that sends to @path. 0, or -1 after reporting the error. */
int output_socket_unix(struct output_socket *sock, const char *path);

/*
 * output_send - send a datagram; sets the address in @message
 *
 * Waits while the daemon is busy, and up to five seconds while it restarts. UDP reports a missing
 * receiver or route late or never, so that is reported once and is not an error.
 *
 * Returns 0; -EMSGSIZE, which is not reported; or another negative errno after reporting it.
 */
int output_send(struct output_socket *sock, struct msghdr *message);

#endif
