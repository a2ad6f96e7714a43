// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Each of these has one mistake, and the verifier must reject it with the words beside it. */
#include "kfuncs.h"

/* Text that is in the verifier's log */
#define __rejected(text) __attribute__((btf_decl_tag("rejected:" text)))

__u32 prog_id;
char text[16];

/* The frame of all programs but one: get and check stream and elem, put and free them at the end */
#define WITH_STREAM(body)                                                                          \
	do {                                                                                       \
		struct bpf_stream *stream = bpf_prog_stream_get(1, prog_id);                       \
		if (!stream)                                                                       \
			return 0;                                                                  \
		body;                                                                              \
		bpf_prog_stream_put(stream);                                                       \
	} while (0)

#define WITH_ELEM(body)                                                                            \
	WITH_STREAM({                                                                              \
		struct bpf_stream_elem *elem = bpf_stream_next_elem(stream);                       \
		if (elem) {                                                                        \
			body;                                                                      \
		}                                                                                  \
	})

#define WITH_DYNPTR(body)                                                                          \
	WITH_ELEM({                                                                                \
		struct bpf_dynptr dptr;                                                            \
		bpf_dynptr_from_mem_slice(&elem->mem_slice, 0, &dptr);                             \
		body;                                                                              \
	})

SEC("syscall")
__rejected("Unreleased reference")
int elem_not_freed(void *ctx)
{
	WITH_ELEM({});
	return 0;
}

SEC("syscall")
__rejected("release kfunc bpf_stream_free_elem expects")
int elem_freed_twice(void *ctx)
{
	WITH_ELEM({
		bpf_stream_free_elem(elem);
		bpf_stream_free_elem(elem);
	});
	return 0;
}

SEC("syscall")
__rejected("invalid mem access 'scalar'")
int elem_used_after_free(void *ctx)
{
	__u32 len = 0;

	WITH_ELEM({
		bpf_stream_free_elem(elem);
		len = elem->mem_slice.len;
	});
	return len;
}

SEC("syscall")
__rejected("must point to scalar")
int slice_used_after_free(void *ctx)
{
	WITH_ELEM({
		struct bpf_dynptr dptr;

		bpf_stream_free_elem(elem);
		bpf_dynptr_from_mem_slice(&elem->mem_slice, 0, &dptr);
	});
	return 0;
}

SEC("syscall")
__rejected("Expected an initialized dynptr")
int dynptr_used_after_free(void *ctx)
{
	WITH_DYNPTR({
		bpf_stream_free_elem(elem);
		bpf_dynptr_read(text, 1, &dptr, 0, 0);
	});
	return 0;
}

SEC("syscall")
__rejected("Expected an initialized dynptr")
int clone_used_after_free(void *ctx)
{
	WITH_DYNPTR({
		struct bpf_dynptr clone;

		bpf_dynptr_clone(&dptr, &clone);
		bpf_stream_free_elem(elem);
		bpf_dynptr_read(text, 1, &clone, 0, 0);
	});
	return 0;
}

SEC("syscall")
__rejected("invalid mem access 'scalar'")
int data_used_after_free(void *ctx)
{
	char first = 0;

	WITH_DYNPTR({
		char buf[4];
		char *data = bpf_dynptr_slice(&dptr, 0, buf, sizeof(buf));

		bpf_stream_free_elem(elem);
		if (data)
			first = *data;
	});
	return first;
}

SEC("syscall")
__rejected("Possibly NULL pointer passed")
int elem_not_checked(void *ctx)
{
	WITH_STREAM(bpf_stream_free_elem(bpf_stream_next_elem(stream)));
	return 0;
}

SEC("syscall")
__rejected("Unreleased reference")
int stream_not_put(void *ctx)
{
	bpf_prog_stream_get(1, prog_id);
	return 0;
}

SEC("syscall")
__rejected("release kfunc bpf_prog_stream_put expects")
int stream_put_twice(void *ctx)
{
	WITH_STREAM(bpf_prog_stream_put(stream));
	return 0;
}

SEC("syscall")
__rejected("must point to scalar")
int stream_used_after_put(void *ctx)
{
	struct bpf_stream *stream = bpf_prog_stream_get(1, prog_id);
	struct bpf_stream_elem *elem;

	if (!stream)
		return 0;
	bpf_prog_stream_put(stream);
	elem = bpf_stream_next_elem(stream);
	if (elem)
		bpf_stream_free_elem(elem);
	return 0;
}

SEC("syscall")
__rejected("Possibly NULL pointer passed")
int stream_not_checked(void *ctx)
{
	bpf_prog_stream_put(bpf_prog_stream_get(1, prog_id));
	return 0;
}

/* the program's own stream is not counted */
SEC("syscall")
__rejected("release kfunc bpf_prog_stream_put expects")
int own_stream_put(void *ctx)
{
	struct bpf_stream *stream = bpf_stream_get(1, 0);

	if (stream)
		bpf_prog_stream_put(stream);
	return 0;
}

SEC("syscall")
__rejected("Possibly NULL pointer passed")
int own_stream_not_checked(void *ctx)
{
	struct bpf_stream_elem *elem = bpf_stream_next_elem(bpf_stream_get(1, 0));

	if (elem)
		bpf_stream_free_elem(elem);
	return 0;
}

/* a slice is the kernel's; a program cannot make one up */
SEC("syscall")
__rejected("pointer type STRUCT bpf_mem_slice must point to scalar")
int slice_made_up(void *ctx)
{
	struct bpf_mem_slice slice = {};
	struct bpf_dynptr dptr;

	slice.ptr = ctx;
	slice.len = 8;
	return bpf_dynptr_from_mem_slice(&slice, 0, &dptr);
}

SEC("syscall")
__rejected("only read is supported")
int slice_written(void *ctx)
{
	WITH_ELEM({
		elem->mem_slice.len = 1 << 20;
		bpf_stream_free_elem(elem);
	});
	return 0;
}

SEC("xdp")
__rejected("bpf_prog_stream_get")
int other_stream_of_xdp(struct xdp_md *ctx)
{
	WITH_STREAM({});
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
