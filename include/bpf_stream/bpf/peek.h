/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/peek.h - read a stream without consuming. A part of reader.h, which says how to use
 * it; nothing to include.
 *
 * A stream is two lists. Writers push on a lock-free one, `log`, newest first. A consumer (there is
 * one at a time, under a mutex that BPF cannot take) takes `log` whole, reverses it, appends it to
 * `backlog`, oldest first, and takes elements off the head of that. Nothing here can stop any of
 * them, and what they free may be used for something else at once. So:
 *
 * - All reads are probe reads, which cannot fault, and all loops are bounded.
 * - Oldest first means `log` backwards: one walk counts its elements and notes every 512th (so
 *   there is room for 131,072 of them in 2 KB), a second one fetches 512 at a time.
 * - A copy counts only if, after it was made, the element was still in the list (the head has not
 *   passed it, or the walked part of `log` still hangs where it did, from an element of the same
 *   text), had the same header and the same neighbour, and a second copy is the same. If not, it is
 *   lost to the race.
 * - RCU is held around each step, and within it the program is looked up anew.
 */
#include <bpf_stream/bpf/ids.h>

#ifndef BPF_STREAM_PEEK_H
#define BPF_STREAM_PEEK_H

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf_stream/bpf/atomic.h>
#include <bpf_stream/bpf/loop.h>

__BPF_STREAM_HEADER

/* The parts of the kernel's types that are needed, in the names that a vmlinux.h has not. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct llist_node___bpf_stream {
	struct llist_node___bpf_stream *next;
};

struct llist_head___bpf_stream {
	struct llist_node___bpf_stream *first;
};

struct bpf_mem_slice___bpf_stream {
	void *ptr;
	__u32 len;
};

/* mem_slice instead of the lengths: kernels with the reader kfuncs as they were proposed first */
struct bpf_stream_elem___bpf_stream {
	struct llist_node___bpf_stream node;
	int total_len;
	int consumed_len;
	struct bpf_mem_slice___bpf_stream mem_slice;
	char str[1];
};

/* another kind of lock in some kernels: asked for before it is read */
struct mutex___bpf_stream {
	struct {
		long counter;
	} owner;
};

struct bpf_stream___bpf_stream {
	struct {
		int counter;
	} capacity;
	struct llist_head___bpf_stream log;
	struct mutex___bpf_stream lock;
	struct llist_node___bpf_stream *backlog_head;
	struct llist_node___bpf_stream *backlog_tail;
};

/* Up to 7.3 the streams are part of the program; later kernels have pointers there. */
struct bpf_prog_aux___bpf_stream {
	__u32 id;
	struct bpf_stream___bpf_stream stream[2];
};

struct bpf_prog_aux___bpf_stream_pointers {
	struct bpf_stream___bpf_stream *stream[2];
};

struct bpf_prog___bpf_stream {
	struct bpf_prog_aux___bpf_stream *aux;
};

struct xarray___bpf_stream {
	void *xa_head;
};

struct xa_node___bpf_stream {
	unsigned char shift;
	void *slots[1];
};

struct idr___bpf_stream {
	struct xarray___bpf_stream idr_rt;
	unsigned int idr_base;
};

#pragma clang attribute pop

/* All loaded programs, by id. A variable of the kernel that has no type for BPF. */
extern const void prog_idr __ksym __weak;

#define __bpf_stream_rcu_lock	__BPF_STREAM_KFUNC(bpf_rcu_read_lock___bpf_stream)
#define __bpf_stream_rcu_unlock __BPF_STREAM_KFUNC(bpf_rcu_read_unlock___bpf_stream)
extern void __bpf_stream_rcu_lock(void) __bpf_stream_ksym;
extern void __bpf_stream_rcu_unlock(void) __bpf_stream_ksym;

/* Has this kernel all that is read here, under a name and of a kind that is known? */
__bpf_stream_inline _Bool __bpf_stream_can_peek(void)
{
	if (!bpf_core_field_exists(struct bpf_prog_aux___bpf_stream, stream) &&
	    !bpf_core_field_exists(struct bpf_prog_aux___bpf_stream_pointers, stream))
		return 0;
	if (!bpf_core_field_exists(struct bpf_stream_elem___bpf_stream, total_len) &&
	    !bpf_core_field_exists(struct bpf_stream_elem___bpf_stream, mem_slice))
		return 0;
	return bpf_core_field_exists(struct bpf_stream___bpf_stream, log) &&
	       bpf_core_field_exists(struct bpf_stream___bpf_stream, backlog_head) &&
	       bpf_core_field_exists(struct bpf_stream___bpf_stream, backlog_tail) &&
	       bpf_core_field_exists(struct bpf_stream_elem___bpf_stream, str) &&
	       __bpf_stream_ksym_exists(__bpf_stream_iter_next) &&
	       __bpf_stream_ksym_exists(__bpf_stream_rcu_lock);
}

#define __BPF_STREAM_PEEK_MARKS 256
#define __BPF_STREAM_PEEK_CHUNK 512
#define __BPF_STREAM_PEEK_MAX	(__BPF_STREAM_PEEK_MARKS * __BPF_STREAM_PEEK_CHUNK)
#define __BPF_STREAM_PEEK_TEXT	1024
#define __BPF_STREAM_PEEK_SLOTS 4

/* One walk. Here rather than on the stack for want of room, and the verifier has less to follow. */
struct __bpf_stream_peek {
	__u64 busy;
	__u64 prog, stream; /* addresses */
	__u64 log; /* the top of what was walked of log */
	__u64 head, tail; /* of backlog: as seen last, and as it was when the walk began */
	__u64 from; /* where the next chunk of backlog begins, or 0 */
	__u64 log_sign, head_sign; /* of the elements that log and head are */
	__u64 key; /* the element that was copied last */
	__u64 sure; /* what that one is linked to: in backlog, too */
	__u64 below; /* what the last element of a chunk of log is linked to */
	__u32 backlogged, logged; /* elements not fetched, or in the case of backlog not copied */
	__u32 n, left; /* elements in the chunk, and those of them not copied yet */
	__u32 forward; /* it is one of backlog */
	__u32 delivered, lost, truncated, cut;
	int err;
	__u64 mark[__BPF_STREAM_PEEK_MARKS];
	__u64 node[__BPF_STREAM_PEEK_CHUNK];
	/* as many words, and one to have the last zero-padded */
	__u64 text[__BPF_STREAM_PEEK_TEXT / 8 + 1];
	__u64 again[__BPF_STREAM_PEEK_TEXT / 8 + 1];
};

/* Static and not "used": what does not peek has no such map. */
static struct __bpf_stream_peek __bpf_stream_peeks[__BPF_STREAM_PEEK_SLOTS]
	__attribute__((unused, section(".data.bpf_peek")));

/* A word of the kernel's memory, 0 if there is none */
__bpf_stream_inline __u64 __bpf_stream_word(const void *addr)
{
	__u64 v = 0;

	bpf_probe_read_kernel(&v, sizeof(v), addr);
	return v;
}

__bpf_stream_inline __u32 __bpf_stream_half(const void *addr)
{
	__u32 v = 0;

	bpf_probe_read_kernel(&v, sizeof(v), addr);
	return v;
}

#define __bpf_stream_of(addr)	   ((struct bpf_stream___bpf_stream *)(addr))
#define __bpf_stream_elem_of(addr) ((struct bpf_stream_elem___bpf_stream *)(addr))
#define __bpf_stream_link(addr)	   __bpf_stream_word(&__bpf_stream_elem_of(addr)->node.next)

struct __bpf_stream_lens {
	__u32 total, consumed;
};

__bpf_stream_inline struct __bpf_stream_lens
__bpf_stream_lens_of(__u64 elem)
{
	struct __bpf_stream_lens lens = {};

	if (bpf_core_field_exists(struct bpf_stream_elem___bpf_stream, total_len)) {
		lens.total = __bpf_stream_half(&__bpf_stream_elem_of(elem)->total_len);
		lens.consumed = __bpf_stream_half(&__bpf_stream_elem_of(elem)->consumed_len);
	} else {
		lens.total = __bpf_stream_half(&__bpf_stream_elem_of(elem)->mem_slice.len);
	}
	return lens;
}

__bpf_stream_inline __u32 __bpf_stream_prog_id(__u64 prog)
{
	__u64 aux = __bpf_stream_word(&((struct bpf_prog___bpf_stream *)prog)->aux);

	return __bpf_stream_half(&((struct bpf_prog_aux___bpf_stream *)aux)->id);
}

/* Where a program's stream is; @stream_id is one of the two */
__bpf_stream_inline __u64 __bpf_stream_find(__u64 prog, int stream_id)
{
	__u64 aux = __bpf_stream_word(&((struct bpf_prog___bpf_stream *)prog)->aux);

	if (bpf_core_field_exists(struct bpf_prog_aux___bpf_stream, stream))
		return (__u64) &
		       ((struct bpf_prog_aux___bpf_stream *)aux)->stream +
			       (stream_id == BPF_STDERR
					? bpf_core_type_size(struct bpf_stream___bpf_stream)
					: 0);
	return __bpf_stream_word(
		(void *)((__u64) & ((struct bpf_prog_aux___bpf_stream_pointers *)aux)->stream +
					   (stream_id == BPF_STDERR ? 8 : 0)));
}

/*
 * The program with an id, or 0: a lookup in the kernel's tree of them. RCU is held. A program that
 * is in the tree stays as it is until RCU is let go.
 */
__bpf_stream_noinline __u64 __bpf_stream_prog_by_id(__u32 id)
{
	const struct idr___bpf_stream *idr = (const struct idr___bpf_stream *)&prog_idr;
	__u32 mask = bpf_core_field_size(struct xa_node___bpf_stream, slots) / 8 - 1;
	__u64 entry = __bpf_stream_word(&idr->idr_rt.xa_head);
	__u32 index = id - __bpf_stream_half(&idr->idr_base), slot;
	_Bool top = 1;
	__u32 i;

	__bpf_stream_for (i, 12) {
		const struct xa_node___bpf_stream *node;
		__u8 shift = 0;

		if ((entry & 3) != 2 || entry < 4096)
			break;
		node = (const struct xa_node___bpf_stream *)(entry - 2);
		bpf_probe_read_kernel(&shift, sizeof(shift), &node->shift);
		slot = shift < 32 ? index >> shift : 0;
		if (top && slot > mask)
			return 0;
		top = 0;
		entry = __bpf_stream_word((void *)((__u64)&node->slots + (slot & mask) * 8));
	}
	if (!entry || entry & 3 || __bpf_stream_prog_id(entry) != id)
		return 0;
	return entry;
}

/*
 * What tells an element from a later one in the same memory: what it says. The address alone does
 * not: a stream that was emptied is often filled again with the memory that has just been freed.
 */
__bpf_stream_noinline __u64 __bpf_stream_peek_sign(struct __bpf_stream_peek *p,
								       __u64 elem)
{
	__u64 *words = p->again; /* the stack is short */
	__u64 len;

	if (!elem)
		return 0;
	len = __bpf_stream_lens_of(elem).total;
	words[0] = words[1] = words[2] = 0;
	words[3] = len << 32;
	if (len > 28)
		len = 28;
	__asm__ __volatile__("" : "+r"(len));
	if (len > 28 || bpf_probe_read_kernel(words, len, &__bpf_stream_elem_of(elem)->str))
		return 0;
	return words[0] * 0x9e3779b97f4a7c15ULL + words[1] * 0xbf58476d1ce4e5b9ULL +
	       words[2] * 0x94d049bb133111ebULL + words[3] * 0xd6e8feb86659fd93ULL;
}

/*
 * Is the part of log that was walked still in it? Writers put elements on top of it; a consumer
 * takes all. The next time only those that have come since are gone through.
 */
__bpf_stream_noinline int
__bpf_stream_peek_log_there(struct __bpf_stream_peek *p)
{
	__u64 first = __bpf_stream_word(&__bpf_stream_of(p->stream)->log.first), node = first;
	/* Before what is older is found: then what was read here was still in log, too. */
	__u64 sign = __bpf_stream_peek_sign(p, first);
	__u32 i;

	__bpf_stream_for (i, __BPF_STREAM_PEEK_MAX) {
		if (node == p->log) {
			if (__bpf_stream_peek_sign(p, node) != p->log_sign)
				return 0;
			p->log = first;
			p->log_sign = sign;
			return 1;
		}
		if (!node)
			break;
		node = __bpf_stream_link(node);
	}
	return 0;
}

/*
 * Is this element still in backlog? It is as long as the head, which only goes forward, is not past
 * it. Consumers take elements off at the head, so what was walked from there on was in backlog if
 * the head has not moved meanwhile; else the walk may have gone astray, into another list.
 */
__bpf_stream_noinline int
__bpf_stream_peek_backlog_there(struct __bpf_stream_peek *p, __u64 elem)
{
	struct bpf_stream___bpf_stream *stream = __bpf_stream_of(p->stream);
	__u64 head = __bpf_stream_word(&stream->backlog_head), node = head;
	__u64 sign = __bpf_stream_peek_sign(p, head);
	__u32 i;

	/* Behind one that was lost everything may be something else by now, so it is looked for. */
	if (head == p->head && elem == p->sure)
		return sign == p->head_sign;
	/* see __bpf_stream_peek_survey() */
	if (head != __bpf_stream_word(&stream->backlog_head))
		return 0;
	__bpf_stream_for (i, __BPF_STREAM_PEEK_MAX) {
		if (node == elem)
			break;
		if (!node || node == p->tail)
			return 0;
		node = __bpf_stream_link(node);
	}
	if (node != elem || head != __bpf_stream_word(&stream->backlog_head) ||
	    sign != __bpf_stream_peek_sign(p, head))
		return 0;
	p->head = head;
	p->head_sign = sign;
	return 1;
}

/*
 * May elements be in neither list? A consumer that finds backlog empty takes log, turns it around,
 * and only then makes it backlog.
 */
__bpf_stream_inline _Bool
__bpf_stream_peek_in_flight(struct __bpf_stream_peek *p)
{
	struct bpf_stream___bpf_stream *stream = __bpf_stream_of(p->stream);

	return !p->head && bpf_core_field_exists(stream->lock.owner.counter) &&
	       __bpf_stream_word(&stream->lock.owner.counter);
}

/* Count what is there, note marks in log. 0 if it changed under the walk */
__bpf_stream_noinline int __bpf_stream_peek_survey(struct __bpf_stream_peek *p)
{
	struct bpf_stream___bpf_stream *stream = __bpf_stream_of(p->stream);
	_Bool there;
	__u64 node;
	__u32 i;

	p->backlogged = 0;
	p->logged = 0;
	p->truncated = 0;
	/* backlog first: what a consumer moves there meanwhile is missed, rather than met twice */
	p->head = __bpf_stream_word(&stream->backlog_head);
	p->tail = __bpf_stream_word(&stream->backlog_tail);
	there = !__bpf_stream_peek_in_flight(p);
	p->log = __bpf_stream_word(&stream->log.first);
	p->head_sign = __bpf_stream_peek_sign(p, p->head);
	p->log_sign = __bpf_stream_peek_sign(p, p->log);
	/*
	 * Where the walks begin must be in its list after its text was read: that may have been of
	 * an element yet to come, in the same memory, whose link leads anywhere. If it is not, it
	 * is given a text that will not be found, so that all that is walked is counted as lost.
	 */
	if (p->head != __bpf_stream_word(&stream->backlog_head)) {
		p->head_sign = ~p->head_sign;
		there = 0;
	}
	if (p->log && !__bpf_stream_peek_log_there(p)) {
		p->log_sign = ~p->log_sign;
		there = 0;
	}
	p->from = p->head;
	node = p->head;
	__bpf_stream_for (i, __BPF_STREAM_PEEK_MAX) {
		if (!node)
			break;
		p->backlogged = i + 1;
		if (node == p->tail)
			break;
		node = __bpf_stream_link(node);
	}
	if (node != p->tail)
		p->truncated = 1;
	node = p->log;
	__bpf_stream_for (i, __BPF_STREAM_PEEK_MAX) {
		if (!node)
			break;
		if (!(i % __BPF_STREAM_PEEK_CHUNK))
			p->mark[i / __BPF_STREAM_PEEK_CHUNK % __BPF_STREAM_PEEK_MARKS] = node;
		p->logged = i + 1;
		node = __bpf_stream_link(node);
	}
	if (node)
		p->truncated = 1;
	/*
	 * The tail, too: a head and a tail of different times would make a walk end in the middle,
	 * where the memory of the old tail is in use again.
	 */
	return there && (!p->log || __bpf_stream_peek_log_there(p)) &&
	       p->tail == __bpf_stream_word(&stream->backlog_tail) &&
	       p->head == __bpf_stream_word(&stream->backlog_head) &&
	       !__bpf_stream_peek_in_flight(p);
}

__bpf_stream_noinline int __bpf_stream_peek_begin(struct __bpf_stream_peek *p,
								      __u64 prog, int stream_id)
{
	__u32 i;

	p->prog = prog;
	p->sure = 0;
	p->n = p->left = 0;
	p->delivered = p->lost = 0;
	p->err = 0;
	if (!prog)
		return -__BPF_STREAM_ENOENT;
	p->stream = __bpf_stream_find(prog, stream_id);
	if (!p->stream)
		return -__BPF_STREAM_ENOENT;
	__bpf_stream_for (i, 8)
		if (__bpf_stream_peek_survey(p))
			return 0;
	/* What is left in place will be found to be so, element by element. More may be there. */
	p->truncated = 1;
	return 0;
}

/* Take one of __bpf_stream_peeks: its number, or a negative error */
__bpf_stream_noinline int __bpf_stream_peek_take(void)
{
	int slot = -__BPF_STREAM_EBUSY;
	__u32 i;

	__bpf_stream_for (i, __BPF_STREAM_PEEK_SLOTS) {
		if (!__bpf_stream_xchg(&__bpf_stream_peeks[i].busy, 1)) {
			slot = i;
			break;
		}
	}
	return slot;
}

/*
 * Begin a walk of program @prog, or if there is an @id (0 is a constant) of the one that has it.
 * What knows its program does not mention prog_idr: to find that, the loader reads all of
 * /proc/kallsyms.
 */
__bpf_stream_inline int
__bpf_stream_peek_open(struct __bpf_stream_peek *p, __u64 prog, __u32 id, int stream_id)
{
	int err;

	__bpf_stream_rcu_lock();
	if (id)
		prog = __bpf_stream_prog_by_id(id);
	err = __bpf_stream_peek_begin(p, prog, stream_id);
	__bpf_stream_rcu_unlock();
	return err;
}

/* The next chunk: of backlog, oldest first, or of log from a mark, newest first. 0 if no more */
__bpf_stream_noinline int __bpf_stream_peek_fetch(struct __bpf_stream_peek *p)
{
	__u64 node = p->from;
	__u32 want = __BPF_STREAM_PEEK_CHUNK, mark;
	__u32 i;

	p->n = 0;
	p->forward = !!node;
	if (node) {
		__bpf_stream_for (i, __BPF_STREAM_PEEK_CHUNK) {
			p->node[i] = node;
			p->n = i + 1;
			node = node == p->tail ? 0 : __bpf_stream_link(node);
			if (!node)
				break;
		}
		p->from = node;
		/* the list has changed: what was counted behind this chunk cannot be found */
		if (!node && p->backlogged > p->n) {
			p->lost += p->backlogged - p->n;
			p->backlogged = p->n;
		}
	} else if (p->logged) {
		mark = (p->logged - 1) / __BPF_STREAM_PEEK_CHUNK % __BPF_STREAM_PEEK_MARKS;
		want = p->logged - mark * __BPF_STREAM_PEEK_CHUNK;
		node = p->mark[mark];
		__bpf_stream_for (i, __BPF_STREAM_PEEK_CHUNK) {
			if (i >= want || !node)
				break;
			p->node[i] = node;
			p->n = i + 1;
			node = __bpf_stream_link(node);
		}
		p->below = node;
		p->logged = mark * __BPF_STREAM_PEEK_CHUNK;
		p->lost += want - p->n;
	}
	p->left = p->n;
	return p->n;
}

__bpf_stream_inline _Bool
__bpf_stream_peek_same_text(struct __bpf_stream_peek *p, __u32 words)
{
	__u32 i;

	__bpf_stream_for (i, __BPF_STREAM_PEEK_TEXT / 8 + 1) {
		if (i >= words)
			break;
		if (p->text[i] != p->again[i])
			return 0;
	}
	return 1;
}

/* The text of the next element of the chunk: its length, or -1 if it is lost to the race */
__bpf_stream_noinline int __bpf_stream_peek_copy(struct __bpf_stream_peek *p)
{
	__u32 at = p->forward ? p->n - p->left : p->left - 1;
	struct __bpf_stream_lens lens, now;
	_Bool last = at + 1 >= p->n;
	__u64 elem, link, want, len;
	const char *str;

	elem = p->node[at % __BPF_STREAM_PEEK_CHUNK];
	want = p->node[(at + 1) % __BPF_STREAM_PEEK_CHUNK];
	if (last)
		want = p->forward ? p->from : p->below;
	p->left--;
	if (p->forward && p->backlogged)
		p->backlogged--;

	lens = __bpf_stream_lens_of(elem);
	len = (__u64)lens.total - lens.consumed;
	/* one number to the verifier, whatever the compiler would make of it */
	__asm__ __volatile__("" : "+r"(len));
	if (lens.total > __BPF_STREAM_PEEK_TEXT || len > __BPF_STREAM_PEEK_TEXT)
		goto lost;
	str = (const char *)&__bpf_stream_elem_of(elem)->str + lens.consumed;
	p->text[len / 8] = 0;
	p->again[len / 8] = 0;
	if (bpf_probe_read_kernel(p->text, len, str) || bpf_probe_read_kernel(p->again, len, str))
		goto lost;
	link = __bpf_stream_link(elem);
	now = __bpf_stream_lens_of(elem);
	/* what the last in backlog is linked to changes when more is appended */
	if (p->forward && !want)
		link = 0;
	if (link != want || now.total != lens.total || now.consumed != lens.consumed ||
	    !__bpf_stream_peek_same_text(p, (len + 7) / 8))
		goto lost;
	if (p->forward && !__bpf_stream_peek_backlog_there(p, elem)) {
		p->lost += p->backlogged;
		p->left = 0;
		p->from = 0;
		goto lost;
	}
	if (!p->forward && !__bpf_stream_peek_log_there(p)) {
		p->lost += p->left + p->logged;
		p->left = 0;
		p->logged = 0;
		goto lost;
	}
	p->cut = lens.consumed != 0;
	p->key = elem;
	p->sure = link;
	return len;
lost:
	p->sure = 0;
	p->lost++;
	return -1;
}

/* The length of the next element, its text in @p; negative when there are no more. RCU is held. */
__bpf_stream_inline int
__bpf_stream_peek_step(struct __bpf_stream_peek *p)
{
	int len;
	__u32 i;

	__bpf_stream_for (i, 4 * __BPF_STREAM_PEEK_MAX) {
		if (!p->left && !__bpf_stream_peek_fetch(p))
			break;
		len = __bpf_stream_peek_copy(p);
		if (len >= 0) {
			p->delivered++;
			return len;
		}
	}
	return -1;
}

__bpf_stream_noinline int __bpf_stream_peek_next(struct __bpf_stream_peek *p)
{
	int len;

	__bpf_stream_rcu_lock();
	len = __bpf_stream_peek_step(p);
	__bpf_stream_rcu_unlock();
	return len;
}

/* ... of a program that may be gone, which @p->err says then */
__bpf_stream_noinline int
__bpf_stream_peek_next_by_id(struct __bpf_stream_peek *p, __u32 id)
{
	int len = -1;

	__bpf_stream_rcu_lock();
	if (__bpf_stream_prog_by_id(id) == p->prog)
		len = __bpf_stream_peek_step(p);
	else
		p->err = -__BPF_STREAM_ENOENT;
	__bpf_stream_rcu_unlock();
	return len;
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_PEEK_H */
