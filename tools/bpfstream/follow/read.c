/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* read.c - read the streams of the programs that are followed. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explain.h"
#include "follow/internal.h"
#include "show/clock.h"

/* A program may be unloaded before its first text comes, so the name is not always the full one. */
void follow_look_up(struct follow_prog *prog)
{
	char name[PROG_NAME];
	int fd;

	if (prog->full_name)
		return;
	prog->full_name = true;
	fd = prog->fd >= 0 ? prog->fd : bpf_prog_get_fd_by_id(prog->id);
	if (fd >= 0 && prog_name(fd, name, sizeof(name)))
		follow_name(prog, name);
	if (fd >= 0 && fd != prog->fd)
		close(fd);
}

/* Prepare for text of a program: its name, and buffers. */
static int activate(struct follow *follow, struct follow_prog *prog)
{
	struct follow_prog **end = &follow->active;

	prog->read_ns = clock_mono_ns();
	if (prog->text)
		return 0;
	follow_look_up(prog);
	prog->text = calloc(2, sizeof(*prog->text));
	if (!prog->text)
		return follow_out_of_memory();
	for (int i = 0; i < 2; i++)
		bpf_stream_assembler_init(&prog->text[i].assembler, prog->text[i].buf,
					  FOLLOW_RECORD, i + 1, follow_record, prog);
	while (*end)
		end = &(*end)->next;
	prog->next = NULL;
	*end = prog;
	return 0;
}

int follow_feed(struct follow *follow, struct follow_prog *prog, int stream_id, const char *text,
		size_t len)
{
	int ret = activate(follow, prog);

	if (ret)
		return ret;
	follow->read_ns = prog->read_ns;
	follow->floor_ns = follow->complete_ns;
	prog->text[stream_id - 1].read_ns = prog->read_ns;
	ret = bpf_stream_assembler_feed(&prog->text[stream_id - 1].assembler, text, len);
	return ret < 0 ? ret : 0;
}

static int read_stream(struct follow *follow, struct follow_prog *prog, int fd, int stream_id)
{
	int n = bpf_stream_read(fd, stream_id, follow->buf, sizeof(follow->buf)), err;

	follow_set_more(follow, &prog->streams[stream_id - 1], n == (int)sizeof(follow->buf));
	if (n < 0)
		msg("cannot read the %s of program %u: %s", output_stream_name(stream_id), prog->id,
		    strerror(-n));
	if (n <= 0)
		return n;
	err = follow_feed(follow, prog, stream_id, follow->buf, n);
	/* Lines without a time have the order in which they are handed out: stdout first. */
	if (!err)
		err = bpf_stream_assembler_settle(&prog->text[stream_id - 1].assembler);
	return err < 0 ? err : n;
}

/* The news of one program. Returns as follow_read(). */
static int take_news(struct follow *follow, struct follow_prog *prog,
		     const struct progs_record *record)
{
	const char *text;
	size_t len;
	int total = 0, ret;

	for (int i = 0; i < 2; i++) {
		len = progs_iter_news(follow->peek, record, i, &prog->streams[i].mark, &text);
		if (!(follow->streams & 1U << (i + 1)))
			continue;
		if (record->stream[i].truncated)
			msg("program %u: more text than could be read", prog->id);
		if (!len)
			continue;
		total += len;
		ret = follow_feed(follow, prog, i + 1, text, len);
		if (ret)
			return ret;
		if (record->stream[i].lost)
			msg("program %u: another reader took %u message%s during the peek",
			    prog->id, record->stream[i].lost,
			    record->stream[i].lost == 1 ? "" : "s");
	}
	return total;
}

int follow_peek(struct follow *follow, struct follow_prog *prog)
{
	const struct progs_record *record;
	struct follow_prog *of = prog;
	int total = 0, n, ret;

	ret = progs_iter_start(follow->peek, prog ? prog->id : 0);
	while (!ret && (ret = progs_iter_next(follow->peek, &record)) > 0) {
		if (!prog)
			of = follow_find(follow, record->id);
		n = of ? take_news(follow, of, record) : 0;
		if (n < 0)
			return n;
		total += n;
		ret = 0;
		if (prog)
			break;
	}
	if (ret < 0)
		msg("cannot peek at the streams of programs: %s", explain_errno(ret));
	return ret < 0 ? ret : total;
}

int follow_open(struct follow *follow, __u32 id)
{
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd >= 0 || fd == -ENOENT || follow->reported_open)
		return fd;
	if (fd == -EPERM)
		msg("not permitted to open programs by id: requires root or CAP_SYS_ADMIN "
		    "(pinned programs can be opened by path)");
	else
		msg("cannot open program %u, and possibly others: %s", id, explain_errno(fd));
	follow->reported_open = true;
	return fd;
}

int follow_read(struct follow *follow, struct follow_prog *prog, unsigned int streams)
{
	int fd, ret = 0, n;

	if (follow->no_streams)
		return 0;
	fd = prog->fd >= 0 ? prog->fd : follow_open(follow, prog->id);
	if (fd < 0)
		return fd == -EPERM ? fd : -EAGAIN;
	if (follow->peek) {
		ret = follow_peek(follow, prog);
	} else {
		for (int id = BPF_STREAM_ID_STDOUT; ret >= 0 && id <= BPF_STREAM_ID_STDERR; id++) {
			if (!(follow->streams & streams & 1U << id))
				continue;
			n = read_stream(follow, prog, fd, id);
			ret = n < 0 ? n : ret + n;
		}
	}
	if (fd != prog->fd)
		close(fd);
	prog->total += ret > 0 ? ret : 0;
	return ret;
}

void follow_limit(struct follow *follow, uint64_t max)
{
	follow->limit = max;
	for (size_t i = 0; i < follow->nr; i++)
		follow->progs[i]->total = 0;
	follow_limit_rings(follow);
}

int follow_read_all(struct follow *follow)
{
	int total, n;

	follow_begin_round(follow);
	total = follow_read_rings(follow, true);
	if (total < 0)
		return total;
	if (follow->peek && !follow->no_streams) {
		n = follow_peek(follow, NULL);
		if (n < 0)
			return n;
		total += n > 0;
	}
	for (size_t i = 0; !follow->peek && i < follow->nr; i++) {
		if (follow->progs[i]->total >= follow->limit)
			continue;
		n = follow_read(follow, follow->progs[i], BPF_STREAM_BOTH);
		if (n < 0 && n != -EAGAIN)
			return n;
		total += n > 0;
	}
	follow_end_round(follow);
	return total;
}
