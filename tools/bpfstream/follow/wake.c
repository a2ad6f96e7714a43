/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* wake.c - be woken by the kernel when a program writes to a stream. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "follow/wake.h"
#include "wake.skel.h"

/* The ring has no room for more. */
#define WAKE_RECORDS 256

struct wake {
	struct wake_bpf *skel;
	struct ring_buffer *ring;
	struct wake_record records[WAKE_RECORDS];
	size_t nr, at;
};

static int on_writer(void *ctx, void *data, size_t size)
{
	struct wake *wake = ctx;

	if (size >= sizeof(wake->records[0]))
		memcpy(&wake->records[wake->nr++], data, sizeof(wake->records[0]));
	/* ends the call */
	return wake->nr == WAKE_RECORDS ? -ENOSPC : 0;
}

/* The function that programs write with has two names (see docs/kernel-notes.md). */
static int load(struct wake *wake, const char *writes, bool loads)
{
	int err;

	wake->skel = wake_bpf__open();
	if (!wake->skel)
		return -errno;
	err = bpf_program__set_attach_target(wake->skel->progs.bpfstream_write, 0, writes);
	bpf_program__set_autoload(wake->skel->progs.bpfstream_load, loads);
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
	err = load(wake, "bpf_stream_vprintk", true);
	if (err)
		err = load(wake, "bpf_stream_vprintk_impl", true);
	/* A kernel that does not let us see what is loaded still says who writes. */
	if (err)
		err = load(wake, "bpf_stream_vprintk", false);
	if (err)
		err = load(wake, "bpf_stream_vprintk_impl", false);
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
	if (wake->at == wake->nr) {
		wake->at = wake->nr = 0;
		ring_buffer__consume(wake->ring);
	}
	if (wake->at == wake->nr)
		return false;
	*who = wake->records[wake->at++];
	return true;
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
