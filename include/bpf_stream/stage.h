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
 * What other CPUs and other programs print never gets between these lines, and the message arrives
 * whole or is counted in bpf_stream_lost.
 *
 * It is put together in a buffer per CPU and per depth of interruption (map __bpf_stream_slots,
 * 4 times 1 KB per CPU), and written at the end of the block. The text of a block has room for 511
 * bytes, the kernel's limit for strings. What is over it is cut, told by a last line and counted:
 *
 *	[123 bytes cut]			(after a tab, so that it continues the record)
 *
 * What you may use: bpf_stream_stage(), bpf_stream_stage_printf(), bpf_stream_stage_cut. Needs what
 * stream.h needs, and CAP_PERFMON in the loader, as bpf_printk() does.
 */
#ifndef BPF_STREAM_STAGE_H
#define BPF_STREAM_STAGE_H

#include <bpf_stream/stream.h>

#define __BPF_STREAM_STAGE_SLOTS 4 /* programs that can be inside of blocks at once, per CPU */
#define __BPF_STREAM_STAGE_MAX	 511 /* bytes that "%s" can write; a power of 2, less 1 */
#define __BPF_STREAM_STAGE_MARK	 "\n\t[%llu bytes cut]\n"
/* bytes that are left of a message that is cut: room for the mark, with a number of 20 digits */
#define __BPF_STREAM_STAGE_KEEP                                                                    \
	(__BPF_STREAM_STAGE_MAX - (int)sizeof(__BPF_STREAM_STAGE_MARK) + 5 - 20)

/*
 * Messages that were cut since load. One that was cut and could not be written counts here and in
 * bpf_stream_lost. Weak, and in .data.bpf_log, for the reasons told in stream.h.
 */
volatile __u64 bpf_stream_stage_cut __BPF_STREAM_DATA = 0;

/*
 * A message in the making. Any print may begin at any byte up to the limit and write as much again
 * behind it, so that the verifier needs no proof of how much room is left.
 */
struct __bpf_stream_slot {
	__u64 taken; /* in the first one: which are, a bit for each */
	__u64 total; /* bytes printed, those beyond the limit too */
	__s64 error; /* of a print that failed, or 0 */
	char text[2 * (__BPF_STREAM_STAGE_MAX + 1)];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, __BPF_STREAM_STAGE_SLOTS);
	__type(key, __u32);
	__type(value, struct __bpf_stream_slot);
} __bpf_stream_slots __weak SEC(".maps");

/*
 * The block that the program is in. A number and not a pointer: pointers that are NULL or not are
 * different states to the verifier, and twice as many for each block inside of another.
 */
struct __bpf_stream_block {
	__u32 slot; /* __BPF_STREAM_STAGE_SLOTS or more when all are taken: the map has no such key */
	int id;
	_Bool printed, done;
};

/* No streams, and nowhere else to go: nothing is written and nothing is lost */
#ifdef BPF_STREAM_FALLBACK_NONE
#define __BPF_STREAM_STAGE_OFF (!bpf_stream_supported())
#else
#define __BPF_STREAM_STAGE_OFF 0
#endif

/*
 * Take a free slot. Those that are taken belong to what this program interrupted, or to sleepable
 * programs of other tasks that were preempted in the middle of a block: these end in any order, so a
 * counter of depth would not do. Without a branch, and with no constant among the results: one
 * state to the verifier.
 */
static __noinline __attribute__((unused)) __u32 __bpf_stream_stage_claim(void)
{
	struct __bpf_stream_slot *first;
	__u64 taken, slot;
	__u32 key = 0;

	first = bpf_map_lookup_elem(&__bpf_stream_slots, &key);
	if (!first) /* never */
		return bpf_get_smp_processor_id() | __BPF_STREAM_STAGE_SLOTS;
	taken = *(volatile __u64 *)&first->taken & 15;
	/* the lowest bit that is 0, or 4, of every number of four bits */
	slot = 0x4010201030102010ULL >> 4 * taken & 7;
	taken = __bpf_stream_fetch_or(&first->taken, 1 << slot & 15);
	/* 4 and more if another task's program, which is still in its block, took it in between */
	return slot | (taken >> slot & 1) << 2;
}

/* Add to the message. What is over the limit is counted, and lands behind it. */
static __noinline __attribute__((unused)) int __bpf_stream_stage_add(__u32 key, const char *fmt,
								     const void *args, __u32 len)
{
	struct __bpf_stream_slot *slot;
	__u64 total, at;
	long ret;

	if (__BPF_STREAM_STAGE_OFF)
		return -__BPF_STREAM_EOPNOTSUPP;
	slot = bpf_map_lookup_elem(&__bpf_stream_slots, &key);
	if (!slot)
		return -__BPF_STREAM_EBUSY;
	total = slot->total;
	/*
	 * The smaller of total and 511, with no branch: if any higher bit is set, set all 9. The
	 * barrier keeps the mask last: Linux 6.1 knows no limit of an "or".
	 */
	at = total | -(total >> 9) >> 55;
	asm volatile("" : "+r"(at));
	at &= __BPF_STREAM_STAGE_MAX;
	ret = bpf_snprintf(slot->text + at, __BPF_STREAM_STAGE_MAX + 1, fmt, (void *)args, len);
	if (ret < 0) {
		slot->error = ret;
		return ret;
	}
	total += ret - 1;
	slot->total = total;
	return total > __BPF_STREAM_STAGE_MAX ? -__BPF_STREAM_E2BIG : 0;
}

/* The end of a message that is too long; the new length, or a negative error */
static __always_inline long __bpf_stream_stage_mark(struct __bpf_stream_slot *slot)
{
	__BPF_STREAM_TEXT mark[] = __BPF_STREAM_STAGE_MARK;
	__u64 cut = slot->total - __BPF_STREAM_STAGE_KEEP;
	__u64 at = (__u8)slot->text[__BPF_STREAM_STAGE_KEEP - 1] ^ '\n';
	long ret;

	/* it begins with a newline, which takes the place of one: 0 if there is one, 1 if not */
	at = -at >> 63;
	asm volatile("" : "+r"(at));
	at &= 1;
	__sync_fetch_and_add(&bpf_stream_stage_cut, 1);
	ret = bpf_snprintf(slot->text + __BPF_STREAM_STAGE_KEEP - 1 + at, sizeof(mark) + 20, mark,
			   &cut, sizeof(cut));
	return ret < 0 ? ret : __BPF_STREAM_STAGE_KEEP - 1 + at + ret - 1;
}

/* Write the message, or count it, and give the slot back. */
static __noinline __attribute__((unused)) void __bpf_stream_stage_push(__u32 key, int id,
								       int printed)
{
	__BPF_STREAM_TEXT line[] = "%s";
	struct __bpf_stream_slot *slot, *first;
	__u32 zero = 0;
	__u64 text = 0;
	long ret, last;

	if (__BPF_STREAM_STAGE_OFF)
		return;
	slot = bpf_map_lookup_elem(&__bpf_stream_slots, &key);
	if (!slot) {
		if (printed)
			__bpf_stream_settle(id, line, &text, sizeof(text), -__BPF_STREAM_EBUSY);
		return;
	}
	ret = slot->total;
	if (ret > __BPF_STREAM_STAGE_MAX)
		ret = __bpf_stream_stage_mark(slot);
	last = (ret - 1) & __BPF_STREAM_STAGE_MAX;
	/* the trace pipe adds one */
	if (!bpf_stream_supported() && slot->text[last] == '\n')
		slot->text[last] = 0;
	if (slot->error)
		ret = slot->error;
	text = (__u64)slot->text;
	if (ret < 0)
		__bpf_stream_settle(id, line, &text, sizeof(text), ret);
	else if (ret)
		__bpf_stream_write(id, line, &text, sizeof(text), sizeof(line));
	slot->total = 0;
	slot->error = 0;
	first = bpf_map_lookup_elem(&__bpf_stream_slots, &zero);
	if (first)
		__sync_fetch_and_add(&first->taken, -(1ULL << (key & 3)));
}

static __always_inline __attribute__((unused)) void
__bpf_stream_stage_end(struct __bpf_stream_block *block)
{
	__bpf_stream_stage_push(block->slot, block->id, block->printed);
}

/**
 * bpf_stream_stage() - a block whose prints become one message
 * @id: BPF_STDOUT or BPF_STDERR, evaluated once
 *
 *	bpf_stream_stage(BPF_STDERR) { ... }
 *
 * The message is written when the block is left: at its end, or by break, continue, return or goto
 * (break and continue are the block's own, not those of a loop around it). A block that prints
 * nothing writes nothing. Blocks can be inside of one another: each is a message of its own, and the
 * inner one is written first. Only bpf_stream_stage_printf() adds to the message, and only in the
 * function that the block is in; everything else that prints in the block writes at once.
 *
 * On one CPU four programs can be inside of blocks at a time, because they interrupted one another or
 * because they sleep; blocks inside of one another count like programs. The message of a fifth is
 * lost, and counted as busy; so is that of a program that is preempted in the very moment in which
 * it takes its place, by another task's that takes the same one. A block that bpf_throw() or a tail
 * call leaves is not written, and its place is never given back: do neither inside of one (an
 * assertion that throws included).
 *
 * Context: any program type, NMI included. Not under a bpf_spin_lock: the verifier rejects it.
 * Kernels: stream 6.17 and up, trace pipe before.
 */
#define bpf_stream_stage(id)                                                                       \
	for (struct __bpf_stream_block __attribute__((cleanup(__bpf_stream_stage_end)))            \
	     __bpf_stream_block = {__bpf_stream_stage_claim(), (id), 0, 0};                        \
	     !__bpf_stream_block.done; __bpf_stream_block.done = 1)

/**
 * bpf_stream_stage_printf() - add to the message of the block that this is in
 * @fmt: a string literal, as for bpf_stream_printk(); it is checked like one. A format that the
 *	kernel does not know is rejected by the verifier. No newline is added.
 * @...: up to 12 arguments, evaluated once. A %c of 0 ends the message.
 *
 * Outside of a block it does not compile (__bpf_stream_block is not declared).
 *
 * Return: 0, or a negative error:
 *	-E2BIG: the message is now over 511 bytes and will be cut
 *	-EBUSY: no free slot, or more than three formatting calls nested on this CPU; the whole
 *		message is lost, and counted once
 *	-ENOSPC: the strings of this call take more than 512 bytes together; so is the whole message
 *	-EOPNOTSUPP: a kernel without streams, with BPF_STREAM_FALLBACK_NONE
 *	What the kernel says to the write at the end of the block is in bpf_stream_lost only.
 * Context, kernels: as bpf_stream_stage().
 */
#define bpf_stream_stage_printf(fmt, ...)                                                          \
	({                                                                                         \
		__BPF_STREAM_CHECK(fmt __VA_OPT__(, ) __VA_ARGS__);                                \
		__BPF_STREAM_TEXT __bpf_stream_text[] = fmt;                                       \
		unsigned long long __bpf_stream_args[__BPF_STREAM_NARG(__VA_ARGS__) ?: 1];         \
                                                                                                   \
		__bpf_stream_args[0] = 0;                                                          \
		__BPF_STREAM_MAP(__BPF_STREAM_SET_ARG __VA_OPT__(, ) __VA_ARGS__)                  \
		__bpf_stream_block.printed = 1;                                                    \
		__bpf_stream_stage_add(__bpf_stream_block.slot, __bpf_stream_text,                 \
				       __bpf_stream_args, 8 * __BPF_STREAM_NARG(__VA_ARGS__));     \
	})

#endif /* BPF_STREAM_STAGE_H */
