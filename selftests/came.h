/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* For the tests of readers: the records that a callback got, as one string. Include it once a program. */
#ifndef SELFTESTS_CAME_H
#define SELFTESTS_CAME_H

#include <stdio.h>
#include <string.h>
#include <bpf_stream/user.h>
#include "lib.h"

/* "<whose><stream><kind>[<first><last>]<text>" for each record, '|' between them */
static char seen[1 << 16];
static int calls, stop_after;

/* Note a record. Return what the callback should: 0, or an error if it is the one to stop after. */
static int note_record(const char *whose, const struct bpf_stream_record *rec)
{
	size_t n = strlen(seen);

	snprintf(seen + n, sizeof(seen) - n, "%s%s%d%c%s%.*s", n ? "|" : "", whose, rec->stream_id,
		 "rcpR"[rec->log.kind],
		 rec -> first && rec -> last	     ? ":"
					: rec->first ? "+"
					: rec->last  ? "-"
						     : "~",
		 (int)rec->log.text_len, rec->log.text);
	return ++calls == stop_after ? -ECANCELED : 0;
}

static void forget(void)
{
	seen[0] = 0;
	calls = stop_after = 0;
}

/* These records, and no others, since forget() */
static bool came(const char *want, const char *what)
{
	bool same = !strcmp(seen, want);

	if (!ok(same, "%s", what))
		note("came: %.2000s, wanted: %.2000s", seen, want);
	forget();
	return same;
}

static void is(long got, long want, const char *what)
{
	if (!ok(got == want, "%s", what))
		note("is %ld (%s), wanted %ld", got, got < 0 ? strerror((int)-got) : "", want);
}

#endif /* SELFTESTS_CAME_H */
