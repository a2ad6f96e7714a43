// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * bpf_stream_forward(): records from an assembler to stdout, stderr, syslog(3) and a print function,
 * and which of them ends the caller. (test_object.c: what syslog(3) sends.)
 */
#include <bpf_stream/user.h>
#include <stdlib.h>
#include <syslog.h>

static int tests, failures, real_stdout;
static char *seen; /* what the print function got */
static size_t seen_len;
static FILE *seen_file;

__attribute__((format(printf, 2, 3))) static void ok(bool passed, const char *fmt, ...)
{
	va_list ap;

	dprintf(real_stdout, "%sok %d - ", passed ? "" : "not ", ++tests);
	va_start(ap, fmt);
	vdprintf(real_stdout, fmt, ap);
	va_end(ap);
	dprintf(real_stdout, "\n");
	failures += !passed;
}

static void same(const char *got, const char *want, const char *what)
{
	ok(!strcmp(got, want), "%s", what);
	if (strcmp(got, want))
		fprintf(stderr, "%s:\n%s\nwanted:\n%s\n", what, got, want);
}

static int print(void *ctx, int level, const char *fmt, va_list ap)
{
	fprintf(seen_file, "%s%d ", (const char *)ctx, level);
	return vfprintf(seen_file, fmt, ap) - 10000; /* negative: ignored */
}

static void rewind_seen(void)
{
	if (seen_file)
		fclose(seen_file);
	free(seen);
	seen_file = open_memstream(&seen, &seen_len);
}

/* A stream with this text, @cut bytes of which are handed out before the rest */
static int feed_cut(struct bpf_stream_forward_opts *to, int stream_id, const char *text, size_t len,
		    size_t cut, int prog_fd, const char *name)
{
	char buf[9000];
	struct bpf_stream_assembler as;
	int ret = 0, n;

	bpf_stream_assembler_init(&as, buf, sizeof(buf), stream_id, bpf_stream_forward, to);
	as.prog_fd = prog_fd;
	as.prog_ctx = (void *)(uintptr_t)name;
	if (cut) {
		ret = bpf_stream_assembler_feed(&as, text, cut);
		n = bpf_stream_assembler_flush(&as);
		ret = ret < 0 ? ret : n;
	}
	n = bpf_stream_assembler_feed(&as, text + cut, len - cut);
	ret = ret < 0 ? ret : n;
	n = bpf_stream_assembler_flush(&as);
	return ret < 0 ? ret : n;
}

static int feed(struct bpf_stream_forward_opts *to, int stream_id, const char *text)
{
	return feed_cut(to, stream_id, text, strlen(text), 0, 3, NULL);
}

static char *text_of(FILE *file)
{
	static char text[65536];
	size_t n;

	rewind(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	rewind(file);
	if (ftruncate(fileno(file), 0))
		abort();
	return text;
}

#define RECORDS                                                                                    \
	"FATAL 1 a.c:2: f\nERROR 1 a.c:2: e\nWARN a.c:2: w\nINFO: i\n\tand more\nDEBUG 1: d\n"     \
	"TRACE: t\nplain\n"
#define FAULT                                                                                      \
	"ERROR: Timeout detected for may_goto instruction\nCPU: 1 UID: 0 PID: 99 Comm: test\n"     \
	"Call trace:\nbpf_test_run+0x25d/0x460\n\n"
#define STACK "CPU: 1 UID: 0 PID: 99 Comm: test\nCall trace:\nbpf_test_run+0x25d/0x460\n\n"

static void test_print(void)
{
	struct bpf_stream_forward_opts to = {.print = print, .print_ctx = "@"};

	rewind_seen();
	ok(feed(&to, BPF_STREAM_ID_STDOUT, RECORDS) >= 0, "print: what it returns is ignored");
	fflush(seen_file);
	same(seen,
	     "@0 a.c:2: f\n@1 a.c:2: e\n@2 a.c:2: w\n@3 i\n@3 \tand more\n@4 d\n@5 t\n@3 plain\n",
	     "print: levels, lines, location");
	rewind_seen();
	feed(&to, BPF_STREAM_ID_STDOUT,
	     "INFO 1 a.c:2 cpu=3 pid=4: b\nWARN 1 cpu=3: c\nWARN a.c:2 pid=4294967295: p\n");
	fflush(seen_file);
	same(seen, "@3 a.c:2 cpu=3 pid=4: b\n@2 cpu=3: c\n@2 a.c:2 pid=4294967295: p\n",
	     "print: cpu and pid");
	rewind_seen();
	feed(&to, BPF_STREAM_ID_STDERR, "plain\n" FAULT STACK "\tcontinued\n");
	fflush(seen_file);
	same(seen,
	     "@2 plain\n"
	     "@1 ERROR: Timeout detected for may_goto instruction\n"
	     "@1 CPU: 1 UID: 0 PID: 99 Comm: test\n@1 Call trace:\n@1 bpf_test_run+0x25d/0x460\n"
	     "@2 CPU: 1 UID: 0 PID: 99 Comm: test\n@2 Call trace:\n@2 bpf_test_run+0x25d/0x460\n"
	     "@2 \tcontinued\n",
	     "print: without a level; reports");
	rewind_seen();
	to.names = true;
	feed_cut(&to, BPF_STREAM_ID_STDOUT, "INFO x.c:1: a\n\tb\n", 17, 0, 3, "prog");
	feed(&to, BPF_STREAM_ID_STDOUT, "no name\n");
	fflush(seen_file);
	same(seen, "@3 prog: x.c:1: a\n@3 prog: \tb\n@3 no name\n", "print: names");
}

static void test_harmless(void)
{
	struct bpf_stream_forward_opts to = {.print = print, .print_ctx = ""};
	static const char text[] = "INFO: \x1b[31m \0 %s \xc3\xa4 \xc2\x9b \xe0\x80\x80 \xff "
				   "\xf0\x9f\x98\x80 \xc3\n";
	char *big;

	rewind_seen();
	feed_cut(&to, BPF_STREAM_ID_STDOUT, text, sizeof(text) - 1, 0, 3, NULL);
	fflush(seen_file);
	same(seen,
	     "3 \\x1b[31m \\x00 %s \xc3\xa4 \\xc2\\x9b \\xe0\\x80\\x80 \\xff \xf0\x9f\x98\x80 "
	     "\\xc3\n",
	     "control characters and bytes that are not UTF-8");
	rewind_seen();
	big = malloc(8001);
	memset(big, '\1', 8000);
	big[8000] = '\n';
	feed_cut(&to, BPF_STREAM_ID_STDOUT, big, 8001, 0, 3, NULL);
	free(big);
	fflush(seen_file);
	ok(seen_len == 4 * 8000 + 4 * 3, "a line that is too long comes in several, all of it");
	rewind_seen();
	feed(&to, BPF_STREAM_ID_STDOUT, "INFO: \n\n");
	fflush(seen_file);
	same(seen, "3 \n3 \n", "empty lines");
}

static void test_stdio(void)
{
	struct bpf_stream_forward_opts to = {0};
	FILE *out = tmpfile(), *err = tmpfile();
	int real_stderr = dup(2);

	dup2(fileno(out), 1);
	dup2(fileno(err), 2);
	feed(NULL, BPF_STREAM_ID_STDOUT, RECORDS);
	feed(NULL, BPF_STREAM_ID_STDERR, FAULT "ERROR: \x1b[31m\n");
	dup2(real_stderr, 2);
	same(text_of(out), RECORDS, "stdio: as written");
	same(text_of(err),
	     "ERROR: Timeout detected for may_goto instruction\nCPU: 1 UID: 0 PID: 99 Comm: test\n"
	     "Call trace:\nbpf_test_run+0x25d/0x460\n\nERROR: \\x1b[31m\n",
	     "stdio: stderr, harmless");

	to.names = true;
	feed_cut(&to, 1, "INFO: a\n\tb\n", 11, 0, 3, "prog");
	feed_cut(&to, 1, "INFO: one line\n", 15, 9, 3, "prog");
	same(text_of(out), "prog: INFO: a\nprog: \tb\nprog: INFO: one line\n",
	     "stdio: names, a line in two pieces");
	feed_cut(&to, 1, "INFO: begun", 11, 0, 3, "prog");
	feed_cut(&to, 1, "INFO: other\n", 12, 0, 4, "too");
	same(text_of(out), "prog: INFO: begun\ntoo: INFO: other\n",
	     "stdio: another program does not continue a line");
	dup2(real_stdout, 1);

	/* a full disk ends nothing */
	to.names = false;
	if (!freopen("/dev/full", "w", stdout))
		abort();
	ok(feed(&to, 1, "INFO: lost\n") >= 0, "stdio: a write that fails ends nothing");

	to.syslog = true;
	openlog("test", LOG_PERROR, LOG_USER);
	dup2(fileno(err), 2);
	feed(&to, 1, "INFO 1 a.c:2: one %s\n\ttwo\n");
	dup2(real_stderr, 2);
	closelog();
	same(text_of(err), "test: a.c:2: one %s\ntest: \ttwo\n", "syslog: lines");
	close(real_stderr);
}

static void test_end(void)
{
	struct bpf_stream_forward_opts to = {.print = print, .print_ctx = ""};

	rewind_seen();
	ok(feed(&to, 2, RECORDS FAULT) >= 0, "nothing ends it unless it is asked to");
	to.end_on_fatal = true;
	rewind_seen();
	ok(feed(&to, 2, "INFO: i\n" FAULT) >= 0 && !to.ended, "FATAL: nothing else ends it");
	ok(feed(&to, 2, "plain FATAL: f\n") >= 0 && !to.ended, "... no other text");
	rewind_seen();
	ok(feed(&to, 2, "INFO: i\nFATAL: f\n") == -ECANCELED && to.ended, "... FATAL does");
	fflush(seen_file);
	same(seen, "3 i\n0 f\n", "... after the record");
	ok(feed(&to, 2, "FATAL: g\n") >= 0, "... once, so that the rest can be read");
	to.ended = false;
	ok(feed_cut(&to, 2, "FATAL: piece\n", 13, 9, 3, NULL) == -ECANCELED,
	   "... by the first piece");
	to.ended = to.end_on_fatal = false;
	to.end_on_report = true;
	ok(feed(&to, 2, RECORDS STACK) >= 0 && !to.ended, "report: no record and no stack dump");
	ok(feed(&to, 2, FAULT) == -ECANCELED && to.ended, "... a fault does");
}

int main(void)
{
	real_stdout = dup(1);
	test_print();
	test_harmless();
	test_end();
	test_stdio();
	fclose(seen_file);
	free(seen);
	dprintf(real_stdout, "1..%d\n", tests);
	return failures != 0;
}
