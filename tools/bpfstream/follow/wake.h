/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* wake.h - let the kernel wake the tool when a program writes to a stream, or is loaded. */
#ifndef BPFSTREAM_WAKE_H
#define BPFSTREAM_WAKE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "follow/wake_record.h"

struct wake;

/*
 * wake_new - attach to the write functions of the kernel, if it has streams, and to the one that
 * every load of a program calls
 * @only_followed:	only programs given to wake_follow() wake, if the kernel says which program
 *			writes (7.0 does not)
 * @verbose:		report why it cannot be done
 *
 * Returns NULL if it cannot be done: then poll.
 */
struct wake *wake_new(bool only_followed, bool verbose);
void wake_free(struct wake *wake);

/* wake_fd - readable after a write that came after wake_arm(), and when a program was loaded */
int wake_fd(const struct wake *wake);
void wake_arm(struct wake *wake);

/*
 * wake_take - the next program that has written or was loaded
 *
 * Returns false if there are no more; then the fd is not readable.
 */
bool wake_take(struct wake *wake, struct wake_record *who);

void wake_follow(struct wake *wake, __u32 id);
void wake_unfollow(struct wake *wake, __u32 id);

#endif
