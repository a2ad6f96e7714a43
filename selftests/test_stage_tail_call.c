// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * A tail call out of a bpf_stream_stage() block leaves its slot taken. After five of them no slot of the
 * CPU is free, blocks are lost and counted, and then all four slots come back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"

/* 250 ticks of stage_tail_call.bpf.c: of 1 ms or more each */
#define STALE_LEAST 0.25
#define LIMIT	    60 /* against hanging */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static struct bpf_program *load(const char *clang, struct bpf_object **obj)
{
	char path[256];

	log_clear();
	snprintf(path, sizeof(path), "%s/%s/stage_tail_call.bpf.o", progs_dir(), clang);
	*obj = bpf_object__open_file(path, NULL);
	if (*obj && !bpf_object__load(*obj))
		return bpf_object__find_program_by_name(*obj, "leaves");
	log_show();
	return NULL;
}

static void test(const char *clang)
{
	struct bpf_object *obj;
	struct bpf_program *leaves = load(clang, &obj), *takes_all;
	unsigned int retval, got = 0, in_vain = 0, left = 0;
	volatile __u64 *lost;
	double begin = now();

	if (!ok(leaves, "%s: loads", clang))
		return;
	takes_all = bpf_object__find_program_by_name(obj, "takes_all");
	lost = map_var(obj, ".data.bpf_log", "bpf_stream_lost");
	for (int i = 0; i < 5; i++)
		left += !run_prog(leaves, &retval) && retval == 5;
	ok(left == 5, "%s: a tail call leaves a block, five times", clang);
	/* the number of slots that are not free goes from four to none */
	do {
		usleep(10000);
		if (run_prog(takes_all, &retval) || retval > 4)
			break;
		in_vain += retval;
		got = retval == 0;
	} while (!got && now() < begin + LIMIT);
	ok(got && in_vain, "%s: no slot is free at first, and then all are", clang);
	ok(now() > begin + STALE_LEAST, "%s: not before they are stale, after %.2f s", clang,
	   now() - begin);
	ok(lost && lost[2] == in_vain, "%s: blocks without a slot are counted as busy: %u", clang,
	   in_vain);
	if (lost && lost[2] != in_vain)
		note("%llu", lost[2]);
	ok(!run_prog(takes_all, &retval) && retval == 0, "%s: and stay free", clang);
	bpf_object__close(obj);
}

int main(void)
{
	log_capture();
	pin_to_cpu(0);
	each_clang(test);
	return tap_done();
}
