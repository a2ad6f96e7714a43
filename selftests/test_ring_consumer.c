// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Rings in a struct bpf_stream_consumer: found by the program or given by their maps, beside streams
 * and on kernels without; once for all programs of an object; waiting without a timer; the reader
 * that is in the way. (test_ring_reader.c: what is in a ring.)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "came.h"
#include "lib.h"
#include "ring.h"

#define WRITER "build/selftests/user_progs/ring_log.bpf.o"

/* For limits: other machines may be emulated on the same processors */
#define AT_LAST 15.0

/* Programs. Whose record it is: "<fd><ctx>", with a letter for the fd. */
static int a, b;
static struct bpf_stream_consumer *in_callback;

static int take(void *ctx, const struct bpf_stream_record *rec)
{
	char whose[64];
	int ret;

	snprintf(whose, sizeof(whose), "%c%s",
		 rec->prog_fd == a    ? 'a'
		 : rec->prog_fd == b  ? 'b'
		 : rec->prog_fd == -1 ? '-'
				      : '?',
		 (const char *)rec->prog_ctx);
	ret = note_record(whose, rec);
	if (in_callback &&
	    (bpf_stream_consumer__add_ring(in_callback, ring_fd, literals_fd, NULL) != -EBUSY ||
	     bpf_stream_consumer__owner(in_callback) ||
	     bpf_stream_consumer__remove_ring(in_callback, ring_fd) != -EBUSY ||
	     bpf_stream_consumer__poll(in_callback, 0) != -EBUSY))
		return -EPROTO;
	(void)ctx;
	return ret;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static struct bpf_stream_consumer *new_consumer(void)
{
	struct bpf_stream_consumer *c = bpf_stream_consumer__new(take, NULL, NULL);

	forget();
	if (!c)
		note("no consumer: %s", strerror(errno));
	return c;
}

/* Nobody reads the ring, and it is empty. */
static bool is_free(void)
{
	struct bpf_stream_ring *ring = bpf_stream_ring__open(ring_fd, literals_fd, 0, take, NULL);
	bool ret = ring && !bpf_stream_ring__owner(ring) && !bpf_stream_ring__pending(ring);

	bpf_stream_ring__free(ring);
	return ret;
}

static void test_programs(void)
{
	struct bpf_stream_consumer *c = new_consumer();

	is(bpf_stream_consumer__add_prog(c, a, BPF_STREAM_BOTH, "A"), 0, "add a program");
	ok(!is_free(), "... and its ring is read");
	is(bpf_stream_consumer__add_prog(c, a, BPF_STREAM_BOTH, "A"), -EEXIST, "... once");
	put_text(1, "plain\n");
	put_text(2, "begun,");
	is(bpf_stream_consumer__drain(c), 2, "drain");
	came("aA1p:plain|aA2p+begun,", "... records look as those of streams");
	put_text(2, "plain\n");
	bpf_stream_consumer__drain(c);
	came("aA2p-plain", "... the end of a line");

	is(bpf_stream_consumer__add_prog(c, b, BPF_STREAM_BOTH, "B"), 0,
	   "add a second program of the object");
	put_text(1, "plain\n");
	is(bpf_stream_consumer__drain(c), 1, "... no second ring");
	came("aA1p:plain", "... it keeps the first one's name");
	put_text(1, "plain\n");
	is(bpf_stream_consumer__remove_prog(c, a), 1, "remove the first");
	came("aA1p:plain", "... after all that is there");
	put_text(1, "plain\n");
	bpf_stream_consumer__drain(c);
	came("bB1p:plain", "... the second one keeps the ring");
	put_text(1, "begun,");
	is(bpf_stream_consumer__remove_prog(c, b), 1, "remove the last");
	came("bB1p+begun,", "... after all that is there, incomplete lines too");
	ok(is_free(), "... and its ring is free");
	is(bpf_stream_consumer__remove_prog(c, b), -ENOENT, "... once");

	is(bpf_stream_consumer__add_prog(c, a, 1 << BPF_STREAM_ID_STDERR, "A"), 0,
	   "one stream only");
	put_text(1, "plain\n");
	put_text(2, "plain\n");
	bpf_stream_consumer__drain(c);
	came("aA2p:plain", "... the other one's records are dropped");
	is(bpf_stream_consumer__add_prog(c, b, 1 << BPF_STREAM_ID_STDOUT, "B"), 0,
	   "... the other one for another program");
	put_text(1, "plain\n");
	put_text(2, "plain\n");
	bpf_stream_consumer__drain(c);
	came("aA1p:plain|aA2p:plain", "... then both");
	bpf_stream_consumer__free(c);
	ok(is_free(), "free: the ring is free");
}

static void test_maps(void)
{
	struct bpf_stream_consumer *c = new_consumer();

	is(bpf_stream_consumer__add_ring(c, -1, literals_fd, NULL), -EBADF, "add_ring: no fd");
	is(bpf_stream_consumer__add_ring(c, literals_fd, literals_fd, NULL), -EINVAL,
	   "add_ring: an array");
	is(bpf_stream_consumer__add_ring(c, ring_fd, ring_fd, NULL), -ENOENT,
	   "add_ring: no literals");
	is(bpf_stream_consumer__remove_ring(c, ring_fd), -ENOENT, "remove_ring: not there");
	is(bpf_stream_consumer__remove_ring(c, -1), -EBADF, "remove_ring: no fd");
	is(bpf_stream_consumer__add_ring(c, ring_fd, literals_fd, "R"), 0, "add_ring");
	is(bpf_stream_consumer__add_ring(c, ring_fd, literals_fd, "R"), -EEXIST, "... once");
	ok(c->armed_ns == __BPF_STREAM_NEVER, "... no timer for reading");
	put_text(1, "plain\n");
	put_text(2, "plain\n");
	in_callback = c;
	bpf_stream_consumer__drain(c);
	in_callback = NULL;
	came("-R1p:plain|-R2p:plain", "... records without a program; in the callback: -EBUSY");
	is(bpf_stream_consumer__add_prog(c, a, BPF_STREAM_BOTH, "A"), 0,
	   "add a program that has it");
	put_text(1, "plain\n");
	bpf_stream_consumer__drain(c);
	came("-R1p:plain", "... no second ring");
	put_text(1, "plain\n");
	is(bpf_stream_consumer__remove_ring(c, ring_fd), 1, "remove_ring");
	forget();
	put_text(1, "plain\n");
	bpf_stream_consumer__drain(c);
	came("aA1p:plain", "... the program keeps it");
	bpf_stream_consumer__remove_prog(c, a);
	ok(is_free(), "... until it is removed");
	is(bpf_stream_consumer__add_ring(c, ring_fd, literals_fd, "R"), 0, "add_ring again");
	put_text(1, "plain\n");
	is(bpf_stream_consumer__remove_ring(c, ring_fd), 1,
	   "... and remove it: what is there comes");
	ok(is_free(), "... and it is free");
	bpf_stream_consumer__free(c);
}

static void *put_soon(void *arg)
{
	usleep(200000);
	put_text(1, "plain\n");
	return arg;
}

static void *hold(void *arg)
{
	run("hold");
	return arg;
}

static void test_waiting(void)
{
	volatile uint32_t *held = bss_var("held"), *go = bss_var("go");
	struct bpf_stream_consumer *c = new_consumer();
	struct pollfd pfd = {.fd = bpf_stream_consumer__epoll_fd(c), .events = POLLIN};
	pthread_t thread;
	uint64_t cpu_ns;
	double begin;
	int n;

	put_text(1, "plain\n");
	bpf_stream_consumer__add_ring(c, ring_fd, literals_fd, "R");
	is(bpf_stream_consumer__poll(c, -1), 1, "poll: what was there before");
	came("-R1p:plain", "... comes");
	ok(c->armed_ns == __BPF_STREAM_NEVER, "... then there is no timer");
	is(bpf_stream_consumer__poll(c, 200), 0, "poll: the time is up");
	is(poll(&pfd, 1, 0), 0, "the epoll fd is silent");
	pthread_create(&thread, NULL, put_soon, NULL);
	begin = now();
	is(bpf_stream_consumer__poll(c, -1), 1, "poll: woken by the ring");
	ok(now() - begin < AT_LAST, "... in time: %.3f s", now() - begin);
	came("-R1p:plain", "... and it has the record");
	pthread_join(thread, NULL);

	/* a loop of somebody else's */
	pthread_create(&thread, NULL, put_soon, NULL);
	for (n = 0, begin = now(); !calls && now() - begin < AT_LAST; n++) {
		is(poll(&pfd, 1, (int)(AT_LAST * 1000)), 1, "the epoll fd wakes");
		bpf_stream_consumer__poll(c, 0);
	}
	pthread_join(thread, NULL);
	came("-R1p:plain", "... and has the record");
	ok(n == 2, "... for the ring, and for the record that it waited with: %d times", n);
	is(poll(&pfd, 1, 50), 0, "... then it is silent");

	/* what is not consumed, because it is being written, must not keep it busy */
	put_text(2, "plain\n"); /* this one wakes it */
	pthread_create(&thread, NULL, hold, NULL);
	while (!*held)
		usleep(1000);
	put_text(2, "plain\n");
	cpu_ns = __bpf_stream_clock_ns(__BPF_STREAM_THREAD_CPU);
	is(bpf_stream_consumer__drain(c), 1, "before a message that is being written");
	is(poll(&pfd, 1, 200), 0, "... then the epoll fd is silent");
	is(bpf_stream_consumer__poll(c, 1000), 0, "... and nothing comes");
	bpf_stream_consumer__poll(c, 0);
	is(poll(&pfd, 1, 500), 0, "... the epoll fd is silent");
	cpu_ns = __bpf_stream_clock_ns(__BPF_STREAM_THREAD_CPU) - cpu_ns;
	ok(cpu_ns < 200000000, "... it waits in its sleep: %u us", (unsigned int)(cpu_ns / 1000));
	*go = 1;
	begin = now();
	n = bpf_stream_consumer__poll(c, -1);
	ok(n > 0 && now() - begin < AT_LAST, "... and wakes when it is complete");
	bpf_stream_consumer__drain(c);
	came("-R2p:plain|-R1p:7 8|-R2p:plain", "... with what comes after it");
	pthread_join(thread, NULL);
	*go = *held = 0;

	/* The callback stops: the rest comes with the next call, once. */
	for (n = 0; n < 4; n++)
		put_text(1, "plain\n");
	stop_after = 2;
	is(bpf_stream_consumer__poll(c, -1), -ECANCELED, "poll returns what the callback returned");
	ok(!c->armed_ns && poll(&pfd, 1, 5000) == 1, "... and the epoll fd wakes at once");
	stop_after = 0;
	bpf_stream_consumer__drain(c);
	is(calls, 4, "... and goes on after it");
	forget();
	for (n = 0; n < 3; n++)
		put_text(1, "plain\n");
	stop_after = 1;
	is(bpf_stream_consumer__remove_ring(c, ring_fd), -ECANCELED, "remove_ring, too");
	is(bpf_stream_consumer__remove_ring(c, ring_fd), 2, "... and what is left comes then");
	bpf_stream_consumer__free(c);
	ok(is_free(), "... all of it");
}

static void test_owner(void)
{
	struct bpf_stream_consumer *c = new_consumer(), *other = new_consumer();
	int status;
	pid_t pid;

	is(bpf_stream_consumer__add_prog(other, a, BPF_STREAM_BOTH, "A"), 0, "one reads the ring");
	is(bpf_stream_consumer__add_prog(c, a, BPF_STREAM_BOTH, "A"), -EBUSY, "another one cannot");
	is(bpf_stream_consumer__owner(c), getpid(), "... and gets to know who does");
	is(bpf_stream_consumer__remove_prog(c, a), -ENOENT, "... and follows nothing of it");
	is(bpf_stream_consumer__add_ring(c, ring_fd, literals_fd, NULL), -EBUSY, "nor by the maps");
	is(bpf_stream_consumer__owner(c), getpid(), "... likewise");
	is(bpf_stream_consumer__add_ring(c, ring_fd, ring_fd, NULL), -ENOENT, "another error");
	is(bpf_stream_consumer__owner(c), 0, "... is nobody's");
	put_text(1, "plain\n");
	pid = fork();
	if (!pid)
		_exit(bpf_stream_consumer__add_prog(c, b, BPF_STREAM_BOTH, "B") == -EBUSY &&
				      bpf_stream_consumer__owner(c) == getppid()
			      ? 0
			      : 1);
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && !WEXITSTATUS(status), "nor another process");

	if (have_streams()) {
		int say = prog_fd("say");

		is(bpf_stream_consumer__add_prog(c, say, BPF_STREAM_BOTH, "B"), -EBUSY,
		   "nor for a program that may write to streams");
		run("say");
		is(bpf_stream_consumer__add_prog(c, say, BPF_STREAM_BOTH, "B"), 0,
		   "... but once it does, the ring is not in the way");
		bpf_stream_consumer__remove_prog(c, say);
	} else {
		skip("this kernel has no streams", "a ring that is not in the way");
	}
	forget();
	bpf_stream_consumer__drain(other);
	came("aA1p:plain", "the reader has not noticed");
	bpf_stream_consumer__remove_prog(other, a);
	is(bpf_stream_consumer__add_prog(c, a, BPF_STREAM_BOTH, "A"), 0,
	   "when it is gone another one can");
	bpf_stream_consumer__free(c);
	bpf_stream_consumer__free(other);
}

static void test_streams(void)
{
	struct bpf_stream_consumer *c = new_consumer();
	int say = prog_fd("say");

	a = say;
	is(bpf_stream_consumer__add_prog(c, say, BPF_STREAM_BOTH, "A"), 0, "stream and ring");
	if (!have_streams()) {
		ok(c->armed_ns == __BPF_STREAM_NEVER && c->nr == 0,
		   "without streams: the ring alone, and no timer");
		put_text(2, "plain\n");
		is(bpf_stream_consumer__poll(c, -1), 1, "... it wakes");
		came("aA2p:plain", "... and comes");
		bpf_stream_consumer__free(c);
		return;
	}
	run("say");
	put_text(2, "plain\n");
	bpf_stream_consumer__drain(c);
	came("aA1p:on the stream|aA2p:plain", "... are read beside each other");
	run("say");
	put_text(2, "plain\n");
	for (double begin = now(); calls < 2 && now() - begin < AT_LAST;)
		bpf_stream_consumer__poll(c, 1000);
	ok(calls == 2 && strstr(seen, "aA1p:on the stream") && strstr(seen, "aA2p:plain"),
	   "... while waiting, too");
	run("say");
	put_text(2, "plain\n");
	is(bpf_stream_consumer__remove_prog(c, say), 2, "... and when it is removed");
	bpf_stream_consumer__free(c);
}

/* Without capabilities: streams by the program's fd, the ring by the maps' */
static void test_unprivileged(void)
{
	struct {
		uint32_t version;
		int pid;
	} header = {0x20080522, 0};
	uint32_t sets[6] = {0};
	int status, pid = fork();

	if (!pid) {
		struct bpf_stream_consumer *c = new_consumer(), *other = new_consumer();

		if (syscall(SYS_capset, &header, sets))
			_exit(1);
		if (bpf_stream_consumer__add_prog(c, a, BPF_STREAM_BOTH, "A") !=
		    (have_streams() ? 0 : -EPERM))
			_exit(2);
		put_text(1, "plain\n");
		if (bpf_stream_consumer__add_ring(c, ring_fd, literals_fd, "R"))
			_exit(3);
		if (bpf_stream_consumer__drain(c) != 1 || strcmp(seen, "-R1p:plain"))
			_exit(4);
		if (bpf_stream_consumer__add_ring(other, ring_fd, literals_fd, "R") != -EBUSY ||
		    bpf_stream_consumer__owner(other) != getpid())
			_exit(5);
		bpf_stream_consumer__free(c);
		if (bpf_stream_consumer__add_ring(other, ring_fd, literals_fd, "R"))
			_exit(6);
		bpf_stream_consumer__free(other);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	if (!ok(WIFEXITED(status) && !WEXITSTATUS(status),
		"without capabilities: by the maps' fds"))
		note("status %d", WEXITSTATUS(status));
}

/* What the headers write: bpf_stream/ring.h */
static bool run_fd(int fd)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	return !bpf_prog_test_run_opts(fd, &opts) && !opts.retval;
}

static unsigned long lines, lost;

static int count_lines(void *ctx, const struct bpf_stream_record *rec)
{
	char text[128];
	unsigned long n;

	(void)ctx;
	snprintf(text, sizeof(text), "%.*s", (int)rec->log.text_len, rec->log.text);
	if (rec->log.kind == BPF_LOG_KIND_PLAIN && sscanf(text, "%lu", &n) == 1)
		lines++;
	else if (strstr(text, " messages lost by ") && sscanf(text, "%lu", &n) == 1)
		lost += n;
	return 0;
}

static void test_writer(void)
{
	struct bpf_object *log = bpf_object__open_file(WRITER, NULL);
	struct bpf_stream_consumer *c = new_consumer();
	struct bpf_log_counts counts = {0};
	int speak, flood;
	__u32 retval;

	if (!ok(log && !bpf_object__load(log), "an object with bpf_stream/ring.h loads")) {
		log_show();
		return;
	}
	speak = bpf_program__fd(bpf_object__find_program_by_name(log, "speak"));
	flood = bpf_program__fd(bpf_object__find_program_by_name(log, "flood"));
	a = speak;
	is(bpf_stream_consumer__add_prog(c, speak, BPF_STREAM_BOTH, "L"), 0, "... is followed");
	ok(run_fd(speak), "... runs");
	bpf_stream_consumer__drain(c);
	/* each stream in its order */
	came("aL1r:number -7, string name, literal words|aL1p:in pieces, !|"
	     "aL1r:dump 0000: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 |0123456789abcdef||"
	     "aL2r:address 10.0.0.1|"
	     "aL1r:dump 0010: 67 68 69 00                                     |ghi.||"
	     "aL2r:staged 1\n\tand name",
	     "... and comes as text of streams does");
	bpf_stream_consumer__free(c);

	/* BPF_STREAM_RING_SIZE, bpf_stream_ring_cut */
	is(bpf_map__max_entries(bpf_object__find_map_by_name(log, "bpf_stream_ring")), 64 * 1024,
	   "... a ring of the size that the program defines");
	c = new_consumer();
	bpf_stream_consumer__add_prog(c, speak, BPF_STREAM_BOTH, "L");
	ok(run_prog(bpf_object__find_program_by_name(log, "cut"), &retval) == 0 && retval == 2,
	   "... strings without room are counted");
	ok(!bpf_log_losses(speak, &counts) && counts.ring_cut == 2,
	   "... bpf_log_losses() has their number");
	bpf_stream_consumer__drain(c);
	ok(strlen(seen) == strlen("aL1p:") + 511 + strlen(", [cut], 7, [cut]") &&
		   strstr(seen, "xx, [cut], 7, [cut]"),
	   "... and the message is kept");
	forget();
	bpf_stream_consumer__free(c);

	/* two rings in one consumer */
	c = new_consumer();
	b = prog_fd("put");
	is(bpf_stream_consumer__add_prog(c, b, BPF_STREAM_BOTH, "R"), 0, "two rings");
	is(bpf_stream_consumer__add_prog(c, speak, BPF_STREAM_BOTH, "L"), 0, "... of two objects");
	put_text(1, "plain\n");
	is(bpf_stream_consumer__poll(c, -1), 1, "... one wakes");
	came("bR1p:plain", "... with its record");
	ok(run_fd(speak), "... the other one");
	ok(bpf_stream_consumer__poll(c, -1) > 0 && !strncmp(seen, "aL1r:number -7", 14),
	   "... wakes with its own");
	bpf_stream_consumer__drain(c);
	is(calls, 6, "... all of them");
	forget();
	put_text(1, "plain\n");
	is(bpf_stream_consumer__remove_prog(c, b), 1, "... remove the first");
	forget();
	put_text(1, "plain\n");
	ok(run_fd(speak) && bpf_stream_consumer__poll(c, -1) > 0, "... the second still wakes");
	bpf_stream_consumer__drain(c);
	ok(calls == 6 && !strstr(seen, "plain"), "... and is the only one");
	forget();
	bpf_stream_consumer__free(c);

	c = bpf_stream_consumer__new(count_lines, NULL, NULL);
	bpf_stream_consumer__add_prog(c, flood, BPF_STREAM_BOTH, NULL);
	ok(run_fd(flood), "a ring that is full");
	bpf_stream_consumer__drain(c);
	run_fd(speak);
	is(bpf_log_losses(flood, &counts), 0, "... losses");
	ok(lines && lines + bpf_log_lost_total(&counts.lost[0]) == 20000,
	   "... written + lost = attempted: %lu", lines);
	bpf_stream_consumer__drain(c);
	ok(lost == bpf_log_lost_total(&counts.lost[0]), "... and a record says so");
	if (lost != bpf_log_lost_total(&counts.lost[0]))
		note("%lu, %lu", lost, (unsigned long)bpf_log_lost_total(&counts.lost[0]));
	bpf_stream_consumer__free(c);
	bpf_object__close(log);
}

int main(void)
{
	log_capture();
	if (!ok(ring_load(), "loads")) {
		log_show();
		return tap_done();
	}
	a = prog_fd("put");
	b = prog_fd("put_too");
	test_programs();
	test_maps();
	test_waiting();
	test_owner();
	test_unprivileged();
	test_streams();
	test_writer();
	return tap_done();
}
