/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* wake.c - be woken by the kernel when a program writes to a stream. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wake.skel.h"
#include "wake.h"

struct wake {
	struct wake_bpf *skel;
	struct ring_buffer *ring;
	bool any;
	struct wake_record last; /* the one that woke */
};

static int on_writer(void *ctx, void *data, size_t size)
{
	struct wake *wake = ctx;

	if (size >= sizeof(wake->last)) {
		memcpy(&wake->last, data, sizeof(wake->last));
		wake->any = true;
	}
	return 0;
}

/* The function that programs write with has two names (see docs/kernel-notes.md). */
static int load(struct wake *wake, const char *writes)
{
	int err;

	wake->skel = wake_bpf__open();
	if (!wake->skel)
		return -errno;
	err = bpf_program__set_attach_target(wake->skel->progs.bpfstream_write, 0, writes);
	if (!err)
		err = wake_bpf__load(wake->skel);
	if (!err)
		err = wake_bpf__attach(wake->skel);
	if (!err)
		return 0;
	wake_bpf__destroy(wake->skel);
	wake->skel = NULL;
	return err;
}

struct wake *wake_new(bool only_followed)
{
	struct wake *wake = calloc(1, sizeof(*wake));
	int err;

	if (!wake)
		return NULL;
	err = load(wake, "bpf_stream_vprintk");
	if (err)
		err = load(wake, "bpf_stream_vprintk_impl");
	if (!err) {
		wake->skel->bss->only_followed = only_followed;
		wake->ring = ring_buffer__new(bpf_map__fd(wake->skel->maps.writers), on_writer,
					      wake, NULL);
		if (wake->ring)
			return wake;
		err = -errno;
	}
	wake_free(wake);
	errno = -err;
	return NULL;
}

void wake_free(struct wake *wake)
{
	if (!wake)
		return;
	ring_buffer__free(wake->ring);
	wake_bpf__destroy(wake->skel);
	free(wake);
}

int wake_fd(const struct wake *wake)
{
	return ring_buffer__epoll_fd(wake->ring);
}

/* What was written before is seen by a pass that begins after this, whatever the processor. */
void wake_arm(struct wake *wake)
{
	__atomic_exchange_n(&wake->skel->bss->armed, 1, __ATOMIC_SEQ_CST);
}

bool wake_take(struct wake *wake, struct wake_record *who)
{
	wake->any = false;
	ring_buffer__consume(wake->ring);
	*who = wake->last;
	return wake->any;
}

void wake_follow(struct wake *wake, __u32 id)
{
	__u8 yes = 1;

	/* If it is full: found at the next look at all programs, only later. */
	bpf_map_update_elem(bpf_map__fd(wake->skel->maps.followed), &id, &yes, BPF_ANY);
}

void wake_unfollow(struct wake *wake, __u32 id)
{
	bpf_map_delete_elem(bpf_map__fd(wake->skel->maps.followed), &id);
}
