/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* socket.c - a datagram socket to a log daemon. */
#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "bpfstream.h"
#include "show/socket.h"

/* How long a send blocks before the stop flag is checked, and how often it is retried after that */
#define WAIT_MS		 100
#define WAITS_AFTER_STOP 10
/* Retries while the daemon restarts: its socket is missing, or nobody listens. */
#define WAITS_RESTART 50

int output_socket_unix(struct output_socket *sock, const char *path)
{
	struct sockaddr_un *to = (struct sockaddr_un *)&sock->to;
	struct timeval wait = {.tv_usec = WAIT_MS * 1000};
	int err;

	if (!*path || strlen(path) >= sizeof(to->sun_path)) {
		msg("invalid socket path '%s': expected 1 to %zu bytes", path,
		    sizeof(to->sun_path) - 1);
		return -1;
	}
	memset(to, 0, sizeof(*to));
	to->sun_family = AF_UNIX;
	strcpy(to->sun_path, path);
	sock->to_len = sizeof(*to);
	sock->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sock->fd < 0) {
		msg("cannot create a socket: %m");
		return -1;
	}
	/* Only a test: a daemon that restarts has a new socket, so do not stay connected. */
	err = connect(sock->fd, (struct sockaddr *)to, sizeof(*to)) ? errno : 0;
	if (!err) {
		struct sockaddr none = {.sa_family = AF_UNSPEC};

		connect(sock->fd, &none, sizeof(none));
		setsockopt(sock->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
		return 0;
	}
	close(sock->fd);
	if (err == ENOENT)
		msg("cannot reach %s: %s does not exist", sock->name, path);
	else if (err == ECONNREFUSED)
		msg("cannot reach %s: nobody listens at %s", sock->name, path);
	else
		msg("cannot reach %s at %s: %s", sock->name, path, strerror(err));
	return -1;
}

/* The route is gone and may come back. */
static bool is_unreachable(int err)
{
	return err == ENETUNREACH || err == EHOSTUNREACH || err == ENETDOWN || err == ENOBUFS;
}

static bool is_restart(int err)
{
	return err == ENOENT || err == ECONNREFUSED;
}

int output_send(struct output_socket *sock, struct msghdr *message)
{
	int restart = WAITS_RESTART, after_stop = WAITS_AFTER_STOP, err;

	message->msg_name = sock->to_len ? (void *)&sock->to : NULL;
	message->msg_namelen = sock->to_len;
	for (;;) {
		if (sendmsg(sock->fd, message, MSG_NOSIGNAL) >= 0)
			return 0;
		err = errno;
		if (err == EMSGSIZE)
			return -err;
		if (err == ECONNREFUSED && !sock->to_len) {
			if (!sock->refused)
				msg("nobody listens at %s: messages are lost", sock->name);
			sock->refused = true;
			continue;
		}
		if (is_unreachable(err) && !sock->to_len) {
			if (!sock->unreachable)
				msg("cannot write to %s: %s: messages are lost", sock->name,
				    strerror(err));
			sock->unreachable = true;
			return 0;
		}
		if (err != EAGAIN && err != EINTR && !(is_restart(err) && restart--))
			break;
		if (sock->stop && *sock->stop && !after_stop--)
			break;
		if (is_restart(err))
			usleep(WAIT_MS * 1000);
	}
	msg("cannot write to %s: %s", sock->name,
	    err == EAGAIN || err == EINTR ? "it stalled; giving up" : strerror(err));
	return -err;
}
