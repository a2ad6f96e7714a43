/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* progs_iter.c - go over all loaded programs: what is in their streams, without consuming. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <bpf_stream/user.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "progs.skel.h"
#include "progs_iter.h"

/* The kernel gives up to 8 pages at once. */
#define NR_RECORDS 128

struct progs_iter {
	struct progs *skel;
	struct bpf_link *link;
	__u32 self;
	bool text;
	int fd;
	unsigned int at, nr;
	struct progs_record records[NR_RECORDS];
};

static __u32 id_of(const struct bpf_program *prog)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_prog_get_info_by_fd(bpf_program__fd(prog), &info, &len))
		return 0;
	return info.id;
}

static int load(struct progs_iter *it)
{
	struct bpf_program *prog;

	it->skel = progs__open();
	if (!it->skel)
		return -errno;
	bpf_program__set_autoload(it->skel->progs.list_progs, !it->text);
	bpf_program__set_autoload(it->skel->progs.peek_progs, it->text);
	if (progs__load(it->skel))
		return -errno;
	prog = it->text ? it->skel->progs.peek_progs : it->skel->progs.list_progs;
	it->self = id_of(prog);
	it->link = bpf_program__attach_iter(prog, NULL);
	return it->link ? 0 : -errno;
}

struct progs_iter *progs_iter_new(bool text)
{
	struct progs_iter *it;
	int err;

	err = bpf_stream_probe();
	if (err == -EOPNOTSUPP) {
		explain_no_streams();
		return NULL;
	}
	it = calloc(1, sizeof(*it));
	if (!it) {
		msg("out of memory");
		return NULL;
	}
	it->fd = -1;
	it->text = text;
	explain_forget();
	err = load(it);
	if (!err)
		return it;
	if (err == -EPERM || err == -EACCES)
		msg("not permitted to look into BPF programs: it takes root, or CAP_BPF and "
		    "CAP_PERFMON");
	else
		msg("cannot look into BPF programs: %s", explain_warning(err));
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
	progs__destroy(it->skel);
	free(it);
}

int progs_iter_start(struct progs_iter *it, __u32 only)
{
	if (it->fd >= 0)
		close(it->fd);
	it->skel->bss->only = only;
	it->at = it->nr = 0;
	it->fd = bpf_iter_create(bpf_link__fd(it->link));
	return it->fd < 0 ? it->fd : 0;
}

/* With the text one record at a time: the text is that of the last one. */
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

int progs_iter_next(struct progs_iter *it, const struct progs_record **record)
{
	int ret;

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
	return it->skel->bss->text[stream];
}
