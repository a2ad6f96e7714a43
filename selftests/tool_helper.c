// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Does for the scripts that test the tool:
 *
 *	tool_helper pin OBJ DIR [DEV]	load OBJ, attach its programs (those of tc to the interface
 *					DEV), pin them, their links and its maps in DIR (which is
 *					made): "ID TAG NAME" per program
 *	tool_helper run OBJ DIR		load OBJ, pin its programs in DIR, run each once
 *	tool_helper race OBJ DIR SECS	the same, each again and again in a thread of its own, at least
 *					50 times
 *	tool_helper send DEV HEX [N]	N (1) packets of these bytes, Ethernet header and all
 *	tool_helper files PID N		limit the process to N open files
 *	tool_helper take PIN ID N	read N bytes of stream ID (1 or 2) of a pinned program
 *	tool_helper count		print the number of programs, links and maps in the kernel
 *	tool_helper in_order FILE	print the number of lines with "time_ns":N, and how many of these
 *					times are before the one above
 *	tool_helper links		the number of links, without those that wake the tool
 *	tool_helper nobody COMMAND...	run COMMAND without any privilege
 *	tool_helper caps HEX COMMAND...	as an ordinary user with these capabilities, in hexadecimal
 *	tool_helper each HEX,... COMMAND...	the same with each of these sets, for at most 10 seconds each,
 *					without output: prints "yes" if it succeeds, "no" for status 1
 *	tool_helper churn OBJ N LOG	N times: load OBJ, run its programs once, unload it when tail -v
 *					has written to LOG that it follows them
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* prlimit() */
#endif
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <bpf_stream/user.h>

static int fail(const char *what)
{
	fprintf(stderr, "tool_helper: %s: %m\n", what);
	return 1;
}

/* bpffs allows no dots in names */
static const char *path(const char *dir, const char *name, const char *suffix)
{
	static char text[512];
	char *p;

	snprintf(text, sizeof(text), "%s/%s%s", dir, name, suffix);
	for (p = text + strlen(dir); *p; p++) {
		if (*p == '.')
			*p = '_';
	}
	return text;
}

static int pin_program(struct bpf_program *prog, const char *dir, unsigned int ifindex)
{
	const char *name = bpf_program__name(prog);
	struct bpf_prog_info info = {0};
	__u32 len = sizeof(info);
	struct bpf_link *link;
	size_t i;

	if (bpf_program__type(prog) == BPF_PROG_TYPE_SCHED_CLS)
		link = bpf_program__attach_tcx(prog, ifindex, NULL);
	else
		link = bpf_program__attach(prog);
	if (!link)
		return fail(name);
	if (bpf_link__pin(link, path(dir, name, "_link")) ||
	    bpf_program__pin(prog, path(dir, name, "")) ||
	    bpf_prog_get_info_by_fd(bpf_program__fd(prog), &info, &len))
		return fail(name);
	printf("%u ", info.id);
	for (i = 0; i < sizeof(info.tag); i++)
		printf("%02x", info.tag[i]);
	printf(" %s\n", name);
	return 0;
}

static int pin(const char *file, const char *dir, const char *dev)
{
	unsigned int ifindex = dev ? if_nametoindex(dev) : 0;
	struct bpf_object *obj = bpf_object__open_file(file, NULL);
	struct bpf_program *prog;
	struct bpf_map *map;

	if (!obj || bpf_object__load(obj) || mkdir(dir, 0755))
		return fail(file);
	bpf_object__for_each_program(prog, obj) {
		if (bpf_program__autoload(prog) && pin_program(prog, dir, ifindex))
			return 1;
	}
	bpf_object__for_each_map(map, obj) {
		if (!bpf_map__is_pinned(map) &&
		    bpf_map__pin(map, path(dir, bpf_map__name(map), "_map")))
			return fail(bpf_map__name(map));
	}
	return 0;
}

static int run(const char *file, const char *dir)
{
	struct bpf_object *obj = bpf_object__open_file(file, NULL);
	char packet[64] = {[12] = 0x08};
	struct bpf_program *prog;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet));
	LIBBPF_OPTS(bpf_test_run_opts, no_packet);

	if (!obj || bpf_object__load(obj) || mkdir(dir, 0755))
		return fail(file);
	bpf_object__for_each_program(prog, obj) {
		const char *name = bpf_program__name(prog);

		if (bpf_program__pin(prog, path(dir, name, "")) ||
		    bpf_prog_test_run_opts(
			    bpf_program__fd(prog),
			    bpf_program__type(prog) == BPF_PROG_TYPE_SYSCALL ? &no_packet : &opts))
			return fail(name);
	}
	return 0;
}

struct racer {
	pthread_t thread;
	int prog_fd;
	volatile int runs;
	const volatile bool *stop;
};

static void *race_one(void *ctx)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	struct racer *racer = ctx;

	while (!*racer->stop && !bpf_prog_test_run_opts(racer->prog_fd, &opts)) {
		racer->runs++;
		usleep(1000);
	}
	return NULL;
}

/* Pinned, so that a follower can release them before this ends. */
static int race(const char *file, const char *dir, double seconds)
{
	struct bpf_object *obj = bpf_object__open_file(file, NULL);
	volatile bool stop = false;
	struct racer racers[8] = {};
	struct bpf_program *prog;
	int n = 0;

	if (!obj || bpf_object__load(obj))
		return fail(file);
	if (mkdir(dir, 0700))
		return fail(dir);
	bpf_object__for_each_program(prog, obj) {
		racers[n].prog_fd = bpf_program__fd(prog);
		racers[n].stop = &stop;
		if (bpf_program__pin(prog, path(dir, bpf_program__name(prog), "")))
			return fail(dir);
		if (pthread_create(&racers[n].thread, NULL, race_one, &racers[n]))
			return fail("pthread_create");
		n++;
	}
	usleep((useconds_t)(seconds * 1e6));
	for (int i = 0, tries = 0; i < n; i++) {
		while (racers[i].runs < 50 && tries++ < 10000)
			usleep(1000);
	}
	stop = true;
	while (n)
		pthread_join(racers[--n].thread, NULL);
	return 0;
}

/* Wait until a line in the file says that the program is followed. */
static int wait_followed(const char *log, int fd)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	char want[64], line[256];
	bool found = false;
	FILE *file;

	if (bpf_prog_get_info_by_fd(fd, &info, &len))
		return fail("info");
	snprintf(want, sizeof(want), "bpfstream: following program %u (", info.id);
	for (int tries = 0; !found && tries < 1500; tries++) {
		file = fopen(log, "r");
		while (file && !found && fgets(line, sizeof(line), file))
			found = !strncmp(line, want, strlen(want));
		if (file)
			fclose(file);
		if (!found)
			usleep(10000);
	}
	errno = ETIMEDOUT;
	return found ? 0 : fail(want);
}

static int churn(const char *file, int n, const char *log)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	struct bpf_program *prog;
	struct bpf_object *obj;

	for (int i = 0; i < n; i++) {
		obj = bpf_object__open_file(file, NULL);
		if (!obj || bpf_object__load(obj))
			return fail(file);
		bpf_object__for_each_program(prog, obj) {
			if (bpf_prog_test_run_opts(bpf_program__fd(prog), &opts))
				return fail("run");
			if (wait_followed(log, bpf_program__fd(prog)))
				return 1;
		}
		bpf_object__close(obj);
	}
	return 0;
}

static int with_caps(unsigned long long caps, char **command)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {{(__u32)caps, (__u32)caps, (__u32)caps},
						 {caps >> 32, caps >> 32, caps >> 32}};

	if (prctl(PR_SET_KEEPCAPS, 1) || setgroups(0, NULL) || setresgid(1000, 1000, 1000) ||
	    setresuid(1000, 1000, 1000) || syscall(SYS_capset, &header, data))
		return fail("capabilities");
	for (int i = 0; i < 64; i++) {
		if (caps >> i & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0))
			return fail("ambient capabilities");
	}
	execv(command[0], command);
	return fail(command[0]);
}

static int each_caps(const char *sets, char **command)
{
	char *end;
	int status;
	pid_t pid;

	for (; *sets; sets = *end ? end + 1 : end) {
		unsigned long long caps = strtoull(sets, &end, 16);

		fflush(stdout);
		pid = fork();
		if (pid < 0)
			return fail("fork");
		if (!pid) {
			if (!freopen("/dev/null", "w", stdout) ||
			    !freopen("/dev/null", "w", stderr))
				_exit(127);
			alarm(10);
			_exit(with_caps(caps, command) + 126);
		}
		if (waitpid(pid, &status, 0) != pid)
			return fail("wait");
		if (WIFEXITED(status) && WEXITSTATUS(status) <= 1)
			printf(" %s", WEXITSTATUS(status) ? "no" : "yes");
		else
			printf(" neither:%d", status);
	}
	printf("\n");
	return 0;
}

static int send_packets(const char *dev, const char *hex, int n)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(dev)};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), used;
	char packet[1500];
	ssize_t len = 0;

	for (; len < (ssize_t)sizeof(packet) && sscanf(hex, "%2hhx%n", &packet[len], &used) == 1;
	     len++)
		hex += used;
	while (n--)
		if (fd < 0 || sendto(fd, packet, len, 0, (struct sockaddr *)&to, sizeof(to)) != len)
			return fail(dev);
	return 0;
}

static int limit_files(int pid, unsigned int n)
{
	struct rlimit limit;

	if (prlimit(pid, RLIMIT_NOFILE, NULL, &limit))
		return fail("files");
	limit.rlim_cur = n;
	return prlimit(pid, RLIMIT_NOFILE, &limit, NULL) ? fail("files") : 0;
}

static unsigned int count(int (*next)(__u32, __u32 *))
{
	unsigned int n = 0;
	__u32 id = 0;

	while (!next(id, &id))
		n++;
	return n;
}

/* Links of types other than those that wake the tool */
static unsigned int count_links(void)
{
	struct bpf_link_info info;
	unsigned int n = 0;
	__u32 id = 0, len;
	int fd;

	while (!bpf_link_get_next_id(id, &id)) {
		fd = bpf_link_get_fd_by_id(id);
		len = sizeof(info);
		memset(&info, 0, sizeof(info));
		if (fd < 0)
			continue;
		if (!bpf_obj_get_info_by_fd(fd, &info, &len) &&
		    info.type != BPF_LINK_TYPE_TRACING && info.type != BPF_LINK_TYPE_ITER)
			n++;
		close(fd);
	}
	return n;
}

static int take(const char *pin, int id, unsigned int len)
{
	char buf[64];
	int fd = bpf_obj_get(pin), n = -1;

	if (fd >= 0 && len <= sizeof(buf))
		n = bpf_stream_read(fd, id, buf, len);
	return n == (int)len ? 0 : fail(pin);
}

/* sed and awk take seconds for it in emulation. */
static int in_order(const char *path_of_file)
{
	static const char key[] = "\"time_ns\":";
	unsigned long long now, last = 0;
	FILE *file = fopen(path_of_file, "r");
	unsigned int lines = 0, back = 0;
	char *line = NULL, *at;
	size_t size = 0;

	if (!file)
		return fail(path_of_file);
	while (getline(&line, &size, file) >= 0) {
		at = strstr(line, key);
		if (!at)
			continue;
		now = strtoull(at + strlen(key), NULL, 10);
		lines++;
		back += now < last;
		last = now;
	}
	free(line);
	fclose(file);
	printf("%u %u\n", lines, back);
	return 0;
}

int main(int argc, char **argv)
{
	if ((argc == 4 || argc == 5) && !strcmp(argv[1], "pin"))
		return pin(argv[2], argv[3], argv[4]);
	if (argc == 4 && !strcmp(argv[1], "run"))
		return run(argv[2], argv[3]);
	if (argc == 5 && !strcmp(argv[1], "churn"))
		return churn(argv[2], atoi(argv[3]), argv[4]);
	if (argc >= 4 && !strcmp(argv[1], "caps"))
		return with_caps(strtoull(argv[2], NULL, 16), argv + 3);
	if (argc >= 4 && !strcmp(argv[1], "each"))
		return each_caps(argv[2], argv + 3);
	if (argc == 5 && !strcmp(argv[1], "race"))
		return race(argv[2], argv[3], atof(argv[4]));
	if ((argc == 4 || argc == 5) && !strcmp(argv[1], "send"))
		return send_packets(argv[2], argv[3], argc == 5 ? atoi(argv[4]) : 1);
	if (argc == 4 && !strcmp(argv[1], "files"))
		return limit_files(atoi(argv[2]), (unsigned int)atoi(argv[3]));
	if (argc == 5 && !strcmp(argv[1], "take"))
		return take(argv[2], atoi(argv[3]), (unsigned int)atoi(argv[4]));
	if (argc == 2 && !strcmp(argv[1], "count")) {
		printf("%u programs, %u links, %u maps\n", count(bpf_prog_get_next_id),
		       count(bpf_link_get_next_id), count(bpf_map_get_next_id));
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "in_order"))
		return in_order(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "links")) {
		printf("%u\n", count_links());
		return 0;
	}
	if (argc >= 3 && !strcmp(argv[1], "nobody")) {
		if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
			return fail("nobody");
		execvp(argv[2], argv + 2);
		return fail(argv[2]);
	}
	fprintf(stderr, "usage: tool_helper pin OBJ DIR [DEV] | run OBJ DIR | send DEV HEX [N] | "
			"files PID N | count | in_order FILE | links | nobody COMMAND...\n");
	return 2;
}
