// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* An object loaded with libbpf 1.1.2 still loads on every kernel, and prints to the trace pipe. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include "lib.h"

static void test(const char *clang, const char *object, const char *prog, const char *want)
{
	char cmd[512], *text;
	int status;

	snprintf(cmd, sizeof(cmd),
		 "build/selftests/loader_1_1 build/selftests/progs/%s/%s %s >/tmp/loader.out 2>&1",
		 clang, object, prog);
	trace_clear();
	status = system(cmd);
	text = trace_text();
	if (!ok(status == 0 && strstr(text, want), "libbpf 1.1.2: %s/%s: %s to the trace pipe",
		clang, object, prog)) {
		note("status %d, trace pipe: %s", status, text);
		system("tail -n 30 /tmp/loader.out | sed 's/^/# /'");
	}
	free(text);
}

static void test_both(const char *clang)
{
	test(clang, "printk.bpf.o", "both_streams", "to stdout 1\n");
	test(clang, "log.bpf.o", "info_by_default", ": i 3\n");
}

int main(void)
{
	each_clang(test_both);
	return tap_done();
}
