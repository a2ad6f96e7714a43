// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * reader.h: programs that read the streams of other programs. Without consuming on every kernel
 * that has streams, with the kfuncs of the proposal where they are; nothing but -EOPNOTSUPP on
 * kernels without either.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"
#include "reader/reader.h"

static struct bpf_object *obj;
static struct reader_out *out;
static struct reader_args *wanted;
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
	struct reader_args args = {.stream_id = stream_id, .first = first, .count = count,
				   .size = size};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &args, .ctx_size_in = sizeof(args));

	memset(args.pad, 'x', size > sizeof(args.pad) ? sizeof(args.pad) - 1 : size);
	if (bpf_prog_test_run_opts(bpf_program__fd(prog_of(name)), &opts))
		note("%s: %s", name, strerror(errno));
	return args.failed;
}

/* Are the messages from @first on, @count of them, what was read, and the elements theirs? */
static bool is_read(__u64 first, __u32 count, __u32 size)
{
	char pad[256] = "", want[1100];
	__u32 off = 0;

	memset(pad, 'x', size > sizeof(pad) ? sizeof(pad) - 1 : size);
	for (__u32 i = 0; i < count; i++) {
		unsigned long long seq = first + i, sum = reader_sum(seq);
		int n = size == 2 ? snprintf(want, sizeof(want), "m %llu %llx\n", seq, sum) :
				    snprintf(want, sizeof(want), "m %llu %llx %s%s\n", seq, sum,
					     pad, pad);

		if (i >= out->elements || out->len[i] != n || memcmp(out->text + off, want, n)) {
			note("element %u of %u: %u bytes, '%.40s', wanted '%.40s'", i, out->elements,
			     out->len[i], out->text + off, want);
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
	ok(out->ret == 7 && out->elements == 7, "%s: %s: it stops where it is told to", clang, how);
	read_with(how, id, BPF_STREAM_ID_STDERR, 0);
	ok(is_read(0, 0, 2), "%s: %s: nothing of it in the other stream", clang, how);
	read_with(how, id_of("other_writer"), BPF_STREAM_ID_STDOUT, 0);
	ok(is_read(0, 0, 2), "%s: %s: nor in another program's", clang, how);

	/* The kernel's reader moves all to the backlog, takes some, and cuts one in two. */
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

static bool have_kfuncs(void)
{
	return !access("/sys/kernel/btf/vmlinux", F_OK) && getenv("BPF_STREAM_KFUNCS");
}

static void test_unsupported(void)
{
	static const char *const how[] = {"read_any", "read_peek", "read_kfuncs"};
	int have = have_streams() ? 2 : 0;

	for (int i = have; i < 3; i++)
		ok(read_with(how[i], id_of("writer"), BPF_STREAM_ID_STDOUT, 0) == -EOPNOTSUPP,
		   "%s: %s: -EOPNOTSUPP", clang, how[i]);
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
	out = (void *)((char *)out + var_offset(obj, ".bss", "out"));
	return true;
}

int main(void)
{
	log_capture();
	for (int i = 0; i < 2; i++) {
		if (begin(i ? "clang-19" : "clang-14")) {
			if (have_streams()) {
				test_peek("read_iter");
				test_peek("read_peek");
				test_errors("read_peek");
			}
			if (!have_kfuncs())
				test_unsupported();
		}
		bpf_object__close(obj);
	}
	return tap_done();
}
