/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/ring.h - write messages to the ring buffer. Internal: do not include directly.
 *
 * A record is a head of 8 bytes, the arguments, and the data of those arguments that point to
 * something (docs/ring.md). The head lies before the arguments on the program's stack, so a message
 * without such arguments is handed to the kernel from there. For the others a global function
 * collects the record in a buffer.
 */
#ifndef BPF_STREAM_BPF_RING_H
#define BPF_STREAM_BPF_RING_H

#include <bpf_stream/bpf/atomic.h>
#include <bpf_stream/bpf/helpers.h>

__BPF_STREAM_HEADER

/* Bytes of the ring buffer: a power of 2, at least a page. Define it before the include. */
#ifndef BPF_STREAM_RING_SIZE
#define BPF_STREAM_RING_SIZE (256 * 1024)
#endif

struct {
	int (*type)[27]; /* BPF_MAP_TYPE_RINGBUF; the name may not be declared yet */
	int (*max_entries)[BPF_STREAM_RING_SIZE];
} bpf_stream_ring __bpf_stream_linked __attribute__((__section__(".maps"), __used__));

/*
 * The place of a format in .rodata.bpf_log is its distance from this, which comes first there. A
 * reader searches for these 16 bytes, so no loader has to report an address.
 */
const char __bpf_stream_ring_base[16] __bpf_stream_weak
	__bpf_stream_section(".rodata.bpf_log") = "\x7f"
						  "bpf_stream ring";

/* Strings that found no room in their message, since load: the reader prints "[cut]" for each */
volatile __bpf_stream_u64 bpf_stream_ring_cut __bpf_stream_data __bpf_stream_own_line = 0;

/*
 * @text of a message to the ring: what its arguments point to, three bits each, the first argument in
 * the lowest; whether it is a record of log.h; and how many bytes its line comes after its text.
 */
#define __BPF_STREAM_RING_KINDS(text) ((text)&0777777777777ULL)
#define __BPF_STREAM_RING_RECORD      (1ULL << 36)
#define __BPF_STREAM_RING_SKIP(text)  ((text) >> 40)
#define __BPF_STREAM_RING_AFTER(skip)                                                              \
	(__builtin_constant_p(skip) ? (__bpf_stream_u64)(skip) << 40 : 0)

/* What an argument points to */
#define __BPF_STREAM_KIND_NUMBER 0
#define __BPF_STREAM_KIND_STR	 1 /* %s: a string in kernel memory, or in user memory */
#define __BPF_STREAM_KIND_KERNEL 2 /* %pks */
#define __BPF_STREAM_KIND_USER	 3 /* %pus */
#define __BPF_STREAM_KIND_IP4	 4 /* %pi4, %pI4 */
#define __BPF_STREAM_KIND_IP6	 5 /* %pi6, %pI6 */

/* The head of a record, as one number: the place of the format, arguments, stream, bytes of data */
#define __BPF_STREAM_RING_DATA 0x80 /* with the stream: the record has data */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define __BPF_STREAM_RING_HEAD(text, nr, stream)                                                   \
	((__bpf_stream_u64)(text) + ((__bpf_stream_u64)((nr) | (stream) << 8) << 32))
#define __BPF_STREAM_RING_NR(head)	   ((head) >> 32 & 15)
#define __BPF_STREAM_RING_ADD(head, bytes) ((head) | (bytes) << 48)
#else
#define __BPF_STREAM_RING_HEAD(text, nr, stream)                                                   \
	(((__bpf_stream_u64)(text) << 32) + (__bpf_stream_u64)((nr) << 24 | (stream) << 16))
#define __BPF_STREAM_RING_NR(head)	   ((head) >> 24 & 15)
#define __BPF_STREAM_RING_ADD(head, bytes) ((head) | (bytes))
#endif

/* s390x has the kernel at such addresses too, so there only %pus is a string in user space. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define __BPF_STREAM_USER_HALF(addr) (~(addr) >> 63)
#else
#define __BPF_STREAM_USER_HALF(addr) 0
#endif

#define __BPF_STREAM_RING_TEXT	512 /* bytes of data, as many as the kernel's formatter has */
#define __BPF_STREAM_RING_SLOTS 4 /* programs that can collect a record at the same time, per CPU */

/*
 * A record that is being collected. A piece of data may start at any of the 512 bytes and be as
 * long as all of them, so that the verifier needs no proof of how much room is left. The state is
 * here, and not on the stack, to leave that to the program; and to the verifier a number in memory
 * is any number, so its paths meet after each argument.
 */
struct __bpf_stream_ring_slot {
	volatile __bpf_stream_u64 taken;
	volatile __bpf_stream_u64 kinds; /* of the arguments that are not done yet */
	volatile __bpf_stream_u64 used; /* bytes of data */
	volatile __bpf_stream_u64
		counted; /* the same with a NUL for each string, as in the kernel */
	volatile __bpf_stream_u64 head;
	__bpf_stream_u64 arg[16];
	char data[2 * __BPF_STREAM_RING_TEXT];
};

struct {
	int (*type)[6]; /* BPF_MAP_TYPE_PERCPU_ARRAY */
	int (*max_entries)[__BPF_STREAM_RING_SLOTS];
	__bpf_stream_u32 *key;
	struct __bpf_stream_ring_slot *value;
} __bpf_stream_records __bpf_stream_linked __attribute__((__section__(".maps"), __used__));

/*
 * Copy what argument @i points to, as a @kind, and replace it by the number of bytes. An address
 * that cannot be read is an empty string, or zeros, as in the kernel. It has few branches, because
 * the verifier walks each way through it for each of 12 arguments.
 */
__bpf_stream_inline void __bpf_stream_ring_add(struct __bpf_stream_ring_slot *slot,
					       __bpf_stream_u64 kind, __bpf_stream_u64 i)
{
	__bpf_stream_u64 is_ip = kind >> 2, counted, used, addr, room, need = is_ip << 2;
	const void *from;
	char *data;
	long len;

	need += (kind & is_ip) * 12 + 1 - is_ip; /* 4 or 16 for addresses, 1 for strings */
	counted = slot->counted;
	if (counted + need > __BPF_STREAM_RING_TEXT) {
		__bpf_stream_fetch_add(&bpf_stream_ring_cut, 1);
		slot->arg[i] = 1ULL << 63;
		return;
	}
	/* The masks bound what the verifier has to know. */
	used = slot->used;
	__asm__ __volatile__("" : "+r"(counted), "+r"(used), "+r"(need));
	data = (char *)slot->arg + __BPF_STREAM_RING_NR(slot->head) * 8;
	data += used & (__BPF_STREAM_RING_TEXT - 1);
	room = __BPF_STREAM_RING_TEXT - (counted & (__BPF_STREAM_RING_TEXT - 1));
	addr = slot->arg[i];
	from = (const void *)addr;
	if (is_ip) {
		len = need & 31;
		__bpf_stream_helper_probe_read_kernel(data, (__bpf_stream_u32)len, from);
	} else {
		slot->counted = counted + 1;
		/* With %s the kernel takes an address in USER_HALF for one in user space. */
		if (kind & (kind >> 1 | __BPF_STREAM_USER_HALF(addr)) & 1)
			len = __bpf_stream_helper_probe_read_user_str(data, (__bpf_stream_u32)room,
								      from);
		else
			len = __bpf_stream_helper_probe_read_kernel_str(
				data, (__bpf_stream_u32)room, from);
		/* the length includes the NUL, which the record does not have */
		len--;
		len &= ~(len >> 63);
	}
	slot->arg[i] = (__bpf_stream_u64)len;
	slot->used += (__bpf_stream_u64)len;
	slot->counted += (__bpf_stream_u64)len;
}

/* Collect a record in @slot, which has its head, and write it. */
__bpf_stream_inline long __bpf_stream_ring_collect(struct __bpf_stream_ring_slot *slot,
						   __bpf_stream_u64 args)
{
	__bpf_stream_u64 kind, used, i;

	slot->used = 0;
	slot->counted = 0;
	__bpf_stream_helper_probe_read_kernel(
		slot->arg, (__bpf_stream_u32)__BPF_STREAM_RING_NR(slot->head) * 8,
		(const void *)args);
#pragma clang loop unroll(disable)
	for (i = 0; i < 12 && i < __BPF_STREAM_RING_NR(slot->head); i++) {
		__asm__ __volatile__("" : "+r"(i), "+r"(slot)); /* no further pointers to spill */
		kind = slot->kinds;
		slot->kinds = kind >> 3;
		if (kind & 7)
			__bpf_stream_ring_add(slot, kind & 7, i);
	}
	used = slot->used & (2 * __BPF_STREAM_RING_TEXT - 1);
	slot->head = __BPF_STREAM_RING_ADD(slot->head, used);
	return __bpf_stream_helper_ringbuf_output(&bpf_stream_ring, (void *)&slot->head,
						  8 + __BPF_STREAM_RING_NR(slot->head) * 8 + used,
						  0);
}

__bpf_stream_inline long __bpf_stream_ring_data_body(__bpf_stream_u64 args, __bpf_stream_u64 head,
						     __bpf_stream_u64 kinds)
{
	struct __bpf_stream_ring_slot *slot;
	__bpf_stream_u64 i;
	__bpf_stream_u32 key;
	long ret;

	if (kinds >> 63)
		return -__BPF_STREAM_EINVAL;
		/*
	 * The slots that are taken belong to programs that this one interrupted, or to sleepable
	 * programs of other tasks. Such a one may also take a slot between test and operation.
	 */
#pragma clang loop unroll(disable)
	for (i = 0; i < __BPF_STREAM_RING_SLOTS; i++) {
		key = (__bpf_stream_u32)i;
		slot = (struct __bpf_stream_ring_slot *)__bpf_stream_helper_map_lookup_elem(
			&__bpf_stream_records, &key);
		if (slot && !slot->taken && !__bpf_stream_xchg(&slot->taken, 1))
			break;
	}
	if (i == __BPF_STREAM_RING_SLOTS)
		return -__BPF_STREAM_EBUSY;
	slot->head = head;
	slot->kinds = kinds;
	ret = __bpf_stream_ring_collect(slot, args);
	slot->taken = 0;
	return ret;
}

/*
 * Write a record with data. @args is the address of the arguments, which is a number to the
 * verifier; @kinds says which of them point to what, and bit 63 refuses the record. The verifier
 * walks this once for a program. Its frame is small, because it takes that from the program.
 *
 * Return 0, -EAGAIN if the ring is full, -EBUSY if no slot is free, or -EINVAL if refused.
 */
__bpf_stream_global long __bpf_stream_ring_data(__bpf_stream_u64 args, __bpf_stream_u64 head,
						__bpf_stream_u64 kinds)
{
	return __bpf_stream_ring_data_body(args, head, kinds);
}

/* For BPF_STREAM_LOCKED: where the verifier allows no global function */
__bpf_stream_noinline long
__bpf_stream_ring_data_locked(__bpf_stream_u64 args, __bpf_stream_u64 head, __bpf_stream_u64 kinds)
{
	return __bpf_stream_ring_data_body(args, head, kinds);
}

/* The errno of a stream for one of the ring: full, and refused because of a report */
__bpf_stream_inline long __bpf_stream_ring_error(long ret)
{
	return ret == -__BPF_STREAM_EAGAIN   ? -__BPF_STREAM_ENOSPC
	       : ret == -__BPF_STREAM_EINVAL ? -__BPF_STREAM_ENOENT
					     : ret;
}

/*
 * Write a message to the ring. @args are preceded by 8 bytes for the head. @text is a constant. If
 * @refuse is not 0 the kernel refuses the record with -EINVAL, because it knows no such flag.
 */
__bpf_stream_inline long __bpf_stream_ring_push(int id, __bpf_stream_u64 refuse, const char *line,
						const void *args, __bpf_stream_u32 len,
						const __bpf_stream_u64 text, const _Bool locked)
{
	const __bpf_stream_u64 kinds = __BPF_STREAM_RING_KINDS(text);
	const __bpf_stream_u64 skip = __BPF_STREAM_RING_SKIP(text);
	const int stream = id | (kinds ? __BPF_STREAM_RING_DATA : 0);
	__bpf_stream_u64 *before = (__bpf_stream_u64 *)args - 1, head, address;

	/*
	 * The text's address, the base's, and a constant. Without the barriers clang adds the length
	 * of the text to its address, and the constant to a pointer.
	 */
	line -= skip;
	__asm__("" : "+r"(line));
	head = (__bpf_stream_u64)(line - __bpf_stream_ring_base);
	__asm__("" : "+r"(head));
	head = __BPF_STREAM_RING_HEAD(head + skip, len / 8, stream);
	if (!kinds) {
		/* As one store: 6.18 would take smaller ones for a read of what was there before. */
		*before = head;
		return __bpf_stream_helper_ringbuf_output(&bpf_stream_ring, before, 8 + len,
							  refuse);
	}
	/* A global function takes no pointer to the stack: copy it as data, which is a number. */
	*before = (__bpf_stream_u64)args;
	__bpf_stream_helper_probe_read_kernel(before, 8, before);
	address = *before;
	return locked ? __bpf_stream_ring_data_locked(address, head, kinds | refuse << 55)
		      : __bpf_stream_ring_data(address, head, kinds | refuse << 55);
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_BPF_RING_H */
