/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/peek.h - walk a stream without consuming it. Internal: reader.h includes it and
 * says how to use it.
 *
 * A stream is two lists. Writers push on a lock-free one, `log`, newest first. The consumer (one at
 * a time, under a mutex that BPF cannot take) takes the whole of `log`, reverses it, appends it to
 * `backlog`, oldest first, and removes elements at the head of that. A peek can stop none of them,
 * and the memory that they free may be reused immediately. Therefore:
 *
 * - All reads are probe reads, which cannot fault, and all loops are bounded.
 * - Oldest first means `log` backwards: one walk counts its elements and notes every 512th (2 KB of
 *   marks for 131,072 elements), a second walk fetches 512 at a time.
 * - A copy counts only if all of this holds after it was made: the element is still in the list
 *   (the head has not passed it, or the walked part of `log` still hangs where it did, from an
 *   element of the same text), its header and its neighbour are unchanged, and a second copy is the
 *   same. Otherwise the element counts as lost.
 * - Each step holds RCU and looks the program up again.
 */
#ifndef BPF_STREAM_PEEK_H
#define BPF_STREAM_PEEK_H

#include <bpf_stream/bpf/atomic.h>
#include <bpf_stream/bpf/kernel_stream.h>

__BPF_STREAM_HEADER

#define __bpf_stream_rcu_lock	__BPF_STREAM_KFUNC(bpf_rcu_read_lock___bpf_stream)
#define __bpf_stream_rcu_unlock __BPF_STREAM_KFUNC(bpf_rcu_read_unlock___bpf_stream)
extern void __bpf_stream_rcu_lock(void) __bpf_stream_ksym;
extern void __bpf_stream_rcu_unlock(void) __bpf_stream_ksym;

__bpf_stream_inline _Bool __bpf_stream_can_peek(void)
{
	return __bpf_stream_layout_known() && __bpf_stream_ksym_exists(__bpf_stream_iter_next) &&
	       __bpf_stream_ksym_exists(__bpf_stream_rcu_lock);
}

#define __BPF_STREAM_PEEK_MARKS 256
#define __BPF_STREAM_PEEK_CHUNK 512
#define __BPF_STREAM_PEEK_MAX	(__BPF_STREAM_PEEK_MARKS * __BPF_STREAM_PEEK_CHUNK)
#define __BPF_STREAM_PEEK_TEXT	1024
#define __BPF_STREAM_PEEK_SLOTS 4

/* One walk. In a map: the stack is too small, and the verifier has less state to track. */
struct __bpf_stream_peek {
	__u64 busy;
	__u64 prog, stream; /* addresses */
	__u64 log; /* the first element of the walked part of log */
	__u64 head, tail; /* of backlog: the head as last seen, the tail when the walk began */
	__u64 from; /* where the next chunk of backlog begins, or 0 */
	__u64 log_sign, head_sign; /* signatures of the elements at log and head */
	__u64 key; /* the element that was copied last */
	__u64 sure; /* the element after it, known to be in backlog */
	__u64 below; /* the element after the last one of a chunk of log */
	__u32 backlogged, logged; /* elements of backlog not copied, and of log not fetched */
	__u32 n, left; /* elements in the chunk, and those not copied yet */
	__u32 forward; /* the chunk is one of backlog */
	__u32 delivered, lost, truncated, cut;
	int err;
	__u64 mark[__BPF_STREAM_PEEK_MARKS];
	__u64 node[__BPF_STREAM_PEEK_CHUNK];
	/* one word more, so that the last one is padded with zeros */
	__u64 text[__BPF_STREAM_PEEK_TEXT / 8 + 1];
	__u64 again[__BPF_STREAM_PEEK_TEXT / 8 + 1];
};

/* Static, so a program that does not peek has no such map. */
static struct __bpf_stream_peek __bpf_stream_peeks[__BPF_STREAM_PEEK_SLOTS] __bpf_stream_unused
	__bpf_stream_section(".data.bpf_peek");

/*
 * A signature of an element's text. The address alone does not identify an element: a stream that
 * was emptied is often filled again from the memory that it has just freed.
 */
__bpf_stream_noinline __u64 __bpf_stream_peek_sign(struct __bpf_stream_peek *p, __u64 elem)
{
	__u64 *words = p->again; /* the stack is too small */
	__u64 len;

	if (!elem)
		return 0;
	len = __bpf_stream_lens_of(elem).total;
	words[0] = words[1] = words[2] = 0;
	words[3] = len << 32;
	if (len > 28)
		len = 28;
	__asm__ __volatile__("" : "+r"(len));
	if (len > 28 ||
	    __bpf_stream_helper_probe_read_kernel(words, len, &__bpf_stream_elem_of(elem)->str))
		return 0;
	return words[0] * 0x9e3779b97f4a7c15ULL + words[1] * 0xbf58476d1ce4e5b9ULL +
	       words[2] * 0x94d049bb133111ebULL + words[3] * 0xd6e8feb86659fd93ULL;
}

/*
 * Whether the walked part of log is still in log. Writers push elements before it; a consumer takes
 * all of it. Start the next check at today's first element, so that each check walks only the new ones.
 */
__bpf_stream_noinline int __bpf_stream_peek_log_there(struct __bpf_stream_peek *p)
{
	__u64 first = __bpf_stream_word(&__bpf_stream_of(p->stream)->log.first), node = first;
	/* Sign first, then find the older part: so @first was in log when it was signed. */
	__u64 sign = __bpf_stream_peek_sign(p, first);
	__u32 i;

	__bpf_stream_for(i, __BPF_STREAM_PEEK_MAX) {
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
 * Whether this element is still in backlog: unless the head, which only moves forward, has passed it.
 * Consumers remove elements at the head, so if the head has not moved, everything walked from it
 * was in backlog; otherwise the walk may have strayed into another list.
 */
__bpf_stream_noinline int __bpf_stream_peek_backlog_there(struct __bpf_stream_peek *p, __u64 elem)
{
	struct bpf_stream___bpf_stream *stream = __bpf_stream_of(p->stream);
	__u64 head = __bpf_stream_word(&stream->backlog_head), node = head;
	__u64 sign = __bpf_stream_peek_sign(p, head);
	__u32 i;

	/* Past a lost element the list may have been reused, so search for the element again. */
	if (head == p->head && elem == p->sure)
		return sign == p->head_sign;
	/* see __bpf_stream_peek_survey() */
	if (head != __bpf_stream_word(&stream->backlog_head))
		return 0;
	__bpf_stream_for(i, __BPF_STREAM_PEEK_MAX) {
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
 * Whether elements may be in neither list. A consumer that finds backlog empty takes log, reverses it,
 * and only then makes it backlog. It holds the mutex during that time.
 */
__bpf_stream_inline _Bool __bpf_stream_peek_in_flight(struct __bpf_stream_peek *p)
{
	struct bpf_stream___bpf_stream *stream = __bpf_stream_of(p->stream);

	return !p->head && __bpf_stream_has(bpf_stream___bpf_stream, lock.owner.counter) &&
	       __bpf_stream_word(&stream->lock.owner.counter);
}

/* Count the elements of both lists and mark log. Return 0 if they changed during the walk. */
__bpf_stream_noinline int __bpf_stream_peek_survey(struct __bpf_stream_peek *p)
{
	struct bpf_stream___bpf_stream *stream = __bpf_stream_of(p->stream);
	_Bool there;
	__u64 node;
	__u32 i;

	p->backlogged = 0;
	p->logged = 0;
	p->truncated = 0;
	/* backlog first: elements moved there in between are missed rather than delivered twice */
	p->head = __bpf_stream_word(&stream->backlog_head);
	p->tail = __bpf_stream_word(&stream->backlog_tail);
	there = !__bpf_stream_peek_in_flight(p);
	p->log = __bpf_stream_word(&stream->log.first);
	p->head_sign = __bpf_stream_peek_sign(p, p->head);
	p->log_sign = __bpf_stream_peek_sign(p, p->log);
	/*
	 * The first element of each walk must still be in its list after it was signed: the memory
	 * may already belong to another element, whose link leads anywhere. If it is not in the
	 * list, make the signature wrong, so that everything walked from it counts as lost.
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
	__bpf_stream_for(i, __BPF_STREAM_PEEK_MAX) {
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
	__bpf_stream_for(i, __BPF_STREAM_PEEK_MAX) {
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
	 * Check the tail too: with a head and a tail of different times a walk would end in the
	 * middle, where the memory of the old tail has been reused.
	 */
	return there && (!p->log || __bpf_stream_peek_log_there(p)) &&
	       p->tail == __bpf_stream_word(&stream->backlog_tail) &&
	       p->head == __bpf_stream_word(&stream->backlog_head) &&
	       !__bpf_stream_peek_in_flight(p);
}

__bpf_stream_noinline int __bpf_stream_peek_begin(struct __bpf_stream_peek *p, __u64 prog,
						  int stream_id)
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
	__bpf_stream_for(i, 8)
		if (__bpf_stream_peek_survey(p))
			return 0;
	/* Each element is checked when it is copied. There may be more, so report truncated. */
	p->truncated = 1;
	return 0;
}

/* Take one of __bpf_stream_peeks. Return its index, or -EBUSY. */
__bpf_stream_noinline int __bpf_stream_peek_take(void)
{
	int slot = -__BPF_STREAM_EBUSY;
	__u32 i;

	__bpf_stream_for(i, __BPF_STREAM_PEEK_SLOTS) {
		if (!__bpf_stream_xchg(&__bpf_stream_peeks[i].busy, 1)) {
			slot = i;
			break;
		}
	}
	return slot;
}

/*
 * Start a walk of program @prog, or of the one with @id if that is not 0. Callers with @prog pass a
 * constant 0, so that their object does not refer to prog_idr: to resolve it, the loader reads all
 * of /proc/kallsyms.
 */
__bpf_stream_inline int __bpf_stream_peek_open(struct __bpf_stream_peek *p, __u64 prog, __u32 id,
					       int stream_id)
{
	int err;

	__bpf_stream_rcu_lock();
	if (id)
		prog = __bpf_stream_prog_by_id(id);
	err = __bpf_stream_peek_begin(p, prog, stream_id);
	__bpf_stream_rcu_unlock();
	return err;
}

/*
 * Fetch the next chunk: of backlog, oldest first, or of log from a mark, newest first. Return its
 * size, 0 at the end.
 */
__bpf_stream_noinline int __bpf_stream_peek_fetch(struct __bpf_stream_peek *p)
{
	__u64 node = p->from;
	__u32 want = __BPF_STREAM_PEEK_CHUNK, mark;
	__u32 i;

	p->n = 0;
	p->forward = !!node;
	if (node) {
		__bpf_stream_for(i, __BPF_STREAM_PEEK_CHUNK) {
			p->node[i] = node;
			p->n = i + 1;
			node = node == p->tail ? 0 : __bpf_stream_link(node);
			if (!node)
				break;
		}
		p->from = node;
		/* the list has changed: the elements counted after this chunk are gone */
		if (!node && p->backlogged > p->n) {
			p->lost += p->backlogged - p->n;
			p->backlogged = p->n;
		}
	} else if (p->logged) {
		mark = (p->logged - 1) / __BPF_STREAM_PEEK_CHUNK % __BPF_STREAM_PEEK_MARKS;
		want = p->logged - mark * __BPF_STREAM_PEEK_CHUNK;
		node = p->mark[mark];
		__bpf_stream_for(i, __BPF_STREAM_PEEK_CHUNK) {
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

__bpf_stream_inline _Bool __bpf_stream_peek_same_text(struct __bpf_stream_peek *p, __u32 words)
{
	__u32 i;

	__bpf_stream_for(i, __BPF_STREAM_PEEK_TEXT / 8 + 1) {
		if (i >= words)
			break;
		if (p->text[i] != p->again[i])
			return 0;
	}
	return 1;
}

/* Copy the text of the chunk's next element. Return its length, or -1 if it is lost to the race. */
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
	/* The verifier must see one number, not what the compiler derives from it. */
	__asm__ __volatile__("" : "+r"(len));
	if (lens.total > __BPF_STREAM_PEEK_TEXT || len > __BPF_STREAM_PEEK_TEXT)
		goto lost;
	str = (const char *)&__bpf_stream_elem_of(elem)->str + lens.consumed;
	p->text[len / 8] = 0;
	p->again[len / 8] = 0;
	if (__bpf_stream_helper_probe_read_kernel(p->text, len, str) ||
	    __bpf_stream_helper_probe_read_kernel(p->again, len, str))
		goto lost;
	link = __bpf_stream_link(elem);
	now = __bpf_stream_lens_of(elem);
	/* the link of the last element in backlog changes when more is appended */
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

/* Copy the next element to @p. Return its length, or -1 at the end. The caller holds RCU. */
__bpf_stream_inline int __bpf_stream_peek_step(struct __bpf_stream_peek *p)
{
	int len;
	__u32 i;

	__bpf_stream_for(i, 4 * __BPF_STREAM_PEEK_MAX) {
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

/* The same for a program that may be unloaded during the walk: then @p->err is -ENOENT. */
__bpf_stream_noinline int __bpf_stream_peek_next_by_id(struct __bpf_stream_peek *p, __u32 id)
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
