/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* follow.c - the programs that are followed. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "follow/internal.h"
#include "show/clock.h"

/* A program that has been silent this long gives up its buffers. */
#define IDLE_NS (2 * NSEC_PER_SEC)

int follow_out_of_memory(void)
{
	msg("out of memory");
	return -ENOMEM;
}

void follow_free_prog(struct follow *follow, struct follow_prog *prog)
{
	follow_release(prog);
	losses_end(&follow->losses, prog->losses);
	free(prog->text);
	free(prog->name);
	free(prog);
}

void follow_unlink_prog(struct follow_prog **list, struct follow_prog *prog)
{
	while (*list != prog)
		list = &(*list)->next;
	*list = prog->next;
}

struct follow *follow_new(struct show *show, unsigned int streams, struct progs_iter *peek)
{
	struct follow *follow = calloc(1, sizeof(*follow));

	if (follow) {
		follow->show = show;
		follow->streams = streams;
		follow->peek = peek;
		follow->limit = UINT64_MAX;
		follow->no_streams = bpf_stream_probe() == -EOPNOTSUPP;
		follow->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
		follow->merge = merge_new(follow_put, follow);
	}
	if (follow && follow->merge && follow->epoll_fd >= 0)
		return follow;
	if (follow && follow->merge)
		msg("cannot wait for rings: %s", strerror(errno));
	else
		follow_out_of_memory();
	follow_free(follow);
	return NULL;
}

void follow_free(struct follow *follow)
{
	struct follow_prog *prog;

	if (!follow)
		return;
	follow_free_rings(follow);
	keep_free(follow->keep);
	merge_free(follow->merge);
	while (follow->nr)
		follow_free_prog(follow, follow->progs[--follow->nr]);
	while ((prog = follow->departed)) {
		follow->departed = prog->next;
		follow_free_prog(follow, prog);
	}
	free(follow->progs);
	free(follow);
}

/* The index of a program, or where it would be inserted */
static size_t place_of(const struct follow *follow, __u32 id)
{
	size_t low = 0, high = follow->nr, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (follow->progs[mid]->id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct follow_prog *follow_find(const struct follow *follow, __u32 id)
{
	size_t at = place_of(follow, id);

	return at < follow->nr && follow->progs[at]->id == id ? follow->progs[at] : NULL;
}

struct follow_prog *follow_next(const struct follow *follow, const struct follow_prog *prog)
{
	size_t at = prog ? place_of(follow, prog->id + 1) : 0;

	return at < follow->nr ? follow->progs[at] : NULL;
}

struct follow_prog *follow_add(struct follow *follow, __u32 id, int fd)
{
	size_t at = place_of(follow, id), room;
	struct follow_prog **progs, *prog = NULL;

	if (follow->nr == follow->room) {
		room = follow->room ? 2 * follow->room : 16;
		progs = realloc(follow->progs, room * sizeof(*progs));
		if (!progs)
			goto fail;
		follow->progs = progs;
		follow->room = room;
	}
	prog = calloc(1, sizeof(*prog));
	if (!prog)
		goto fail;
	prog->follow = follow;
	prog->id = id;
	prog->fd = fd;
	for (int i = 0; i < 2; i++)
		prog->streams[i].source = (struct show_source){.id = id, .name = "?"};
	memmove(follow->progs + at + 1, follow->progs + at,
		(follow->nr - at) * sizeof(*follow->progs));
	follow->progs[at] = prog;
	follow->nr++;
	return prog;
fail:
	follow_out_of_memory();
	return NULL;
}

void follow_name(struct follow_prog *prog, const char *name)
{
	char *copy = strdup(name);

	/* Without memory the old name stays. */
	if (!copy)
		return;
	free(prog->name);
	prog->name = copy;
	for (int i = 0; i < 2; i++)
		prog->streams[i].source.name = copy;
}

void follow_describe(struct follow_prog *prog, const struct bpf_prog_info *info)
{
	follow_name(prog, info->name);
	prog_tag(info, prog->tag);
	for (int i = 0; i < 2; i++)
		prog->streams[i].source.tag = prog->tag;
}

void follow_hold(struct follow_prog *prog)
{
	if (prog->fd < 0)
		prog->fd = bpf_prog_get_fd_by_id(prog->id);
}

void follow_release(struct follow_prog *prog)
{
	if (prog->fd >= 0)
		close(prog->fd);
	prog->fd = -1;
}

/*
 * Hand out the held text, and free the buffers of a program that is not on the active list any
 * more.
 */
static int deactivate(struct follow_prog *prog)
{
	int ret = 0;

	for (int i = 0; !ret && i < 2; i++)
		ret = follow_settle(&prog->text[i], true);
	free(prog->text);
	prog->text = NULL;
	return ret;
}

void follow_idle(struct follow *follow)
{
	struct follow_prog **at = &follow->active, *prog;
	uint64_t now = follow->active ? clock_mono_ns() : 0;

	while ((prog = *at)) {
		if (now - prog->read_ns > IDLE_NS) {
			*at = prog->next;
			deactivate(prog);
		} else {
			at = &prog->next;
		}
	}
}

bool follow_gone(struct follow *follow, struct follow_prog *prog)
{
	size_t at = place_of(follow, prog->id);
	bool ok = true;

	if (prog->text) {
		follow_unlink_prog(&follow->active, prog);
		ok = !deactivate(prog);
	}
	memmove(follow->progs + at, follow->progs + at + 1,
		(--follow->nr - at) * sizeof(*follow->progs));
	ok = !follow_leave_ring(prog) && ok;
	for (int i = 0; i < 2; i++)
		follow_set_more(follow, &prog->streams[i], false);
	prog->next = follow->departed;
	follow->departed = prog;
	prog->gone_ns = clock_mono_ns();
	return ok && follow_add_notice(follow, prog, FOLLOW_GONE, prog->gone_ns);
}

void follow_count(struct follow *follow, struct follow_prog *prog, int fd, bool since_load)
{
	prog->losses = losses_begin(&follow->losses, fd, since_load);
}

static int look_at_losses(struct follow_prog *prog, bool counts)
{
	bool any;
	int fd;

	fd = prog->fd >= 0 ? prog->fd : bpf_prog_get_fd_by_id(prog->id);
	if (fd < 0)
		return 0;
	follow_look_up(prog);
	any = losses_look(prog->losses, fd, prog->id, prog->name, counts);
	if (fd != prog->fd)
		close(fd);
	if (any && !follow_add_notice(prog->follow, prog, FOLLOW_LOST, clock_mono_ns()))
		return -EIO;
	return 0;
}

int follow_losses(struct follow_prog *prog)
{
	return prog->losses && losses_due(prog->losses, true) ? look_at_losses(prog, true) : 0;
}

int follow_look_at_losses(struct follow *follow)
{
	bool counts = follow->show->json;
	struct losses *losses;
	int err = 0;
	size_t i;

	if (follow->begin_ns - follow->losses_ns < NSEC_PER_SEC)
		return 0;
	follow->losses_ns = follow->begin_ns;
	for (losses = follow->losses; !err && losses; losses = losses_next(losses)) {
		if (!losses_due(losses, counts))
			continue;
		for (i = 0; i < follow->nr && follow->progs[i]->losses != losses; i++)
			;
		if (i < follow->nr)
			err = look_at_losses(follow->progs[i], counts);
	}
	return err;
}

int follow_finish(struct follow *follow)
{
	int err = 0;

	for (size_t i = 0; !err && i < follow->nr; i++)
		err = follow_losses(follow->progs[i]);
	if (!err)
		err = follow_show(follow, true);
	return err || sink_finish(&follow->show->sink) ? err : -EIO;
}

bool follow_has_streams(const struct follow *follow)
{
	return !follow->no_streams;
}

bool follow_has_rings(const struct follow *follow)
{
	return follow->nr_rings;
}

bool follow_more_rings(const struct follow *follow)
{
	return follow->more_rings;
}

struct sink *follow_sink(const struct follow *follow)
{
	return &follow->show->sink;
}
