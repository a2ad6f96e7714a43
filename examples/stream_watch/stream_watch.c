// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Runs stream_watch.bpf.c once and shows the results: the errors of all programs, then a line of
 * counts for each program that has written something. Usage: stream_watch OBJECT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "stream_watch.h"

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

static int show_error(void *ctx, void *data, size_t size)
{
	struct watch_head *head = data;

	(void)ctx;
	printf("program %u: ", head->id);
	put((char *)(head + 1), size - sizeof(*head));
	return 0;
}

static void show_counts(int map)
{
	static const char *const names[] = {"fatal", "error", "warn", "info",
					    "debug", "trace", "plain"};
	struct watch_counts counts;
	__u32 id, *last = NULL;

	for (; !bpf_map_get_next_key(map, last, &id); last = &id) {
		unsigned long long sum = 0;

		if (bpf_map_lookup_elem(map, &id, &counts))
			continue;
		for (int i = 0; i <= WATCH_PLAIN; i++)
			sum += counts.by_level[i];
		if (!sum && !counts.lost)
			continue;
		printf("program %u:", id);
		for (int i = 0; i <= WATCH_PLAIN; i++)
			if (counts.by_level[i])
				printf(" %llu %s", (unsigned long long)counts.by_level[i],
				       names[i]);
		if (counts.lost)
			printf(" (%llu went to another reader)", (unsigned long long)counts.lost);
		if (counts.not_forwarded)
			printf(" (%llu of the errors had no room above)",
			       (unsigned long long)counts.not_forwarded);
		putchar('\n');
	}
}

/* Reading the iterator runs the program once for each loaded program */
static int go_over_programs(struct bpf_program *prog)
{
	struct bpf_link *link = bpf_program__attach_iter(prog, NULL);
	int fd = link ? bpf_iter_create(bpf_link__fd(link)) : -errno;
	char c;

	if (fd >= 0 && read(fd, &c, 1) < 0)
		fd = -errno;
	if (fd >= 0)
		close(fd);
	bpf_link__destroy(link);
	return fd < 0 ? fd : 0;
}

int main(int argc, char **argv)
{
	struct ring_buffer *errors = NULL;
	struct bpf_object *obj;
	int err;

	if (argc != 2) {
		fprintf(stderr, "usage: stream_watch OBJECT\n");
		return 2;
	}
	obj = bpf_object__open_file(argv[1], NULL);
	err = obj ? bpf_object__load(obj) : -errno;
	if (!err)
		err = go_over_programs(bpf_object__find_program_by_name(obj, "stream_watch"));
	if (!err)
		errors = ring_buffer__new(bpf_object__find_map_fd_by_name(obj, "errors"),
					  show_error, NULL, NULL);
	if (!err && !errors)
		err = -errno;
	if (errors) {
		ring_buffer__consume(errors);
		show_counts(bpf_object__find_map_fd_by_name(obj, "counts"));
	}
	if (err)
		fprintf(stderr, "stream_watch: %s\n", strerror(-err));
	ring_buffer__free(errors);
	bpf_object__close(obj);
	return err ? 1 : 0;
}
