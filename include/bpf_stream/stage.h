/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/stage.h - several prints that appear as one message.
 *
 *	#include "vmlinux.h"
 *	#include <bpf_stream/stage.h>
 *
 *	bpf_stream_stage(BPF_STDOUT) {
 *		bpf_stream_stage_printf("flow %d\n", id);
 *		for (int i = 0; i < 4; i++)
 *			bpf_stream_stage_printf("\thop %d: %pI4\n", i, &hop[i]);
 *	}
 *
 * Nothing that other CPUs and other programs print gets between these lines, and the message
 * arrives whole or is counted in bpf_stream_lost.
 *
 * The text is collected in a buffer per CPU and per depth of interruption (map __bpf_stream_slots,
 * 4 times 1 KB per CPU) and written at the end of the block. A block has room for 511 bytes, the
 * kernel's limit for strings. More is cut, reported by a last line and counted in
 * bpf_stream_stage_cut:
 *
 *	[123 bytes cut]			(after a tab, so that it continues the record)
 *
 * The kernel has functions of its own named bpf_stream_stage_*(), which collect text inside the
 * kernel; programs cannot call them, and this header has nothing to do with them.
 *
 * Public: bpf_stream_stage(), bpf_stream_stage_printf(), bpf_stream_stage_cut. Needs what stream.h
 * needs, and CAP_PERFMON in the loader, as bpf_printk() does.
 */
#include <bpf_stream/bpf/ids.h>

#ifndef BPF_STREAM_STAGE_H
#define BPF_STREAM_STAGE_H

#include <bpf_stream/stream.h>

__BPF_STREAM_HEADER

#define __BPF_STREAM_STAGE_SLOTS 4 /* programs that can be in blocks at the same time, per CPU */
#define __BPF_STREAM_STAGE_MAX	 511 /* bytes that "%s" can write; a power of 2 minus 1 */
#define __BPF_STREAM_STAGE_MARK	 "\n\t[%llu bytes cut]\n"
/* bytes that remain of a message that is cut: the mark needs room, with a number of 20 digits */
#define __BPF_STREAM_STAGE_KEEP                                                                    \
	(__BPF_STREAM_STAGE_MAX - (int)sizeof(__BPF_STREAM_STAGE_MARK) + 5 - 20)
/*
 * If no slot is free, one that was claimed more than this many ticks of the kernel's timer ago (1
 * to 10 ms each) may be reclaimed: a tail call has left its block.
 */
#ifndef __BPF_STREAM_STAGE_STALE
#define __BPF_STREAM_STAGE_STALE 2500
#endif

/*
 * Messages that were cut since load. One that was cut and could not be written counts here and in
 * bpf_stream_lost.
 */
volatile __bpf_stream_u64 bpf_stream_stage_cut __bpf_stream_data __bpf_stream_own_line = 0;

/*
 * A message that is being collected. The text is twice the limit, so that a print may start at any
 * byte and write its maximum, and the verifier needs no proof of how much room is left.
 */
struct __bpf_stream_slot {
	__bpf_stream_u64 taken; /* in the first slot: a bit for each slot in use */
	__bpf_stream_u64 claim; /* of its block, see __bpf_stream_stage_claim() */
	__bpf_stream_u64 total; /* bytes printed, including those past the limit */
	__bpf_stream_s64 error; /* of a print that failed, or 0 */
	char text[2 * (__BPF_STREAM_STAGE_MAX + 1)];
};

struct {
	int (*type)[6]; /* BPF_MAP_TYPE_PERCPU_ARRAY; the name may not be declared yet */
	int (*max_entries)[__BPF_STREAM_STAGE_SLOTS];
	__bpf_stream_u32 *key;
	struct __bpf_stream_slot *value;
} __bpf_stream_slots __bpf_stream_linked __attribute__((__section__(".maps"), __used__));

/*
 * The state of a block. A program that calls bpf_throw() in one gets a compiler error with the name
 * of this type, see bpf_stream_stage().
 */
struct bpf_stream_stage_block_that_may_not_throw {
	__bpf_stream_u64 claim;
	int id;
	_Bool printed, done;
};

/* Without streams and without a fallback, nothing is written and nothing counts as lost. */
#if defined(BPF_STREAM_FALLBACK_NONE) && !defined(__BPF_STREAM_RING)
#define __BPF_STREAM_STAGE_OFF (!bpf_stream_supported())
#else
#define __BPF_STREAM_STAGE_OFF 0
#endif

__bpf_stream_inline struct __bpf_stream_slot *__bpf_stream_stage_slot(__bpf_stream_u32 key)
{
	return (struct __bpf_stream_slot *)__bpf_stream_helper_map_lookup_elem(&__bpf_stream_slots,
									       &key);
}

/*
 * Take a free slot. The others belong to programs that this one interrupted, or to sleepable
 * programs of other tasks that were preempted inside a block. These end in any order, so a depth
 * counter would not work.
 *
 * Return the slot in the lower three bits (4 for none) and the time in the others: a block whose
 * slot was reclaimed finds another claim in it.
 */
__bpf_stream_global __bpf_stream_u64 __bpf_stream_stage_claim(void)
{
	__bpf_stream_u64 now = __bpf_stream_helper_jiffies64() << 3, taken, bit, old;
	struct __bpf_stream_slot *first = __bpf_stream_stage_slot(0), *slot;
	__bpf_stream_u32 i;

	if (!first) /* never */
		return now | __BPF_STREAM_STAGE_SLOTS;
	taken = first->taken;
#pragma clang loop unroll(full)
	for (i = 0; i < __BPF_STREAM_STAGE_SLOTS; i++) {
		slot = __bpf_stream_stage_slot(i);
		bit = 1ULL << i;
		if (!slot)
			continue;
		old = slot->claim;
		if (taken == (1ULL << __BPF_STREAM_STAGE_SLOTS) - 1) {
			if (now - (old & ~7ULL) < __BPF_STREAM_STAGE_STALE << 3 ||
			    !__bpf_stream_cmpxchg(&slot->claim, old, now | i))
				continue;
		} else {
			/* a program of another task may take it in between */
			if (taken & bit || __bpf_stream_fetch_or(&first->taken, bit) & bit)
				continue;
			slot->claim = now | i;
		}
		slot->total = 0;
		slot->error = 0;
		return now | i;
	}
	return now | __BPF_STREAM_STAGE_SLOTS;
}

/*
 * Add to the message. Bytes past the limit are counted, and overwritten by the mark. @len has 64
 * bits: clang 14 with -mcpu=v3 spills one of 32 bits beside another value, and the verifier forgets
 * its bound.
 */
__bpf_stream_noinline int __bpf_stream_stage_add(__bpf_stream_u64 claim, const char *fmt,
						 const volatile void *args, __bpf_stream_u64 len)
{
	struct __bpf_stream_slot *slot;
	__bpf_stream_u64 total, at;
	long ret;

	if (__BPF_STREAM_STAGE_OFF)
		return -__BPF_STREAM_EOPNOTSUPP;
	slot = __bpf_stream_stage_slot(claim & 7);
	if (!slot || slot->claim != claim)
		return -__BPF_STREAM_EBUSY;
	total = slot->total;
	/*
	 * The smaller of total and 511 without a branch: if any higher bit is set, set all 9. The
	 * barrier keeps the mask last, because 6.1's verifier does not bound the result of an "or".
	 */
	at = total | -(total >> 9) >> 55;
	__asm__ __volatile__("" : "+r"(at));
	at &= __BPF_STREAM_STAGE_MAX;
	ret = __bpf_stream_helper_snprintf(slot->text + at, __BPF_STREAM_STAGE_MAX + 1, fmt,
					   (const void *)args, (__bpf_stream_u32)len);
	if (ret < 0) {
		slot->error = ret;
		return (int)ret;
	}
	total += ret - 1;
	slot->total = total;
	return total > __BPF_STREAM_STAGE_MAX ? -__BPF_STREAM_E2BIG : 0;
}

/* Write the mark of a message that is too long. Return the new length or a negative errno. */
__bpf_stream_inline long __bpf_stream_stage_mark(struct __bpf_stream_slot *slot)
{
	__BPF_STREAM_TEXT mark[] = __BPF_STREAM_STAGE_MARK;
	__bpf_stream_u64 cut = slot->total - __BPF_STREAM_STAGE_KEEP;
	__bpf_stream_u64 at =
		(__bpf_stream_u8)slot->text[__BPF_STREAM_STAGE_KEEP - 1] ^ (__bpf_stream_u8)'\n';
	long ret;

	/* The mark starts with a newline. Overwrite one in the text (0) or go after it (1). */
	at = -at >> 63;
	__asm__ __volatile__("" : "+r"(at));
	at &= 1;
	__bpf_stream_fetch_add(&bpf_stream_stage_cut, 1);
	ret = __bpf_stream_helper_snprintf(slot->text + __BPF_STREAM_STAGE_KEEP - 1 + at,
					   sizeof(mark) + 20, mark, &cut, sizeof(cut));
	return ret < 0 ? ret : __BPF_STREAM_STAGE_KEEP - 1 + (long)at + ret - 1;
}

/* Write the message or count it as lost, and free the slot. */
__bpf_stream_global int __bpf_stream_stage_push(__bpf_stream_u64 claim, int id, int printed)
{
	__BPF_STREAM_TEXT line[] = "%s";
	struct __bpf_stream_slot *slot, *first;
	__bpf_stream_u64 args[__BPF_STREAM_ROOM + 1];
	long ret, last;

	if (__BPF_STREAM_STAGE_OFF)
		return 0;
	slot = __bpf_stream_stage_slot(claim & 7);
	if (!slot || slot->claim != claim) {
		if (printed)
			__bpf_stream_lose(id, -__BPF_STREAM_EBUSY);
		return 0;
	}
	ret = (long)slot->total;
	if (ret > __BPF_STREAM_STAGE_MAX)
		ret = __bpf_stream_stage_mark(slot);
	last = (ret - 1) & __BPF_STREAM_STAGE_MAX;
	/* the trace pipe adds a newline */
	if (__bpf_stream_to_trace_pipe() && slot->text[last] == '\n')
		slot->text[last] = 0;
	if (slot->error)
		ret = slot->error;
	args[__BPF_STREAM_ROOM] = (__bpf_stream_u64)slot->text;
	if (ret < 0)
		__bpf_stream_lose(id, (int)ret);
	else if (ret)
		__bpf_stream_write(id, line, args + __BPF_STREAM_ROOM, sizeof(args[0]),
				   __BPF_STREAM_ELSEWHERE(sizeof(line), __BPF_STREAM_KIND_STR), 0,
				   1);
	/* keep the claim: the slot's next block gets another one */
	first = __bpf_stream_stage_slot(0);
	if (first)
		__bpf_stream_fetch_add(&first->taken, -(1ULL << (claim & 3)));
	return 0;
}

__bpf_stream_inline void
__bpf_stream_stage_end(struct bpf_stream_stage_block_that_may_not_throw *block)
{
	__bpf_stream_stage_push(block->claim, block->id, block->printed);
}

/**
 * bpf_stream_stage() - a block whose prints become one message
 * @id: BPF_STDOUT or BPF_STDERR, evaluated once
 *
 *	bpf_stream_stage(BPF_STDERR) { ... }
 *
 * The message is written when the block is left: at its end, or by break, continue, return or goto
 * (break and continue act on the block, not on a loop around it). A block that prints nothing
 * writes nothing. Blocks can be nested: each is a message of its own, and the inner one is written
 * first. Only bpf_stream_stage_printf() adds to the message, and only in the function that has the
 * block; all other prints in the block are written immediately.
 *
 * On one CPU four programs can be inside blocks at the same time, because they interrupted one
 * another or because they sleep; nested blocks count like programs. The message of a fifth is lost
 * and counted as busy, as is that of a program that is preempted, while it takes a slot, by another
 * task's program that takes the same one.
 *
 * A message that a throw or a tail call leaves is lost. The forms of assert.h that throw, and
 * bpf_throw(), do not compile in a block. Do not make a tail call in one: its slot is reclaimed
 * only after 2,500 ticks of the kernel's timer (2.5 to 25 s), and the message is not counted.
 *
 * Context: any program type, NMI included. Not under a bpf_spin_lock: the verifier rejects it.
 * Kernels: stream 6.17 and up, trace pipe before.
 */
#define bpf_stream_stage(id)                                                                       \
	__BPF_STREAM_QUIET                                                                         \
	for (struct bpf_stream_stage_block_that_may_not_throw __bpf_stream_block                   \
	     __attribute__((__cleanup__(__bpf_stream_stage_end))) = {__bpf_stream_stage_claim(),   \
								     (id), 0, 0},                  \
	     *__bpf_stream_in_stage __bpf_stream_unused = 0, *bpf_throw __bpf_stream_unused = 0;   \
	     !__bpf_stream_block.done; __bpf_stream_block.done = 1)                                \
	__BPF_STREAM_LOUD

/**
 * bpf_stream_stage_printf() - add to the message of the enclosing block
 * @fmt: a string literal, as for bpf_stream_printk(). No newline is added.
 * @...: up to 12 arguments, evaluated once. A %c of 0 ends the message.
 *
 * Outside of a block it does not compile (__bpf_stream_block is not declared).
 *
 * Return: 0, or a negative errno:
 *	-E2BIG: the message is now over 511 bytes and will be cut
 *	-EBUSY: no free slot, or more than three formatting calls nested on this CPU; the whole
 *		message is lost and counted once
 *	-ENOSPC: the strings of this call take more than 512 bytes together; the whole message is
 *		lost and counted once
 *	-EOPNOTSUPP: a kernel without streams, with BPF_STREAM_FALLBACK_NONE
 *	An error of the write at the end of the block is only counted, in bpf_stream_lost.
 * Context, kernels: as bpf_stream_stage().
 */
#define bpf_stream_stage_printf(...)                                                               \
	__BPF_STREAM_QUIET_MESSAGE __bpf_stream_stage_printf(__VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_stream_stage_printf(fmt, ...)                                                        \
	__bpf_stream_stage_printf_bare(__BPF_STREAM_NARG(__VA_ARGS__),                             \
				       __BPF_STREAM_BARE(fmt) __VA_OPT__(, ) __VA_ARGS__)
#define __bpf_stream_stage_printf_bare(n, ...) __bpf_stream_stage_printf_n(n, __VA_ARGS__)
#define __bpf_stream_stage_printf_n(n, fmt, ...)                                                   \
	({                                                                                         \
		__BPF_STREAM_TEXT __bpf_stream_text[] = fmt;                                       \
		enum { __BPF_STREAM_END(0, n), __BPF_STREAM_LONGEST(n, fmt) };                     \
		__BPF_STREAM_ARGS;                                                                 \
                                                                                                   \
		__BPF_STREAM_CHECK(n, fmt __VA_OPT__(, ) __VA_ARGS__);                             \
		__BPF_STREAM_SET_ARGS(n __VA_OPT__(, ) __VA_ARGS__)                                \
		__bpf_stream_block.printed = 1;                                                    \
		__bpf_stream_stage_add(__bpf_stream_block.claim, __bpf_stream_text,                \
				       __bpf_stream_args + __BPF_STREAM_ROOM, 8 * n);              \
	})

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_STAGE_H */
