// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Load programs without a loader of their own here, attach them where libbpf can (sockops to the root
 * cgroup), run them once where the kernel supports test runs, and wait for a signal.
 *
 * usage: load OBJECT PROGRAM...
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A TCP packet over IPv4, with the length that one of the samples wants */
static void test_run(struct bpf_program *prog)
{
	char packet[1400] = {[12] = 8, [14] = 0x45, [23] = 6};
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	switch (bpf_program__type(prog)) {
	case BPF_PROG_TYPE_XDP:
	case BPF_PROG_TYPE_SCHED_CLS:
		opts.data_in = packet;
		opts.data_size_in = sizeof(packet);
		opts.repeat = 1;
		break;
	default:
		break;
	}
	bpf_prog_test_run_opts(bpf_program__fd(prog), &opts);
}

int main(int argc, char **argv)
{
	struct bpf_object *obj = argc > 2 ? bpf_object__open_file(argv[1], NULL) : NULL;
	int cgroup = open("/sys/fs/cgroup", O_RDONLY), i;
	struct bpf_program *prog;

	if (!obj || cgroup < 0)
		return 1;
	bpf_object__for_each_program(prog, obj)
		bpf_program__set_autoload(prog, false);
	for (i = 2; i < argc; i++) {
		prog = bpf_object__find_program_by_name(obj, argv[i]);
		if (!prog || bpf_program__set_autoload(prog, true))
			return 1;
	}
	if (bpf_object__load(obj))
		return 1;
	for (i = 2; i < argc; i++) {
		prog = bpf_object__find_program_by_name(obj, argv[i]);
		if (bpf_program__type(prog) == BPF_PROG_TYPE_SOCK_OPS) {
			if (!bpf_program__attach_cgroup(prog, cgroup))
				return 1;
		} else {
			bpf_program__attach(prog);
		}
	}
	for (i = 2; i < argc; i++)
		test_run(bpf_object__find_program_by_name(obj, argv[i]));
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
