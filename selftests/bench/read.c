// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Measures how fast a stream is read: elements and bytes per second of reader.h, beside the system
 * call with the buffer of bpftool (512 bytes) and with a large one. Prints a table. Exits 0 if it
 * could measure.
 *
 *	read OBJECT [ROUNDS]
 *
 * Each sample fills the stream and takes all of it; the rows take turns. A sample that got less than
 * the whole stream is reported and not used.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define MAX_ROUNDS 1000

static struct bpf_object *obj;
static struct ring_buffer *ring;
static __u64 ring_bytes;
static char buf[BPF_STREAM_READ_SIZE];

static struct row {
	const char *what, *prog; /* a BPF program, or a read with a buffer of: */
	size_t buffer;
	bool optional;
	struct bpf_program *reader;
	double ns[MAX_ROUNDS];
	int samples, bad;
} rows[] = {
	{.what = "read(), buffer of 512 bytes", .buffer = 512},
	{.what = "read(), buffer of 128 KB", .buffer = sizeof(buf)},
	{.what = "peek, lengths", .prog = "peek_measure"},
	{.what = "peek, copied to a ring buffer", .prog = "peek_forward"},
	{.what = "kfuncs, lengths", .prog = "kfuncs_measure", .optional = true},
	{.what = "kfuncs, copied to a ring buffer", .prog = "kfuncs_forward", .optional = true},
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static void die(const char *what)
{
	fprintf(stderr, "bench read: %s\n", what);
	log_show();
	exit(1);
}

static __u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static int on_ring(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	ring_bytes += size;
	return 0;
}

static __u32 id_of(int fd)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		die("cannot ask for a program's id");
	return info.id;
}

/* Fill the stream with messages of @size, nearly to the brim; return the number of bytes */
static size_t fill(struct bpf_program *writer, size_t size)
{
	size_t messages = 99000 / size / 100 * 100;

	for (size_t i = 0; i < messages; i += 100) {
		unsigned int retval = 1;

		if (run_prog(writer, &retval) || retval)
			die("the stream does not take what it should");
	}
	return messages * size;
}

static size_t drain(int fd, size_t size)
{
	size_t total = 0;
	int n;

	while ((n = bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, buf, size)) > 0)
		total += n;
	return total;
}

/* Read a full stream: ns, or 0 if some text was missing */
static __u64 sample(struct row *row, int fd, size_t full)
{
	volatile __u64 *bytes = map_var(obj, ".bss", "bytes");
	struct {
		__u32 id;
	} args = {id_of(fd)};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &args, .ctx_size_in = sizeof(args));
	__u64 begin, end;
	size_t got;

	*bytes = 0;
	begin = now();
	if (row->reader) {
		if (bpf_prog_test_run_opts(bpf_program__fd(row->reader), &opts))
			die("cannot run a reader");
		end = now();
		got = *bytes;
	} else {
		got = drain(fd, row->buffer);
		end = now();
	}
	/* empty it for the next sample */
	ring_buffer__consume(ring);
	drain(fd, sizeof(buf));
	return got == full ? end - begin : 0;
}

static int by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

static void measure(const char *writer_name, size_t size, int rounds)
{
	struct bpf_program *writer = bpf_object__find_program_by_name(obj, writer_name);
	int fd = bpf_program__fd(writer);
	size_t full = 0;

	for (int r = 0; r < rounds; r++) {
		for (size_t i = 0; i < N_ROWS; i++) {
			struct row *row = &rows[(i + r) % N_ROWS];
			__u64 ns;

			if (row->prog && !row->reader)
				continue;
			full = fill(writer, size);
			ns = sample(row, fd, full);
			if (ns)
				row->ns[row->samples++] = ns;
			else
				row->bad++;
		}
	}
	printf("%zu bytes in elements of %zu:\n", full, size);
	for (size_t i = 0; i < N_ROWS; i++) {
		struct row *row = &rows[i];
		double ns;

		if (row->prog && !row->reader)
			continue;
		if (!row->samples)
			die("no sample was complete");
		qsort(row->ns, row->samples, sizeof(double), by_value);
		ns = row->ns[row->samples / 2];
		printf("  %-34s %10.0f elements/s %8.1f MB/s   quartiles %.0f..%.0f us%s\n",
		       row->what, full / size * 1e9 / ns, full * 1e3 / ns,
		       row->ns[row->samples / 4] / 1e3, row->ns[row->samples * 3 / 4] / 1e3,
		       row->bad ? "   (some samples were not complete)" : "");
		row->samples = row->bad = 0;
	}
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[2]) : 31;
	struct utsname uts;
	struct bpf_map *map;

	if (argc < 2 || rounds < 1 || rounds > MAX_ROUNDS)
		die("usage: read OBJECT [ROUNDS, 1 to 1000]");
	log_capture();
	uname(&uts);
	if (!have_streams()) {
		printf("== reading, %s: no streams here ==\n", uts.release);
		return 0;
	}
	obj = bpf_object__open_file(argv[1], NULL);
	if (!obj || bpf_object__load(obj))
		die("the object does not load");
	map = bpf_object__find_map_by_name(obj, "ring");
	ring = ring_buffer__new(bpf_map__fd(map), on_ring, NULL, NULL);
	if (!ring)
		die("no ring buffer");
	for (size_t i = 0; i < N_ROWS; i++) {
		struct bpf_program *prog =
			rows[i].prog ? bpf_object__find_program_by_name(obj, rows[i].prog) : NULL;
		__u32 none = 0;
		LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &none, .ctx_size_in = sizeof(none));

		if (!prog)
			continue;
		if (bpf_prog_test_run_opts(bpf_program__fd(prog), &opts))
			die("cannot run a reader");
		if ((int)opts.retval != -EOPNOTSUPP)
			rows[i].reader = prog;
		else if (!rows[i].optional)
			die("this kernel must be able to peek");
	}
	printf("== reading a full stream, %s, %d rounds; medians ==\n", uts.release, rounds);
	measure("write_4", 4, rounds);
	measure("write_64", 64, rounds);
	return 0;
}
