/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* For the tests of rings: user_progs/ring.bpf.c, and records made by hand. Include it once a program. */
#ifndef SELFTESTS_RING_H
#define SELFTESTS_RING_H

#include <bpf_stream/user.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib.h"

#define RING_OBJECT "build/selftests/user_progs/ring.bpf.o"

static struct bpf_object *obj;
static int ring_fd = -1, literals_fd = -1;
static char *literals, *bss;
static size_t literals_len;

/* as in ring.bpf.c */
struct head {
	int32_t text;
	uint8_t args;
	uint8_t stream;
	uint16_t data;
};

struct flood {
	uint32_t who;
	uint32_t from;
	uint32_t times;
	uint32_t lost;
};

struct record {
	size_t len;
	union {
		char bytes[70000];
		uint64_t align;
	};
};

static int map_fd(const char *name)
{
	return bpf_object__find_map_fd_by_name(obj, name);
}

static int prog_fd(const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(obj, name));
}

static int run_ctx(const char *name, void *ctx, size_t size)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = ctx, .ctx_size_in = (__u32)size);

	if (bpf_prog_test_run_opts(prog_fd(name), &opts))
		note("cannot run %s: %s", name, strerror(errno));
	return (int)opts.retval;
}

static int run(const char *name)
{
	return run_ctx(name, NULL, 0);
}

static uint32_t __attribute__((unused)) ring_map_id(void)
{
	struct bpf_map_info info = {0};
	__u32 len = sizeof(info);

	return bpf_obj_get_info_by_fd(ring_fd, &info, &len) ? 0 : info.id;
}

static bool ring_load(void)
{
	struct bpf_map *map;
	size_t size;
	__u32 zero = 0;

	obj = bpf_object__open_file(RING_OBJECT, NULL);
	if (!obj || bpf_object__load(obj))
		return false;
	ring_fd = map_fd("bpf_stream_ring");
	map = bpf_object__find_map_by_name(obj, ".rodata.bpf_log");
	literals_fd = bpf_map__fd(map);
	literals_len = bpf_map__value_size(map);
	literals = malloc(literals_len);
	map = bpf_object__find_map_by_name(obj, ".bss");
	size = (bpf_map__value_size(map) + 4095) / 4096 * 4096;
	bss = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
	return literals && !bpf_map_lookup_elem(literals_fd, &zero, literals) && bss != MAP_FAILED;
}

static char *find_literal(const char *text, size_t len)
{
	char *p = memmem(literals, literals_len, text, len);

	if (!p)
		note("no literal %s", text);
	return p;
}

static char *base(void)
{
	return find_literal("\x7f"
			    "bpf_stream ring",
			    16);
}

static inline struct head *head(struct record *r)
{
	return (struct head *)(void *)r->bytes;
}

static inline uint64_t *args(struct record *r)
{
	return (uint64_t *)(void *)(r->bytes + sizeof(struct head));
}

static struct record record_of(int stream, const char *fmt)
{
	struct record r = {.len = sizeof(struct head)};

	head(&r)->text = (int32_t)(find_literal(fmt, strlen(fmt) + 1) - base());
	head(&r)->stream = (uint8_t)stream;
	return r;
}

static inline void arg(struct record *r, long long value)
{
	args(r)[head(r)->args++] = (uint64_t)value;
	r->len += 8;
}

/* After the arguments. NULL: it is there already */
static inline void data(struct record *r, const char *bytes, size_t len)
{
	if (bytes)
		memcpy(r->bytes + r->len, bytes, len);
	r->len += len;
	head(r)->data = (uint16_t)(head(r)->data + len);
}

static void *bss_var(const char *name)
{
	return bss + var_offset(obj, ".bss", name);
}

static int put(const struct record *r)
{
	static char *at;
	static uint32_t *len;

	if (!at) {
		at = bss_var("sample");
		len = bss_var("sample_len");
	}
	memcpy(at, r->bytes, r->len);
	*len = (uint32_t)r->len;
	return run("put");
}

static int put_text(int stream, const char *fmt)
{
	struct record r = record_of(stream, fmt);

	return put(&r);
}

#endif /* SELFTESTS_RING_H */
