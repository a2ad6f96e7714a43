/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* prog.h - id, name and tag of a loaded program. */
#ifndef BPFSTREAM_PROG_H
#define BPFSTREAM_PROG_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

/* Room for a name; a longer one is cut. */
#define PROG_NAME 256
/* Room for a tag: 16 hexadecimal digits */
#define PROG_TAG (2 * BPF_TAG_SIZE + 1)

/*
 * prog_info - ask the kernel about a program
 * @info:	the buffers to fill in, all else zero
 */
bool prog_info(int fd, struct bpf_prog_info *info);

/* prog_is - whether an fd, from a path for example, is a program's: prog_info() accepts maps too */
bool prog_is(int fd);

/* prog_btf_name - the full name of a program, from its BTF; false if that does not have it */
bool prog_btf_name(int fd, char *name, size_t size);

/*
 * prog_name - the full name of a program if its BTF has it, else the first 15 characters
 *
 * Names are C identifiers; the kernel accepts no others. Returns the id, or 0 on error.
 */
__u32 prog_name(int fd, char *name, size_t size);

/*
 * prog_full_name - the full name of program @id; @cut is the kernel's name, maybe without a NUL
 */
void prog_full_name(__u32 id, const char *cut, char *name, size_t size);

/* prog_tag - the tag of a program in hexadecimal */
void prog_tag(const struct bpf_prog_info *info, char tag[PROG_TAG]);

#endif
