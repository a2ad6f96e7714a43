/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/ringmap.h - internal to the ring: its two maps, and the lock that its reader has.
 * Part of user.h: include that.
 */
#ifndef BPF_STREAM_USER_RINGMAP_H
#define BPF_STREAM_USER_RINGMAP_H

#include <fcntl.h>

/* Both names have 15 characters, which is what the kernel keeps. */
#define __BPF_STREAM_RING_MAP	   "bpf_stream_ring"
#define __BPF_STREAM_RING_LITERALS ".rodata.bpf_log"

/* Map flag since Linux 6.19: writers overwrite unread samples and have another position. */
#define __BPF_STREAM_RING_OVERWRITE (1U << 19)

/* Where the reader writes its pid in the consumer page */
#define __BPF_STREAM_RING_PID 64

/* The kernel's symbols, read when a message asks for the first one */
struct __bpf_stream_ring_symbols {
	struct bpf_stream_symbols *all;
	bool tried;
};

/**
 * struct bpf_stream_ring - a ring that was opened; all fields are private
 */
struct bpf_stream_ring {
	int map_fd;
	uint32_t map_id;
	size_t page_size;
	size_t max_record;
	bpf_stream_record_fn fn;
	void *ctx;
	struct __bpf_stream_pages pages; /* consumer: read-only until there is a reader */
	struct __bpf_stream_literals literals;
	struct __bpf_stream_samples *reader; /* while this one has the lock */
	struct __bpf_stream_ring_symbols own_symbols;
	struct __bpf_stream_ring_symbols *symbols; /* its own, or those of a consumer */
	bool busy; /* in a peek */
	bool more; /* there was something left to read */
};

/* A bpf_stream_symbol_fn */
static inline int __bpf_stream_ring_symbol(void *ctx, uint64_t address, int conversion, char *buf,
					   size_t size)
{
	struct __bpf_stream_ring_symbols *symbols = (struct __bpf_stream_ring_symbols *)ctx;

	if (!symbols->tried)
		symbols->all = bpf_stream_symbols__load();
	symbols->tried = true;
	return bpf_stream_symbols_format(symbols->all, address, conversion, buf, size);
}

/* Memory to read with; free() it. NULL if there is none. */
static inline struct __bpf_stream_samples *
__bpf_stream_ring_samples(const struct bpf_stream_ring *ring)
{
	struct __bpf_stream_samples *samples = __bpf_stream_samples_new(
		&ring->pages, &ring->literals, ring->max_record, ring->fn, ring->ctx);

	if (samples) {
		samples->symbol = __bpf_stream_ring_symbol;
		samples->symbol_ctx = ring->symbols;
	}
	return samples;
}

static inline int __bpf_stream_ring_map(struct bpf_stream_ring *ring, int prot, size_t len,
					size_t offset, void **at)
{
	*at = mmap(NULL, len, prot, MAP_SHARED, ring->map_fd, (off_t)offset);
	if (*at == MAP_FAILED) {
		*at = NULL;
		return -errno;
	}
	return 0;
}

/* struct flock64 of the kernel; -std=c11 hides it. */
struct __bpf_stream_flock {
	int16_t type;
	int16_t whence;
	int64_t start;
	int64_t len;
	int32_t pid;
	int32_t __pad;
};

#ifdef __NR_fcntl64
#define __BPF_STREAM_NR_FCNTL __NR_fcntl64
#ifdef F_GETLK64
#define __BPF_STREAM_GETLK F_GETLK64
#else
#define __BPF_STREAM_GETLK 12
#endif
#else
#define __BPF_STREAM_NR_FCNTL __NR_fcntl
#define __BPF_STREAM_GETLK    F_GETLK
#endif
#define __BPF_STREAM_OFD_SETLK 37 /* F_OFD_SETLK */
#define __BPF_STREAM_DUPFD     1030 /* F_DUPFD_CLOEXEC */

/*
 * All BPF maps share one inode, so the byte that stands for the map has the map's id. A lock of the
 * open file description ends with it, that is with its process at the latest.
 */
static inline int __bpf_stream_ring_fcntl(const struct bpf_stream_ring *ring, int cmd,
					  struct __bpf_stream_flock *lock, int type)
{
	memset(lock, 0, sizeof(*lock));
	lock->type = (int16_t)type;
	lock->start = (int64_t)(0x6270665f00000000ULL | ring->map_id);
	lock->len = 1;
	return syscall(__BPF_STREAM_NR_FCNTL, ring->map_fd, cmd, lock) < 0 ? -errno : 0;
}

/*
 * Return 1 if there is a reader. Asks for a lock of the process: a lock of any open file description
 * is in its way, also of that of ring->map_fd.
 */
static inline int __bpf_stream_ring_locked(const struct bpf_stream_ring *ring)
{
	struct __bpf_stream_flock lock;
	int err = __bpf_stream_ring_fcntl(ring, __BPF_STREAM_GETLK, &lock, F_WRLCK);

	return err ? err : lock.type != F_UNLCK;
}

static inline uint32_t *__bpf_stream_ring_pid(const struct bpf_stream_ring *ring)
{
	return (uint32_t *)(void *)((char *)ring->pages.consumer + __BPF_STREAM_RING_PID);
}

/* Copy the section with the literals. Return 0, -ENOENT if it is not that section, or -errno. */
static inline int __bpf_stream_ring_literals(struct __bpf_stream_literals *literals, int map_fd)
{
	struct __bpf_stream_section section;
	struct bpf_map_info info;
	char *text;
	int err;

	memset(&info, 0, sizeof(info));
	err = __bpf_stream_info(map_fd, &info, sizeof(info));
	if (err)
		return err;
	if (info.type != BPF_MAP_TYPE_ARRAY || info.max_entries != 1)
		return -ENOENT;
	memset(&section, 0, sizeof(section));
	section.map_fd = map_fd;
	section.size = info.value_size;
	text = __bpf_stream_section_read(&section, &err);
	if (!text)
		return err;
	err = __bpf_stream_literals_init(literals, text, section.size);
	if (err) {
		free(text);
		literals->text = NULL;
	}
	return err;
}

/* Take over @map_fd, and map the ring buffer. Return 0, -EINVAL if it is none, or -errno. */
static inline int __bpf_stream_ring_attach(struct bpf_stream_ring *ring, int map_fd)
{
	struct bpf_map_info info;
	void *consumer, *producer;
	int err;

	ring->map_fd = map_fd;
	memset(&info, 0, sizeof(info));
	err = __bpf_stream_info(map_fd, &info, sizeof(info));
	if (!err && (info.type != BPF_MAP_TYPE_RINGBUF || !info.max_entries ||
		     (info.max_entries & (info.max_entries - 1)) ||
		     (info.map_flags & __BPF_STREAM_RING_OVERWRITE)))
		err = -EINVAL;
	if (err)
		return err;
	ring->map_id = info.id;
	ring->page_size = (size_t)sysconf(_SC_PAGESIZE);
	err = __bpf_stream_ring_map(ring, PROT_READ, ring->page_size, 0, &consumer);
	ring->pages.consumer = (unsigned long *)consumer;
	if (err) /* bpf(2) objects that are no maps answer too, but have no memory. */
		return err == -ENODEV ? -EINVAL : err;
	ring->pages.size = info.max_entries;
	err = __bpf_stream_ring_map(ring, PROT_READ, ring->page_size + 2 * ring->pages.size,
				    ring->page_size, &producer);
	ring->pages.producer = (const unsigned long *)producer;
	ring->pages.data = (const char *)producer + ring->page_size;
	return err;
}

/* Open a map of a program if it is one of the two, and was not found yet. */
static inline int __bpf_stream_ring_look(struct bpf_stream_ring *ring, uint32_t map_id)
{
	struct bpf_map_info info;
	int fd = __bpf_stream_fd_by_id(BPF_MAP_GET_FD_BY_ID, map_id), err;

	if (fd < 0)
		return fd;
	memset(&info, 0, sizeof(info));
	err = __bpf_stream_info(fd, &info, sizeof(info));
	if (!err && ring->map_fd < 0 && info.type == BPF_MAP_TYPE_RINGBUF &&
	    !strcmp(info.name, __BPF_STREAM_RING_MAP))
		return __bpf_stream_ring_attach(ring, fd);
	if (!err && !ring->literals.text && info.type == BPF_MAP_TYPE_ARRAY &&
	    !strcmp(info.name, __BPF_STREAM_RING_LITERALS)) {
		err = __bpf_stream_ring_literals(&ring->literals, fd);
		if (err == -ENOENT)
			err = 0;
	}
	close(fd);
	return err;
}

#endif /* BPF_STREAM_USER_RINGMAP_H */
