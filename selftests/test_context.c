// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Contexts that a program prints in: its stack, an NMI, with a lock held, struct_ops */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define DIR "build/selftests/tool_progs/"

/* One program of an object, loaded; NULL if the kernel rejects it */
static struct bpf_program *load(const char *path, const char *name, struct bpf_object **obj)
{
	struct bpf_program *prog;

	log_clear();
	*obj = bpf_object__open_file(path, NULL);
	if (!*obj)
		return NULL;
	bpf_object__for_each_program(prog, *obj)
		bpf_program__set_autoload(prog, !strcmp(bpf_program__name(prog), name));
	return bpf_object__load(*obj) ? NULL : bpf_object__find_program_by_name(*obj, name);
}

/* The text of a program, from the stream or from the trace pipe; to free */
static char *printed(struct bpf_program *prog, int id)
{
	return have_streams() ? stream_text(bpf_program__fd(prog), id, NULL) : trace_text();
}

static void test_stack(void)
{
	struct bpf_object *obj;
	struct bpf_program *prog;
	unsigned int retval = 0;
	char *text = NULL;

	prog = load(DIR "context.bpf.o", "stack_of_kprobe", &obj);
	trace_clear();
	if (prog && !run_prog(prog, &retval))
		text = printed(prog, BPF_STREAM_ID_STDOUT);
	/* from 7.0 on by the kernel, before through bpf_get_stack(): it has the probed call */
	if (!ok(text && strstr(text, "sys_getpgid+0x") &&
			!!strstr(text, "Call trace:") == have_kernel(7, 0) &&
			*(volatile int *)map_var(obj, ".bss", "ret") == 0,
		"dump_stack: symbols, also with bpf_get_stack() alone"))
		note("%s", text ?: log_text());
	free(text);
	bpf_object__close(obj);

	text = NULL;
	prog = load(DIR "context.bpf.o", "stack_after_a_loss", &obj);
	trace_clear();
	if (prog && !run_prog(prog, &retval))
		text = printed(prog, BPF_STREAM_ID_STDOUT);
	/* the trace pipe does not name the stream */
	if (!ok(text && strstr(text, "sys_getpgid+0x") &&
			!strncmp(text, "WARN: 1 messages lost by the programs of this object (",
				 54) == have_streams(),
		"dump_stack: earlier losses are reported before it"))
		note("%s", text ?: log_text());
	free(text);
	bpf_object__close(obj);

	prog = load(DIR "stack_none.bpf.o", "stack_of_xdp", &obj);
	if (prog && !run_prog(prog, &retval))
		text = printed(prog, BPF_STREAM_ID_STDOUT);
	ok(prog && retval == (have_kernel(7, 0) ? 0 : EOPNOTSUPP),
	   "dump_stack: 0 or EOPNOTSUPP where bpf_get_stack() is not allowed (%u)", retval);
	bpf_object__close(obj);
}

/* sysrq-l makes every other CPU print its backtrace, from an NMI */
static void send_nmis(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY);

	if (fd < 0 || write(fd, "l", 1) != 1)
		note("cannot send NMIs: %s", strerror(errno));
	close(fd);
}

static void test_nmi(void)
{
	struct bpf_object *obj;
	struct bpf_program *prog = load(DIR "context.bpf.o", "from_nmi", &obj);
	struct bpf_link *link = prog ? bpf_program__attach(prog) : NULL;
	volatile unsigned long long *count = link ? map_var(obj, ".bss", "in_nmi") : NULL;
	char *out, *err;

	trace_clear();
	for (int i = 0; count && i < 150 && *count < 3; i++) {
		send_nmis();
		usleep(100000);
	}
	bpf_link__destroy(link);
	out = count ? printed(prog, BPF_STREAM_ID_STDOUT) : NULL;
	err = count ? printed(prog, BPF_STREAM_ID_STDERR) : NULL;
	if (!ok(out && err && strstr(out, ": from NMI 0") && strstr(out, ": from NMI 2") &&
			strstr(err, ": from NMI, ratelimited") && strstr(err, ": from NMI, once") &&
			strstr(err, ": from NMI, every") && strstr(err, ": warn_on: n == 0"),
		"messages from NMI arrive"))
		note("%llu NMIs: %s%s", count ? *count : 0, out ?: "", err ?: log_text());
	free(out);
	free(err);
	bpf_object__close(obj);
}

static void test_lock(void)
{
	struct bpf_object *obj;
	struct bpf_program *prog = load(DIR "lock.bpf.o", "lock_held", &obj);
	unsigned int retval = 0;
	char *out = NULL, *err = NULL;

	if (have_kernel(7, 0)) {
		if (prog && !run_prog(prog, &retval)) {
			out = printed(prog, BPF_STREAM_ID_STDOUT);
			err = printed(prog, BPF_STREAM_ID_STDERR);
		}
		if (!ok(retval == 5 && out && err &&
				strstr(out, ": under the lock\nprintk too\n") &&
				strstr(err, ": warn_on: l->n == 0\n"),
			"printing while a bpf_spin_lock is held"))
			log_show();
	} else {
		ok(!prog && strstr(log_text(), "allowed while holding a lock"),
		   "printing while a bpf_spin_lock is held is rejected before 7.0");
	}
	free(out);
	free(err);
	bpf_object__close(obj);
}

/* A connection on loopback with a congestion control: the kernel calls its init() */
static int connect_with(const char *cc)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(addr);
	int ret = -1;

	if (!bind(server, (void *)&addr, len) && !listen(server, 1) &&
	    !getsockname(server, (void *)&addr, &len) &&
	    !setsockopt(client, IPPROTO_TCP, TCP_CONGESTION, cc, strlen(cc)))
		ret = connect(client, (void *)&addr, len);
	if (ret)
		note("cannot connect with %s: %s", cc, strerror(errno));
	close(client);
	close(server);
	return ret;
}

/* The forms of assert.h that continue, and those that throw, in the callbacks of a struct_ops map */
static void test_struct_ops(void)
{
	static const struct {
		const char *map, *prog, *report;
		bool goes_on;
	} ops[] = {
		{"warn_cc", "init_warn", ": warn_on: !zero\n", true},
		{"throw_cc", "init_throw", ": assertion failed: zero: it is 0\n", false},
	};
	struct bpf_object *obj = bpf_object__open_file(DIR "assert_ops.bpf.o", NULL);
	bool loaded = obj && !bpf_object__load(obj);

	if (!loaded)
		log_show();
	for (int i = 0; i < 2; i++) {
		struct bpf_link *link = NULL;
		char *err = NULL;
		bool good = false;

		if (loaded)
			link = bpf_map__attach_struct_ops(
				bpf_object__find_map_by_name(obj, ops[i].map));
		trace_clear();
		if (link && !connect_with(ops[i].map)) {
			err = printed(bpf_object__find_program_by_name(obj, ops[i].prog),
				      BPF_STREAM_ID_STDERR);
			good = err && strstr(err, ops[i].report) &&
			       !!*(volatile __u64 *)map_var(obj, ".bss", "went_on") ==
				       ops[i].goes_on &&
			       (!ops[i].goes_on || strstr(err, ": assertion failed: zero == 2\n"));
			*(volatile __u64 *)map_var(obj, ".bss", "went_on") = 0;
		}
		if (!ok(good, "struct_ops: reports of %s", ops[i].prog))
			note("%s", err ?: "");
		free(err);
		bpf_link__destroy(link);
	}
	bpf_object__close(obj);
}

int main(void)
{
	log_capture();
	test_stack();
	if (HAVE_NMI_HANDLER)
		test_nmi();
	else
		skip("arm64 has no tracepoint for NMIs", "messages from NMI arrive");
	test_lock();
	test_struct_ops();
	return tap_done();
}
