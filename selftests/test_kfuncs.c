// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The reader kfuncs of the first BPF streams proposal, as selftests/kernel/ patches them into a
 * kernel: their results, the text left in the stream, and the verifier's rejection of wrong use. Other
 * kernels do not have them.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/btf.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define DIR "build/selftests/kfunc_progs/"

static struct bpf_object *obj;

/* Run a program of the object; return its result, or a negative error */
static int run(const char *name)
{
	unsigned int retval = 0;

	return run_prog(bpf_object__find_program_by_name(obj, name), &retval) ?: (int)retval;
}

/* A variable of an object */
static volatile unsigned int *u32(struct bpf_object *of, const char *name)
{
	return map_var(of, ".bss", name);
}

/* Whether a program's id was released, which happens a little after the last reference is dropped */
static bool gone(unsigned int id)
{
	int fd = -1;

	for (int i = 0; i < 750; i++) {
		fd = bpf_prog_get_fd_by_id(id);
		if (fd < 0)
			break;
		close(fd);
		usleep(20000);
	}
	return fd == -ENOENT;
}

/* The program that prints, from another object than the readers: fd and id */
static int load_writer(const char *name, unsigned int *id, struct bpf_object **writer)
{
	struct bpf_prog_info info = {};
	struct bpf_program *prog;
	__u32 len = sizeof(info);
	int fd;

	*writer = bpf_object__open_file(DIR "reader.bpf.o", NULL);
	if (!*writer)
		return -errno;
	bpf_object__for_each_program(prog, *writer)
		bpf_program__set_autoload(prog, !strcmp(bpf_program__name(prog), name));
	if (bpf_object__load(*writer))
		return -errno;
	fd = bpf_program__fd(bpf_object__find_program_by_name(*writer, name));
	if (bpf_prog_get_info_by_fd(fd, &info, &len))
		return -errno;
	*id = info.id;
	return fd;
}

static void test_read(void)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	struct bpf_object *writer;
	unsigned int id = 0;
	volatile unsigned int *lens = u32(obj, "lens");
	const char *text = (const char *)u32(obj, "text");
	char two[3] = "";
	int fd = load_writer("write_lines", &id, &writer);

	*u32(obj, "prog_id") = id;
	ok(fd >= 0 && !bpf_prog_test_run_opts(fd, &opts) && opts.retval == 0,
	   "kfuncs: a program prints");
	ok(run("not_found") == 0, "kfuncs: NULL for streams and programs that are not there");
	ok(run("references") == 0,
	   "kfuncs: a stream holds a reference on its program until it is put");

	ok(bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, two, 2) == 2 && !strcmp(two, "fi") &&
		   run("read_all") == 3 && !strcmp(text, "rst\nsecond 2\nthird\n"),
	   "kfuncs: elements oldest first, the rest of one that a read has cut");
	if (!ok(lens[0] == 4 && lens[1] == 9 && lens[2] == 6,
		"kfuncs: a dynptr is as long as its element"))
		note("%u elements: %s", *u32(obj, "elems"), text);
	ok(bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, two, 2) == 0,
	   "kfuncs: nothing is left to read");

	bpf_object__close(writer);
	ok(gone(id), "kfuncs: no reference is left on the program");
}

/* Fill the stream, empty it with the kfuncs, and fill it again; return the number of messages */
static unsigned int fill_and_read(struct bpf_object *writer, int fd)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	int elems;

	if (fd < 0 || bpf_prog_test_run_opts(fd, &opts))
		return 0;
	*u32(obj, "elems") = 0;
	elems = run("read_all");
	/* a report of losses may precede the first */
	return elems - *u32(writer, "count") <= 1 ? elems : 0;
}

static void test_capacity(void)
{
	struct bpf_object *writer;
	unsigned int id = 0, first, second, third;
	int fd = load_writer("fill", &id, &writer);

	*u32(obj, "prog_id") = id;
	first = fill_and_read(writer, fd);
	second = fill_and_read(writer, fd);
	third = fill_and_read(writer, fd);
	ok(first > 9000 && second > 9000 && second == third,
	   "kfuncs: reading makes room for as much (%u, %u, %u elements)", first, second, third);
	bpf_object__close(writer);
}

/* Read the numbers of write_numbers by system call */
struct calls {
	pthread_t thread;
	int fd;
	bool done;
	unsigned int lines, next, unordered;
};

static void *read_calls(void *arg)
{
	struct calls *c = arg;
	char buf[9 * 7 + 1];
	ssize_t n;
	bool done;

	do {
		done = __atomic_load_n(&c->done, __ATOMIC_ACQUIRE);
		n = bpf_stream_read(c->fd, BPF_STREAM_ID_STDOUT, buf, sizeof(buf) - 1);
		buf[n > 0 ? n : 0] = '\0';
		for (char *line = buf; *line; line += strnlen(line, 9)) {
			unsigned int number = strtoul(line, NULL, 10);

			if (number < c->next || strcspn(line, "\n") != 8)
				c->unordered++;
			c->next = number + 1;
			__atomic_fetch_add(&c->lines, 1, __ATOMIC_RELAXED);
		}
	} while (!done || n > 0);
	return NULL;
}

static void test_together(void)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	struct bpf_object *writer;
	struct calls calls = {};
	unsigned int id = 0, written = 0, elems;

	calls.fd = load_writer("write_numbers", &id, &writer);
	*u32(obj, "prog_id") = id;
	*u32(obj, "elems") = 0;
	if (calls.fd < 0 || pthread_create(&calls.thread, NULL, read_calls, &calls)) {
		ok(false, "kfuncs: together with system calls");
		return;
	}
	for (int i = 0; i < 200; i++) {
		bpf_prog_test_run_opts(calls.fd, &opts);
		run("read_numbers");
		/* or the stream fills up, and the library reports that between the numbers */
		while (*u32(writer, "count") - *u32(obj, "elems") -
			       __atomic_load_n(&calls.lines, __ATOMIC_RELAXED) >
		       1000)
			usleep(1000);
	}
	__atomic_store_n(&calls.done, true, __ATOMIC_RELEASE);
	pthread_join(calls.thread, NULL);
	written = *u32(writer, "count");
	elems = *u32(obj, "elems");
	ok(elems && calls.lines && elems + calls.lines == written && !*u32(obj, "unordered") &&
		   !calls.unordered,
	   "kfuncs: together with system calls, each element once and in order (%u + %u of %u)",
	   elems, calls.lines, written);
	bpf_object__close(writer);
}

/* The text in the tag of a function */
static const char *rejected_for(const struct btf *btf, const char *func)
{
	for (unsigned int id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id), *target;
		const char *text = btf__name_by_offset(btf, t->name_off);

		if (!btf_is_decl_tag(t) || strncmp(text, "rejected:", 9))
			continue;
		target = btf__type_by_id(btf, t->type);
		if (!strcmp(btf__name_by_offset(btf, target->name_off), func))
			return text + 9;
	}
	return NULL;
}

/* Loads the nth program alone; false if there is none */
static bool test_wrong(int n)
{
	struct bpf_object *wrong = bpf_object__open_file(DIR "wrong.bpf.o", NULL);
	struct bpf_program *prog, *this = NULL;
	const char *want, *name;
	int err, i = 0;

	if (!wrong)
		return false;
	bpf_object__for_each_program(prog, wrong) {
		bpf_program__set_autoload(prog, i == n);
		if (i++ == n)
			this = prog;
	}
	if (this) {
		name = bpf_program__name(this);
		want = rejected_for(bpf_object__btf(wrong), name);
		log_clear();
		err = bpf_object__load(wrong);
		if (!ok(err && want && strstr(log_text(), want), "kfuncs: rejected: %s", name)) {
			note("expected: %s", want ?: "a tag");
			log_show();
		}
	}
	bpf_object__close(wrong);
	return this;
}

int main(void)
{
	int n;

	log_capture();
	if (!have_reader_kfuncs()) {
		note("this kernel has no reader kfuncs");
		return tap_done();
	}
	obj = bpf_object__open_file(DIR "reader.bpf.o", NULL);
	if (!ok(obj && !bpf_object__load(obj), "kfuncs: a reader loads")) {
		log_show();
		return tap_done();
	}
	test_read();
	test_capacity();
	test_together();
	ok(run("own_stream") == 5, "kfuncs: XDP reads its own stream, through a read-only dynptr");
	bpf_object__close(obj);
	for (n = 0; test_wrong(n);)
		n++;
	ok(n >= 17, "kfuncs: %d ways of wrong use", n);
	return tap_done();
}
