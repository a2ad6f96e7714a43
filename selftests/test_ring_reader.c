// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * struct bpf_stream_ring on real rings, which user_progs/ring.bpf.c writes by hand: each layout, what
 * is damaged, positions that wrap, many processors, a full ring; one reader at a time; peeking beside
 * one. (test_ring_consumer.c: rings in a consumer.)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "came.h"
#include "lib.h"
#define RND_SEED 20261127
#include "rnd.h"
#include "ring.h"

#define SAY "build/selftests/user_progs/say.bpf.o"

static struct bpf_stream_ring *in_callback;

static int take(void *ctx, const struct bpf_stream_record *rec)
{
	int ret = note_record("", rec);

	if (ctx != seen || rec->prog_fd != -1 || rec->prog_ctx)
		note("a wrong context");
	if (in_callback && (bpf_stream_ring__consume(in_callback) != -EBUSY ||
			    bpf_stream_ring__peek(in_callback) != -EBUSY ||
			    bpf_stream_ring__settle(in_callback) != -EBUSY ||
			    bpf_stream_ring__flush(in_callback) != -EBUSY))
		return -EPROTO;
	return ret;
}

/* All that is there, as text */
static void consumed(struct bpf_stream_ring *ring, const char *want, const char *what)
{
	forget();
	if (bpf_stream_ring__consume(ring) < 0 || bpf_stream_ring__flush(ring) < 0)
		note("cannot consume");
	came(want, what);
}

static struct bpf_stream_ring *open_it(void)
{
	struct bpf_stream_ring *ring = bpf_stream_ring__open(ring_fd, literals_fd, 0, take, seen);

	if (!ring)
		note("cannot open the ring: %s", strerror(errno));
	return ring;
}

static void refused(struct bpf_stream_ring *ring, int want, const char *what)
{
	int err = errno;

	if (!ok(!ring && err == want, "%s", what))
		note("%s: %s", ring ? "opened" : "refused", strerror(err));
	bpf_stream_ring__free(ring);
}

static void test_open(void)
{
	int null = open("/dev/null", O_RDONLY), bss = map_fd(".bss"), prog = prog_fd("put");
	struct bpf_object *say = bpf_object__open_file(SAY, NULL);
	struct pollfd pfd = {.events = POLLIN};
	struct bpf_stream_ring *ring;

	refused(bpf_stream_ring__open(-1, literals_fd, 0, take, NULL), EBADF, "open: no ring's fd");
	refused(bpf_stream_ring__open(ring_fd, -1, 0, take, NULL), EBADF, "open: no literals' fd");
	refused(bpf_stream_ring__open(null, literals_fd, 0, take, NULL), EINVAL,
		"open: a file as ring");
	refused(bpf_stream_ring__open(prog, literals_fd, 0, take, NULL), EINVAL,
		"open: a program as ring");
	refused(bpf_stream_ring__open(bss, literals_fd, 0, take, NULL), EINVAL,
		"open: an array as ring");
	refused(bpf_stream_ring__open(ring_fd, ring_fd, 0, take, NULL), ENOENT,
		"open: a ring as literals");
	refused(bpf_stream_ring__open(ring_fd, bss, 0, take, NULL), ENOENT,
		"open: another section as literals");
	refused(bpf_stream_ring__open(ring_fd, literals_fd, 255, take, NULL), EINVAL,
		"open: records of 255 bytes");
	refused(bpf_stream_ring__open(ring_fd, literals_fd, SIZE_MAX, take, NULL), EINVAL,
		"open: records of all there is");
	refused(bpf_stream_ring__open(ring_fd, literals_fd, 0, NULL, NULL), EINVAL,
		"open: no callback");
	refused(bpf_stream_ring__open_prog(-1, 0, take, NULL), EBADF, "open_prog: no fd");
	refused(bpf_stream_ring__open_prog(null, 0, take, NULL), EINVAL, "open_prog: a file");
	if (say && !bpf_object__load(say))
		refused(bpf_stream_ring__open_prog(
				bpf_program__fd(bpf_object__find_program_by_name(say, "say_a")), 0,
				take, NULL),
			ENOENT, "open_prog: a program without a ring");
	bpf_object__close(say);
	bpf_stream_ring__free(NULL);
	close(null);

	ring = bpf_stream_ring__open_prog(prog, 0, take, seen);
	ok(ring && bpf_stream_ring__map_id(ring) == ring_map_id() &&
		   bpf_stream_ring__size(ring) == 256 * 1024,
	   "open_prog finds the ring");
	if (!ring)
		return;
	ok(!bpf_stream_ring__pending(ring) && !bpf_stream_ring__owner(ring) &&
		   !bpf_stream_ring__damaged(ring) && !bpf_stream_ring__flush(ring) &&
		   !bpf_stream_ring__settle(ring),
	   "... which is empty, and nobody reads it");
	put_text(1, "plain\n");
	ok(bpf_stream_ring__pending(ring) == 16, "... pending: header and record");
	pfd.fd = bpf_stream_ring__fd(ring);
	ok(poll(&pfd, 1, 0) == 1 && bpf_stream_ring__more(ring), "... its fd is readable");
	consumed(ring, "1p:plain", "... and reads it");
	ok(!poll(&pfd, 1, 0) && !bpf_stream_ring__more(ring), "... and then its fd is not");
	ok(!bpf_stream_ring__pending(ring), "... and nothing is left");
	bpf_stream_ring__free(ring);
}

static long long address_of(const char *name)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	unsigned long long at = 0, one;
	char line[512], word[256];

	while (f && !at && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%llx %*c %255s", &one, word) == 2 && !strcmp(word, name))
			at = one;
	}
	if (f)
		fclose(f);
	return (long long)at;
}

static void test_layouts(struct bpf_stream_ring *ring)
{
	struct record r;

	put_text(1, "plain\n");
	put_text(2, "plain\n");
	consumed(ring, "1p:plain|2p:plain", "both streams");
	r = record_of(1, "before %d\n");
	arg(&r, -5);
	put(&r);
	consumed(ring, "1p:before -5", "a format before the base");
	r = record_of(2, "%d %d %d %d %d %d %d %d %d %d %d %d\n");
	for (int i = 1; i <= 12; i++)
		arg(&r, i * 1000000);
	put(&r);
	consumed(ring,
		 "2p:1000000 2000000 3000000 4000000 5000000 6000000 7000000 8000000 9000000 "
		 "10000000 11000000 12000000",
		 "twelve arguments");
	r = record_of(0x81, "%s and %s, %d\n");
	arg(&r, 3);
	arg(&r, 0);
	arg(&r, 42);
	data(&r, "one", 3);
	put(&r);
	consumed(ring, "1p:one and , 42", "strings, one of them NULL");
	r = record_of(0x82, "%s and %s, %d\n");
	arg(&r, 3);
	arg(&r, 1ULL << 63);
	arg(&r, 42);
	data(&r, "one", 3);
	put(&r);
	consumed(ring, "2p:one and [cut], 42", "strings, one of them cut");
	r = record_of(0x81, "%s and %s, %d\n");
	arg(&r, 0);
	arg(&r, 0);
	arg(&r, 1);
	put(&r);
	consumed(ring, "1p: and , 1", "data of no bytes");
	r = record_of(0x81, "%pI4\n");
	arg(&r, 0);
	data(&r, "\x0a\0\0\xfe", 4);
	put(&r);
	consumed(ring, "1p:10.0.0.254", "an address");
	r = record_of(1, "%ps\n");
	arg(&r, address_of("schedule"));
	for (int i = 0; i < 2; i++) {
		put(&r);
		consumed(ring, "1p:schedule", i ? "... twice" : "a symbol");
	}
	r = record_of(1, "%s and %s, %d\n");
	for (int i = 0; i < 3; i++)
		arg(&r, 1);
	put(&r);
	consumed(ring, "1p:[?] and [?], 1", "strings without data");
	r = record_of(1, "plain\n");
	data(&r, "padding, longer than the record", 32);
	head(&r)->data = 0;
	put(&r);
	consumed(ring, "1p:plain", "a sample that is longer");

	/* what the assembler makes of it */
	put_text(1, "begun,");
	put_text(2, "plain\n");
	put_text(1, "plain\n");
	r = record_of(1, "WARN 12 a.c:7: %d\n\tcontinued\n");
	arg(&r, 9);
	put(&r);
	consumed(ring, "1p:begun,plain|1r:9\n\tcontinued|2p:plain",
		 "a line of two; a record of two");
	put_text(1, "begun,");
	put_text(2, "plain\n");
	bpf_stream_ring__consume(ring);
	is(bpf_stream_ring__settle(ring), 1, "settle: what has its newline");
	came("2p:plain", "... and nothing else");
	is(bpf_stream_ring__flush(ring), 1, "flush: the rest");
	came("1p+begun,", "... as a piece");
	put_text(1, "plain\n");
	consumed(ring, "1p-plain", "... whose end comes");

	for (int i = 0; i < 3; i++)
		run("discard");
	put_text(1, "plain\n");
	run("discard");
	consumed(ring, "1p:plain", "what was discarded is skipped");
	ok(!bpf_stream_ring__pending(ring), "... and gone");

	for (int i = 0; i < 4; i++)
		put_text(1 + i % 2, "plain\n");
	forget();
	stop_after = 1;
	in_callback = ring;
	is(bpf_stream_ring__consume(ring), -ECANCELED,
	   "consume returns what the callback returned");
	stop_after = 2;
	is(bpf_stream_ring__consume(ring), -ECANCELED, "... and goes on after it");
	is(bpf_stream_ring__flush(ring), 2, "... with what is held");
	in_callback = NULL;
	is(calls, 4, "... once each; in the callback: -EBUSY");
	forget();
}

#define DAMAGED "p:WARN: a damaged record in the ring: "
static uint64_t damaged;

static void damage(struct bpf_stream_ring *ring, struct record *r, int stream, const char *reason)
{
	char want[256];

	put(r);
	put_text(3 - stream, "plain\n");
	/* stdout is flushed first */
	if (stream == 1)
		snprintf(want, sizeof(want), "1r:a damaged record in the ring: %s|2p:plain",
			 reason);
	else
		snprintf(want, sizeof(want), "1p:plain|2r:a damaged record in the ring: %s",
			 reason);
	consumed(ring, want, reason);
	damaged++;
	if (bpf_stream_ring__damaged(ring) != damaged)
		ok(false, "... counted");
}

static void test_damaged(struct bpf_stream_ring *ring)
{
	struct record r = {0}, good = record_of(0x81, "%s and %s, %d\n");
	static const int bad_args[] = {13, 255}, bad_streams[] = {0, 3, 0x7f, 0x41};
	size_t i;

	arg(&good, 3);
	arg(&good, 4);
	arg(&good, 1);
	data(&good, "onefour", 7);
	damaged = bpf_stream_ring__damaged(ring);
	for (i = 0; i < 8; i += 7) {
		r.len = i;
		damage(ring, &r, 2, "shorter than a head");
	}
	for (i = 0; i < 2; i++) {
		r = good;
		head(&r)->args = bad_args[i];
		r.len = sizeof(r.bytes);
		damage(ring, &r, 1, "more than 12 arguments");
	}
	for (i = 0; i < 4; i++) {
		r = good;
		head(&r)->stream = bad_streams[i];
		damage(ring, &r, 2, "unknown stream");
	}
	r = good;
	head(&r)->stream = 1;
	damage(ring, &r, 1, "data without its flag");
	r = good;
	r.len--;
	damage(ring, &r, 1, "shorter than its lengths");
	r = good;
	r.len = 16;
	damage(ring, &r, 1, "shorter than its lengths");
	r = good;
	head(&r)->data = 65535;
	damage(ring, &r, 1, "shorter than its lengths");
	r = good;
	head(&r)->text = INT32_MIN;
	damage(ring, &r, 1, "format out of .rodata.bpf_log");
	r = good;
	head(&r)->text = INT32_MAX;
	damage(ring, &r, 1, "format out of .rodata.bpf_log");
	r = good;
	head(&r)->text = (int32_t)(literals_len - (size_t)(base() - literals));
	damage(ring, &r, 1, "format out of .rodata.bpf_log");
	head(&r)->text = -(int32_t)(base() - literals) - 1;
	damage(ring, &r, 1, "format out of .rodata.bpf_log");
	r = good;
	head(&r)->data--;
	damage(ring, &r, 1, "lengths that do not add up");
	r = good;
	args(&r)[1] = 3;
	damage(ring, &r, 1, "lengths that do not add up");
	r = good;
	args(&r)[0] = 65535;
	damage(ring, &r, 1, "lengths that do not add up");
	r = record_of(2, "%z\n");
	arg(&r, 1);
	damage(ring, &r, 2, "format that the kernel rejects");
	r = record_of(2, "before %d\n");
	damage(ring, &r, 2, "format that the kernel rejects");
}

static int count_records(void *ctx, const struct bpf_stream_record *rec)
{
	(void)rec;
	++*(unsigned long *)ctx;
	return 0;
}

static void test_random(void)
{
	struct bpf_stream_ring *ring;
	unsigned long nr = 0, lines = 0;
	struct record r;

	ring = bpf_stream_ring__open(ring_fd, literals_fd, 0, count_records, &lines);
	for (int i = 0; i < 1500; i++) {
		r.len = rnd(20) ? rnd(200) : rnd(sizeof(r.bytes));
		for (size_t j = 0; j < r.len && j < 200; j++)
			r.bytes[j] = (char)rnd(256);
		/* half of them pass the first checks */
		if (rnd(2) && r.len >= 8) {
			head(&r)->stream = 1 + rnd(2) + (rnd(2) ? 0x80 : 0);
			head(&r)->args = rnd(14);
			head(&r)->text =
				(int32_t)rnd((uint32_t)literals_len) - (int32_t)(base() - literals);
			head(&r)->data = rnd(2) ? 0 : rnd(64);
		}
		nr += !put(&r);
		if (i % 3 == 2) /* so that all have room */
			bpf_stream_ring__consume(ring);
	}
	bpf_stream_ring__consume(ring);
	bpf_stream_ring__flush(ring);
	ok(nr == 1500 && bpf_stream_ring__damaged(ring) >= nr / 2 && lines >= nr / 4 &&
		   !bpf_stream_ring__pending(ring),
	   "random bytes: all are read");
	note("%lu written, %lu damaged, %lu records", nr,
	     (unsigned long)bpf_stream_ring__damaged(ring), lines);
	bpf_stream_ring__free(ring);
}

/* Ten times round, with samples of all sizes, up to the largest */
static void test_wrap(struct bpf_stream_ring *ring)
{
	unsigned long nr = 0, bytes = 0;
	char want[96];
	struct record r;
	size_t len;

	while (bytes < 10 * 256 * 1024) {
		len = nr % 16 ? rnd(3000) : 60000 + rnd(5536);
		r = record_of(0x81, "%s and %s, %d\n");
		arg(&r, len);
		arg(&r, 0);
		arg(&r, nr);
		memset(r.bytes + r.len, 'a' + (int)(nr % 26), len);
		data(&r, NULL, len);
		if (put(&r))
			break;
		bytes += r.len;
		forget();
		if (bpf_stream_ring__consume(ring) < 0 || bpf_stream_ring__flush(ring) < 0)
			break;
		snprintf(want, sizeof(want), " and , %lu", nr);
		/* in pieces, if it is longer than max_record; seen has as much as fits */
		if (len < 8000 &&
		    (strncmp(seen, "1p:", 3) || strlen(seen) != 3 + len + strlen(want) ||
		     strspn(seen + 3, (char[]){(char)('a' + nr % 26), 0}) !=
			     len + (nr % 26 ? 0 : strspn(want, "a")) ||
		     strcmp(seen + 3 + len, want)))
			break;
		nr++;
	}
	if (!ok(bytes >= 10 * 256 * 1024, "positions wrap: samples of up to 65,535 bytes of data"))
		note("record %lu, %zu bytes: %.100s", nr, len, seen);
	forget();
}

static void test_full(struct bpf_stream_ring *ring)
{
	unsigned long nr = 0, lines = 0;
	struct bpf_stream_ring *peeker;
	struct record r = record_of(1, "plain\n");

	peeker = bpf_stream_ring__open(ring_fd, literals_fd, 0, count_records, &lines);
	while (!put(&r))
		nr++;
	ok(nr == 256 * 1024 / 16 - 1 || nr == 256 * 1024 / 16, "a full ring takes no more: %lu",
	   nr);
	ok(bpf_stream_ring__pending(ring) == nr * 16, "... all of it is pending");
	is(bpf_stream_ring__peek(peeker), (long)nr, "... a peek has all");
	bpf_stream_ring__free(peeker);
	calls = 0;
	while (bpf_stream_ring__consume(ring) > 0)
		;
	bpf_stream_ring__flush(ring);
	is(calls, (long)nr, "... and so has the reader");
	is(put(&r), 0, "... and there is room again");
	consumed(ring, "1p:plain", "... for one more");
}

/* Each processor writes numbers; each number that was not lost comes once, in order. */
#define WRITERS 4
#define TIMES	10000

static unsigned long next_of[WRITERS], got, skipped, out_of_order;

static int look_at_number(void *ctx, const struct bpf_stream_record *rec)
{
	unsigned int who, n;
	char text[64];

	(void)ctx;
	snprintf(text, sizeof(text), "%.*s", (int)rec->log.text_len, rec->log.text);
	if (sscanf(text, "%u %u", &who, &n) != 2 || who >= WRITERS || n < next_of[who] ||
	    rec->stream_id != (who % 2 ? 2 : 1) || !rec->first || !rec->last) {
		if (!out_of_order++)
			note("not in order: %s", text);
		return 0;
	}
	skipped += n - next_of[who];
	next_of[who] = n + 1;
	got++;
	return 0;
}

static volatile int writers;

static void *write_numbers(void *arg)
{
	struct flood flood = {.who = (uint32_t)(long)arg};
	unsigned long lost = 0;

	pin_to_cpu((long)arg);
	for (flood.from = 0; flood.from < TIMES; flood.from += flood.times) {
		flood.times = 500;
		lost += (unsigned long)run_ctx("flood", &flood, sizeof(flood));
		sched_yield();
	}
	__sync_fetch_and_sub(&writers, 1);
	return (void *)lost;
}

static void test_many_cpus(void)
{
	struct bpf_stream_ring *ring;
	pthread_t threads[WRITERS];
	unsigned long lost = 0;
	void *one;

	ring = bpf_stream_ring__open(ring_fd, literals_fd, 0, look_at_number, NULL);
	writers = WRITERS;
	for (long i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, write_numbers, (void *)i);
	while (writers)
		bpf_stream_ring__consume(ring);
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(threads[i], &one);
		lost += (unsigned long)one;
	}
	while (bpf_stream_ring__consume(ring) > 0)
		;
	bpf_stream_ring__flush(ring);
	for (int i = 0; i < WRITERS; i++)
		skipped += TIMES - next_of[i];
	ok(!out_of_order && got + lost == (unsigned long)WRITERS * TIMES && skipped == lost,
	   "many processors: all in order, written + lost = attempted");
	note("%lu read, %lu lost", got, lost);
	bpf_stream_ring__free(ring);
}

/* Peeking */

static void test_peek(struct bpf_stream_ring *ring)
{
	struct bpf_stream_ring *peeker = open_it();
	size_t pending;

	is(bpf_stream_ring__peek(peeker), 0, "peek: nothing there");
	put_text(1, "begun,");
	put_text(2, "plain\n");
	put_text(1, "plain\n");
	run("discard");
	put_text(1, "plain\n");
	pending = bpf_stream_ring__pending(ring);
	for (int i = 0; i < 2; i++) {
		is(bpf_stream_ring__peek(peeker), 3, i ? "... twice" : "peek beside a reader");
		came("1p:begun,plain|1p:plain|2p:plain", "... the same");
	}
	is(bpf_stream_ring__peek(ring), 3, "... the reader may, too");
	forget();
	stop_after = 1;
	in_callback = peeker;
	is(bpf_stream_ring__peek(peeker), -ECANCELED, "... and stop; in the callback: -EBUSY");
	in_callback = NULL;
	ok(bpf_stream_ring__pending(ring) == pending, "... and nothing is consumed");
	consumed(ring, "1p:begun,plain|1p:plain|2p:plain", "... as the reader sees");
	bpf_stream_ring__free(peeker);
}

static volatile bool stop;
static unsigned long checked, torn;

static int check(void *ctx, const struct bpf_stream_record *rec)
{
	unsigned int n, not_n;
	unsigned long long triple;
	char text[128];

	snprintf(text, sizeof(text), "%.*s", (int)rec->log.text_len, rec->log.text);
	if (sscanf(text, "%u %u %llu", &n, &not_n, &triple) != 3 || not_n != ~n ||
	    triple != n * 3ULL || !rec->first || !rec->last) {
		if (!torn++)
			note("torn: %s", text);
	}
	++*(unsigned long *)ctx;
	return 0;
}

static void *write_checked(void *arg)
{
	struct flood flood = {.times = 1000};

	pin_to_cpu((long)arg);
	for (flood.from = 0; !stop; flood.from += 1000)
		run_ctx("flood_checked", &flood, sizeof(flood));
	return NULL;
}

static void *read_all(void *arg)
{
	struct bpf_stream_ring *ring = arg;

	while (!stop)
		bpf_stream_ring__consume(ring);
	while (bpf_stream_ring__consume(ring) > 0)
		;
	return NULL;
}

static void test_peek_beside(void)
{
	struct bpf_stream_ring *reader, *peeker;
	unsigned long nr_read = 0, nr_peeked = 0;
	pthread_t writer, thread;
	uint64_t end_ns;
	int peeks = 0;

	reader = bpf_stream_ring__open(ring_fd, literals_fd, 0, check, &nr_read);
	peeker = bpf_stream_ring__open(ring_fd, literals_fd, 0, check, &nr_peeked);
	is(bpf_stream_ring__lock(reader), 0, "lock");
	pthread_create(&writer, NULL, write_checked, (void *)0);
	pthread_create(&thread, NULL, read_all, reader);
	end_ns = __bpf_stream_now_ns() + 2000000000ULL;
	while (__bpf_stream_now_ns() < end_ns || nr_peeked < 1000) {
		if (bpf_stream_ring__peek(peeker) < 0)
			break;
		peeks++;
		if (__bpf_stream_now_ns() > end_ns + 60000000000ULL)
			break;
	}
	stop = true;
	pthread_join(writer, NULL);
	pthread_join(thread, NULL);
	bpf_stream_ring__flush(reader);
	checked = nr_peeked;
	ok(checked >= 1000 && !torn && nr_read >= 1000 && !bpf_stream_ring__damaged(reader),
	   "peeking beside a reader and a writer: nothing is torn");
	note("%d peeks, %lu records, of %lu", peeks, nr_peeked, nr_read);
	bpf_stream_ring__free(peeker);
	bpf_stream_ring__free(reader);
}

/* A message that is being written */

static void *hold(void *arg)
{
	(void)arg;
	run("hold");
	return NULL;
}

static void test_busy(struct bpf_stream_ring *ring)
{
	volatile uint32_t *held = bss_var("held"), *go = bss_var("go");
	pthread_t thread;
	size_t pending;

	put_text(1, "plain\n");
	pthread_create(&thread, NULL, hold, NULL);
	while (!*held)
		usleep(1000);
	put_text(2, "plain\n");
	forget();
	is(bpf_stream_ring__peek(ring), 1, "peek ends at what is being written");
	came("1p:plain", "... and has what is before it");
	consumed(ring, "1p:plain", "so does the reader");
	pending = bpf_stream_ring__pending(ring);
	consumed(ring, "", "... again");
	ok(pending == 32 + 16 && bpf_stream_ring__pending(ring) == pending, "... it is pending");
	*go = 1;
	pthread_join(thread, NULL);
	consumed(ring, "1p:7 8|2p:plain", "... and comes when it is done");
	*go = *held = 0;
}

/*
 * Sleep until the kernel says so, each time that there is no more: a wake-up that is lost is the end.
 * The writer is about as fast as the reader, so that it finds it about to sleep.
 */
#define WAKES 30000

static volatile unsigned long came_in;

static int come_in(void *ctx, const struct bpf_stream_record *rec)
{
	(void)ctx;
	(void)rec;
	came_in++;
	return 0;
}

static void *write_one_by_one(void *arg)
{
	struct flood flood = {.times = 1};
	volatile int spin;

	pin_to_cpu(1);
	for (unsigned long i = 1; i <= WAKES && !stop; i++) {
		run_ctx("flood", &flood, sizeof(flood));
		while (came_in + 4000 < i && !stop)
			sched_yield();
		for (spin = 0; spin < (int)rnd(2000); spin++)
			;
	}
	return arg;
}

static void test_wake(void)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET};
	int epoll_fd = epoll_create1(EPOLL_CLOEXEC), ret = 1;
	struct bpf_stream_ring *ring;
	unsigned long waits = 0;
	pthread_t thread;

	ring = bpf_stream_ring__open(ring_fd, literals_fd, 0, come_in, NULL);
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, bpf_stream_ring__fd(ring), &event);
	stop = false;
	pthread_create(&thread, NULL, write_one_by_one, NULL);
	while (came_in < WAKES && ret > 0) {
		while (bpf_stream_ring__more(ring))
			bpf_stream_ring__consume(ring);
		bpf_stream_ring__settle(ring);
		if (came_in == WAKES)
			break;
		ret = epoll_wait(epoll_fd, &event, 1, 15000);
		waits++;
		bpf_stream_ring__consume(ring);
	}
	ok(came_in == WAKES, "no wake-up is lost");
	note("%lu of %d, slept %lu times", came_in, WAKES, waits);
	stop = true;
	pthread_join(thread, NULL);
	close(epoll_fd);
	bpf_stream_ring__free(ring);
}

/* One reader at a time */

static void drop_capabilities(void)
{
	struct {
		uint32_t version;
		int pid;
	} header = {0x20080522, 0};
	uint32_t sets[6] = {0};

	if (syscall(SYS_capset, &header, sets))
		_exit(10);
}

/* In a child: exit status 0, or the line that failed */
#define REQUIRE(promise) ((promise) ? (void)0 : _exit(__LINE__ % 200 + 20))

static int child_status(pid_t pid)
{
	int status;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void test_one_reader(void)
{
	struct bpf_stream_ring *first = open_it(), *second = open_it();
	int pair[2], n;
	pid_t pid;
	char c;

	put_text(1, "plain\n");
	is(bpf_stream_ring__owner(first), 0, "nobody reads");
	is(bpf_stream_ring__lock(first), 0, "one becomes the reader");
	is(bpf_stream_ring__lock(first), 0, "... once");
	is(bpf_stream_ring__lock(second), -EBUSY, "a second one does not");
	is(bpf_stream_ring__consume(second), -EBUSY, "... and consumes nothing");
	is(bpf_stream_ring__owner(second), getpid(), "... and reports the reader's pid");
	is(bpf_stream_ring__owner(first), getpid(), "so does the first");
	is(bpf_stream_ring__peek(second), 1, "it may peek");
	forget();

	/* Without privileges the fd that was inherited has to do: it is the same open file. */
	pid = fork();
	if (!pid) {
		struct bpf_stream_ring *child, *other;
		int parent = getppid();

		bpf_stream_ring__free(second);
		drop_capabilities();
		REQUIRE(!bpf_stream_ring__open_prog(prog_fd("put"), 0, take, seen));
		REQUIRE(errno == EPERM);
		child = open_it();
		REQUIRE(child && bpf_stream_ring__consume(child) == -EBUSY);
		REQUIRE(bpf_stream_ring__owner(child) == parent);
		REQUIRE(bpf_stream_ring__peek(child) == 1);
		/* a lock that a copy of the process has is the same lock, until both are gone */
		bpf_stream_ring__free(first);
		REQUIRE(bpf_stream_ring__consume(child) == 0);
		REQUIRE(bpf_stream_ring__owner(child) == getpid());
		other = open_it();
		REQUIRE(other && bpf_stream_ring__consume(other) == -EBUSY);
		REQUIRE(bpf_stream_ring__owner(other) == getpid());
		bpf_stream_ring__free(other);
		REQUIRE(bpf_stream_ring__flush(child) == 1);
		bpf_stream_ring__free(child);
		_exit(0);
	}
	n = child_status(pid);
	is(n, 0, "without capabilities: the same by the maps' fds");
	bpf_stream_ring__free(first);
	is(bpf_stream_ring__lock(second), 0, "when the first one is freed the second one can");
	bpf_stream_ring__free(second);

	/* death */
	second = open_it();
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		note("no socket");
	pid = fork();
	if (!pid) {
		close(pair[0]);
		bpf_stream_ring__free(second);
		first = open_it();
		REQUIRE(!bpf_stream_ring__lock(first));
		REQUIRE(write(pair[1], "x", 1) == 1);
		for (;;)
			pause();
	}
	close(pair[1]);
	is(read(pair[0], &c, 1), 1, "another process reads");
	is(bpf_stream_ring__consume(second), -EBUSY, "... so this one does not");
	is(bpf_stream_ring__owner(second), pid, "... and gets to know its pid");
	kill(pid, SIGKILL);
	is(child_status(pid), -SIGKILL, "... it is killed");
	is(bpf_stream_ring__owner(second), 0, "... then nobody reads");
	put_text(1, "plain\n");
	forget();
	is(bpf_stream_ring__consume(second), 0, "... and this one can");
	bpf_stream_ring__flush(second);
	came("1p:plain", "... and has what came after");
	close(pair[0]);
	bpf_stream_ring__free(second);
}

/* A process that has the map writes any position into the page that it may write to. */
static void test_positions(void)
{
	long page = sysconf(_SC_PAGESIZE);
	volatile unsigned long *pos =
		mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd, 0);
	static const struct {
		long add;
		const char *what;
	} cases[] = {{-8, "before what is there"}, {4, "between"},     {1 << 30, "far ahead"},
		     {-(1L << 40), "far behind"},  {16, "at the end"}, {8, "in the midst"}};
	struct bpf_stream_ring *ring;
	unsigned long before;
	int err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ring = open_it();
		before = *pos;
		err = put_text(1, "plain\n");
		*pos = before + (unsigned long)cases[i].add;
		ok(!err && bpf_stream_ring__pending(ring) <= bpf_stream_ring__size(ring) &&
			   bpf_stream_ring__peek(ring) >= 0 &&
			   bpf_stream_ring__consume(ring) >= 0 &&
			   bpf_stream_ring__flush(ring) >= 0 && *pos == before + 16 &&
			   !bpf_stream_ring__pending(ring),
		   "a position %s: skipped", cases[i].what);
		put_text(2, "plain\n");
		consumed(ring, "2p:plain", "... and what comes next is read");
		bpf_stream_ring__free(ring);
	}
	munmap((void *)(uintptr_t)pos, (size_t)page);
}

int main(void)
{
	struct bpf_stream_ring *ring;

	log_capture();
	if (!ok(ring_load(), "loads")) {
		log_show();
		return tap_done();
	}
	test_open();
	ring = open_it();
	test_layouts(ring);
	test_damaged(ring);
	test_wrap(ring);
	test_full(ring);
	test_peek(ring);
	test_busy(ring);
	bpf_stream_ring__free(ring);
	test_random();
	test_many_cpus();
	test_peek_beside();
	test_wake();
	test_one_reader();
	test_positions();
	return tap_done();
}
