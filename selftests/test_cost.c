// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The verifier's cost of a print: the instructions that it walks for 20 prints behind branches it cannot
 * decide, minus those for 10, divided by 10. And the stack that is left to a program. Prints the cost of
 * libbpf's bpf_printk() beside it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib.h"

/* Load one program of the object. Return the instructions that the verifier walked, or an error. */
static long walked(const char *clang, const char *name)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	struct bpf_program *prog;
	struct bpf_object *obj;
	char path[256];
	long ret;

	log_clear();
	snprintf(path, sizeof(path), "%s/%s/cost.bpf.o", progs_dir(), clang);
	obj = bpf_object__open_file(path, NULL);
	if (!obj)
		return -errno;
	bpf_object__for_each_program(prog, obj)
		bpf_program__set_autoload(prog, !strcmp(bpf_program__name(prog), name));
	prog = bpf_object__find_program_by_name(obj, name);
	ret = prog ? bpf_object__load(obj) : -ENOENT;
	if (!ret)
		ret = bpf_prog_get_info_by_fd(bpf_program__fd(prog), &info, &len);
	if (!ret)
		ret = info.verified_insns;
	bpf_object__close(obj);
	return ret;
}

static double per_print(const char *clang, const char *name)
{
	char ten[64], twenty[64];
	long a, b;

	snprintf(ten, sizeof(ten), "%s_10", name);
	snprintf(twenty, sizeof(twenty), "%s_20", name);
	a = walked(clang, ten);
	b = walked(clang, twenty);
	if (a > 0 && b > a)
		return (b - a) / 10.0;
	note("%s: %ld and %ld instructions", name, a, b);
	log_show();
	return 1e9;
}

/*
 * The branch of the trace pipe, taken on 6.1 to 6.16, is longer than that of the streams. So is the one of
 * 6.17, whose form of the write function is tested last. A message without a level has no branch on its
 * way to the ring; -mcpu=v1 (clang 14) takes three instructions more for an argument of 32 bits.
 */
static const struct {
	const char *name, *what;
	double most, most_trace, most_6_17, most_ring;
} prints[] = {
	{"printk", "bpf_printk of printk.h", 60, 66, 72, 40},
	{"stream", "bpf_stream_printk", 60, 66, 72, 40},
	{"log", "bpf_log_info with time", 75, 75, 75, 55},
	{"log_off", "bpf_log_debug", 75, 75, 75, 55},
	{"straight", "bpf_printk of printk.h, without a branch", 55, 55, 55, 20},
};

/* The largest arrays of a program that prints */
static const struct {
	const char *name;
	int size, size_6_1, size_ring_6_1;
} stacks[] = {
	{"stack_printk", 488, 472, 456},
	{"stack_stream", 488, 472, 456},
	{"stack_log", 480, 464, 448},
	{"stack_registers", 480, 464, 448},
};

static void test(const char *clang)
{
	bool later = have_kernel(6, 12), ring = getenv("PROGS");
	char name[64];

	note("%s: instructions walked for a branch without a print: %.1f, with libbpf's "
	     "bpf_printk: %.1f",
	     clang, per_print(clang, "nothing"), per_print(clang, "libbpf"));
	for (size_t i = 0; i < sizeof(prints) / sizeof(prints[0]); i++) {
		double n = per_print(clang, prints[i].name);
		double most = prints[i].most;

		if (ring)
			most = prints[i].most_ring + 3 * !strcmp(clang, "clang-14");
		else if (!have_streams())
			most = prints[i].most_trace;
		else if (!have_kernel(6, 18))
			most = prints[i].most_6_17;
		ok(n <= most, "%s: %s: %.1f instructions walked, at most %.0f", clang,
		   prints[i].what, n, most);
	}
	for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
		int size = later  ? stacks[i].size
			   : ring ? stacks[i].size_ring_6_1
				  : stacks[i].size_6_1;

		snprintf(name, sizeof(name), "%s_%d", stacks[i].name, size);
		if (!ok(walked(clang, name) > 0, "%s: %s: loads with an array of %d bytes", clang,
			stacks[i].name, size))
			log_show();
	}
}

int main(void)
{
	log_capture();
	each_clang(test);
	return tap_done();
}
