// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The right use of the reader kfuncs: ../test_kfuncs.c has the expected result of each program */
#define BPF_STREAM_REPORT_INTERVAL 0 /* report each loss immediately */
#include "kfuncs.h"
#include <bpf_stream/stream.h>

__u32 prog_id;
__u32 count;

/* the text that was read, the length of each element, and the number of elements */
char text[128];
__u32 text_len;
__u32 lens[8];
__u32 elems;
int ret;

SEC("syscall")
int write_lines(void *ctx)
{
	bpf_stream_printk(BPF_STDOUT, "first\n");
	bpf_stream_printk(BPF_STDOUT, "second %d\n", 2);
	return bpf_stream_printk(BPF_STDOUT, "third\n");
}

static int write_one(__u32 i, void *ctx)
{
	ret = bpf_stream_printk(BPF_STDOUT, "123456789\n");
	if (ret)
		return 1;
	count++;
	return 0;
}

/* Write until it is full; count is the number of messages */
SEC("syscall")
int fill(void *ctx)
{
	count = 0;
	bpf_loop(20000, write_one, NULL, 0);
	return 0;
}

static int write_number(__u32 i, void *ctx)
{
	if (bpf_stream_printk(BPF_STDOUT, "%08u\n", count))
		return 1;
	count++;
	return 0;
}

/* Up to 100 more numbers, from 0, in lines of 9 bytes */
SEC("syscall")
int write_numbers(void *ctx)
{
	bpf_loop(100, write_number, NULL, 0);
	return 0;
}

/* each number must be greater than the one before; other readers may have taken those in between */
__u32 next_number;
__u32 unordered;

static int read_number(__u32 i, void *ctx)
{
	struct bpf_stream *stream = bpf_prog_stream_get(BPF_STDOUT, prog_id);
	struct bpf_stream_elem *elem;
	struct bpf_dynptr dptr;
	char digits[8] = {};
	__u32 number = 0;

	if (!stream)
		return 1;
	elem = bpf_stream_next_elem(stream);
	bpf_prog_stream_put(stream);
	if (!elem)
		return 1;
	if (bpf_dynptr_from_mem_slice(&elem->mem_slice, 0, &dptr) || bpf_dynptr_size(&dptr) != 9 ||
	    bpf_dynptr_read(digits, sizeof(digits), &dptr, 0, 0))
		unordered++;
	bpf_stream_free_elem(elem);
	for (int n = 0; n < 8; n++)
		number = number * 10 + (digits[n] - '0');
	if (number < next_number)
		unordered++;
	next_number = number + 1;
	elems++;
	return 0;
}

SEC("syscall")
int read_numbers(void *ctx)
{
	bpf_loop(30, read_number, NULL, 0);
	return 0;
}

static void copy(struct bpf_stream_elem *elem)
{
	struct bpf_dynptr dptr;
	__u32 at = text_len;
	char buf[16] = {};
	__u64 len;

	if (bpf_dynptr_from_mem_slice(&elem->mem_slice, 0, &dptr))
		return;
	len = bpf_dynptr_size(&dptr);
	if (elems < 8)
		lens[elems] = len;
	if (len <= sizeof(buf) && at <= sizeof(text) - sizeof(buf) &&
	    !bpf_dynptr_read(buf, len, &dptr, 0, 0)) {
		__builtin_memcpy(text + at, buf, sizeof(buf));
		text_len = at + len;
	}
	elems++;
}

static int drain_one(__u32 i, void *data)
{
	struct bpf_stream_elem *elem;
	struct bpf_stream *stream = bpf_prog_stream_get(BPF_STDOUT, prog_id);

	if (!stream)
		return 1;
	elem = bpf_stream_next_elem(stream);
	bpf_prog_stream_put(stream);
	if (!elem)
		return 1;
	/* an element outlives the reference on the stream */
	copy(elem);
	bpf_stream_free_elem(elem);
	return 0;
}

SEC("syscall")
int read_all(void *ctx)
{
	bpf_loop(20000, drain_one, NULL, 0);
	return elems;
}

/* 0 if a second reference counts, and does not after it was put */
SEC("syscall")
int references(void *ctx)
{
	struct bpf_stream *one, *two;
	long with_one = 0, with_two = 0, after = 0;

	one = bpf_prog_stream_get(1, prog_id);
	if (!one)
		return 1;
	with_one = one->aux->refcnt.counter;
	two = bpf_prog_stream_get(2, prog_id);
	if (two) {
		with_two = two->aux->refcnt.counter;
		bpf_prog_stream_put(two);
	}
	after = one->aux->refcnt.counter;
	bpf_prog_stream_put(one);
	return with_two != with_one + 1 || after != with_one;
}

/* None of these may be had: a bit for each that is had all the same */
SEC("syscall")
int not_found(void *ctx)
{
	static const struct {
		int stream_id;
		bool bad_prog;
	} want[] = {{0, false}, {3, false}, {-1, false}, {1, true}};
	int found = 0;

	for (int i = 0; i < 4; i++) {
		struct bpf_stream *stream = bpf_prog_stream_get(
			want[i].stream_id, want[i].bad_prog ? 0x7fffffff : prog_id);

		if (!stream)
			continue;
		found |= 1 << i;
		bpf_prog_stream_put(stream);
	}
	if (bpf_stream_get(3, NULL))
		found |= 1 << 4;
	return found;
}

/* The program's own stream, in any type of program: the lengths of two elements, and that the
 * dynptr cannot be written to, and has no flags */
SEC("xdp")
int own_stream(struct xdp_md *ctx)
{
	struct bpf_stream_elem *elem;
	struct bpf_stream *stream;
	struct bpf_dynptr dptr;
	int bad = 0, len = 0;

	bpf_stream_printk(BPF_STDERR, "12345");
	stream = bpf_stream_get(BPF_STDERR, NULL);
	if (!stream)
		return 1000;
	elem = bpf_stream_next_elem(stream);
	if (!elem)
		return 2000;
	if (bpf_dynptr_from_mem_slice(&elem->mem_slice, 1, &dptr) != -22 /* EINVAL */)
		bad |= 100;
	if (bpf_dynptr_from_mem_slice(&elem->mem_slice, 0, &dptr))
		bad |= 200;
	if (!bpf_dynptr_is_rdonly(&dptr) || bpf_dynptr_write(&dptr, 0, "x", 1, 0) != -22 ||
	    bpf_dynptr_data(&dptr, 0, 1))
		bad |= 400;
	len = bpf_dynptr_size(&dptr);
	bpf_stream_free_elem(elem);

	/* it was the only one */
	elem = bpf_stream_next_elem(stream);
	if (elem) {
		bad |= 800;
		bpf_stream_free_elem(elem);
	}
	return bad + len;
}

char _license[] SEC("license") = "GPL";
