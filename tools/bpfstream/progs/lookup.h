/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* lookup.h - find a loaded program. */
#ifndef BPFSTREAM_LOOKUP_H
#define BPFSTREAM_LOOKUP_H

#include "bpfstream.h"

/* What a user can write for one, for help texts. */
#define LOOKUP_HELP                                                                                \
	"PROG is an id, a name, tag:HEX (as bpftool prog show has them), or the path of a\n"       \
	"pinned program.\n"

/* Room for a name; what is longer is cut */
#define LOOKUP_NAME 256

/*
 * lookup_check - is this a way to write a program? 0, or EXIT_USAGE after it has told why not.
 */
int lookup_check(const struct verb *verb, const char *word);

/*
 * lookup_operand - the one program that a command line names, behind its options
 *
 * 0 and @word, or EXIT_USAGE after it has told what is wrong: there is none, or more than that.
 */
int lookup_operand(const struct verb *verb, int argc, char **argv, const char **word);

/*
 * lookup_prog - a new fd of the program that @word means
 *
 * A negative errno after it has told why there is none: nothing of that kind, more than one, or no
 * permission.
 */
int lookup_prog(const char *word);

/*
 * lookup_is_prog - is an fd of bpf(2), which may come from a path, one of a program? Asked for its
 * info, a map answers as readily as a program.
 */
bool lookup_is_prog(int fd);

/*
 * lookup_name - the name of a program, whole if its BTF has it
 *
 * An identifier of C: the kernel lets no other in. Returns its id, 0 if the kernel does not tell.
 */
unsigned int lookup_name(int fd, char *name, size_t size);

/* lookup_tag - its tag as 16 hexadecimal digits; false if the kernel does not tell */
#define LOOKUP_TAG 17
bool lookup_tag(int fd, char *tag);

/*
 * lookup_whole_name - the same by id, of a program that the kernel gave the name @cut
 *
 * The kernel keeps 15 characters. @cut may lack its NUL.
 */
void lookup_whole_name(unsigned int id, const char *cut, char *name, size_t size);

#endif
