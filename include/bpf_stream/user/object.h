/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/object.h - follow all programs of an object that libbpf has loaded. Part of user.h:
 * include that, after <bpf/libbpf.h>. Otherwise nothing is declared here: user.h itself needs no
 * libbpf.
 *
 *	struct bpf_stream_consumer *consumer = bpf_stream_consumer__new(bpf_stream_forward, NULL, NULL);
 *
 *	err = consumer ? bpf_stream_consumer__add_object(consumer, obj) : -errno;
 *	while (!err && !stop)
 *		err = bpf_stream_consumer__poll(consumer, -1) < 0;
 */
#ifndef BPF_STREAM_USER_OBJECT_H
#define BPF_STREAM_USER_OBJECT_H

#ifdef __LIBBPF_LIBBPF_H

/* Follow the ring @map_fd. Return 0 if there is none, or if it is not in use and may be left out. */
static inline int __bpf_stream_consumer_object_ring(struct bpf_stream_consumer *consumer,
						    const struct bpf_object *obj, int prog_fd)
{
	int map_fd = bpf_object__find_map_fd_by_name(obj, __BPF_STREAM_RING_MAP);
	int literals_fd = bpf_object__find_map_fd_by_name(obj, __BPF_STREAM_RING_LITERALS);
	int err;

	if (map_fd < 0 || literals_fd < 0)
		return 0;
	err = bpf_stream_consumer__add_ring(consumer, map_fd, literals_fd,
					    (void *)bpf_object__name(obj));
	/* Something else than a ring of ours, under its name */
	if (err == -EINVAL || err == -ENOENT)
		return 0;
	if (err == -EBUSY && bpf_log_sink_get(prog_fd) == BPF_LOG_SINK_STREAM)
		return 0;
	return err;
}

/**
 * bpf_stream_consumer__add_object() - follow all programs of an object, and its ring
 * @obj:	loaded, by bpf_object__load() or a skeleton (skel->obj). Close it only when the
 *		consumer has been freed, or its programs and its ring have been removed.
 *
 * Follows both streams of each program that is loaded, and the ring, if the object has one, through
 * its own maps: no capability is needed. Call it before the programs are attached to miss
 * nothing. prog_ctx of a record is the name of its program, or of the object if the record comes from
 * the ring, whose prog_fd is -1 (const char *).
 *
 * Declared only if <bpf/libbpf.h> was included before user.h. libbpf 1.3 or newer, because older ones
 * do not resolve the kernel's stream functions.
 *
 * To stop following it, call bpf_stream_consumer__remove_prog() for its programs, and
 * bpf_stream_consumer__remove_ring() for its map "bpf_stream_ring". On a kernel without streams there
 * is only the ring to remove.
 *
 * Return: 0, or a negative errno, and then nothing of it is followed:
 * -EOPNOTSUPP	the kernel has no streams (before Linux 6.17), and the object has no ring
 * -EBUSY	another reader has its ring, with the pid that bpf_stream_consumer__owner() returns.
 *		No error if the object has written to streams, because then it uses no ring.
 * -EINVAL	no program of @obj is loaded
 * -EEXIST	one of its programs or its ring is followed already
 * -EPERM	the caller may not use bpf(2) at all
 * -ENOMEM, -EMFILE, -ENFILE, -EBUSY (in the callback)
 * Changes errno. Kernels: all with a ring, from 6.17 on without.
 */
static inline int bpf_stream_consumer__add_object(struct bpf_stream_consumer *consumer,
						  const struct bpf_object *obj)
{
	size_t nr = consumer->nr, nr_rings = consumer->rings.nr;
	int err = 0, no_streams, fd = -1, prog_fd;
	struct bpf_program *prog;

	consumer->rings.owner = 0;
	if (consumer->busy)
		return -EBUSY;
	bpf_object__for_each_program(prog, obj) {
		prog_fd = bpf_program__fd(prog);
		if (prog_fd < 0)
			continue;
		if (__bpf_stream_consumer_has(consumer, prog_fd))
			return -EEXIST;
		fd = prog_fd;
	}
	if (fd < 0)
		return -EINVAL;
	no_streams = bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, consumer->buf, 0);
	if (no_streams < 0 && no_streams != -EOPNOTSUPP)
		return no_streams;
	err = __bpf_stream_consumer_object_ring(consumer, obj, fd);
	if (err || no_streams)
		return err || consumer->rings.nr > nr_rings ? err : no_streams;

	bpf_object__for_each_program(prog, obj) {
		prog_fd = bpf_program__fd(prog);
		if (prog_fd >= 0 && !err)
			err = __bpf_stream_consumer_add_streams(consumer, prog_fd, BPF_STREAM_BOTH,
								(void *)bpf_program__name(prog));
	}
	if (err) {
		while (consumer->nr > nr)
			free(consumer->sources[--consumer->nr]);
		if (consumer->rings.nr > nr_rings)
			__bpf_stream_rings_drop(&consumer->rings,
						&consumer->rings.sources[nr_rings],
						consumer->epoll_fd);
	}
	__bpf_stream_consumer_rearm(consumer, true, true);
	return err;
}

#endif /* __LIBBPF_LIBBPF_H */

#endif /* BPF_STREAM_USER_OBJECT_H */
