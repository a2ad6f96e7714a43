/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/ring.h - read the ring buffer of an object that writes to one (bpf_stream/ring.h).
 * Part of user.h: include that.
 *
 * A consumer (user/consumer.h) finds and reads the rings of its programs by itself. Use a ring of
 * your own to wait in your own way, or to peek:
 *
 *	struct bpf_stream_ring *ring = bpf_stream_ring__open_prog(prog_fd, 0, print, NULL);
 *
 *	bpf_stream_ring__peek(ring);
 *	n = bpf_stream_ring__consume(ring);
 *	if (n == -EBUSY)
 *		fprintf(stderr, "process %d reads it\n", bpf_stream_ring__owner(ring));
 *	bpf_stream_ring__flush(ring);
 *	bpf_stream_ring__free(ring);
 *
 * Memory: 130 KB and two records of max_record for the reader, the same for the time of a peek, a copy
 * of the formats; the kernel's symbols (20 MB) once a message has %pS or the like in it.
 *
 * The ring has both streams of all programs of the object. A message is stored with its arguments;
 * the reader makes the text, and records of the text as for streams. What the ring contains is not
 * trusted. A damaged record becomes a line of text, "WARN: a damaged record in the ring: ...".
 *
 * One reader at a time: it has a lock on the map, which the kernel releases when it exits. Until
 * then another one gets -EBUSY. Peeking needs no lock.
 *
 * Threads: a ring may be used by one thread at a time. The callback runs in the thread that calls
 * _consume(), _peek(), _settle() or _flush(); in the callback, these return -EBUSY.
 */
#ifndef BPF_STREAM_USER_RING_H
#define BPF_STREAM_USER_RING_H

/**
 * bpf_stream_ring__owner() - the process that reads the ring
 *
 * Return: its pid, as it sees it itself (in a container, another number than outside); 0 if there
 * is none; -ESRCH if there is one that has not left its pid; or another negative errno. Changes
 * errno.
 */
static inline int bpf_stream_ring__owner(const struct bpf_stream_ring *ring)
{
	int locked = __bpf_stream_ring_locked(ring);
	uint32_t pid;

	if (locked <= 0)
		return locked;
	pid = __atomic_load_n(__bpf_stream_ring_pid(ring), __ATOMIC_RELAXED);
	return pid && pid <= INT_MAX ? (int)pid : -ESRCH;
}

/**
 * bpf_stream_ring__pending() - the bytes in the ring that have not been consumed
 *
 * Includes headers, and messages that are being written. Takes no lock.
 */
static inline size_t bpf_stream_ring__pending(const struct bpf_stream_ring *ring)
{
	unsigned long consumer = __bpf_stream_pos_load(ring->pages.consumer);
	unsigned long n = __bpf_stream_pos_load(ring->pages.producer) - consumer;

	/* A reader may have consumed between the two loads, or somebody wrote any position. */
	return n <= ring->pages.size ? n : (long)n < 0 ? 0 : ring->pages.size;
}

/**
 * bpf_stream_ring__size() - the bytes that the ring can hold
 */
static inline size_t bpf_stream_ring__size(const struct bpf_stream_ring *ring)
{
	return ring->pages.size;
}

/**
 * bpf_stream_ring__map_id() - the id of the ring's map, the same for all programs of the object
 */
static inline uint32_t bpf_stream_ring__map_id(const struct bpf_stream_ring *ring)
{
	return ring->map_id;
}

/**
 * bpf_stream_ring__fd() - an fd for poll(2), epoll(7) and the like
 *
 * It is readable while there are bytes in the ring, also those of a message that is being written.
 * To sleep until that is complete, wait for edges (EPOLLET), and only when bpf_stream_ring__more() is
 * false: the kernel does not wake a reader that has not consumed what was before. Do not close it.
 */
static inline int bpf_stream_ring__fd(const struct bpf_stream_ring *ring)
{
	return ring->map_fd;
}

/**
 * bpf_stream_ring__damaged() - how many damaged records this one has consumed
 */
static inline uint64_t bpf_stream_ring__damaged(const struct bpf_stream_ring *ring)
{
	return ring->reader ? ring->reader->damaged : 0;
}

/**
 * bpf_stream_ring__lock() - become the reader
 *
 * _consume() does it as well; this is to know before. The reader's lock is released by _free() or
 * when the process exits. A child that is forked without exec(2) keeps it.
 *
 * Return: 0, also if this one is the reader already; or a negative errno:
 * -EBUSY	there is another reader, maybe in this process: see bpf_stream_ring__owner()
 * -EACCES, -EPERM	the map's fd is read-only, or the map is frozen
 * -ENOMEM
 * Changes errno.
 */
static inline int bpf_stream_ring__lock(struct bpf_stream_ring *ring)
{
	struct __bpf_stream_samples *reader;
	struct __bpf_stream_flock lock;
	void *consumer;
	int err;

	if (ring->reader)
		return 0;
	err = __bpf_stream_ring_locked(ring);
	if (err)
		return err < 0 ? err : -EBUSY;
	err = __bpf_stream_ring_map(ring, PROT_READ | PROT_WRITE, ring->page_size, 0, &consumer);
	if (err)
		return err;
	reader = __bpf_stream_ring_samples(ring);
	err = reader ? __bpf_stream_ring_fcntl(ring, __BPF_STREAM_OFD_SETLK, &lock, F_WRLCK)
		     : -ENOMEM;
	if (err) {
		free(reader);
		munmap(consumer, ring->page_size);
		return err == -EAGAIN || err == -EACCES ? -EBUSY : err;
	}
	munmap(ring->pages.consumer, ring->page_size);
	ring->pages.consumer = (unsigned long *)consumer;
	ring->reader = reader;
	reader->pos = __bpf_stream_pos_load(ring->pages.consumer);
	__atomic_store_n(__bpf_stream_ring_pid(ring), (uint32_t)getpid(), __ATOMIC_RELAXED);
	return 0;
}

/**
 * bpf_stream_ring__free() - close a ring
 *
 * Does not call the callback, so call bpf_stream_ring__flush() first. What was not consumed stays in
 * the ring. NULL is fine. Not allowed in the callback.
 */
static inline void bpf_stream_ring__free(struct bpf_stream_ring *ring)
{
	struct __bpf_stream_flock lock;

	if (!ring)
		return;
	if (ring->reader) {
		__atomic_store_n(__bpf_stream_ring_pid(ring), 0, __ATOMIC_RELAXED);
		/* The caller may have another fd of the same open file description. */
		__bpf_stream_ring_fcntl(ring, __BPF_STREAM_OFD_SETLK, &lock, F_UNLCK);
		free(ring->reader);
	}
	if (ring->pages.consumer)
		munmap(ring->pages.consumer, ring->page_size);
	if (ring->pages.producer)
		munmap((void *)(uintptr_t)ring->pages.producer,
		       ring->page_size + 2 * ring->pages.size);
	if (ring->map_fd >= 0)
		close(ring->map_fd);
	bpf_stream_symbols__free(ring->own_symbols.all);
	free(ring->literals.text);
	free(ring);
}

static inline struct bpf_stream_ring *
__bpf_stream_ring_new(size_t max_record, bpf_stream_record_fn fn, void *ctx, int *err)
{
	struct bpf_stream_ring *ring;

	if (!max_record)
		max_record = 8192;
	*err = -EINVAL;
	if (!fn || max_record < BPF_STREAM_ASSEMBLER_MIN || max_record > __BPF_STREAM_RECORD_MAX)
		return NULL;
	*err = -ENOMEM;
	ring = (struct bpf_stream_ring *)calloc(1, sizeof(*ring));
	if (!ring)
		return NULL;
	*err = 0;
	ring->symbols = &ring->own_symbols;
	ring->more = true;
	ring->map_fd = -1;
	ring->max_record = max_record;
	ring->fn = fn;
	ring->ctx = ctx;
	return ring;
}

static inline struct bpf_stream_ring *__bpf_stream_ring_result(struct bpf_stream_ring *ring,
							       int err)
{
	if (!err)
		return ring;
	bpf_stream_ring__free(ring);
	errno = -err;
	return NULL;
}

/**
 * bpf_stream_ring__open() - open a ring by its maps
 * @ring_map_fd:	map "bpf_stream_ring" of the object
 * @literals_map_fd:	map ".rodata.bpf_log", which has the formats. Its content is copied, so
 *		open the ring when the object has been loaded.
 * @max_record:	as in struct bpf_stream_consumer_opts; 0 for the default
 * @fn:		called for every record; its prog_fd is -1, its prog_ctx NULL
 * @ctx:	for @fn
 *
 * Needs no privilege. Both fds stay the caller's, who may close them after this call. Reads nothing
 * and takes no lock yet.
 *
 * Return: the ring, or NULL with errno set:
 * EINVAL	@ring_map_fd is not a ring buffer, or one that overwrites; @fn is NULL; @max_record
 *		is out of range
 * ENOENT	@literals_map_fd is not that section
 * EBADF	one is not open
 * EPERM	one cannot be read
 * ENOMEM, EMFILE, ENFILE
 */
static inline struct bpf_stream_ring *bpf_stream_ring__open(int ring_map_fd, int literals_map_fd,
							    size_t max_record,
							    bpf_stream_record_fn fn, void *ctx)
{
	struct bpf_stream_ring *ring;
	int err, fd;

	ring = __bpf_stream_ring_new(max_record, fn, ctx, &err);
	if (!err) {
		fd = fcntl(ring_map_fd, __BPF_STREAM_DUPFD, 0);
		err = fd < 0 ? -errno : __bpf_stream_ring_attach(ring, fd);
	}
	if (!err) {
		/* An open file description of its own, if that is allowed, has a lock of its own. */
		fd = __bpf_stream_fd_by_id(BPF_MAP_GET_FD_BY_ID, ring->map_id);
		if (fd >= 0) {
			close(ring->map_fd);
			ring->map_fd = fd;
		}
	}
	if (!err)
		err = __bpf_stream_ring_literals(&ring->literals, literals_map_fd);
	return __bpf_stream_ring_result(ring, err);
}

/**
 * bpf_stream_ring__open_prog() - open the ring of a program
 * @prog_fd:	any fd of it, which may be closed after this call
 * @max_record, @fn, @ctx: as for bpf_stream_ring__open()
 *
 * Requires CAP_SYS_ADMIN, to open maps by id, even for the process that loaded them.
 *
 * Return: the ring, or NULL with errno set, as bpf_stream_ring__open(), and
 * ENOENT	the program has no ring
 * EPERM	requires CAP_SYS_ADMIN
 * EINVAL	also: @prog_fd is not a program
 */
static inline struct bpf_stream_ring *bpf_stream_ring__open_prog(int prog_fd, size_t max_record,
								 bpf_stream_record_fn fn, void *ctx)
{
	uint32_t *ids = NULL, nr = 0, i, prog_btf;
	struct bpf_stream_ring *ring;
	int err;

	ring = __bpf_stream_ring_new(max_record, fn, ctx, &err);
	if (!err)
		ids = __bpf_stream_prog_maps(prog_fd, &nr, &prog_btf, &err);
	for (i = 0; !err && i < nr && (ring->map_fd < 0 || !ring->literals.text); i++)
		err = __bpf_stream_ring_look(ring, ids[i]);
	free(ids);
	if (!err && (ring->map_fd < 0 || !ring->literals.text))
		err = -ENOENT;
	return __bpf_stream_ring_result(ring, err);
}

static inline bool __bpf_stream_ring_in_callback(const struct bpf_stream_ring *ring)
{
	return ring->busy ||
	       (ring->reader && (ring->reader->as[0].busy || ring->reader->as[1].busy));
}

/**
 * bpf_stream_ring__consume() - hand out the complete records that are in the ring, and remove them
 *
 * Never blocks. Takes the lock first. Reads what is there when it begins, so it ends while programs
 * go on writing. The last record of each stream stays held, because the next message may continue
 * it: see bpf_stream_ring__settle().
 *
 * Return: the number of records (or pieces) handed out; what the callback returned, if negative, and
 * the next call continues after that record; or as bpf_stream_ring__lock(). -EBUSY also in the
 * callback.
 */
static inline int bpf_stream_ring__consume(struct bpf_stream_ring *ring)
{
	int err, count, ret;

	if (__bpf_stream_ring_in_callback(ring))
		return -EBUSY;
	err = bpf_stream_ring__lock(ring);
	if (err)
		return err;
	ring->more = true;
	count = __bpf_stream_samples_resume(ring->reader);
	if (count < 0)
		return count;
	ret = __bpf_stream_samples_consume(ring->reader, &ring->more);
	return ret < 0 ? ret : count + ret;
}

/**
 * bpf_stream_ring__more() - return whether to consume again before waiting
 *
 * Programs wrote while bpf_stream_ring__consume() was reading, or its callback stopped it. True also
 * before the first one.
 */
static inline bool bpf_stream_ring__more(const struct bpf_stream_ring *ring)
{
	return ring->more;
}

/**
 * bpf_stream_ring__settle() - hand out records that were consumed and have their newline
 *
 * For a caller that has consumed all that is there; bpf_stream_assembler_settle() for both streams.
 *
 * Return: as bpf_stream_assembler_feed(); 0 if this one is not the reader.
 */
static inline int bpf_stream_ring__settle(struct bpf_stream_ring *ring)
{
	int count, ret = 0, i;

	if (__bpf_stream_ring_in_callback(ring))
		return -EBUSY;
	if (!ring->reader)
		return 0;
	count = __bpf_stream_samples_resume(ring->reader);
	for (i = 0; count >= 0 && i < 2; i++) {
		ret = bpf_stream_assembler_settle(&ring->reader->as[i]);
		count = ret < 0 ? ret : count + ret;
	}
	return count;
}

/**
 * bpf_stream_ring__flush() - hand out everything that was consumed, incomplete lines included
 *
 * Return: as bpf_stream_assembler_feed(); 0 if this one is not the reader.
 */
static inline int bpf_stream_ring__flush(struct bpf_stream_ring *ring)
{
	int count, ret;

	if (__bpf_stream_ring_in_callback(ring))
		return -EBUSY;
	if (!ring->reader)
		return 0;
	count = __bpf_stream_samples_resume(ring->reader);
	if (count < 0)
		return count;
	ret = __bpf_stream_samples_flush(ring->reader);
	return ret < 0 ? ret : count + ret;
}

/**
 * bpf_stream_ring__peek() - hand out the records that are in the ring, and leave them there
 *
 * Takes no lock, and writes nothing: the reader, if there is one, does not notice. It may consume at
 * the same time: a record that it consumes first is skipped, the others are whole. Hands out each
 * record in this call, and none that a reader holds. Stops at a message that is being
 * written. The callback gets the record's text only while it runs.
 *
 * Return: the number of records handed out; what the callback returned, if negative: it ends the
 * call; -ENOMEM; -EBUSY in the callback.
 */
static inline int bpf_stream_ring__peek(struct bpf_stream_ring *ring)
{
	struct __bpf_stream_samples *samples;
	int count, ret;

	if (__bpf_stream_ring_in_callback(ring))
		return -EBUSY;
	samples = __bpf_stream_ring_samples(ring);
	if (!samples)
		return -ENOMEM;
	ring->busy = true;
	count = __bpf_stream_samples_peek(samples);
	ret = count < 0 ? count : __bpf_stream_samples_flush(samples);
	ring->busy = false;
	free(samples);
	return ret < 0 ? ret : count + ret;
}

#endif /* BPF_STREAM_USER_RING_H */
