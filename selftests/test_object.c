// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * A loader in a few lines: bpf_stream_consumer__add_object() for an object with streams and for one
 * with a ring, and bpf_stream_forward() to a print function and to a real /dev/log.
 * (host/forward_h.c: what it writes.)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>
#include "lib.h"
#include <bpf_stream/user.h>

#define STREAM	 "build/selftests/user_progs/say.bpf.o"
#define RING	 "build/selftests/user_progs/say_ring.bpf.o"
#define MAY_GOTO "build/selftests/user_progs/may_goto.bpf.o"

/* as in say.bpf.c */
struct words {
	__u32 stream;
	__u32 times;
	char text[504];
};

static char seen[4096];

/* "<level> <text>|" */
static int print(void *ctx, int level, const char *fmt, va_list ap)
{
	size_t n = strlen(seen);

	(void)ctx;
	snprintf(seen + n, sizeof(seen) - n, "%d ", level);
	n = strlen(seen);
	vsnprintf(seen + n, sizeof(seen) - n, fmt, ap);
	n = strlen(seen);
	if (n && seen[n - 1] == '\n')
		seen[n - 1] = '|';
	return 0;
}

static void came(const char *want, const char *what)
{
	if (!ok(!strcmp(seen, want), "%s", what))
		note("came: %s, wanted: %s", seen, want);
	seen[0] = 0;
}

static void is(long got, long want, const char *what)
{
	if (!ok(got == want, "%s", what))
		note("is %ld (%s), wanted %ld", got, got < 0 ? strerror((int)-got) : "", want);
}

static struct bpf_object *load(const char *path)
{
	struct bpf_object *obj = bpf_object__open_file(path, NULL);

	if (!obj ||
	    bpf_program__set_autoload(bpf_object__find_program_by_name(obj, "flood"), false) ||
	    bpf_object__load(obj)) {
		log_show();
		return NULL;
	}
	return obj;
}

static int fd_of(const struct bpf_object *obj, const char *prog)
{
	return bpf_program__fd(bpf_object__find_program_by_name(obj, prog));
}

static void say(const struct bpf_object *obj, const char *prog, __u32 stream, const char *text)
{
	struct words words = {.stream = stream};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &words, .ctx_size_in = sizeof(words));

	strcpy(words.text, text);
	if (bpf_prog_test_run_opts(fd_of(obj, prog), &opts))
		note("cannot run %s: %s", prog, strerror(errno));
}

/* An object that writes to streams, or to a ring; @name: of the object, or NULL for streams */
static void test_object(const char *path, const char *name)
{
	struct bpf_stream_forward_opts to = {.print = print, .names = true, .end_on_fatal = true};
	struct bpf_stream_consumer *c = bpf_stream_consumer__new(bpf_stream_forward, &to, NULL);
	struct bpf_object *obj = load(path), *unloaded = bpf_object__open_file(path, NULL);
	int ring = bpf_object__find_map_fd_by_name(obj, "bpf_stream_ring");
	char want[512];

	if (!ok(obj && c, "%s loads", path))
		return;
	is(bpf_stream_consumer__add_object(c, unloaded), -EINVAL, "not loaded");
	is(bpf_stream_consumer__add_object(c, obj), 0, "add_object");
	is(bpf_stream_consumer__add_object(c, obj), -EEXIST, "... once");
	say(obj, "say_a", 1, "INFO 1 a.c:2: one\n\ttwo\n");
	is(bpf_stream_consumer__drain(c), 1, "... a record");
	snprintf(want, sizeof(want), "3 %s: a.c:2: one|3 %s: \ttwo|", name ? name : "say_a",
		 name ? name : "say_a");
	came(want, "... of the first program");
	say(obj, "say_b", 2, "plain\n");
	bpf_stream_consumer__drain(c);
	snprintf(want, sizeof(want), "2 %s: plain|", name ? name : "say_b");
	came(want, "... of the second one, on stderr");

	say(obj, "say_a", 2, "FATAL: end\n");
	say(obj, "say_a", 2, "INFO: after it\n");
	is(bpf_stream_consumer__poll(c, 15000), -ECANCELED, "... FATAL ends it");
	ok(to.ended, "... and it says so");
	bpf_stream_consumer__drain(c);
	snprintf(want, sizeof(want), "0 %s: end|3 %s: after it|", name ? name : "say_a",
		 name ? name : "say_a");
	came(want, "... and the rest comes by drain");

	if (name) {
		struct bpf_stream_consumer *other =
			bpf_stream_consumer__new(bpf_stream_forward, &to, NULL);

		is(bpf_stream_consumer__add_object(other, obj), -EBUSY, "another reader cannot");
		is(bpf_stream_consumer__owner(other), getpid(), "... and gets to know why");
		ok(!other->nr && !other->rings.nr, "... and follows nothing");
		bpf_stream_consumer__free(other);
		is(bpf_stream_consumer__remove_ring(c, ring), 0, "remove its ring");
	}
	if (have_streams()) {
		is(bpf_stream_consumer__remove_prog(c, fd_of(obj, "say_a")), 0, "remove a program");
		is(bpf_stream_consumer__remove_prog(c, fd_of(obj, "say_b")), 0, "... the other");
	}
	is(bpf_stream_consumer__add_object(c, obj), 0, "... add it again");
	bpf_stream_consumer__free(c);
	bpf_object__close(unloaded);
	bpf_object__close(obj);
}

/* Without capabilities */
static void test_unprivileged(const char *path)
{
	struct {
		uint32_t version;
		int pid;
	} header = {0x20080522, 0};
	struct bpf_object *obj = load(path);
	struct bpf_stream_forward_opts to = {.print = print};
	uint32_t sets[6] = {0};
	int status, pid;

	say(obj, "say_a", 1, "INFO: hello\n");
	pid = fork();
	if (!pid) {
		struct bpf_stream_consumer *c =
			bpf_stream_consumer__new(bpf_stream_forward, &to, NULL);

		if (syscall(SYS_capset, &header, sets))
			_exit(1);
		if (bpf_stream_consumer__add_object(c, obj))
			_exit(2);
		if (bpf_stream_consumer__drain(c) != 1 || strcmp(seen, "3 hello|"))
			_exit(3);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	if (!ok(WIFEXITED(status) && !WEXITSTATUS(status), "without capabilities: %s", path))
		note("status %d", WEXITSTATUS(status));
	bpf_object__close(obj);
}

/* What syslog(3) sends to /dev/log, in full but for the date */
static void test_syslog(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
	struct bpf_stream_forward_opts to = {.syslog = true};
	struct bpf_stream_consumer *c = bpf_stream_consumer__new(bpf_stream_forward, &to, NULL);
	static const char *const want[] = {"<130>| f", "<131>| a.c:2: e", "<132>| w",
					   "<134>| i", "<134>| \ttoo",	  "<135>| d",
					   "<135>| t", "<134>| plain"};
	struct timeval limit = {.tv_sec = 15};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct bpf_object *obj = load(path);

	if (!ok(!bind(fd, (void *)&addr, sizeof(addr)), "a real /dev/log"))
		return;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	openlog("loader", LOG_NDELAY, LOG_LOCAL0);
	bpf_stream_consumer__add_object(c, obj);
	say(obj, "say_a", 1,
	    "FATAL: f\nERROR 1 a.c:2: e\nWARN: w\nINFO: i\n\ttoo\nDEBUG: d\nTRACE: t\nplain\n");
	bpf_stream_consumer__drain(c);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		char got[256], line[300] = "";
		ssize_t n = recv(fd, got, sizeof(got) - 1, 0);
		char *text;

		got[n > 0 ? n : 0] = '\0';
		text = strstr(got, " loader:");
		if (text)
			snprintf(line, sizeof(line), "%.*s|%s", (int)strcspn(got, ">") + 1, got,
				 text + strlen(" loader:"));
		if (!ok(!strcmp(line, want[i]), "syslog: %s", want[i]))
			note("got: %s", got);
	}
	closelog();
	close(fd);
	unlink("/dev/log");
	bpf_stream_consumer__free(c);
	bpf_object__close(obj);
}

static void test_report(void)
{
	struct bpf_stream_forward_opts to = {.print = print, .end_on_report = true};
	struct bpf_stream_consumer *c = bpf_stream_consumer__new(bpf_stream_forward, &to, NULL);
	struct bpf_object *obj = bpf_object__open_file(MAY_GOTO, NULL);
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	if (!ok(obj && !bpf_object__load(obj), "%s loads", MAY_GOTO)) {
		log_show();
		return;
	}
	is(bpf_stream_consumer__add_object(c, obj), 0, "an object without these headers");
	ok(!bpf_prog_test_run_opts(fd_of(obj, "report"), &opts), "a fault");
	is(bpf_stream_consumer__drain(c), -ECANCELED, "... ends it");
	ok(to.ended && !strncmp(seen, "1 ERROR: Timeout detected for may_goto instruction|", 50),
	   "... after the report, an ERROR");
	seen[0] = 0;
	bpf_stream_consumer__free(c);
	bpf_object__close(obj);
}

static void test_no_streams(void)
{
	struct bpf_stream_consumer *c = bpf_stream_consumer__new(bpf_stream_forward, NULL, NULL);
	struct bpf_object *obj = load(STREAM);

	is(bpf_stream_consumer__add_object(c, obj), -EOPNOTSUPP, "no streams and no ring");
	bpf_stream_consumer__free(c);
	bpf_object__close(obj);
}

int main(void)
{
	log_capture();
	test_object(RING, "say_ring");
	test_unprivileged(RING);
	test_syslog(RING);
	if (!have_streams()) {
		test_no_streams();
		skip("this kernel has no streams", "an object with streams, a report");
		return tap_done();
	}
	test_object(STREAM, NULL);
	test_unprivileged(STREAM);
	test_report();
	return tap_done();
}
