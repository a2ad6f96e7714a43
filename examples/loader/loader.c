// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <bpf/libbpf.h>
#include <bpf_stream/user.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
	stop = signal;
}

static int failed(const char *what, int err)
{
	fprintf(stderr, "loader: %s: %s\n", what, strerror(-err));
	return 1;
}

/* A message may contain any byte, and a terminal obeys some: show these as \x1b. */
static void put(const char *text, size_t len)
{
	for (; len--; text++) {
		if ((*text >= ' ' && *text <= '~') || *text == '\n' || *text == '\t')
			putchar(*text);
		else
			printf("\\x%02x", (unsigned char)*text);
	}
}

static int print(void *ctx, const struct bpf_stream_record *rec)
{
	const char *level = bpf_log_level_name(rec->log.level); /* NULL: a plain line */
	const char *name = rec->prog_ctx;
	struct bpf_log_frame frame;

	(void)ctx;
	if (!rec->report) {
		printf("%s %s | ", name, level ? level : "-");
		put(rec->log.text, rec->log.text_len);
		putchar('\n');
	}
	while (rec->report && bpf_log_report_next_frame(rec->report, &frame)) {
		if (!frame.file)
			continue;
		printf("%s KERNEL | at ", name);
		put(frame.file, frame.file_len);
		printf(":%u: ", frame.line);
		put(frame.source, frame.source_len);
		putchar('\n');
	}
	fflush(stdout);
	return 0;
}

int main(int argc, char **argv)
{
	struct bpf_stream_consumer *consumer = bpf_stream_consumer__new(print, NULL, NULL);
	struct bpf_object *obj = argc == 2 ? bpf_object__open_file(argv[1], NULL) : NULL;
	struct bpf_log_counts counts;
	struct bpf_program *prog;
	int err = 0, fd = -1;

	if (!consumer || !obj || bpf_object__load(obj))
		return failed(argc == 2 ? argv[1] : "usage: loader OBJECT", -errno);
	bpf_object__for_each_program(prog, obj) {
		const char *name = bpf_program__name(prog);

		fd = bpf_program__fd(prog);
		err = bpf_stream_consumer__add_prog(consumer, fd, BPF_STREAM_BOTH, (void *)name);
		if (err == -EOPNOTSUPP) /* before Linux 6.17; everything else works */
			fprintf(stderr, "%s: no streams, see /sys/kernel/tracing/trace_pipe\n",
				name);
		else if (err)
			return failed(name, err);
		if (!bpf_program__attach(prog))
			return failed(name, -errno);
	}
	err = bpf_log_level_set(fd, BPF_LOG_DEBUG);
	if (err)
		return failed("cannot set the level", err);
	signal(SIGINT, on_signal);
	while (!stop && err >= 0)
		err = bpf_stream_consumer__poll(consumer, 1000);
	bpf_stream_consumer__drain(consumer);
	if (!bpf_log_losses(fd, &counts))
		printf("lost: %llu\n", (unsigned long long)(bpf_log_lost_total(&counts.lost[0]) +
							    bpf_log_lost_total(&counts.lost[1])));
	bpf_stream_consumer__free(consumer);
	bpf_object__close(obj);
	return err < 0 && err != -EINTR ? failed("cannot read", err) : 0;
}
