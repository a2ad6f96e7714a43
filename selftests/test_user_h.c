// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The promises of bpf_stream/user.h about reading, on this kernel (host/user_h.c tests the rest) */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define OBJECT "build/selftests/tool_progs/modes.bpf.o"
/* numbers of selftests/tool.sh */
#define BOTH 2000000001
#define FULL 2000000002

static void fire(int number)
{
	/* kill(2) returns this for a process that cannot exist */
	if (!syscall(__NR_kill, number, 0))
		note("there is a process %d", number);
}

static void is(int got, int want, const char *what)
{
	if (!ok(got == want, "%s", what))
		note("is %d (%s), wanted %d", got, got < 0 ? strerror(-got) : "", want);
}

/* Reads of @size bytes together give the same text, nothing twice, nothing missing */
static void read_in_pieces(int fd, size_t piece, size_t want_len)
{
	char *text = malloc(BPF_STREAM_READ_SIZE), expect[32];
	size_t len = 0, i, bad = 0;
	int n;

	fire(FULL);
	while ((n = bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, text + len, piece)) > 0)
		len += n;
	for (i = 0; i + 6 <= len; i += 6) {
		snprintf(expect, sizeof(expect), "%05zu\n", i / 6);
		bad += !!memcmp(text + i, expect, 6);
	}
	ok(!n && !bad && len == want_len, "a full stream read %zu bytes at a time", piece);
	free(text);
}

static void with_streams(int fd)
{
	char *buf = malloc(BPF_STREAM_READ_SIZE);

	is(bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, buf, 100), 0, "an empty stream: 0");
	fire(BOTH);
	is(bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, buf, BPF_STREAM_READ_SIZE), 10, "stdout");
	ok(!memcmp(buf, "to stdout\n", 10), "its text");
	is(bpf_stream_read(fd, BPF_STREAM_ID_STDERR, buf, BPF_STREAM_READ_SIZE), 10, "stderr");
	ok(!memcmp(buf, "to stderr\n", 10), "its text");
	is(bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, buf, 100), 0, "reading consumes");
	fire(FULL);
	is(bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, buf, BPF_STREAM_READ_SIZE), 99996,
	   "BPF_STREAM_READ_SIZE bytes take a full stream in one read");
	read_in_pieces(fd, 7, 99996);
	read_in_pieces(fd, 4096, 99996);
	fire(BOTH);
	is(bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, buf, 0), 0, "no room: 0");
	is(bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, (void *)8, 100), -EFAULT, "no buffer");
	is(bpf_stream_read(fd, 0, buf, 100), -ENOENT, "stream 0");
	is(bpf_stream_read(fd, 3, buf, 100), -ENOENT, "stream 3");
	free(buf);
}

int main(void)
{
	struct bpf_object *obj = bpf_object__open_file(OBJECT, NULL);
	int null = open("/dev/null", O_RDONLY), want = have_streams() ? 0 : -EOPNOTSUPP, fd;
	struct bpf_program *prog;
	char buf[16];

	log_capture();
	prog = obj ? bpf_object__find_program_by_name(obj, "a_program_with_modes") : NULL;
	if (!ok(prog && !bpf_object__load(obj) && bpf_program__attach(prog), "loads")) {
		log_show();
		return tap_done();
	}
	fd = bpf_program__fd(prog);
	is(bpf_stream_probe(), want, "the probe knows whether this kernel has streams");
	is(bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, buf, sizeof(buf)), want, "a read too");
	if (have_streams())
		with_streams(fd);
	is(bpf_stream_read(null, BPF_STREAM_ID_STDOUT, buf, sizeof(buf)), want ? want : -EINVAL,
	   "an fd of something else");
	is(bpf_stream_read(-1, BPF_STREAM_ID_STDOUT, buf, sizeof(buf)), want ? want : -EBADF,
	   "no fd");
	return tap_done();
}
