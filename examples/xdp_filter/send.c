// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Send real packets over loopback for the demo of xdp_filter: UDP to the port that it drops, UDP
 * to a port that it lets pass, and pings. Prints the numbers sent and received, as
 * name=number words.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DROP_PORT 7777
#define PASS_PORT 7778

static void die(const char *what)
{
	fprintf(stderr, "send: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct sockaddr_in loopback(int port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	return sin;
}

static int listen_on(int port)
{
	struct sockaddr_in sin = loopback(port);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&sin, sizeof(sin)))
		die("cannot listen on a UDP port");
	return fd;
}

static void send_udp(int from, int port, int n)
{
	struct sockaddr_in sin = loopback(port);

	while (n--)
		if (sendto(from, "hello", 5, 0, (struct sockaddr *)&sin, sizeof(sin)) != 5)
			die("cannot send UDP");
}

/* Count the datagrams that arrive, each within @ms milliseconds after the last one */
static int receive(int fd, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char buf[64];
	int n = 0;

	while (poll(&p, 1, ms) == 1 && recv(fd, buf, sizeof(buf), 0) >= 0)
		n++;
	return n;
}

static unsigned short checksum(const unsigned short *p, int words)
{
	unsigned long sum = 0;

	while (words--)
		sum += *p++;
	sum = (sum >> 16) + (sum & 0xffff);
	return ~(sum + (sum >> 16));
}

/* Echo requests, one at a time; returns how many replies came */
static int ping(int n)
{
	struct sockaddr_in sin = loopback(0);
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), replies = 0;
	struct icmphdr req = {.type = ICMP_ECHO};
	struct pollfd p = {.fd = fd, .events = POLLIN};
	unsigned char buf[128];

	if (fd < 0)
		die("cannot send pings");
	req.un.echo.id = htons(getpid());
	for (int seq = 1; seq <= n; seq++) {
		req.un.echo.sequence = htons(seq);
		req.checksum = 0;
		req.checksum = checksum((void *)&req, sizeof(req) / 2);
		if (sendto(fd, &req, sizeof(req), 0, (struct sockaddr *)&sin, sizeof(sin)) < 0)
			die("cannot send a ping");
		/* a raw socket on loopback gets the request too */
		while (poll(&p, 1, 1000) == 1) {
			ssize_t len = recv(fd, buf, sizeof(buf), 0);

			if (len >= 28 && buf[20] == ICMP_ECHOREPLY) {
				replies++;
				break;
			}
		}
	}
	close(fd);
	return replies;
}

int main(int argc, char **argv)
{
	int blocked, open, udp, pings, replies, got_blocked, got_open;

	if (argc != 4) {
		fprintf(stderr, "usage: %s UDP_TO_%d UDP_TO_%d PINGS\n", argv[0], DROP_PORT,
			PASS_PORT);
		return 2;
	}
	blocked = listen_on(DROP_PORT);
	open = listen_on(PASS_PORT);
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	if (udp < 0)
		die("cannot send UDP");
	pings = atoi(argv[3]);
	send_udp(udp, DROP_PORT, atoi(argv[1]));
	send_udp(udp, PASS_PORT, atoi(argv[2]));
	replies = ping(pings);
	got_open = receive(open, 200);
	got_blocked = receive(blocked, 200);
	printf("blocked=%d passed=%d pings=%d replies=%d received_blocked=%d received_passed=%d\n",
	       atoi(argv[1]), atoi(argv[2]), pings, replies, got_blocked, got_open);
	return 0;
}
