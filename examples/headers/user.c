// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <bpf/libbpf.h>
#include <bpf_stream/user.h>
#include <stdio.h>

static int show(void *ctx, const struct bpf_stream_record *rec)
{
	const char *level = bpf_log_level_name(rec->log.level); /* NULL: a plain line */

	(void)ctx;
	printf("%s: %.*s\n", level ? level : "-", (int)rec->log.text_len, rec->log.text);
	return fflush(stdout);
}

int main(int argc, char **argv)
{
	struct bpf_stream_consumer *consumer = bpf_stream_consumer__new(show, NULL, NULL);
	struct bpf_object *obj = argc == 2 ? bpf_object__open_file(argv[1], NULL) : NULL;
	struct bpf_program *prog;

	if (!consumer || !obj || bpf_object__load(obj))
		return 1;
	prog = bpf_object__next_program(obj, NULL);
	if (bpf_stream_consumer__add_prog(consumer, bpf_program__fd(prog), BPF_STREAM_BOTH, NULL) ||
	    !bpf_program__attach(prog))
		return 1;
	while (bpf_stream_consumer__poll(consumer, 1000) >= 0)
		;
	return 1;
}
