/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * rings.c - the rings of the programs that are followed: one source for all programs of an object.
 *
 * A ring does not say which of them wrote a message. Its records have the name of the program with
 * the lowest id among those that are followed.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "follow/internal.h"
#include "progs/ring.h"
#include "show/clock.h"

/* Rings that one call of epoll_wait() returns */
#define READY_MAX 64
/*
 * Programs on other CPUs may write between a program's taking the time and its writing, and a virtual
 * CPU may be stopped there for long. A time that is older still is not believed.
 */
#define DISORDER_MS 1000

struct follow_ring {
	struct follow *follow;
	struct bpf_stream_ring *ring;
	struct follow_prog *prog; /* whose name its records have */
	bool busy; /* another process reads it */
	bool ready; /* the kernel has woken the tool for it */
	bool held; /* text was read that may not have been handed out */
	uint64_t held_ns; /* since when; UINT64_MAX: only an incomplete line */
	uint64_t read_ns; /* when text was last read */
	uint64_t stuck_ns; /* since when a message that is being written is in the way, or 0 */
	bool unread; /* the last read has left something there */
	uint64_t total; /* bytes read since follow_limit() */
	uint64_t time_ns[2]; /* of the last record of each stream */
	uint64_t *seen,
		*seeing; /* --peek: hashes of the last peek's records, sorted, and of this one's */
	size_t *met; /* of each hash, at its first place in @seen: how often this peek has returned it */
	size_t nr_seen, nr_seeing, room, nr_new;
};

static uint64_t hash_of(const struct bpf_stream_record *rec)
{
	uint64_t hash = rec->stream_id;

	for (size_t i = 0; i < rec->raw_len; i++)
		hash = hash * 31 + (unsigned char)rec->raw[i];
	return hash;
}

static int by_hash(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

/*
 * Whether the last peek has returned this record. A new one may come before it, in the order of time,
 * and a reader may have taken others. Equal records are counted.
 */
static bool was_seen(struct follow_ring *ring, const struct bpf_stream_record *rec)
{
	uint64_t hash = hash_of(rec), *more, *at;
	size_t first;

	/* A record that is not remembered is shown again. */
	if (ring->nr_seeing == ring->room) {
		ring->room = ring->room ? 2 * ring->room : 64;
		more = realloc(ring->seeing, ring->room * sizeof(*more));
		if (!more)
			return false;
		ring->seeing = more;
	}
	ring->seeing[ring->nr_seeing++] = hash;
	at = ring->nr_seen ? bsearch(&hash, ring->seen, ring->nr_seen, sizeof(hash), by_hash)
			   : NULL;
	while (at && at > ring->seen && at[-1] == hash)
		at--;
	first = at ? (size_t)(at - ring->seen) : ring->nr_seen;
	if (at && first + ring->met[first] < ring->nr_seen && at[ring->met[first]] == hash) {
		ring->met[first]++;
		return true;
	}
	ring->nr_new++;
	return false;
}

/* The callback of the ring: puts a record into the merge. */
static int on_record(void *ctx, const struct bpf_stream_record *rec)
{
	struct follow_ring *ring = ctx;
	struct follow *follow = ring->follow;
	uint64_t *time_ns = &ring->time_ns[rec->stream_id - BPF_STREAM_ID_STDOUT];
	int err;

	if (!(follow->streams & 1U << rec->stream_id) || (follow->peek && was_seen(ring, rec)))
		return 0;
	follow_look_up(ring->prog);
	err = follow_merge(follow, ring->prog, time_ns, DISORDER_MS * NSEC_PER_MSEC, rec);
	if (*time_ns > ring->prog->ring_ns)
		ring->prog->ring_ns = *time_ns;
	return err;
}

static void set_times(struct follow_ring *ring)
{
	ring->follow->read_ns = ring->read_ns;
	ring->follow->floor_ns = ring->follow->complete_ns;
}

static int peek(struct follow_ring *ring)
{
	int ret;

	ring->read_ns = clock_mono_ns();
	set_times(ring);
	ring->nr_new = 0;
	ret = bpf_stream_ring__peek(ring->ring);
	free(ring->seen);
	free(ring->met);
	ring->seen = ring->seeing;
	ring->nr_seen = ring->nr_seeing;
	ring->seeing = NULL;
	ring->nr_seeing = ring->room = 0;
	ring->met = calloc(ring->nr_seen + 1, sizeof(*ring->met));
	if (!ring->met) {
		ring->nr_seen = 0;
		return follow_out_of_memory();
	}
	if (ring->nr_seen)
		qsort(ring->seen, ring->nr_seen, sizeof(*ring->seen), by_hash);
	return ret < 0 ? ret : ring->nr_new > 0;
}

static int consume(struct follow_ring *ring)
{
	size_t before = bpf_stream_ring__pending(ring->ring), after;
	bool more;
	int ret;

	ring->ready = ring->unread = false;
	if (!before && !bpf_stream_ring__more(ring->ring))
		return 0;
	ring->read_ns = clock_mono_ns();
	set_times(ring);
	ret = bpf_stream_ring__consume(ring->ring);
	if (ret < 0)
		return ret;
	after = bpf_stream_ring__pending(ring->ring);
	more = bpf_stream_ring__more(ring->ring);
	ring->total += before;
	ring->unread = after;
	/* What is pending may be one message that is being written. */
	if (!ret && !more && after >= before) {
		if (!ring->stuck_ns)
			ring->stuck_ns = ring->read_ns;
		return 0;
	}
	ring->stuck_ns = 0;
	if (!ring->held || ring->held_ns == UINT64_MAX)
		ring->held_ns = ring->read_ns;
	ring->held = ring->follow->held_rings = true;
	return 1;
}

static bool poll_ring(struct follow_ring *ring)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = ring};

	return !epoll_ctl(ring->follow->epoll_fd, EPOLL_CTL_ADD, bpf_stream_ring__fd(ring->ring),
			  &event);
}

/* Become the reader, if nobody else is. */
static int take(struct follow_ring *ring)
{
	int err = bpf_stream_ring__lock(ring->ring);

	ring->busy = err == -EBUSY;
	ring->follow->busy_rings |= ring->busy;
	if (!err && !poll_ring(ring))
		err = -errno;
	return err;
}

static void free_ring(struct follow_ring *ring)
{
	struct epoll_event event;

	if (ring->ring)
		epoll_ctl(ring->follow->epoll_fd, EPOLL_CTL_DEL, bpf_stream_ring__fd(ring->ring),
			  &event);
	bpf_stream_ring__free(ring->ring);
	free(ring->seen);
	free(ring->seeing);
	free(ring->met);
	free(ring);
}

void follow_free_rings(struct follow *follow)
{
	while (follow->nr_rings)
		free_ring(follow->rings[--follow->nr_rings]);
	free(follow->rings);
	if (follow->epoll_fd >= 0)
		close(follow->epoll_fd);
}

static struct follow_ring *find(const struct follow *follow, uint32_t map_id)
{
	for (size_t i = 0; i < follow->nr_rings; i++) {
		if (bpf_stream_ring__map_id(follow->rings[i]->ring) == map_id)
			return follow->rings[i];
	}
	return NULL;
}

static int report_busy(const struct follow_ring *ring)
{
	char reader[128];

	follow_look_up(ring->prog);
	msg("%s reads the ring of program %u (%s), and only one can; peek and tail --peek do not "
	    "consume",
	    ring_reader(bpf_stream_ring__owner(ring->ring), reader, sizeof(reader)), ring->prog->id,
	    ring->prog->name ? ring->prog->name : "?");
	return -EBUSY;
}

/* Follow a ring that was opened for @ring. Frees it on error, and if it is followed already. */
static int add(struct follow_ring *ring, struct follow_prog *prog)
{
	struct follow *follow = prog->follow;
	struct follow_ring *known = find(follow, bpf_stream_ring__map_id(ring->ring)), **more;
	int err = 0;

	if (known) {
		free_ring(ring);
		prog->ring = known;
		if (prog->id < known->prog->id)
			known->prog = prog;
		return known->busy ? -EBUSY : 0;
	}
	more = realloc(follow->rings, (follow->nr_rings + 1) * sizeof(*more));
	if (more) {
		follow->rings = more;
		if (!follow->peek)
			err = take(ring);
	}
	if (!more || (err && err != -EBUSY)) {
		free_ring(ring);
		if (!more)
			return follow_out_of_memory();
		msg("cannot read the ring of program %u: %s", prog->id, strerror(-err));
		return err;
	}
	follow->rings[follow->nr_rings++] = ring;
	follow->more_rings = true; /* what is there already wakes nobody */
	prog->ring = ring;
	return err ? report_busy(ring) : 0;
}

static struct follow_ring *new_ring(struct follow_prog *prog)
{
	struct follow_ring *ring = calloc(1, sizeof(*ring));

	if (!ring) {
		follow_out_of_memory();
		return NULL;
	}
	ring->follow = prog->follow;
	ring->prog = prog;
	return ring;
}

int follow_ring(struct follow_prog *prog, int fd)
{
	struct follow_ring *ring = new_ring(prog);
	int err;

	if (!ring)
		return -ENOMEM;
	ring->ring = bpf_stream_ring__open_prog(fd, FOLLOW_RECORD, on_record, ring);
	if (ring->ring)
		return add(ring, prog);
	err = -errno;
	free_ring(ring);
	/* Without the right to open maps, the streams can still be followed. */
	if (err == -ENOENT || err == -EINVAL || (err == -EPERM && !prog->follow->no_streams))
		return 0;
	msg("cannot open the ring of program %u: %s%s", prog->id, strerror(-err),
	    err == -EPERM ? " (requires root or CAP_SYS_ADMIN)" : "");
	return err;
}

int follow_ring_maps(struct follow_prog *prog, int ring_fd, int literals_fd)
{
	struct follow_ring *ring = new_ring(prog);
	int err;

	if (!ring)
		return -ENOMEM;
	ring->ring = bpf_stream_ring__open(ring_fd, literals_fd, FOLLOW_RECORD, on_record, ring);
	if (ring->ring)
		return add(ring, prog);
	err = -errno;
	free_ring(ring);
	msg("cannot open the ring of program %u: %s", prog->id, strerror(-err));
	return err;
}

int follow_leave_ring(struct follow_prog *prog)
{
	struct follow *follow = prog->follow;
	struct follow_ring *ring = prog->ring;
	struct follow_prog *next = NULL;
	int ret = 0;
	size_t i;

	if (!ring)
		return 0;
	prog->ring = NULL;
	while ((next = follow_next(follow, next)) && next->ring != ring)
		;
	if (next && ring->prog != prog)
		return 0;
	/* Its last words */
	if (!ring->busy)
		ret = follow->peek ? peek(ring) : consume(ring);
	if (ret >= 0)
		ret = bpf_stream_ring__flush(ring->ring);
	if (next) {
		ring->prog = next;
		return ret < 0 ? ret : 0;
	}
	for (i = 0; follow->rings[i] != ring; i++)
		;
	follow->rings[i] = follow->rings[--follow->nr_rings];
	free_ring(ring);
	return ret < 0 ? ret : 0;
}

/* Note which rings the kernel has woken the tool for. Returns whether there are any. */
static bool find_ready(struct follow *follow)
{
	struct epoll_event events[READY_MAX];
	struct follow_ring *ring;
	bool any = false;
	int n;

	do {
		n = epoll_wait(follow->epoll_fd, events, READY_MAX, 0);
		for (int i = 0; i < n; i++) {
			ring = events[i].data.ptr;
			if (ring)
				any = ring->ready = true;
		}
	} while (n == READY_MAX);
	return any;
}

/*
 * Whether to look at each ring. A thousand silent ones must cost nothing; but records that wait to be
 * shown need all older ones, and the kernel may not have got round to waking the tool for these.
 */
static bool wants_scan(const struct follow *follow)
{
	return follow->peek || follow->more_rings || follow->held_rings || follow->busy_rings ||
	       merge_oldest(follow->merge) != UINT64_MAX;
}

int follow_read_rings(struct follow *follow, bool all)
{
	uint64_t begin_ns = follow->nr_rings ? clock_mono_ns() : 0;
	int total = 0, ret;

	if (!follow->nr_rings)
		return 0;
	all |= wants_scan(follow);
	if (!find_ready(follow) && !all)
		return 0;
	follow->more_rings = follow->busy_rings = follow->unread_rings = false;
	for (size_t i = 0; i < follow->nr_rings; i++) {
		struct follow_ring *ring = follow->rings[i];

		if (ring->total >= follow->limit)
			continue;
		if (ring->busy && !take(ring) && ring->prog->name)
			msg("following the ring of program %u (%s)", ring->prog->id,
			    ring->prog->name);
		if (ring->busy)
			continue;
		if (follow->peek)
			ret = peek(ring);
		else if (all || ring->ready || bpf_stream_ring__more(ring->ring))
			ret = consume(ring);
		else
			ret = 0;
		if (ret < 0)
			return ret;
		total += ret;
		follow->unread_rings |= ring->unread;
		follow->more_rings |= !follow->peek && bpf_stream_ring__more(ring->ring);
	}
	/* What waits for no other source can be shown without a look at the programs. */
	if (!follow->unread_rings && !follow_delay_ns(follow) && begin_ns > follow->complete_ns)
		follow->complete_ns = begin_ns;
	return total;
}

int follow_settle_rings(struct follow *follow, bool all)
{
	uint64_t now = follow->held_rings ? clock_mono_ns() : 0;
	bool held = false;
	int ret = 0;

	if (!follow->held_rings)
		return 0;
	for (size_t i = 0; ret >= 0 && i < follow->nr_rings; i++) {
		struct follow_ring *ring = follow->rings[i];

		if (!ring->held)
			continue;
		set_times(ring);
		if (!all && now - ring->read_ns < FOLLOW_INCOMPLETE_MS * NSEC_PER_MSEC) {
			ret = bpf_stream_ring__settle(ring->ring);
			ring->held_ns = UINT64_MAX;
			held = true;
			continue;
		}
		ret = bpf_stream_ring__flush(ring->ring);
		ring->held = false;
	}
	if (ret >= 0)
		follow->held_rings = held;
	return ret < 0 ? ret : 0;
}

uint64_t follow_rings_due(const struct follow *follow)
{
	uint64_t due_ns = UINT64_MAX, at_ns;

	for (size_t i = 0; follow->held_rings && i < follow->nr_rings; i++) {
		const struct follow_ring *ring = follow->rings[i];

		if (!ring->held)
			continue;
		at_ns = ring->read_ns + FOLLOW_INCOMPLETE_MS * NSEC_PER_MSEC;
		/* Records that have their newline, and were not handed out yet */
		if (ring->held_ns != UINT64_MAX)
			at_ns = ring->held_ns + follow_delay_ns(follow);
		due_ns = at_ns < due_ns ? at_ns : due_ns;
	}
	return due_ns;
}

uint64_t follow_rings_until(const struct follow *follow, uint64_t until_ns)
{
	uint64_t newest_ns, delay_ns = FOLLOW_DELAY_MS * NSEC_PER_MSEC;

	/* What was not read is not older than what was, but for programs on several CPUs. */
	for (size_t i = 0; follow->unread_rings && i < follow->nr_rings; i++) {
		const struct follow_ring *ring = follow->rings[i];

		if (!ring->unread ||
		    (ring->stuck_ns &&
		     ring->stuck_ns + DISORDER_MS * NSEC_PER_MSEC < follow->begin_ns))
			continue;
		newest_ns =
			ring->time_ns[0] > ring->time_ns[1] ? ring->time_ns[0] : ring->time_ns[1];
		newest_ns = newest_ns > delay_ns ? newest_ns - delay_ns : 0;
		until_ns = newest_ns < until_ns ? newest_ns : until_ns;
	}
	return until_ns;
}

void follow_limit_rings(struct follow *follow)
{
	for (size_t i = 0; i < follow->nr_rings; i++)
		follow->rings[i]->total = 0;
}

bool follow_ring_is_busy(const struct follow_prog *prog)
{
	return prog->ring && prog->ring->busy;
}

int follow_fd(struct follow *follow, int wake_fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	if (wake_fd >= 0 && epoll_ctl(follow->epoll_fd, EPOLL_CTL_ADD, wake_fd, &event))
		return wake_fd;
	return follow->epoll_fd;
}
