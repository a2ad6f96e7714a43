/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * discover.h - find the programs to follow, those that are loaded and those that will be, and read
 * those that have text.
 *
 * A pass of watch.h lists programs that have text or lost their users. When the set of loaded
 * programs has changed, one more pass lists all of them. A program is held open while others use
 * it, so that its last output can be read, and released when only the tool uses it.
 */
#ifndef BPFSTREAM_DISCOVER_H
#define BPFSTREAM_DISCOVER_H

#include <linux/types.h>
#include <stdbool.h>

#include "follow/follow.h"
#include "follow/wake.h"
#include "progs/select.h"

struct discover;

/*
 * discover_new - prepare to look for programs
 * @select:	which ones
 * @verbose:	report every program that is followed
 *
 * Returns NULL after reporting the error.
 */
struct discover *discover_new(struct select *select, bool verbose);
void discover_free(struct discover *discover);

/*
 * discover_begin - start to follow programs with @follow
 * @wake:	which they wake, or NULL
 * @streams:	the streams to read
 * @peek:	@follow does not consume
 */
void discover_begin(struct discover *discover, struct follow *follow, struct wake *wake,
		    unsigned int streams, bool peek);

/*
 * discover_look - read the programs that have text, and look for new ones
 *
 * Returns 1 if there was anything, 0, or a negative errno, reported.
 */
int discover_look(struct discover *discover);

/*
 * discover_loaded - follow a program that was just loaded, if it matches
 *
 * Opening it now keeps it loaded: a program that prints once and is unloaded would be gone before
 * the next look. Returns 0 or a negative errno, reported.
 */
int discover_loaded(struct discover *discover, __u32 id);

/* discover_any - whether a pass has listed any program yet */
bool discover_any(const struct discover *discover);

#endif
