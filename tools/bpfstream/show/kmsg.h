/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* kmsg.h - records to the kernel's log, from where netconsole and pstore take them. */
#ifndef BPFSTREAM_KMSG_H
#define BPFSTREAM_KMSG_H

#include "show/buf.h"
#include "show/output.h"

/*
 * Records in KMSG_SECONDS. With three notices about records that are held back this makes the 10
 * lines that the kernel takes from a writer unless printk.devkmsg is "on"; it drops all others, and
 * write(2) succeeds.
 */
#define KMSG_SECONDS   5
#define KMSG_LIMIT     7
#define KMSG_LIMIT_MAX 1000000

/*
 * Bytes of a write, with the level: Linux 6.1 refuses more than 992, or 976 with
 * CONFIG_PRINTK_CALLER; 7.2 more than 1,024.
 */
#define KMSG_MAX 976

/* kmsg_limit - the number in @word, or 0 if it is none from 1 to KMSG_LIMIT_MAX */
unsigned int kmsg_limit(const char *word);

/*
 * kmsg_open - open /dev/kmsg
 * @limit:	records in KMSG_SECONDS; others are counted, and a line says how many
 *
 * Returns NULL after reporting the error.
 */
struct output *kmsg_open(unsigned int limit);

/*
 * kmsg_format - what is written for a record: "<level>bpf-NAME[ID]: text", a line for each of the
 * record's, all with the name, so that no text looks like a message of the kernel
 */
void kmsg_format(struct buf *buf, const struct output_prog *prog,
		 const struct bpf_stream_record *rec);

#endif
