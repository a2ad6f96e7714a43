/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* progs_iter.c - iterate over all loaded programs and their streams, without consuming. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <bpf_stream/user.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "progs/prog.h"
#include "progs/progs_iter.h"
#include "progs.skel.h"

/* One read returns up to 8 pages. */
#define NR_RECORDS 128

struct progs_iter {
	struct progs_bpf *skel;
	const struct progs_found *found; /* with text */
	struct bpf_link *link;
	__u32 self;
	bool text;
	bool no_streams; /* then nothing has to be loaded: go over the ids */
	__u32 only, id;
	int fd;
	unsigned int at, nr;
	struct progs_record records[NR_RECORDS];
};

static __u32 id_of(const struct bpf_program *prog)
{
	struct bpf_prog_info info = {};

	return prog_info(bpf_program__fd(prog), &info) ? info.id : 0;
}

static int load(struct progs_iter *it)
{
	struct bpf_program *prog;

	it->skel = progs_bpf__open();
	if (!it->skel)
		return -errno;
	bpf_program__set_autoload(it->skel->progs.bpfstream_list, !it->text);
	bpf_program__set_autoload(it->skel->progs.bpfstream_peek, it->text);
	bpf_map__set_autocreate(it->skel->maps.found, it->text);
	if (progs_bpf__load(it->skel))
		return -errno;
	if (it->text) {
		void *map = mmap(NULL, sizeof(*it->found), PROT_READ, MAP_SHARED,
				 bpf_map__fd(it->skel->maps.found), 0);

		if (map == MAP_FAILED)
			return -errno;
		it->found = map;
	}
	prog = it->text ? it->skel->progs.bpfstream_peek : it->skel->progs.bpfstream_list;
	it->self = id_of(prog);
	it->link = bpf_program__attach_iter(prog, NULL);
	return it->link ? 0 : -errno;
}

struct progs_iter *progs_iter_new(bool text)
{
	struct progs_iter *it;
	int err;

	it = calloc(1, sizeof(*it));
	if (!it) {
		msg("out of memory");
		return NULL;
	}
	it->fd = -1;
	it->text = text;
	it->no_streams = bpf_stream_probe() == -EOPNOTSUPP;
	if (it->no_streams)
		return it;
	explain_forget();
	err = load(it);
	if (!err)
		return it;
	explain_inspect(err);
	progs_iter_free(it);
	return NULL;
}

void progs_iter_free(struct progs_iter *it)
{
	if (!it)
		return;
	if (it->fd >= 0)
		close(it->fd);
	bpf_link__destroy(it->link);
	if (it->found)
		munmap((void *)it->found, sizeof(*it->found));
	progs_bpf__destroy(it->skel);
	free(it);
}

int progs_iter_start(struct progs_iter *it, __u32 only)
{
	it->only = only;
	it->id = 0;
	if (it->no_streams)
		return 0;
	if (it->fd >= 0)
		close(it->fd);
	it->skel->bss->only = only;
	it->at = it->nr = 0;
	it->fd = bpf_iter_create(bpf_link__fd(it->link));
	return it->fd < 0 ? it->fd : 0;
}

/* With text, one record at a time: there is one buffer for the text. */
static int fill(struct progs_iter *it)
{
	size_t size = it->text ? sizeof(it->records[0]) : sizeof(it->records);
	ssize_t n;

	do {
		n = read(it->fd, it->records, size);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n < 0)
		return -errno;
	it->at = 0;
	it->nr = n / sizeof(it->records[0]);
	return n % sizeof(it->records[0]) ? -EIO : (int)it->nr;
}

/* The next program by id, whose streams are empty */
static int next_id(struct progs_iter *it, struct progs_record *record)
{
	struct bpf_prog_info info;
	bool found;
	int err, fd;

	while (!(err = bpf_prog_get_next_id(it->id, &it->id))) {
		fd = it->only && it->only != it->id ? -ENOENT : bpf_prog_get_fd_by_id(it->id);
		if (fd == -EPERM)
			return fd;
		if (fd < 0)
			continue;
		memset(&info, 0, sizeof(info));
		found = prog_info(fd, &info);
		close(fd);
		if (!found)
			continue;
		memset(record, 0, sizeof(*record));
		record->id = it->id;
		record->type = info.type;
		memcpy(record->name, info.name, sizeof(record->name));
		return 1;
	}
	return err == -ENOENT ? 0 : err;
}

bool progs_iter_has_streams(const struct progs_iter *it)
{
	return !it->no_streams;
}

int progs_iter_next(struct progs_iter *it, const struct progs_record **record)
{
	int ret;

	if (it->no_streams) {
		*record = &it->records[0];
		return next_id(it, &it->records[0]);
	}
	do {
		if (it->at == it->nr) {
			ret = fill(it);
			if (ret <= 0)
				return ret;
		}
		*record = &it->records[it->at++];
	} while ((*record)->id == it->self);
	return 1;
}

const char *progs_iter_text(struct progs_iter *it, int stream)
{
	return it->no_streams ? "" : it->found->text[stream];
}

/*
 * A new element may have the key of one that was freed, so compare the text as well, unless another
 * reader has taken a part of it.
 */
static struct progs_mark mark_of(const struct progs_elem *elem, const char *text, size_t end)
{
	struct progs_mark mark = {.key = elem->key, .rest = elem->rest};

	for (size_t i = elem->at; i < end; i++)
		mark.hash = mark.hash * 31 + (unsigned char)text[i];
	return mark;
}

static bool same(const struct progs_mark *a, const struct progs_mark *b)
{
	return a->key == b->key && (a->rest || b->rest || a->hash == b->hash);
}

size_t progs_iter_news(struct progs_iter *it, const struct progs_record *record, int stream,
		       struct progs_mark *mark, const char **news)
{
	const struct progs_elem *elems = it->found->elems[stream];
	size_t len = record->stream[stream].text_len, end = len;
	const char *text = progs_iter_text(it, stream);
	__u32 i, n = record->stream[stream].elements;
	struct progs_mark now, last = *mark;

	/* The stream could not be read, so nothing is known to be new. */
	if (!n) {
		*news = text;
		return 0;
	}
	/* from the newest back to the one that was newest at the last call */
	for (i = n < PROGS_ELEMS ? n : 0; i; i--) {
		now = mark_of(&elems[i - 1], text, end);
		if (end == len && i == n)
			last = now;
		if (same(&now, mark))
			break;
		end = elems[i - 1].at;
	}
	if (!i)
		end = 0;
	*mark = last;
	*news = text + end;
	return len - end;
}
