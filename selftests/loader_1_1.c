// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * A loader with Debian 12's own libbpf (1.1.2), which does not resolve kernel functions with a suffix
 * after ___. It loads the object's one program and runs it. On every kernel the program then prints to
 * the trace pipe. On purpose, it uses nothing of this project.
 * Usage: loader_1_1 OBJ PROG
 */
#include <stdio.h>
#include <string.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

int main(int argc, char **argv)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	struct bpf_object *obj;
	struct bpf_program *prog, *p;
	int err;

	if (argc != 3) {
		fprintf(stderr, "usage: %s OBJ PROG\n", argv[0]);
		return 2;
	}
	obj = bpf_object__open_file(argv[1], NULL);
	prog = obj ? bpf_object__find_program_by_name(obj, argv[2]) : NULL;
	if (!prog) {
		fprintf(stderr, "loader_1_1: no program %s in %s\n", argv[2], argv[1]);
		return 1;
	}
	bpf_object__for_each_program(p, obj)
		bpf_program__set_autoload(p, p == prog);
	err = bpf_object__load(obj);
	if (!err)
		err = bpf_prog_test_run_opts(bpf_program__fd(prog), &opts);
	if (err)
		fprintf(stderr, "loader_1_1: %s\n", strerror(-err));
	else
		printf("libbpf %s: returned %d\n", libbpf_version_string(), (int)opts.retval);
	bpf_object__close(obj);
	return err ? 1 : 0;
}
