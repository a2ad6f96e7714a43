// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * struct bpf_stream_consumer on real streams: records are whole, in order, and from the right program
 * and stream; waiting, its end, and its errors. (host/user_h.c cuts text anywhere.)
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "came.h"
#include "lib.h"

#define OBJECT "build/selftests/user_progs/say.bpf.o"

/* as in say.bpf.c */
struct words {
	__u32 stream;
	__u32 times;
	char text[504];
};

static struct bpf_object *obj;
static int a, b, flood;

static void run(int fd, int stream, int times, const char *text)
{
	struct words words = {.stream = stream, .times = times};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &words, .ctx_size_in = sizeof(words));

	snprintf(words.text, sizeof(words.text), "%s", text);
	if (bpf_prog_test_run_opts(fd, &opts) || opts.retval)
		note("cannot run: %s, %d", strerror(errno), (int)opts.retval);
}

static void say(int fd, int stream, const char *text)
{
	run(fd, stream, 0, text);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static struct bpf_stream_consumer *in_callback;

static int take(void *ctx, const struct bpf_stream_record *rec)
{
	int ret = note_record((const char *)rec->prog_ctx, rec);

	*(int *)ctx += 1;
	if (in_callback &&
	    (bpf_stream_consumer__poll(in_callback, 0) != -EBUSY ||
	     bpf_stream_consumer__consume(in_callback) != -EBUSY ||
	     bpf_stream_consumer__drain(in_callback) != -EBUSY ||
	     bpf_stream_consumer__add_prog(in_callback, b, BPF_STREAM_BOTH, NULL) != -EBUSY ||
	     bpf_stream_consumer__remove_prog(in_callback, a) != -EBUSY))
		return -EPROTO;
	return ret;
}

static int ctx;

static struct bpf_stream_consumer *consumer_of_both(size_t max_record, unsigned int quiet_ms)
{
	struct bpf_stream_consumer_opts opts = {.max_record = max_record, .quiet_ms = quiet_ms};
	struct bpf_stream_consumer *c = bpf_stream_consumer__new(take, &ctx, &opts);

	forget();
	if (!c || bpf_stream_consumer__add_prog(c, a, BPF_STREAM_BOTH, "a") ||
	    bpf_stream_consumer__add_prog(c, b, BPF_STREAM_BOTH, "b"))
		note("no consumer: %s", strerror(errno));
	return c;
}

static void test_errors(void)
{
	struct bpf_stream_consumer_opts opts = {0};
	struct bpf_stream_consumer *c = bpf_stream_consumer__new(take, &ctx, NULL);
	int null = open("/dev/null", O_RDONLY), want = have_streams() ? 0 : -EOPNOTSUPP;

	is(bpf_stream_consumer__add_prog(c, a, BPF_STREAM_BOTH, NULL), want, "add a program");
	is(bpf_stream_consumer__add_prog(c, null, BPF_STREAM_BOTH, NULL), want ? want : -EINVAL,
	   "add an fd of something else");
	is(bpf_stream_consumer__add_prog(c, -1, BPF_STREAM_BOTH, NULL), want ? want : -EBADF,
	   "add no fd");
	is(bpf_stream_consumer__add_prog(c, b, 0, NULL), -EINVAL, "add no stream");
	is(bpf_stream_consumer__add_prog(c, b, 1, NULL), -EINVAL, "add stream 0");
	is(bpf_stream_consumer__add_prog(c, a, BPF_STREAM_BOTH, NULL), want ? want : -EEXIST,
	   "add it twice");
	is(bpf_stream_consumer__remove_prog(c, b), -ENOENT, "remove another");
	is(bpf_stream_consumer__poll(c, 0), 0, "poll: nothing there");
	bpf_stream_consumer__free(c);
	bpf_stream_consumer__free(NULL);
	close(null);

	errno = 0;
	ok(!bpf_stream_consumer__new(NULL, NULL, NULL) && errno == EINVAL, "new: no callback");
	opts.max_record = 255;
	errno = 0;
	ok(!bpf_stream_consumer__new(take, NULL, &opts) && errno == EINVAL, "new: max_record 255");
	opts.max_record = SIZE_MAX;
	errno = 0;
	ok(!bpf_stream_consumer__new(take, NULL, &opts) && errno == EINVAL,
	   "new: max_record of all there is");
}

static void test_records(void)
{
	/* nothing is handed out because time has passed */
	struct bpf_stream_consumer *c = consumer_of_both(0, 60000);

	say(a, 1, "INFO 12 a.c:7: one\n");
	say(b, 1, "\tof b\n");
	say(a, 1, "\tmore\n");
	say(a, 2, "\tof stderr\n");
	say(a, 1, "\tand more\n");
	say(a, 1, "WARN: two\nthree\n\tfour\n\nfive\n");
	say(b, 2, "ERROR: six\n");
	is(bpf_stream_consumer__consume(c), 4, "consume: those that are known to be whole");
	forget();
	is(bpf_stream_consumer__drain(c), 4, "drain: the others");
	forget();

	say(a, 1, "INFO 12 a.c:7: one\n");
	say(b, 1, "\tof b\n");
	say(a, 1, "\tmore\n");
	is(bpf_stream_consumer__remove_prog(c, a), 1, "remove: the rest is handed out");
	came("a1r:one\n\tmore", "... also an incomplete record: continuation lines join");
	bpf_stream_consumer__drain(c);
	came("b1c:of b", "a continuation joins nothing of another program");
	say(a, 1, "nobody\n");
	is(bpf_stream_consumer__drain(c), 0, "a removed program is no longer followed");
	is(bpf_stream_consumer__add_prog(c, a, 1 << BPF_STREAM_ID_STDERR, "A"), 0, "add it again");
	say(a, 2, "\tb\n");
	bpf_stream_consumer__drain(c);
	came("A2c:b", "one stream only, a new context; a continuation of nothing");
	in_callback = c;
	say(a, 2, "INFO: busy\n");
	is(bpf_stream_consumer__drain(c), 1, "in the callback: -EBUSY");
	in_callback = NULL;
	forget();
	bpf_stream_consumer__free(c);

	c = bpf_stream_consumer__new(take, &ctx, NULL);
	bpf_stream_consumer__add_prog(c, a, BPF_STREAM_BOTH, "a");
	say(a, 1, "INFO 12 a.c:7: one\n\ttwo\nWARN: three\n");
	bpf_stream_consumer__drain(c);
	came("a1p:nobody|a1r:one\n\ttwo|a1r:three", "record by record");
	bpf_stream_consumer__free(c);
}

/* The callback stops in the middle of the text that was read: the next call delivers the rest, once */
static void test_stop(void)
{
	struct bpf_stream_consumer *c = consumer_of_both(0, 0);
	struct pollfd pfd = {.events = POLLIN};

	say(a, 1, "1\n2\n3\n4\n");
	say(b, 1, "5\n6\n");
	stop_after = 2;
	is(bpf_stream_consumer__poll(c, -1), -ECANCELED, "poll returns what the callback returned");
	say(a, 1, "7\n");
	for (double begin = now(); calls < 7 && now() - begin < 10;)
		bpf_stream_consumer__poll(c, 50);
	bpf_stream_consumer__poll(c, 50); /* nothing comes twice */
	if (strstr(seen, "a1p:1") < strstr(seen, "a1p:2") &&
	    strstr(seen, "a1p:2") < strstr(seen, "a1p:3") &&
	    strstr(seen, "a1p:3") < strstr(seen, "a1p:4") &&
	    strstr(seen, "a1p:4") < strstr(seen, "a1p:7") && strstr(seen, "b1p:6"))
		ok(calls == 7 && strstr(seen, "b1p:5"), "... and continues after it: %d", calls);
	else
		came("in order", "... and continues after it");
	forget();
	say(a, 1, "1\n2\n");
	stop_after = 2;
	is(bpf_stream_consumer__drain(c), -ECANCELED, "drain too");
	is(bpf_stream_consumer__drain(c), 0, "... and records are handed out once");
	came("a1p:1|a1p:2", "... once each");

	/* After a long silence the next look is not due by itself. */
	for (int i = 0; i < 10; i++)
		bpf_stream_consumer__poll(c, 0);
	say(a, 1, "1\n2\n3\n");
	stop_after = 1;
	is(bpf_stream_consumer__remove_prog(c, a), -ECANCELED, "remove too");
	/* Test that the timer is set to a time in the past; "immediately" cannot be measured here */
	pfd.fd = bpf_stream_consumer__epoll_fd(c);
	ok(!c->armed_ns && poll(&pfd, 1, 5000) == 1,
	   "... and the epoll fd wakes immediately, because there is more");
	is(bpf_stream_consumer__remove_prog(c, a), 2, "... which comes then");
	came("a1p:1|a1p:2|a1p:3", "... once each");
	bpf_stream_consumer__free(c);
}

static void test_pieces(void)
{
	struct bpf_stream_consumer *c = consumer_of_both(256, 0);
	char text[300] = "";

	/* three messages make a line of 606 bytes */
	memset(text, 'x', 200);
	say(a, 1, "WARN: ");
	for (int i = 0; i < 3; i++)
		say(a, 1, text);
	say(a, 1, "\n\ttail\nnext\n");
	bpf_stream_consumer__drain(c);
	ok(!strncmp(seen, "a1r+xxx", 7) && strstr(seen, "|a1r~xxx") && strstr(seen, "|a1r-xxx") &&
		   strstr(seen, "x\n\ttail|a1p:next"),
	   "a long line comes in pieces");
	forget();

	/* the start of a kernel report, then a longer line than a report has */
	say(a, 1, "ERROR: Timeout detected for bpf_res_spin_lock");
	for (int i = 0; i < 2; i++)
		say(a, 1, text);
	say(a, 1, "\n");
	bpf_stream_consumer__drain(c);
	ok(!strncmp(seen, "a1p+ERROR", 9) && strstr(seen, "|a1p-xxx"),
	   "... and is no report, despite its beginning");
	forget();
	bpf_stream_consumer__free(c);
}

static void on_alarm(int signal)
{
	(void)signal; /* it only has to interrupt */
}

/* For the limits below: other machines may be emulated on the same processors */
#define AT_LAST 15.0

static void test_waiting(void)
{
	struct bpf_stream_consumer *c = consumer_of_both(0, 100);
	struct pollfd pfd = {.fd = bpf_stream_consumer__epoll_fd(c), .events = POLLIN};
	/* repeatedly: poll would wait for ever after a signal that comes too early */
	struct itimerval timer = {.it_value.tv_usec = 100000, .it_interval.tv_usec = 100000};
	double begin = now(), waited;
	int n;

	is(bpf_stream_consumer__poll(c, 300), 0, "poll: the time is up");
	waited = now() - begin;
	ok(waited >= 0.3 && waited < AT_LAST, "... then, and not before: %.3f s", waited);

	say(a, 1, "begun,");
	begin = now();
	is(bpf_stream_consumer__poll(c, -1), 1, "poll, for ever: an incomplete line");
	waited = now() - begin;
	ok(waited >= 0.09 && waited < AT_LAST, "... after the silence that was asked for: %.3f s",
	   waited);
	came("a1p+begun,", "... a first piece");
	say(a, 1, " ended\n");
	say(a, 1, "\tcontinued\n");
	is(bpf_stream_consumer__poll(c, -1), 1, "its end");
	came("a1p- ended\n\tcontinued", "... the last piece, with what continues it");

	begin = now();
	say(a, 1, "INFO: line\n");
	is(bpf_stream_consumer__poll(c, -1), 1, "a record with its newline");
	waited = now() - begin;
	ok(waited >= 0.009 && waited < AT_LAST, "... waits for a tenth of it: %.3f s", waited);
	forget();

	sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	is(bpf_stream_consumer__poll(c, -1), -EINTR, "a signal ends waiting");
	setitimer(ITIMER_REAL, &(struct itimerval){}, NULL);

	/* another event loop */
	begin = now();
	say(b, 2, "INFO: by epoll\n");
	for (n = 0; !calls && now() - begin < 10; n++) {
		if (poll(&pfd, 1, 5000) != 1 || bpf_stream_consumer__consume(c) < 0)
			break;
	}
	came("b2r:by epoll", "the epoll fd wakes when it is time to look");
	begin = now();
	n = 0;
	do {
		poll(&pfd, 1, 500);
		bpf_stream_consumer__poll(c, 0);
		n++;
		waited = now() - begin;
	} while (waited < 0.5 || (n < 2 && waited < AT_LAST));
	ok(n >= 2 && n <= 50 * waited, "... rarely when nothing comes: %d times in %.1f s", n,
	   waited);
	bpf_stream_consumer__free(c);
	n = bpf_stream_consumer__epoll_fd(c = bpf_stream_consumer__new(take, &ctx, NULL));
	pfd.fd = n;
	is(poll(&pfd, 1, 100), 0, "without programs the epoll fd never does");
	bpf_stream_consumer__free(c);
}

/*
 * One stream is full and is filled again while it is read: text of another one still has its turn. The
 * first line of that is whole as soon as it is read, because a second one follows it.
 */
static int nr_before_b, nr_a;

static int look_for_b(void *unused, const struct bpf_stream_record *rec)
{
	(void)unused;
	if (*(const char *)rec->prog_ctx == 'b') {
		nr_before_b = nr_before_b ?: nr_a;
		return 0;
	}
	if (++nr_a == 1)
		say(b, 1, "one\ntwo\n");
	if (nr_a % 10000 == 0)
		run(flood, 1, 10000, "");
	return 0;
}

static void test_fairness(void)
{
	struct bpf_stream_consumer *c = bpf_stream_consumer__new(look_for_b, NULL, NULL);
	int i;

	bpf_stream_consumer__add_prog(c, flood, BPF_STREAM_BOTH, "a");
	bpf_stream_consumer__add_prog(c, b, BPF_STREAM_BOTH, "b");
	run(flood, 1, 20000, "");
	for (i = 0; i < 20 && !nr_before_b; i++)
		bpf_stream_consumer__poll(c, -1);
	/* the turn in which it was written: one stream, 6 bytes a line */
	ok(nr_before_b > 0 && nr_before_b <= 100000 / 6,
	   "a flood does not starve the others: %d lines of it came before", nr_before_b);
	ok(bpf_stream_consumer__consume(c) > 0, "consume ends while it is still being written");
	bpf_stream_consumer__free(c);
}

/* Two consumers of one program, each in its own thread: each gets only whole lines. */
struct sharer {
	pthread_t thread;
	struct bpf_stream_consumer *c;
	volatile unsigned long nr;
	unsigned long torn;
	char what[64];
};

static volatile bool written;

static int look_at_line(void *arg, const struct bpf_stream_record *rec)
{
	struct sharer *sharer = arg;

	sharer->nr++;
	if (rec->first && rec->last && rec->raw_len == 6 && strspn(rec->raw, "0123456789") == 5)
		return 0;
	/* losses of the flood */
	if (rec->first && rec->last && rec->log.level == BPF_LOG_WARN &&
	    !memcmp(rec->raw + rec->raw_len - 2, ")\n", 2))
		return 0;
	if (!sharer->torn++)
		snprintf(sharer->what, sizeof(sharer->what), "%.*s", (int)rec->raw_len, rec->raw);
	return 0;
}

static void *share(void *arg)
{
	struct sharer *sharer = arg;

	while (!written)
		bpf_stream_consumer__poll(sharer->c, 5);
	bpf_stream_consumer__drain(sharer->c);
	return NULL;
}

static void test_two_consumers(void)
{
	struct sharer sharers[2] = {0};
	int i;

	for (i = 0; i < 2; i++) {
		sharers[i].c = bpf_stream_consumer__new(look_at_line, &sharers[i], NULL);
		bpf_stream_consumer__add_prog(sharers[i].c, flood, BPF_STREAM_BOTH, NULL);
		if (pthread_create(&sharers[i].thread, NULL, share, &sharers[i]))
			note("no thread");
	}
	/* with pauses, so that the other consumer gets its turn */
	for (i = 0; i < 60 || (i < 600 && !(sharers[0].nr && sharers[1].nr)); i++) {
		run(flood, 1, 10000, "");
		usleep(i % 4 * 5000);
	}
	written = true;
	for (i = 0; i < 2; i++) {
		pthread_join(sharers[i].thread, NULL);
		if (sharers[i].torn || !sharers[i].nr)
			note("%lu of %lu, \"%s\"", sharers[i].torn, sharers[i].nr, sharers[i].what);
		bpf_stream_consumer__free(sharers[i].c);
	}
	ok(sharers[0].nr && sharers[1].nr && !sharers[0].torn && !sharers[1].torn,
	   "two consumers of one program: whole lines for both");
}

/* 2,000 silent streams: the cost of waiting for them */
static void test_idle(void)
{
	struct bpf_stream_consumer *c = bpf_stream_consumer__new(take, &ctx, NULL);
	struct rlimit files = {4096, 4096};
	int fds[1000], i, err = 0;
	uint64_t cpu_ns, wall_ns, least = 0;

	setrlimit(RLIMIT_NOFILE, &files);
	for (i = 0; i < 1000; i++) {
		fds[i] = dup(a);
		err |= bpf_stream_consumer__add_prog(c, fds[i], BPF_STREAM_BOTH, NULL);
	}
	is(err, 0, "add 1,000 fds");
	/* until the interval has settled */
	for (i = 0; i < 12; i++)
		bpf_stream_consumer__poll(c, i * 20);
	/* The least of four: a busy machine only adds to the time. */
	for (i = 0; i < 4; i++) {
		cpu_ns = __bpf_stream_clock_ns(CLOCK_THREAD_CPUTIME_ID);
		wall_ns = __bpf_stream_now_ns();
		bpf_stream_consumer__poll(c, 2500);
		cpu_ns = __bpf_stream_clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_ns;
		wall_ns = __bpf_stream_now_ns() - wall_ns;
		if (!i || cpu_ns * 1000000 / wall_ns < least)
			least = cpu_ns * 1000000 / wall_ns;
	}
	ok(least <= 5000, "1,000 idle programs: at most 0.5 %% of a CPU");
	note("%.2f %%", 100.0 * (double)cpu_ns / (double)wall_ns);
	say(a, 1, "after a while\n");
	ok(bpf_stream_consumer__poll(c, 10000) == 1, "... and a record comes all the same");
	bpf_stream_consumer__free(c);
	for (i = 0; i < 1000; i++)
		close(fds[i]);
}

/* An fd closed by its owner is reported, after all others were read */
static void test_closed(void)
{
	struct bpf_stream_consumer *c = consumer_of_both(0, 0);
	int fd = dup(a);

	bpf_stream_consumer__remove_prog(c, a);
	bpf_stream_consumer__add_prog(c, fd, BPF_STREAM_BOTH, "fd");
	close(fd);
	say(b, 1, "1\n2\n");
	is(bpf_stream_consumer__poll(c, 0), -EBADF, "a closed fd");
	came("b1p:1", "... keeps nobody else from being read");
	is(bpf_stream_consumer__remove_prog(c, fd), 0, "... and can be removed");
	is(bpf_stream_consumer__drain(c), 1, "... and then without an error");
	bpf_stream_consumer__free(c);
}

static int fd_of(const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(obj, name));
}

int main(void)
{
	log_capture();
	obj = bpf_object__open_file(OBJECT, NULL);
	if (!ok(obj && !bpf_object__load(obj), "loads")) {
		log_show();
		return tap_done();
	}
	a = fd_of("say_a");
	b = fd_of("say_b");
	flood = fd_of("flood");
	test_errors();
	if (!have_streams()) {
		skip("this kernel has no streams", "records");
		return tap_done();
	}
	test_records();
	test_stop();
	test_pieces();
	test_waiting();
	test_fairness();
	test_two_consumers();
	test_idle();
	test_closed();
	bpf_object__close(obj);
	return tap_done();
}
