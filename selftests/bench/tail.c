// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Measures bpfstream tail on this kernel: draining and sustained writing beside bpftool, the time from
 * a write to the line on stdout, and the cost of following silent programs. Prints numbers and bars.
 * Exits 0 if it could measure.
 *
 *	tail OBJECT DIRECTORY_OF_BPFTOOL [MINUTES at full rate, 0.2]
 *	tail OBJECT			without what is compared with bpftool; the object may have a ring
 *	tail OBJECT flood [SECONDS, 10]	only two CPUs that write as fast as they can
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define TOOL	"build/bpfstream"
#define RECORDS 1500 /* a full stream, about */
#define BURST	200 /* records in a row, on each CPU; then it sleeps for 5 ms */

#define ROUNDS	 31 /* of draining */
#define NR_DRAIN 3 /* ways */

static struct bpf_object *obj;
/* bpftool with its own C library, without the script that starts it, which would take time */
static char loader[512], libraries[256], program[256];
static int writer[2];
static bool ring; /* the object has one */
static char id[2][16];

static void die(const char *what)
{
	fprintf(stderr, "bench tail: %s\n", what);
	log_show();
	exit(1);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void write_lines(int fd, __u32 lines)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &lines, .ctx_size_in = sizeof(lines));

	if (bpf_prog_test_run_opts(fd, &opts))
		die("cannot run a writer");
}

/* Start a command with its stdout in a pipe, in the file *@out if that is open, or in /dev/null */
static pid_t start(char *const argv[], int *out)
{
	int fds[2] = {-1, -1};
	pid_t pid;

	if (out && *out >= 0)
		fds[1] = *out;
	else if (out && pipe2(fds, O_CLOEXEC))
		die("no pipe");
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(out ? fds[1] : null, 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (out && *out < 0) {
		close(fds[1]);
		*out = fds[0];
	}
	return pid;
}

static int stop(pid_t pid)
{
	int status;

	kill(pid, SIGINT);
	waitpid(pid, &status, 0);
	return status;
}

/* CPU time of a process in seconds, and its resident size in KB */
static double cpu_of(pid_t pid)
{
	unsigned long user = 0, sys = 0;
	char path[64], line[512], *p;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (f && fgets(line, sizeof(line), f) && (p = strrchr(line, ')')))
		sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys);
	if (f)
		fclose(f);
	return (double)(user + sys) / sysconf(_SC_CLK_TCK);
}

static long rss_of(pid_t pid)
{
	char path[64], line[256];
	long kb = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		/* VmRSS has the pages of the rings, too, which are the kernel's. */
		sscanf(line, ring ? "RssAnon: %ld" : "VmRSS: %ld", &kb);
	if (f)
		fclose(f);
	return kb;
}

static void bar(bool met, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void bar(bool met, const char *fmt, ...)
{
	va_list args;

	printf("bar: %-8s ", met ? "met" : "MISSED");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

static int by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

static double median_of(double *values, int n)
{
	qsort(values, n, sizeof(*values), by_value);
	return values[n / 2];
}

/* Empty the stream; return the number of bytes */
static long take_all(void)
{
	static char buf[BPF_STREAM_READ_SIZE];
	long all = 0;
	int n;

	while ((n = bpf_stream_read(writer[0], BPF_STREAM_ID_STDOUT, buf, sizeof(buf))) > 0)
		all += n;
	return all;
}

/* Fill a stream with @records records and let a command read it; return the seconds it took */
static double drain_with(char *const argv[], __u32 lines)
{
	double begin, seconds;
	int status;

	write_lines(writer[0], lines);
	begin = now();
	waitpid(start(argv, NULL), &status, 0);
	seconds = now() - begin;
	if (status)
		die("a command that drains failed");
	if (take_all())
		die("a command that drains left something");
	return seconds;
}

/* The number of stream reads, by all processes, since the last call */
static __u64 reads(void)
{
	static __u64 before;
	volatile __u64 *now = map_var(obj, ".bss", "reads");
	__u64 n = now ? *now - before : 0;

	before += n;
	return n;
}

/*
 * A full stream and an empty one: the difference is the cost of reading 100,000 bytes, and the rest is
 * the start of a process, which takes long in emulation. In turns, because the machine's speed
 * varies.
 */
static void drain(void)
{
	char *commands[NR_DRAIN][10] = {
		{loader, "--library-path", libraries, program, "prog", "tracelog", "stdout", "id",
		 id[0]},
		{TOOL, "dump", "--stdout", id[0]},
		{TOOL, "dump", id[0]},
	};
	static const char *const names[NR_DRAIN] = {"bpftool prog tracelog",
						    "bpfstream dump --stdout", "bpfstream dump"};
	static double full[NR_DRAIN][ROUNDS], empty[NR_DRAIN][ROUNDS];
	double seconds[NR_DRAIN];
	__u64 calls[NR_DRAIN];
	long bytes;

	take_all();
	write_lines(writer[0], RECORDS);
	bytes = take_all();
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < NR_DRAIN; i++) {
			empty[i][round] = drain_with(commands[i], 0);
			full[i][round] = drain_with(commands[i], RECORDS);
		}
	}
	for (int i = 0; i < NR_DRAIN; i++) {
		int status;

		seconds[i] = median_of(full[i], ROUNDS) - median_of(empty[i], ROUNDS);
		write_lines(writer[0], RECORDS);
		reads();
		waitpid(start(commands[i], NULL), &status, 0);
		calls[i] = reads();
		printf("%ld bytes, %s: %.1f ms, of an empty stream %.1f ms: %.1f MB/s; %llu "
		       "reads\n",
		       bytes, names[i], median_of(full[i], ROUNDS) * 1e3,
		       median_of(empty[i], ROUNDS) * 1e3, bytes / seconds[i] / 1e6,
		       (unsigned long long)calls[i]);
	}
	bar(seconds[0] / seconds[1] >= 5, "draining: %.1f times as fast as bpftool, at least 5",
	    seconds[0] / seconds[1]);
	bar(calls[1] <= 2 && calls[2] <= 4,
	    "system calls that read: %llu, of both streams %llu; at most 2 a stream",
	    (unsigned long long)calls[1], (unsigned long long)calls[2]);
}

/* From the write to the line on stdout: a record carries the time of its write */
static void latency(const char *how, char *const argv[], double most, double most_p99)
{
	double ms[200], median, p99;
	char line[512];
	int out = -1, n = 0;
	pid_t pid = start(argv, &out);
	FILE *f = fdopen(out, "r");

	usleep(1500000);
	for (int i = 0; i < 220; i++) {
		unsigned long long ns;
		double end;

		write_lines(writer[0], 1);
		if (!fgets(line, sizeof(line), f))
			break;
		end = now();
		if (i >= 20 && sscanf(line, "INFO %llu", &ns) != 1)
			die(line);
		if (i >= 20)
			ms[n++] = (end - ns / 1e9) * 1e3;
		usleep(20000 + i * 97 % 10000);
	}
	stop(pid);
	fclose(f);
	if (n < 200)
		die("tail ended early");
	qsort(ms, n, sizeof(ms[0]), by_value);
	median = ms[n / 2];
	p99 = ms[n * 99 / 100];
	bar(median <= most && p99 <= most_p99,
	    "%s: median %.2f ms, at most %.0f; p99 %.2f ms, at most %.0f", how, median, most, p99,
	    most_p99);
}

static volatile bool writing;
static unsigned int pause_us = 5000; /* after a burst */
static long written[2];

static void *keep_writing(void *arg)
{
	int i = (long)arg;

	pin_to_cpu(i);
	while (writing) {
		write_lines(writer[i], BURST);
		written[i] += BURST;
		if (pause_us)
			usleep(pause_us);
	}
	return NULL;
}

static long run_writers(double seconds)
{
	pthread_t threads[2];

	writing = true;
	written[0] = written[1] = 0;
	for (long i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, keep_writing, (void *)i);
	usleep(seconds * 1e6);
	writing = false;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return written[0] + written[1];
}

static unsigned long long lost(void)
{
	struct bpf_log_counts counts;

	if (bpf_log_losses(writer[0], &counts))
		die("no counts");
	return counts.lost[0].full + counts.lost[0].no_memory + counts.lost[0].busy +
	       counts.lost[0].other;
}

static void sustained(double minutes)
{
	unsigned long long before = lost();
	double theirs, ours;
	char loop[2048];
	long total, begin, end;
	pid_t pid;

	snprintf(loop, sizeof(loop),
		 "while :; do for p in %s %s; do %s --library-path %s %s prog tracelog stdout id "
		 "$p; done; done",
		 id[0], id[1], loader, libraries, program);
	pid = start((char *[]){"sh", "-c", loop, NULL}, NULL);
	usleep(300000);
	total = run_writers(4);
	theirs = (double)(lost() - before) / total;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);

	pid = start((char *[]){TOOL, "tail", id[0], id[1], NULL}, NULL);
	usleep(1500000);
	/* until its buffers are in use */
	run_writers(2);
	begin = rss_of(pid);
	before = lost();
	total = run_writers(minutes * 60);
	ours = (double)(lost() - before) / total;
	end = rss_of(pid);
	if (stop(pid))
		die("tail failed");
	printf("two CPUs writing, %ld records: lost with bpftool in a loop %.1f %%, with tail %.2f "
	       "%%\n",
	       total, theirs * 100, ours * 100);
	bar(theirs > 0.5 && ours <= theirs / 10,
	    "sustained: tail loses %.3f of what bpftool loses (which is to be more than half), at "
	    "most 0.1",
	    theirs ? ours / theirs : 0);
	bar(end - begin < 1024, "memory: %ld KB, and %ld KB after %.1f minutes at this rate", begin,
	    end, minutes);
}

/* Messages of the writers in the file, counted by the text that no report has */
static long messages_in(int fd)
{
	long n = 0;
	size_t len = 0;
	char *line = NULL;
	FILE *f = fdopen(fd, "r");

	rewind(f);
	while (getline(&line, &len, f) > 0)
		n += line[0] == 'I' && strstr(line, ": record ") && strstr(line, " of a program\n");
	free(line);
	fclose(f);
	return n;
}

/* Two CPUs write as fast as they can, and tail writes what it reads to a file */
static void flood(double seconds)
{
	char path[] = "/tmp/bench-tail-XXXXXX";
	int out = mkostemp(path, O_CLOEXEC);
	unsigned long long before;
	off_t size = -1, end = 0;
	double took;
	long total, kept, missing;
	pid_t pid;

	if (out < 0)
		die("no file for the output");
	unlink(path);
	pid = start((char *[]){TOOL, "tail", "--raw", id[0], id[1], NULL}, &out);
	usleep(1500000);
	pause_us = 0;
	before = lost();
	took = now();
	total = run_writers(seconds);
	took = now() - took;
	pause_us = 5000;
	/* until it has written everything */
	while (size != end) {
		size = end;
		usleep(1000000);
		end = lseek(out, 0, SEEK_END);
	}
	if (stop(pid))
		die("tail failed");
	kept = messages_in(out);
	before = lost() - before;
	missing = total - kept - (long)before;
	printf("two CPUs writing as fast as they can, %.1f s: %ld messages attempted, %ld read, "
	       "%llu "
	       "lost (%.1f %%); a second: %.0f attempted, %.0f kept\n",
	       took, total, kept, before, 100.0 * before / total, total / took, kept / took);
	bar(!missing, "attempted - read - lost: %ld, to be 0", missing);
}

static void idle(void)
{
	const struct rlimit files = {.rlim_cur = 16384, .rlim_max = 16384};
	struct bpf_object *objs[1000];
	double cpu, from, seconds = 10;
	long rss;
	pid_t pid;

	if (setrlimit(RLIMIT_NOFILE, &files))
		die("cannot have as many files open");
	for (int i = 0; i < 1000; i++) {
		objs[i] = bpf_object__open_file(
			ring ? "build/bench/silent_ring.bpf.o" : "build/bench/silent.bpf.o", NULL);
		if (!objs[i])
			die("a silent program does not open");
		if (bpf_object__load(objs[i]))
			die("a silent program does not load");
	}
	pid = start((char *[]){TOOL, "tail", "--all", NULL}, NULL);
	from = now();
	usleep(6000000);
	/* until it has found them all */
	for (cpu = 0; cpu_of(pid) - cpu > 0.2 && now() - from < 60;) {
		cpu = cpu_of(pid);
		usleep(2000000);
	}
	printf("1,000 programs followed: %.1f s of a CPU, within %.0f s\n", cpu_of(pid),
	       now() - from);
	cpu = cpu_of(pid);
	usleep(seconds * 1e6);
	cpu = (cpu_of(pid) - cpu) / seconds * 100;
	rss = rss_of(pid);
	stop(pid);
	bar(cpu <= 0.5 && rss <= 16384,
	    "1,000 silent programs%s: %.2f %% of a CPU, at most 0.5; %ld KB resident, at most "
	    "16384",
	    ring ? " with a ring each" : "", cpu, rss);
	for (int i = 0; i < 1000; i++)
		bpf_object__close(objs[i]);
}

int main(int argc, char **argv)
{
	double minutes = argc > 3 ? atof(argv[3]) : 0.2;
	struct bpf_prog_info info;
	struct utsname uts;

	if (argc < 2)
		die("usage: tail OBJECT [DIRECTORY_OF_BPFTOOL [MINUTES]]");
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_capture();
	if (argc > 2) {
		snprintf(libraries, sizeof(libraries), "%s/usr/lib/x86_64-linux-gnu", argv[2]);
		snprintf(loader, sizeof(loader), "%s/ld-linux-x86-64.so.2", libraries);
		snprintf(program, sizeof(program), "%s/usr/sbin/bpftool", argv[2]);
	}
	obj = bpf_object__open_file(argv[1], NULL);
	if (!obj || bpf_object__load(obj))
		die("the object does not load");
	ring = bpf_object__find_map_by_name(obj, "bpf_stream_ring");
	for (int i = 0; i < 2; i++) {
		__u32 len = sizeof(info);

		memset(&info, 0, sizeof(info));
		writer[i] = bpf_program__fd(
			bpf_object__find_program_by_name(obj, i ? "write_1" : "write_0"));
		if (bpf_obj_get_info_by_fd(writer[i], &info, &len))
			die("no id");
		snprintf(id[i], sizeof(id[i]), "%u", info.id);
	}
	uname(&uts);
	if (argc > 2 && !strcmp(argv[2], "flood")) {
		printf("== a flood on %s, %s ==\n", ring ? "rings" : "streams", uts.release);
		flood(argc > 3 ? atof(argv[3]) : 10);
		return 0;
	}
	if (argc == 2) {
		printf("== bpfstream on %s, %s ==\n", ring ? "rings" : "streams", uts.release);
		latency("write to line, one stream",
			(char *[]){TOOL, "tail", "--raw", "--stdout", id[0], NULL}, 1, 5);
		/* a record waits 50 ms for older ones */
		latency("write to line, both streams",
			(char *[]){TOOL, "tail", "--raw", id[0], NULL}, 60, 70);
		idle();
		return 0;
	}
	if (!bpf_program__attach(bpf_object__find_program_by_name(obj, "count_reads")))
		die("reads cannot be counted");
	printf("== bpfstream beside bpftool, %s ==\n", uts.release);
	drain();
	latency("write to line, woken", (char *[]){TOOL, "tail", "--raw", id[0], NULL}, 1, 5);
	/* it looks at least every 50 ms */
	latency("write to line, polling", (char *[]){TOOL, "tail", "--raw", "--poll", id[0], NULL},
		50, 1000);
	sustained(minutes);
	idle();
	return 0;
}
