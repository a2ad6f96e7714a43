/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* wake.c - let the kernel wake the tool when a program writes to a stream, or is loaded. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <bpf_stream/user.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpfstream.h"
#include "explain.h"
#include "follow/wake.h"
#include "wake.skel.h"

/* As many as the ring has room for */
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
	/* A negative value ends ring_buffer__consume(). */
	return wake->nr == WAKE_RECORDS ? -ENOSPC : 0;
}

/*
 * @writes: the write function, which has two names (see docs/kernel-notes.md), or NULL for a kernel
 * without streams
 */
static int load(struct wake *wake, const char *writes, bool loads)
{
	int err = 0;

	wake->skel = wake_bpf__open();
	if (!wake->skel)
		return -errno;
	if (writes)
		err = bpf_program__set_attach_target(wake->skel->progs.bpfstream_write, 0, writes);
	bpf_program__set_autoload(wake->skel->progs.bpfstream_write, writes);
	bpf_program__set_autoload(wake->skel->progs.bpfstream_rep, writes);
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

struct wake *wake_new(bool only_followed, bool verbose)
{
	struct wake *wake = calloc(1, sizeof(*wake));
	int err = -ENOMEM;

	explain_forget();
	if (wake && bpf_stream_probe() == -EOPNOTSUPP) {
		err = load(wake, NULL, true);
		goto loaded;
	}
	if (wake)
		err = load(wake, "bpf_stream_vprintk", true);
	if (wake && err)
		err = load(wake, "bpf_stream_vprintk_impl", true);
	/* A kernel that does not report loads may still report writes. */
	if (wake && err)
		err = load(wake, "bpf_stream_vprintk", false);
	if (wake && err)
		err = load(wake, "bpf_stream_vprintk_impl", false);
loaded:
	if (!err) {
		wake->skel->bss->only_followed = only_followed;
		wake->ring = ring_buffer__new(bpf_map__fd(wake->skel->maps.writers), on_writer,
					      wake, NULL);
		if (wake->ring)
			return wake;
		err = -errno;
	}
	if (verbose)
		msg("cannot be woken by the kernel: %s", explain_warning(err));
	wake_free(wake);
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

/* A full barrier: a look that starts after this sees all earlier writes. */
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

	/* If the map is full, the program does not wake, and is read with the next look. */
	bpf_map_update_elem(bpf_map__fd(wake->skel->maps.followed), &id, &yes, BPF_ANY);
}

void wake_unfollow(struct wake *wake, __u32 id)
{
	bpf_map_delete_elem(bpf_map__fd(wake->skel->maps.followed), &id);
}
