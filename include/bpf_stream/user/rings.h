/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/rings.h - internal to the consumer: the rings that it reads beside streams. Part of
 * user.h: include that.
 */
#ifndef BPF_STREAM_USER_RINGS_H
#define BPF_STREAM_USER_RINGS_H

#include <stdlib.h>
#include <sys/epoll.h>

#define __BPF_STREAM_NEVER UINT64_MAX
/* _consume() and _drain() stop after this many rounds: ten times the capacity of a stream. */
#define __BPF_STREAM_ROUNDS_MAX 10

/* A program whose object has the ring. prog_fd is -1 for a ring that was added by its maps. */
struct __bpf_stream_ring_user {
	int prog_fd;
	unsigned int streams;
	void *prog_ctx;
};

struct __bpf_stream_ring_source {
	struct bpf_stream_ring *ring;
	struct __bpf_stream_ring_user *users; /* records are the first one's */
	size_t nr_users;
	uint64_t since_ns[2]; /* when text of each stream last came */
};

struct __bpf_stream_rings {
	struct __bpf_stream_ring_source *sources;
	size_t nr;
	size_t next; /* the ring to read next */
	bool woken; /* the kernel has woken the consumer for one of them */
	bool more; /* one has something left to read */
	struct __bpf_stream_ring_symbols symbols; /* for all of them */
	int owner; /* pid of the reader that was in the way */
};

/* When the record that is held has waited long enough */
static inline uint64_t __bpf_stream_held_due(const struct bpf_stream_assembler *as,
					     uint64_t since_ns, uint64_t quiet_ns)
{
	if (!as->len)
		return __BPF_STREAM_NEVER;
	return since_ns + (as->buf[as->len - 1] == '\n' ? quiet_ns / 10 : quiet_ns);
}

/* ... in any ring */
static inline uint64_t __bpf_stream_rings_due(const struct __bpf_stream_rings *rings,
					      uint64_t quiet_ns)
{
	uint64_t at_ns = __BPF_STREAM_NEVER, due_ns;
	size_t i;

	for (i = 0; i < 2 * rings->nr; i++) {
		const struct __bpf_stream_ring_source *source = &rings->sources[i / 2];

		due_ns = __bpf_stream_held_due(&source->ring->reader->as[i % 2],
					       source->since_ns[i % 2], quiet_ns);
		at_ns = due_ns < at_ns ? due_ns : at_ns;
	}
	return at_ns;
}

/* Read a ring once, and hand out what has waited long enough. */
static inline int __bpf_stream_ring_source_read(struct __bpf_stream_ring_source *source,
						uint64_t now_ns, uint64_t quiet_ns)
{
	int count = bpf_stream_ring__consume(source->ring), ret, i;
	struct __bpf_stream_samples *reader = source->ring->reader;
	unsigned int fed = reader->fed;

	reader->fed = 0;
	for (i = 0; i < 2; i++) {
		if (fed & 1U << (BPF_STREAM_ID_STDOUT + i))
			source->since_ns[i] = now_ns;
	}
	for (i = 0; count >= 0 && i < 2; i++) {
		if (__bpf_stream_held_due(&reader->as[i], source->since_ns[i], quiet_ns) > now_ns)
			continue;
		ret = bpf_stream_assembler_flush(&reader->as[i]);
		count = ret < 0 ? ret : count + ret;
	}
	return count;
}

/*
 * Read every ring once. Return the number of records, or what the callback returned, if negative:
 * the rings are locked, so there is no other error.
 */
static inline int __bpf_stream_rings_read(struct __bpf_stream_rings *rings, uint64_t now_ns,
					  uint64_t quiet_ns)
{
	int count = 0, ret;
	bool more = false;
	size_t i;

	rings->woken = false;
	rings->more = true;
	for (i = 0; i < rings->nr; i++) {
		struct __bpf_stream_ring_source *source;

		rings->next = rings->next + 1 < rings->nr ? rings->next + 1 : 0;
		source = &rings->sources[rings->next];
		ret = __bpf_stream_ring_source_read(source, now_ns, quiet_ns);
		if (ret < 0)
			return ret;
		count += ret;
		more = more || bpf_stream_ring__more(source->ring);
	}
	rings->more = more;
	return count;
}

/* Hand out all that is held. */
static inline int __bpf_stream_rings_flush(struct __bpf_stream_rings *rings)
{
	int count = 0, ret = 0;
	size_t i;

	for (i = 0; ret >= 0 && i < rings->nr; i++) {
		ret = bpf_stream_ring__flush(rings->sources[i].ring);
		count += ret > 0 ? ret : 0;
	}
	return ret < 0 ? ret : count;
}

/* After a change of source->users */
static inline void __bpf_stream_ring_source_set(struct __bpf_stream_ring_source *source)
{
	struct __bpf_stream_samples *reader = source->ring->reader;
	size_t i;

	for (i = 0; i < 2; i++) {
		reader->as[i].prog_fd = source->users[0].prog_fd;
		reader->as[i].prog_ctx = source->users[0].prog_ctx;
	}
	reader->streams = 0;
	for (i = 0; i < source->nr_users; i++)
		reader->streams |= source->users[i].streams;
}

static inline int __bpf_stream_ring_source_join(struct __bpf_stream_ring_source *source,
						const struct __bpf_stream_ring_user *user)
{
	struct __bpf_stream_ring_user *users;

	users = (struct __bpf_stream_ring_user *)realloc(source->users,
							 (source->nr_users + 1) * sizeof(*users));
	if (!users)
		return -ENOMEM;
	source->users = users;
	users[source->nr_users++] = *user;
	__bpf_stream_ring_source_set(source);
	return 0;
}

static inline struct __bpf_stream_ring_source *
__bpf_stream_rings_find(const struct __bpf_stream_rings *rings, uint32_t map_id)
{
	size_t i;

	for (i = 0; i < rings->nr; i++) {
		if (bpf_stream_ring__map_id(rings->sources[i].ring) == map_id)
			return &rings->sources[i];
	}
	return NULL;
}

static inline void __bpf_stream_rings_drop(struct __bpf_stream_rings *rings,
					   struct __bpf_stream_ring_source *source, int epoll_fd)
{
	struct epoll_event event; /* kernels before 2.6.9 wanted one */

	/* Closing the fd would not do it if the loader has the same open file. */
	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, bpf_stream_ring__fd(source->ring), &event);
	bpf_stream_ring__free(source->ring);
	free(source->users);
	*source = rings->sources[--rings->nr];
}

/*
 * Follow a ring, which is freed if that fails. Data that nobody reads must not keep the consumer
 * awake, so it waits for edges: the kernel wakes it when a record is complete and all before it has
 * been consumed.
 */
static inline int __bpf_stream_rings_add(struct __bpf_stream_rings *rings, int epoll_fd,
					 struct bpf_stream_ring *ring,
					 const struct __bpf_stream_ring_user *user)
{
	struct __bpf_stream_ring_source *sources, *source;
	struct epoll_event event;
	int err;

	ring->symbols = &rings->symbols;
	err = bpf_stream_ring__lock(ring);
	if (err == -EBUSY)
		rings->owner = bpf_stream_ring__owner(ring);
	sources = (struct __bpf_stream_ring_source *)realloc(rings->sources,
							     (rings->nr + 1) * sizeof(*sources));
	if (sources)
		rings->sources = sources;
	else
		err = err ? err : -ENOMEM;
	if (err) {
		bpf_stream_ring__free(ring);
		return err;
	}
	source = &sources[rings->nr++];
	memset(source, 0, sizeof(*source));
	source->ring = ring;
	memset(&event, 0, sizeof(event));
	event.events = EPOLLIN | EPOLLET;
	event.data.u64 = 1;
	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, bpf_stream_ring__fd(ring), &event))
		err = -errno;
	if (!err)
		err = __bpf_stream_ring_source_join(source, user);
	if (err)
		__bpf_stream_rings_drop(rings, source, epoll_fd);
	return err;
}

/*
 * Follow a ring that was opened, or add a user to the one that is followed already. The ring is
 * taken over, also on failure.
 */
static inline int __bpf_stream_rings_join(struct __bpf_stream_rings *rings, int epoll_fd,
					  struct bpf_stream_ring *ring,
					  const struct __bpf_stream_ring_user *user)
{
	struct __bpf_stream_ring_source *source =
		__bpf_stream_rings_find(rings, bpf_stream_ring__map_id(ring));

	if (!source)
		return __bpf_stream_rings_add(rings, epoll_fd, ring, user);
	bpf_stream_ring__free(ring);
	return user->prog_fd < 0 ? -EEXIST : __bpf_stream_ring_source_join(source, user);
}

/* Return whether a program is followed. */
static inline bool __bpf_stream_rings_has(const struct __bpf_stream_rings *rings, int prog_fd)
{
	size_t i, j;

	for (i = 0; i < rings->nr; i++) {
		for (j = 0; j < rings->sources[i].nr_users; j++) {
			if (rings->sources[i].users[j].prog_fd == prog_fd)
				return true;
		}
	}
	return false;
}

/*
 * Remove a user of a ring, after reading what is there, and the ring after its last one. Return the
 * number of records, or what the callback returned, if negative, and then nothing is removed.
 */
static inline int __bpf_stream_rings_leave(struct __bpf_stream_rings *rings,
					   struct __bpf_stream_ring_source *source, size_t user,
					   int epoll_fd)
{
	int count = 0, ret = 0, rounds = __BPF_STREAM_ROUNDS_MAX;

	do {
		ret = bpf_stream_ring__consume(source->ring);
		count += ret > 0 ? ret : 0;
	} while (ret >= 0 && bpf_stream_ring__more(source->ring) && --rounds > 0);
	if (ret >= 0)
		ret = source->nr_users > 1 ? bpf_stream_ring__settle(source->ring)
					   : bpf_stream_ring__flush(source->ring);
	if (ret < 0) {
		rings->more = true;
		return ret;
	}
	count += ret;
	if (source->nr_users == 1) {
		__bpf_stream_rings_drop(rings, source, epoll_fd);
		return count;
	}
	memmove(&source->users[user], &source->users[user + 1],
		(--source->nr_users - user) * sizeof(*source->users));
	__bpf_stream_ring_source_set(source);
	return count;
}

/*
 * Remove the user @prog_fd of all rings (it has one), or of the ring @map_id if that is not 0. Return
 * as __bpf_stream_rings_leave(), or -ENOENT if there is none.
 */
static inline int __bpf_stream_rings_remove(struct __bpf_stream_rings *rings, uint32_t map_id,
					    int prog_fd, int epoll_fd)
{
	size_t i, j;

	for (i = 0; i < rings->nr; i++) {
		struct __bpf_stream_ring_source *source = &rings->sources[i];

		if (map_id && bpf_stream_ring__map_id(source->ring) != map_id)
			continue;
		for (j = 0; j < source->nr_users; j++) {
			if (source->users[j].prog_fd == prog_fd)
				return __bpf_stream_rings_leave(rings, source, j, epoll_fd);
		}
	}
	return -ENOENT;
}

static inline void __bpf_stream_rings_free(struct __bpf_stream_rings *rings, int epoll_fd)
{
	while (rings->nr)
		__bpf_stream_rings_drop(rings, &rings->sources[rings->nr - 1], epoll_fd);
	free(rings->sources);
	bpf_stream_symbols__free(rings->symbols.all);
}

#endif /* BPF_STREAM_USER_RINGS_H */
