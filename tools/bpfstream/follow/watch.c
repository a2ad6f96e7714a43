/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * watch.c - a BPF iterator over all loaded programs: which have text, which are new, which are
 * unused.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "follow/watch.h"
#include "watch.skel.h"

#define NR_RECORDS 256

struct watch {
	struct watch_bpf *skel;
	struct bpf_link *link;
	int fd;
	bool everything;
	__u32 nr; /* of the last pass with everything */
	__u64 sum;
	size_t at, count;
	struct watch_record records[NR_RECORDS];
};

struct watch *watch_new(void)
{
	struct watch *watch;
	int err;

	watch = calloc(1, sizeof(*watch));
	if (!watch) {
		msg("out of memory");
		return NULL;
	}
	watch->fd = -1;
	explain_forget();
	watch->skel = watch_bpf__open_and_load();
	if (watch->skel)
		watch->link = bpf_program__attach_iter(watch->skel->progs.bpfstream_tail, NULL);
	if (watch->link)
		return watch;
	err = -errno;
	explain_inspect(err);
	watch_free(watch);
	return NULL;
}

void watch_free(struct watch *watch)
{
	if (!watch)
		return;
	if (watch->fd >= 0)
		close(watch->fd);
	bpf_link__destroy(watch->link);
	watch_bpf__destroy(watch->skel);
	free(watch);
}

static int fail(int err)
{
	msg("cannot iterate over loaded programs: %s", explain_errno(err));
	return err;
}

int watch_begin(struct watch *watch, bool everything)
{
	struct watch_bpf__bss *bss = watch->skel->bss;

	if (watch->fd >= 0)
		close(watch->fd);
	bss->few = bss->tails ? bss->tails : 1;
	bss->everything = everything;
	bss->nr = bss->tails = 0;
	bss->sum = 0;
	watch->everything = everything;
	watch->at = watch->count = 0;
	watch->fd = bpf_iter_create(bpf_link__fd(watch->link));
	return watch->fd < 0 ? fail(watch->fd) : 0;
}

int watch_next(struct watch *watch, const struct watch_record **record)
{
	ssize_t n;

	if (watch->at == watch->count) {
		do {
			n = read(watch->fd, watch->records, sizeof(watch->records));
		} while (n < 0 && (errno == EINTR || errno == EAGAIN));
		if (n < 0)
			return fail(-errno);
		if (!n && watch->everything) {
			watch->nr = watch->skel->bss->nr;
			watch->sum = watch->skel->bss->sum;
		}
		if (!n)
			return 0;
		if (n % sizeof(watch->records[0]))
			return fail(-EIO);
		watch->at = 0;
		watch->count = n / sizeof(watch->records[0]);
	}
	*record = &watch->records[watch->at++];
	return 1;
}

bool watch_changed(const struct watch *watch)
{
	return watch->nr != watch->skel->bss->nr || watch->sum != watch->skel->bss->sum;
}

bool watch_unused(const struct watch *watch, const struct watch_record *record, bool held)
{
	__u32 others = record->refs - held;

	return others < watch->skel->bss->few;
}
