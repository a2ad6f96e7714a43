// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Staged messages arrive whole or are counted: threads on every CPU stage messages of several lines
 * while timers and NMIs interrupt them with programs that stage too, and a reader drains. Not one
 * message is torn or mixed with another, and staged = read + lost.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define KINDS	   4
#define NMI	   2
#define NESTED	   3
#define LINES	   4 /* of a block, after its first */
#define MAX_SEQ	   (1 << 20)
#define MAX_THREAD 64

static const char *const kinds[KINDS] = {"storm", "timer", "nmi", "nested"};
static struct bpf_program *progs[KINDS];
static int runs;
static volatile int running;

/* A reader's buffer for one stream, and its results */
struct parser {
	char line[2048];
	size_t len;
	int kind, lines,
		next; /* of the current block: expected lines after the first, and those seen */
	unsigned long long sum;
	__u64 bad, reported;
};

static __u64 whole[KINDS];
static unsigned char seen[KINDS][MAX_SEQ / 8];

static bool first_line(struct parser *p)
{
	unsigned long long seq, n, want;
	int cpu, end = -1;

	if (sscanf(p->line, "WARN: %llu messages lost by the programs of this object (%n", &n,
		   &end) == 1 &&
	    end > 0) {
		p->reported += n;
		return true;
	}
	if (sscanf(p->line, "block %d cpu %d seq %llu sum %llx%n", &p->kind, &cpu, &seq, &p->sum,
		   &end) != 4 ||
	    p->line[end])
		return false;
	if (p->kind < 0 || p->kind >= KINDS || seq >= MAX_SEQ)
		return false;
	want = (seq + 1) * 0x9e3779b97f4a7c15ULL ^ (__u64)cpu << 8 ^ p->kind;
	if (p->sum != want || seen[p->kind][seq / 8] & 1 << seq % 8)
		return false;
	seen[p->kind][seq / 8] |= 1 << seq % 8;
	p->lines = LINES;
	p->next = 0;
	return true;
}

static bool next_line(struct parser *p)
{
	char want[64];

	snprintf(want, sizeof(want), "\t%d %llx end of the line", p->next, p->sum);
	if (strcmp(p->line, want))
		return false;
	if (++p->next == p->lines) {
		whole[p->kind]++;
		p->lines = 0;
	}
	return true;
}

static void look(struct parser *p)
{
	if (!(p->lines ? next_line(p) : first_line(p))) {
		if (p->bad++ < 5)
			note("torn or mixed: %s", p->line);
		p->lines = 0;
	}
}

static void parse(struct parser *p, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '\n') {
			p->line[p->len++ % sizeof(p->line)] = text[i];
			continue;
		}
		p->line[p->len % sizeof(p->line)] = 0;
		p->len = 0;
		look(p);
	}
}

static void *stage_much(void *arg)
{
	unsigned int retval;

	pin_to_cpu((long)arg);
	for (int i = 0; i < runs; i++) {
		if (run_prog(progs[0], &retval))
			note("cannot run: %s", strerror(errno));
		sched_yield();
	}
	__sync_fetch_and_sub(&running, 1);
	return NULL;
}

/* A backtrace of all CPUs sends NMIs to the others */
static void send_nmi(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY);

	if (fd < 0 || write(fd, "l", 1) != 1)
		note("cannot send an NMI: %s", strerror(errno));
	close(fd);
}

/* Read until all is written */
static void drain(struct parser *p)
{
	static char buf[1 << 16];
	int n, done, round = 0;

	do {
		done = !running;
		for (int i = 0; have_text() && i < KINDS; i++)
			while ((n = text_read(bpf_program__fd(progs[i]), BPF_STREAM_ID_STDOUT, buf,
					      sizeof(buf))) > 0)
				parse(&p[i], buf, n);
		if (!done && round++ < 8)
			send_nmi();
		usleep(1000);
	} while (!done);
}

static __u64 u64_of(struct bpf_object *obj, const char *section, const char *name, int i)
{
	volatile __u64 *p = map_var(obj, section, name);

	return p ? p[i] : ~0ULL;
}

static __u64 sum_of(struct bpf_object *obj, const char *section, const char *name, int n)
{
	__u64 sum = 0;

	for (int i = 0; i < n; i++)
		sum += u64_of(obj, section, name, i);
	return sum;
}

/* Why this architecture cannot attach one of @kinds, or NULL */
static const char *unattachable(int kind)
{
	if (kind == NMI && !HAVE_NMI_HANDLER)
		return "arm64 has no tracepoint for NMIs";
	if (kind == NESTED && !have_fentry())
		return "arm64 cannot attach fentry programs before 6.4";
	return NULL;
}

/* The programs from @from to @to interrupt, and no others */
static void test(const char *clang, int from, int to, int messages)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct parser p[KINDS] = {};
	struct bpf_link *links[KINDS] = {};
	pthread_t threads[MAX_THREAD];
	__u64 staged, lost, read = 0, bad = 0, reported = 0, left = 0;
	struct bpf_object *obj;
	char path[256], *text;

	snprintf(path, sizeof(path), "%s/%s/stage_storm.bpf.o", progs_dir(), clang);
	obj = bpf_object__open_file(path, NULL);
	if (!obj || set_u32(obj, ".data", "messages", messages) || bpf_object__load(obj)) {
		ok(false, "%s: does not load", path);
		log_show();
		bpf_object__close(obj);
		return;
	}
	memset(whole, 0, sizeof(whole));
	memset(seen, 0, sizeof(seen));
	trace_clear();
	for (int i = 0; i < KINDS; i++)
		progs[i] = bpf_object__find_program_by_name(obj, kinds[i]);
	for (int i = from; i <= to; i++)
		if (unattachable(i))
			skip(unattachable(i), "%s: %s came within blocks", clang, kinds[i]);
		else if (!(links[i] = bpf_program__attach(progs[i])))
			ok(false, "%s: cannot attach %s: %s", clang, kinds[i], strerror(errno));
	runs = have_text() ? 40 : 5; /* the trace pipe keeps up to 1 MB of unread text */
	running = cpus;
	for (long i = 0; i < cpus; i++)
		pthread_create(&threads[i], NULL, stage_much, (void *)i);
	drain(p);
	for (int i = 0; i < cpus; i++)
		pthread_join(threads[i], NULL);
	for (int i = from; i <= to; i++)
		bpf_link__destroy(links[i]);
	drain(p);

	text = trace_text();
	if (have_text())
		bad += !!*text;
	else
		/* the trace pipe adds a newline to each message, and the library has removed one */
		parse(&p[0], text, strlen(text));
	free(text);
	for (int i = 0; i < KINDS; i++) {
		read += whole[i];
		bad += p[i].bad + p[i].lines + p[i].len;
		reported += p[i].reported;
	}
	for (int i = from; i <= to; i++)
		note("%s: %llu by %s, %llu of them within a block of another", clang,
		     u64_of(obj, ".bss", "staged", i), kinds[i],
		     u64_of(obj, ".bss", "interrupted", i));
	staged = sum_of(obj, ".bss", "staged", KINDS);
	lost = sum_of(obj, ".data.bpf_log", "bpf_stream_lost", 8);
	left = lost - sum_of(obj, ".data.bpf_log", "__bpf_stream_told", 8);
	ok(u64_of(obj, ".bss", "staged", 0) == (__u64)cpus * runs * messages && bad == 0,
	   "%s: %llu blocks of %ld CPUs, %s: none torn or mixed", clang, staged, cpus,
	   from == to ? "each interrupted" : "interrupted");
	ok(staged == read + lost && read > staged / 20, "%s: %llu staged = %llu read + %llu lost",
	   clang, staged, read, lost);
	ok(reported + left == lost && u64_of(obj, ".data.bpf_log", "bpf_stream_lost", 2) == 0,
	   "%s: all losses were reported or are pending, none was for lack of a slot", clang);
	if (!unattachable(from))
		ok(u64_of(obj, ".bss", "interrupted", from) > 0, "%s: %s came within blocks", clang,
		   kinds[from]);
	bpf_object__close(obj);
}

static void test_both(const char *clang)
{
	test(clang, 1, 2, 100);
	test(clang, 3, 3, 20);
}

int main(void)
{
	log_capture();
	each_clang(test_both);
	return tap_done();
}
