// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <bpf/libbpf.h> /* before user.h */
#include <bpf_stream/user.h>

int main(int argc, char **argv)
{
	struct bpf_object *obj = argc == 2 ? bpf_object__open_file(argv[1], NULL) : NULL;
	struct bpf_stream_forward_opts to = {.end_on_fatal = true};
	struct bpf_stream_consumer *consumer;

	if (!obj || bpf_object__load(obj))
		return 1;
	consumer = bpf_stream_consumer__new(bpf_stream_forward, &to, NULL);
	if (!consumer || bpf_stream_consumer__add_object(consumer, obj))
		return 1;
	if (!bpf_program__attach(bpf_object__next_program(obj, NULL)))
		return 1;
	while (bpf_stream_consumer__poll(consumer, -1) >= 0)
		;
	bpf_stream_consumer__drain(consumer);
	return 1;
}
