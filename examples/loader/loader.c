// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <bpf/libbpf.h>
#include <bpf_stream/user.h>
#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
	stop = signal;
}

static int print(void *ctx, const struct bpf_stream_record *rec)
{
	const char *level = rec->report ? "KERNEL" : bpf_log_level_name(rec->log.level);
	struct bpf_log_frame frame;

	(void)ctx;
	if (!rec->report)
		printf("%s %s | %.*s\n", (const char *)rec->prog_ctx, level ? level : "-",
		       (int)rec->log.text_len, rec->log.text);
	while (rec->report && bpf_log_report_next_frame(rec->report, &frame)) {
		if (frame.file)
			printf("%s %s | at %.*s:%u: %.*s\n", (const char *)rec->prog_ctx, level,
			       (int)frame.file_len, frame.file, frame.line, (int)frame.source_len,
			       frame.source);
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
		return 1;
	bpf_object__for_each_program (prog, obj) {
		fd = bpf_program__fd(prog);
		err = bpf_stream_consumer__add_prog(consumer, fd, BPF_STREAM_BOTH,
						    (void *)bpf_program__name(prog));
		if (err || !bpf_program__attach(prog)) {
			fprintf(stderr, "%s: %s\n", bpf_program__name(prog), strerror(-err));
			return 1;
		}
	}
	err = bpf_log_level_set(fd, BPF_LOG_DEBUG);
	signal(SIGINT, on_signal);
	while (!stop && err >= 0)
		err = bpf_stream_consumer__poll(consumer, 1000);
	bpf_stream_consumer__drain(consumer);
	if (!bpf_log_losses(fd, &counts))
		printf("lost: %llu\n", (unsigned long long)counts.lost[0].full);
	bpf_stream_consumer__free(consumer);
	bpf_object__close(obj);
	return err < 0 && err != -EINTR;
}
