/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* wake.h - be woken by the kernel when a program writes to a stream. */
#ifndef BPFSTREAM_WAKE_H
#define BPFSTREAM_WAKE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "follow/wake_record.h"

struct wake;

/*
 * wake_new - attach to the functions of the kernel that write
 * @only_followed:	only programs given to wake_follow() wake, where the kernel tells which one
 *			it is that writes (it does not on 7.0)
 *
 * NULL and errno if that cannot be: then one has to look.
 */
struct wake *wake_new(bool only_followed);
void wake_free(struct wake *wake);

/* wake_fd - readable after a write that came after wake_arm(), and when a program was loaded */
int wake_fd(const struct wake *wake);
void wake_arm(struct wake *wake);

/*
 * wake_take - the next one that has written, or was loaded
 *
 * Returns false if there is none any more; then the fd is unreadable.
 */
bool wake_take(struct wake *wake, struct wake_record *who);

void wake_follow(struct wake *wake, __u32 id);
void wake_unfollow(struct wake *wake, __u32 id);

#endif
