// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * reader.h: programs that read the streams of other programs. They peek on every kernel with streams,
 * and use the proposed kfuncs on a kernel that has them; without either they get -EOPNOTSUPP.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"
#include "reader/reader.h"

static struct bpf_object *obj;
static struct reader_out *out;
static struct reader_args *wanted;
static struct reader_line *line;
static volatile __u64 *refused;
static const char *clang;

static struct bpf_program *prog_of(const char *name)
{
	return bpf_object__find_program_by_name(obj, name);
}

static __u32 id_of(const char *name)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	bpf_prog_get_info_by_fd(bpf_program__fd(prog_of(name)), &info, &len);
	return info.id;
}

static int run(const char *name, struct reader_args *args)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(*args));

	if (bpf_prog_test_run_opts(bpf_program__fd(prog_of(name)), &opts))
		return -errno;
	return opts.retval;
}

static void run_iter(const char *name, __u32 id, int stream_id, __u32 stop_at)
{
	struct bpf_link *link = bpf_program__attach_iter(prog_of(name), NULL);
	int fd = link ? bpf_iter_create(bpf_link__fd(link)) : -1;
	char c;

	out->ret = -EIO;
	wanted->id = id;
	wanted->stream_id = stream_id;
	wanted->stop_at = stop_at;
	if (fd < 0 || read(fd, &c, 1) < 0)
		note("cannot iterate: %s", strerror(errno));
	close(fd);
	bpf_link__destroy(link);
}

/* Read with one of the programs */
static int read_with(const char *name, __u32 id, int stream_id, __u32 stop_at)
{
	struct reader_args args = {.id = id, .stream_id = stream_id, .stop_at = stop_at};

	memset(out, 0, sizeof(*out));
	if (!strcmp(name, "read_iter")) {
		run_iter(name, id, stream_id, stop_at);
	} else {
		int err = run(name, &args);

		if (err)
			out->ret = err;
	}
	return out->ret;
}

static __u32 write_to(const char *name, int stream_id, __u64 first, __u32 count, __u32 size)
{
	struct reader_args args = {
		.stream_id = stream_id, .first = first, .count = count, .size = size};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &args, .ctx_size_in = sizeof(args));

	memset(args.pad, 'x', size > sizeof(args.pad) ? sizeof(args.pad) - 1 : size);
	if (bpf_prog_test_run_opts(bpf_program__fd(prog_of(name)), &opts))
		note("%s: %s", name, strerror(errno));
	return args.failed;
}

/* Whether it read exactly @count messages, from @first on, with one element each */
static bool is_read(__u64 first, __u32 count, __u32 size)
{
	char pad[256] = "", want[1100];
	__u32 off = 0;

	memset(pad, 'x', size > sizeof(pad) ? sizeof(pad) - 1 : size);
	for (__u32 i = 0; i < count; i++) {
		unsigned long long seq = first + i, sum = reader_sum(seq);
		int n = size == 2 ? snprintf(want, sizeof(want), "m %llu %llx\n", seq, sum)
				  : snprintf(want, sizeof(want), "m %llu %llx %s%s\n", seq, sum,
					     pad, pad);

		if (i >= out->elements || out->len[i] != n || memcmp(out->text + off, want, n)) {
			note("element %u of %u: %u bytes, '%.40s', wanted '%.40s'", i,
			     out->elements, out->len[i], out->text + off, want);
			return false;
		}
		off += n;
	}
	if (out->elements != count || out->used != off || out->wrong || out->ret != (int)count ||
	    out->result.delivered != count || out->result.lost || out->result.truncated) {
		note("returned %d; %u elements, %u bytes, %u wrong; delivered %u lost %u "
		     "truncated %u; wanted %u, %u",
		     out->ret, out->elements, out->used, out->wrong, out->result.delivered,
		     out->result.lost, out->result.truncated, count, off);
		return false;
	}
	return true;
}

static void drain(const char *name, int stream_id)
{
	free(stream_text(bpf_program__fd(prog_of(name)), stream_id, NULL));
}

static void test_peek(const char *how)
{
	__u32 id = id_of("writer");
	int fd = bpf_program__fd(prog_of("writer"));
	char buf[100];
	char *text;
	size_t len;

	read_with(how, id, BPF_STREAM_ID_STDOUT, 0);
	ok(is_read(0, 0, 2), "%s: %s: an empty stream", clang, how);
	write_to("writer", BPF_STREAM_ID_STDOUT, 5, 1, 2);
	read_with(how, id, BPF_STREAM_ID_STDOUT, 0);
	ok(is_read(5, 1, 2), "%s: %s: one element", clang, how);
	write_to("writer", BPF_STREAM_ID_STDOUT, 6, 1000, 2);
	read_with(how, id, BPF_STREAM_ID_STDOUT, 0);
	ok(is_read(5, 1001, 2), "%s: %s: 1001 elements, oldest first", clang, how);
	read_with(how, id, BPF_STREAM_ID_STDOUT, 0);
	ok(is_read(5, 1001, 2), "%s: %s: the same again", clang, how);
	read_with(how, id, BPF_STREAM_ID_STDOUT, 7);
	ok(out->ret == 7 && out->elements == 7, "%s: %s: it stops where @fn returns 1", clang, how);
	read_with(how, id, BPF_STREAM_ID_STDERR, 0);
	ok(is_read(0, 0, 2), "%s: %s: nothing of it in the other stream", clang, how);
	read_with(how, id_of("other_writer"), BPF_STREAM_ID_STDOUT, 0);
	ok(is_read(0, 0, 2), "%s: %s: nor in another program's", clang, how);

	/* The kernel's reader moves all elements to the backlog, takes some, and cuts one in two. */
	bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, buf, 20);
	write_to("writer", BPF_STREAM_ID_STDOUT, 1006, 1000, 2);
	read_with(how, id, BPF_STREAM_ID_STDOUT, 0);
	text = stream_text(fd, BPF_STREAM_ID_STDOUT, &len);
	ok(text && out->elements == 2000 && out->used == len && !memcmp(out->text, text, len),
	   "%s: %s: with a backlog: the same as read(2) got then", clang, how);
	ok(out->len[0] & READER_REST && !(out->len[1] & READER_REST) &&
		   (out->len[0] & ~READER_REST) < 19,
	   "%s: %s: ... the first of it is the rest of an element", clang, how);
	free(text);

	write_to("writer", BPF_STREAM_ID_STDERR, 1ULL << 50, 190, 200);
	read_with(how, id, BPF_STREAM_ID_STDERR, 0);
	ok(is_read(1ULL << 50, 190, 200), "%s: %s: long elements", clang, how);
	drain("writer", BPF_STREAM_ID_STDERR);

	ok(write_to("writer", BPF_STREAM_ID_STDOUT, 0, 99999, 1) == 0,
	   "%s: 99,999 elements of a byte", clang);
	read_with(how, id, BPF_STREAM_ID_STDOUT, 0);
	ok(out->ret == 99999 && out->used == 99999 && !out->result.truncated,
	   "%s: %s: all of them are read (%d)", clang, how, out->ret);
	bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, buf, 1);
	read_with(how, id, BPF_STREAM_ID_STDOUT, 0);
	ok(out->ret == 99998 && out->used == 99998 && !out->result.truncated,
	   "%s: %s: ... from the backlog", clang, how);
	for (__u32 i = 0; i < out->used; i++) {
		if (out->text[i] != (char)('a' + (i + 1) % 26)) {
			ok(false, "%s: %s: byte %u", clang, how, i);
			break;
		}
	}
	drain("writer", BPF_STREAM_ID_STDOUT);
}

static void test_errors(const char *how)
{
	__u32 id = id_of("writer");

	ok(read_with(how, 0x7ffffff0, BPF_STREAM_ID_STDOUT, 0) == -ENOENT,
	   "%s: %s: no such program", clang, how);
	ok(read_with(how, 0, BPF_STREAM_ID_STDOUT, 0) == -ENOENT, "%s: %s: no program 0", clang,
	   how);
	ok(read_with(how, id, 0, 0) == -ENOENT, "%s: %s: no stream 0", clang, how);
	ok(read_with(how, id, 3, 0) == -ENOENT, "%s: %s: no stream 3", clang, how);
	ok(read_with(how, id, -1, 0) == -ENOENT, "%s: %s: no stream -1", clang, how);
}

static void test_truncated(const char *how)
{
	if (!have_kernel(6, 19)) {
		/* It puts the head of an empty message after the end of a full page. */
		skip("6.17 and 6.18 overwrite memory when empty messages are written",
		     "%s: %s: truncation", clang, how);
		return;
	}
	/* Only empty messages can be more numerous than the elements that a peek walks. */
	write_to("writer", BPF_STREAM_ID_STDOUT, 0, 140000, 0);
	read_with(how, id_of("writer"), BPF_STREAM_ID_STDOUT, 0);
	ok(out->ret == 131072 && out->result.truncated && out->used == 0,
	   "%s: %s: of 140,000 elements it reads 131,072, and says so (%d)", clang, how, out->ret);
	write_to("writer", BPF_STREAM_ID_STDOUT, 7, 1, 2);
	drain("writer", BPF_STREAM_ID_STDOUT);
	read_with(how, id_of("writer"), BPF_STREAM_ID_STDOUT, 0);
	ok(is_read(0, 0, 2), "%s: %s: ... and nothing once they are read", clang, how);
}

static void test_usage(void)
{
	__u32 id = id_of("writer"), leak;
	__u64 first, second;
	char buf[10], *text;
	size_t len = 0;

	memset(out, 0, sizeof(*out));
	run_iter("usage_iter", id, BPF_STREAM_ID_STDERR, 0);
	leak = out->usage.charged;
	ok(out->ret == 0 && !out->usage.elements && !out->usage.listed && !out->usage.pending,
	   "%s: usage: an empty stream", clang);
	ok(!out->newest, "%s: newest: an empty stream has none", clang);
	write_to("writer", BPF_STREAM_ID_STDERR, 0, 1, 3);
	run_iter("usage_iter", id, BPF_STREAM_ID_STDERR, 0);
	ok(out->usage.charged == leak + 1100 && !out->usage.listed && !out->usage.unsure,
	   "%s: usage: an over-long message is charged and not there (%u)", clang,
	   out->usage.charged);
	/* losses of earlier tests are reported with the first message */
	write_to("writer", BPF_STREAM_ID_STDOUT, 0, 1, 1);
	drain("writer", BPF_STREAM_ID_STDOUT);
	run_iter("usage_iter", id, BPF_STREAM_ID_STDOUT, 0);
	leak = out->usage.charged; /* of allocations that failed earlier */
	ok(!out->newest, "%s: newest: nor has one that was drained", clang);
	write_to("writer", BPF_STREAM_ID_STDOUT, 0, 500, 1);
	run_iter("usage_iter", id, BPF_STREAM_ID_STDOUT, 0);
	first = out->newest;
	bpf_stream_read(bpf_program__fd(prog_of("writer")), BPF_STREAM_ID_STDOUT, buf, 10);
	run_iter("usage_iter", id, BPF_STREAM_ID_STDOUT, 0);
	ok(first && out->newest == first, "%s: newest: a reader does not change it", clang);
	write_to("writer", BPF_STREAM_ID_STDOUT, 0, 500, 1);
	run_iter("usage_iter", id, BPF_STREAM_ID_STDOUT, 0);
	second = out->newest;
	ok(second && second != first, "%s: newest: another one after a write", clang);
	drain("writer", BPF_STREAM_ID_STDERR);
	text = stream_text(bpf_program__fd(prog_of("writer")), BPF_STREAM_ID_STDOUT, &len);
	if (!ok(text && out->usage.pending == len && out->usage.listed == len && len >= 980 &&
			out->usage.charged == leak + len && !out->usage.unsure,
		"%s: usage: backlog and log", clang))
		note("%u elements, %u listed, %u pending, %u + %u charged, unsure %u; %zu read",
		     out->usage.elements, out->usage.listed, out->usage.pending,
		     out->usage.charged - leak, leak, out->usage.unsure, len);
	free(text);
	drain("writer", BPF_STREAM_ID_STDOUT);
	drain("writer", BPF_STREAM_ID_STDERR);
	run_iter("usage_iter", id, 3, 0);
	ok(out->ret == -ENOENT, "%s: usage: no stream 3", clang);
	ok(!out->newest, "%s: newest: no stream 3", clang);
}

static void test_busy(const char *how)
{
	struct bpf_map *map = bpf_object__find_map_by_name(obj, ".data.bpf_peek");
	size_t size = bpf_map__value_size(map);
	char *peeks = calloc(1, size);
	__u32 zero = 0;

	/* as if four were running: each has this flag at the start of its slot */
	for (int i = 0; i < 4; i++)
		*(__u64 *)(peeks + i * (size / 4)) = 1;
	bpf_map_update_elem(bpf_map__fd(map), &zero, peeks, 0);
	ok(read_with(how, id_of("writer"), BPF_STREAM_ID_STDOUT, 0) == -EBUSY,
	   "%s: %s: a fifth simultaneous peek is -EBUSY", clang, how);
	*(__u64 *)(peeks + 3 * (size / 4)) = 0;
	bpf_map_update_elem(bpf_map__fd(map), &zero, peeks, 0);
	ok(read_with(how, id_of("writer"), BPF_STREAM_ID_STDOUT, 0) == 0 &&
		   !bpf_map_lookup_elem(bpf_map__fd(map), &zero, peeks) &&
		   *(__u64 *)(peeks + 3 * (size / 4)) == 0,
	   "%s: %s: a fourth is not, and it gives its place back", clang, how);
	memset(peeks, 0, size);
	bpf_map_update_elem(bpf_map__fd(map), &zero, peeks, 0);
	free(peeks);
}

/* A program that is unloaded while it is read */

static int victim_fd;

static void *unload(void *arg)
{
	usleep((long)arg);
	close(victim_fd);
	return NULL;
}

static void test_unload(const char *how)
{
	char path[256];
	int ret = 0, delivered = 0;

	snprintf(path, sizeof(path), "build/selftests/reader/%s/victim.bpf.o", clang);
	for (long us = 20000; us < 2000000 && ret != -ENOENT; us *= 2) {
		struct bpf_object *mine = obj, *victim = bpf_object__open_file(path, NULL);
		pthread_t thread;
		__u32 id;

		if (bpf_object__load(victim)) {
			ok(false, "%s: loads", path);
			return;
		}
		obj = victim;
		id = id_of("writer");
		write_to("writer", BPF_STREAM_ID_STDOUT, 0, 99999, 1);
		victim_fd = dup(bpf_program__fd(prog_of("writer")));
		obj = mine;
		bpf_object__close(victim);
		pthread_create(&thread, NULL, unload, (void *)us);
		ret = read_with(how, id, BPF_STREAM_ID_STDOUT, 0);
		pthread_join(thread, NULL);
		delivered = out->result.delivered;
		if (ret == -ENOENT && !delivered)
			ret = 0; /* too early */
	}
	ok(ret == -ENOENT && delivered < 99999,
	   "%s: %s: a program unloaded while it is read: -ENOENT, after %d elements", clang, how,
	   delivered);
}

/* Peeks against writers on all CPUs and a consumer */

#define WRITER_RUN 100

static volatile bool stop;
static __u64 next_seq;

static void *write_much(void *arg)
{
	const char *name = (long)arg & 1 ? "other_writer" : "writer";

	while (!stop) {
		__u64 first = __sync_fetch_and_add(&next_seq, WRITER_RUN);

		write_to(name, BPF_STREAM_ID_STDOUT, first | (*name == 'o' ? READER_OTHER : 0),
			 WRITER_RUN, first % 300 ? 2 : 60);
		if (first % 1000 == 0)
			usleep(1000);
	}
	return NULL;
}

static void *consume(void *arg)
{
	static char buf[1 << 16];
	unsigned int n = 0;

	(void)arg;
	while (!stop) {
		/* whole and in pieces */
		size_t len = n++ % 3 ? 700 : sizeof(buf);

		bpf_stream_read(bpf_program__fd(prog_of("writer")), BPF_STREAM_ID_STDOUT, buf, len);
		bpf_stream_read(bpf_program__fd(prog_of("other_writer")), BPF_STREAM_ID_STDOUT, buf,
				sizeof(buf));
		if (n % 8 == 0)
			usleep(3000);
	}
	return NULL;
}

static int by_number(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return x < y ? -1 : x > y;
}

static __u64 run_of(__u64 seq)
{
	return (seq & ~READER_OTHER) / WRITER_RUN;
}

/*
 * Count the messages missing between the first and the last one of a writer's run, which wrote them in
 * sequence; @seqs is sorted. Leave out refused messages, and those whose slot in the table was taken by
 * a later one.
 */
static unsigned int skipped(const __u64 *seqs, unsigned int n)
{
	unsigned int missing = 0;

	for (unsigned int i = 1; i < n; i++) {
		if (run_of(seqs[i]) != run_of(seqs[i - 1]))
			continue;
		for (__u64 seq = seqs[i - 1] + 1; seq < seqs[i]; seq++) {
			__u64 last = refused[seq % READER_REFUSED];

			missing += (last & ~READER_OTHER) < (seq & ~READER_OTHER) + 1;
		}
	}
	return missing;
}

/* Elements that are no text of the writer, came twice, or are neither delivered nor lost */
static unsigned int bad_elements(bool other)
{
	static __u64 seqs[READER_ELEMENTS];
	unsigned int bad = 0, n = 0, off = 0, missing;
	char pad[61] = "", want[256];

	memset(pad, 'x', 60);
	for (__u32 i = 0; i < out->elements; i++) {
		unsigned int len = out->len[i] & ~READER_REST;
		unsigned long long seq, sum;
		const char *text = out->text + off;
		int m;

		off += len;
		if (off > out->used)
			break;
		if (out->len[i] & READER_REST || (len > 6 && !memcmp(text, "WARN: ", 6)))
			continue;
		if (len >= sizeof(want) || sscanf(text, "m %llu %llx", &seq, &sum) != 2)
			goto bad;
		m = snprintf(want, sizeof(want), "m %llu %llx%s%s%s\n", seq,
			     (unsigned long long)reader_sum(seq), len > 120 ? " " : "",
			     len > 120 ? pad : "", len > 120 ? pad : "");
		if (m != (int)len || memcmp(text, want, m) || !!(seq & READER_OTHER) != other)
			goto bad;
		seqs[n++] = seq;
		continue;
	bad:
		if (bad++ < 3)
			note("%s: garbage: %u bytes, '%.*s'", clang, len, (int)len, text);
	}
	qsort(seqs, n, sizeof(seqs[0]), by_number);
	for (unsigned int i = 1; i < n; i++)
		bad += seqs[i] == seqs[i - 1];
	missing = out->result.truncated ? 0 : skipped(seqs, n);
	if (missing > out->result.lost) {
		note("%s: %u elements are missing, %u are reported as lost", clang, missing,
		     out->result.lost);
		bad += missing - out->result.lost;
	}
	return bad;
}

/* Two numbers with the same place, refused in the wrong order, as by a writer that was preempted */
static void test_refused(void)
{
	const __u64 late = 1ULL << 40, place = late % READER_REFUSED;
	__u32 failed;

	failed = write_to("other_writer", BPF_STREAM_ID_STDERR, late + READER_REFUSED, 1, 3);
	failed += write_to("other_writer", BPF_STREAM_ID_STDERR, late, 1, 3);
	ok(failed == 2 && refused[place] == late + READER_REFUSED + 1,
	   "%s: a writer that is late does not replace the note of a later one", clang);
	refused[place] = 0;
	/* reports these losses, which no other test expects */
	write_to("other_writer", BPF_STREAM_ID_STDERR, 0, 1, 2);
	drain("other_writer", BPF_STREAM_ID_STDERR);
}

static void test_race(const char *how, double seconds)
{
	unsigned long long peeks = 0, delivered = 0, lost = 0, bad = 0, failed = 0, rests = 0;
	unsigned long long restless = 0, least = seconds < 1 ? 4 : 10;
	pthread_t threads[5];
	struct timespec begun, now;
	double passed;

	stop = false;
	for (long i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, write_much, (void *)i);
	pthread_create(&threads[4], NULL, consume, NULL);
	clock_gettime(CLOCK_MONOTONIC, &begun);
	do {
		bool other = peeks & 1;

		failed += read_with(how, id_of(other ? "other_writer" : "writer"),
				    BPF_STREAM_ID_STDOUT, 0) < 0;
		peeks++;
		delivered += out->result.delivered;
		lost += out->result.lost;
		rests += out->elements && out->len[0] & READER_REST;
		restless += out->result.truncated;
		bad += bad_elements(other) + out->wrong;
		clock_gettime(CLOCK_MONOTONIC, &now);
		passed = (now.tv_sec - begun.tv_sec) + (now.tv_nsec - begun.tv_nsec) / 1e9;
		/* on a busy machine few peeks fit into the time, and each of these may be cut */
	} while (passed < seconds ||
		 (passed < seconds + 30 && (peeks < least || restless == peeks)));
	stop = true;
	for (int i = 0; i < 5; i++)
		pthread_join(threads[i], NULL);
	ok(!bad && !failed && delivered && restless < peeks,
	   "%s: %s: %llu peeks in %.1f s beside writers and a consumer: %llu elements whole, %llu "
	   "lost to the race, %llu cut by a read, %llu bad, %llu failed, %llu without a good "
	   "begin; %llu written",
	   clang, how, peeks, seconds, delivered, lost, rests, bad, failed, restless,
	   (unsigned long long)next_seq);
	drain("writer", BPF_STREAM_ID_STDOUT);
	drain("other_writer", BPF_STREAM_ID_STDOUT);
}

/* Elements forwarded to a ring buffer: a number before each second one */
struct forwarded {
	unsigned int n, wrong;
};

static int take_forwarded(void *ctx, void *data, size_t size)
{
	struct forwarded *f = ctx;
	char want[64];
	size_t head = f->n & 1 ? sizeof(f->n) : 0;
	int len = snprintf(want, sizeof(want), "m %u %llx\n", f->n,
			   (unsigned long long)reader_sum(f->n));

	if (size != head + len || (head && memcmp(data, &f->n, head)) ||
	    memcmp((char *)data + head, want, len)) {
		note("%s: forwarded: %zu bytes, '%.*s', wanted '%s'", clang, size,
		     (int)(size - head), (char *)data + head, want);
		f->wrong++;
	}
	f->n++;
	return 0;
}

static void test_forward(void)
{
	struct bpf_map *map = bpf_object__find_map_by_name(obj, "ring");
	struct forwarded f = {};
	struct ring_buffer *ring = ring_buffer__new(bpf_map__fd(map), take_forwarded, &f, NULL);

	drain("writer", BPF_STREAM_ID_STDOUT);
	write_to("writer", BPF_STREAM_ID_STDOUT, 0, 11, 2);
	read_with("read_forward", id_of("writer"), BPF_STREAM_ID_STDOUT, 0);
	ring_buffer__consume(ring);
	ok(out->ret == 11 && !out->wrong && f.n == 11 && !f.wrong,
	   "%s: forwarded to a ring buffer: %u of 11, %u wrong", clang, f.n, f.wrong);
	ring_buffer__free(ring);
	drain("writer", BPF_STREAM_ID_STDOUT);
}

/* The helpers against user.h, on the same line */

static bool check_line(const char *text, __u32 len, __u32 off)
{
	struct reader_args args = {};
	struct bpf_log_record rec;
	const char *colon, *nl;
	int found, n, level;
	__u32 next;

	line->len = len;
	line->off = off;
	memcpy(line->text, text, len);
	if (run("look_at_line", &args))
		return false;
	colon = memchr(text + off, ':', len - off);
	nl = memchr(text + off, '\n', len - off);
	found = colon ? colon - text : -ENOENT;
	next = nl ? nl - text + 1 : len;
	level = bpf_log_parse(text + off, next - off, &rec) == BPF_LOG_KIND_RECORD ? rec.level : -1;
	n = len - off > 16 ? 16 : len - off;
	if (line->level == level && line->found == found && line->next == next && line->n == n &&
	    !memcmp(line->copy, text + off, n) &&
	    line->starts == (len - off >= 12 && !memcmp(text + off, "INFO 12345: ", 12)))
		return true;
	note("'%.*s': level %d (%d), found %d (%d), next %u (%u), read %d (%d), starts %d",
	     (int)(len - off), text + off, line->level, level, line->found, found, line->next, next,
	     line->n, n, line->starts);
	return false;
}

static void test_text(void)
{
	static const char *const lines[] = {
		"INFO 12345: x\n",
		"INFO 12345: ",
		"INFO 12345:",
		"INFO: x",
		"INFO:x",
		"INFO",
		"",
		"\n",
		"\tINFO: x",
		"ERROR 1 a.c:7: m\n",
		"ERROR a.c:7: m",
		"WARN 123:45: m",
		"DEBUG 18446744073709551615 f:4294967295: m",
		"DEBUG 18446744073709551616: m",
		"TRACE f:4294967296: m",
		"TRACE f:: m",
		"TRACE :1: m",
		"FATAL a b:1: m",
		"FATAL 1  b:1: m",
		"INFO 1 2 b:1: m",
		"WARNING: m",
		"INFOX: m",
		"info: m",
		"ERROR: Timeout detected for may_goto instruction\n",
		"ERROR: Arena READ access at unmapped address 0xdead",
		"ERROR: Timeout",
		"WARN : m",
		"INFO 1 a_file_with_a_name_that_is_rather_long_because_some_are.bpf.c:1234: m",
		"INFO 12\n345: x",
		"INFO f\x01:1: m",
		"INFO f\x7f:1: m",
		"INFO \xff:1: m\n",
		"INFO 1:\n",
		"INFO 1 a.c:7 cpu=3 pid=12: m",
		"INFO 1 cpu=3 pid=12: m",
		"INFO a.c:7 pid=12: m",
		"INFO cpu=3: m",
		"INFO pid=4294967295: m",
		"INFO pid=4294967296: m",
		"INFO 1 a.c:7 cpu=4294967296 pid=1: m",
		"INFO a.c:7 cpu=4294967296: m",
		"INFO cpu=3:12: m",
		"INFO 1 pid=3:12 cpu=1: m",
		"INFO cpu=4294967296:12: m",
		"INFO pid=1 cpu=3: m",
		"INFO cpu=1 a.c:7: m",
		"INFO cpu=1 cpu=1: m",
		"INFO cpu=1 pid=2 x: m",
		"INFO 1 a.c:7 cpu=: m",
		"INFO cpu=: m",
		"INFO cpu:7: m",
		"INFO pid=x:7: m",
		"INFO pi:7 cpu=0: m",
	};
	static const char alphabet[] = "INFO ERROR:: 0129\n.cpuid=";
	const int nr_lines = sizeof(lines) / sizeof(lines[0]);
	bool good = true;
	char text[96];

	for (int i = 0; i < nr_lines; i++) {
		good &= check_line(lines[i], strlen(lines[i]), 0);
		snprintf(text, sizeof(text), "abc\n%.91s", lines[i]);
		good &= check_line(text, strlen(text), 4);
	}
	srand(1);
	for (int i = 0; i < 600; i++) {
		int len = snprintf(text, sizeof(text), "%s", lines[rand() % nr_lines]);

		for (int k = rand() % 3; k >= 0 && len; k--)
			text[rand() % len] = alphabet[rand() % (sizeof(alphabet) - 1)];
		good &= check_line(text, len, 0);
	}
	ok(good, "%s: level, find, line, starts_with, read: as user.h has them", clang);
}

/* The kfuncs of the proposal, on the kernel of selftests/kernel */

static void *share(void *arg)
{
	struct reader_args args = {.id = *(__u32 *)arg, .stream_id = BPF_STREAM_ID_STDOUT};

	while (!stop)
		run("read_shared", &args);
	run("read_shared", &args);
	return NULL;
}

/* Several readers at the same time: each message goes to one of them */
static void test_shared(void)
{
	__u32 id = id_of("writer"), count = 0, twice = 0, failed = 0;
	pthread_t threads[3];

	memset(out, 0, sizeof(*out));
	stop = false;
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, share, &id);
	for (int i = 0; i < 100; i++)
		failed += write_to("writer", BPF_STREAM_ID_STDOUT, i * 100, 100, 2);
	stop = true;
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 10000; i++) {
		count += out->len[i] != 0;
		twice += out->len[i] > 1;
	}
	ok(count + failed == 10000 && !twice && !out->wrong,
	   "%s: kfuncs: three readers share 10,000 messages: %u read, %u not written, %u twice, "
	   "%u wrong",
	   clang, count, failed, twice, out->wrong);
}

static void test_kfuncs(const char *how)
{
	__u32 id = id_of("writer"), leak;

	run_iter("usage_iter", id, BPF_STREAM_ID_STDOUT, 0);
	leak = out->usage.charged;
	write_to("writer", BPF_STREAM_ID_STDOUT, 3, 2000, 2);
	read_with(how, id, BPF_STREAM_ID_STDOUT, 7);
	ok(is_read(3, 7, 2) && out->result.source == 1, "%s: %s: it stops where @fn returns 1",
	   clang, how);
	read_with(how, id, BPF_STREAM_ID_STDOUT, 0);
	ok(is_read(10, 1993, 2), "%s: %s: the others, in order", clang, how);
	read_with(how, id, BPF_STREAM_ID_STDOUT, 0);
	ok(is_read(0, 0, 2), "%s: %s: none is left", clang, how);
	run_iter("usage_iter", id, BPF_STREAM_ID_STDOUT, 0);
	ok(out->usage.charged == leak && !out->usage.elements, "%s: %s: nor any capacity taken",
	   clang, how);
	write_to("writer", BPF_STREAM_ID_STDOUT, 0, 99999, 1);
	read_with(how, id, BPF_STREAM_ID_STDOUT, 0);
	ok(out->ret == 99999 && out->used == 99999, "%s: %s: 99,999 elements of a byte", clang,
	   how);
	/* losses of this object in another test may be reported first */
	run("own", &(struct reader_args){.stream_id = BPF_STREAM_ID_STDERR});
	if (!ok(out->ret >= 2 && out->used >= 8 &&
			!memcmp((char *)out->text + out->used - 8, "one\ntwo\n", 8),
		"%s: a program reads its own stream", clang))
		note("%d: %.*s", out->ret, (int)out->used, (char *)out->text);
}

static void test_unsupported(void)
{
	static const char *const how[] = {"read_any", "read_peek", "read_kfuncs"};
	int have = have_streams() ? 2 : 0;

	for (int i = have; i < 3; i++)
		ok(read_with(how[i], id_of("writer"), BPF_STREAM_ID_STDOUT, 0) == -EOPNOTSUPP,
		   "%s: %s: -EOPNOTSUPP", clang, how[i]);
	ok(read_with("own", 0, BPF_STREAM_ID_STDERR, 0) == -EOPNOTSUPP &&
		   read_with("own", 0, 3, 0) == -ENOENT,
	   "%s: a program's own stream: -EOPNOTSUPP; no stream 3", clang);
	run_iter("usage_iter", id_of("writer"), BPF_STREAM_ID_STDOUT, 0);
	ok(out->ret == (have ? 0 : -EOPNOTSUPP), "%s: usage: %d", clang, out->ret);
	drain("own", BPF_STREAM_ID_STDERR);
	if (!have)
		ok(read_with("read_iter", id_of("writer"), BPF_STREAM_ID_STDOUT, 0) == -EOPNOTSUPP,
		   "%s: read_iter: -EOPNOTSUPP", clang);
}

static bool begin(const char *with)
{
	char path[256];
	struct bpf_map *map;
	size_t size;

	clang = with;
	snprintf(path, sizeof(path), "build/selftests/reader/%s/reader.bpf.o", clang);
	obj = bpf_object__open_file(path, NULL);
	if (!ok(obj && !bpf_object__load(obj), "%s: loads", path)) {
		log_show();
		return false;
	}
	map = bpf_object__find_map_by_name(obj, ".bss");
	size = (bpf_map__value_size(map) + 4095) & ~4095UL;
	out = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
	if (out == MAP_FAILED)
		return ok(false, "%s: mmap: %s", path, strerror(errno));
	wanted = (void *)((char *)out + var_offset(obj, ".bss", "wanted"));
	line = (void *)((char *)out + var_offset(obj, ".bss", "line"));
	refused = (void *)((char *)out + var_offset(obj, ".bss", "refused"));
	out = (void *)((char *)out + var_offset(obj, ".bss", "out"));
	return true;
}

static double race_seconds = 1;

static void test(const char *with)
{
	if (begin(with)) {
		if (have_streams()) {
			test_peek("read_iter");
			test_peek("read_peek");
			test_errors("read_peek");
			test_truncated("read_peek");
			test_busy("read_peek");
			test_unload("read_peek");
			test_text();
			test_forward();
			test_refused();
			test_race("read_peek", race_seconds);
			test_race("read_iter", race_seconds);
			test_usage();
		}
		if (have_reader_kfuncs()) {
			test_kfuncs("read_kfuncs");
			test_kfuncs("read_any");
			test_errors("read_kfuncs");
			test_shared();
		} else {
			test_unsupported();
		}
	}
	bpf_object__close(obj);
}

/* Usage: test_reader [SECONDS of each race] */
int main(int argc, char **argv)
{
	if (argc > 1)
		race_seconds = atof(argv[1]);
	log_capture();
	each_clang(test);
	return tap_done();
}
