/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * Shared by the fuzz targets. The input is the text itself, so that the contents of streams serve as
 * samples. Cuts and sizes are drawn from a hash of the input, so each input has one outcome.
 */
#ifndef SELFTESTS_FUZZ_H
#define SELFTESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Assert a promise of the code under test: libFuzzer keeps the input that breaks it */
#define REQUIRE(promise)                                                                           \
	do {                                                                                       \
		if (!(promise)) {                                                                  \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #promise);      \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline uint64_t fuzz_seed(const void *data, size_t size)
{
	const uint8_t *p = data;
	uint64_t hash = 0xcbf29ce484222325ULL;

	while (size--)
		hash = (hash ^ *p++) * 0x100000001b3ULL;
	return hash | 1;
}

static inline uint32_t fuzz_rnd(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return below ? (uint32_t)(*seed >> 16) % below : 0;
}

/* A copy in an allocation of its exact size: reading past its end ends the run. free() it. */
static inline char *fuzz_copy(const void *from, size_t len)
{
	char *to = malloc(len);

	REQUIRE(to || !len);
	if (len)
		memcpy(to, from, len);
	return to;
}

/* How much to feed in one call: often a byte or two, often nearly the rest */
static inline size_t fuzz_chunk(uint64_t *seed, size_t left)
{
	size_t n;

	switch (fuzz_rnd(seed, 4)) {
	case 0:
		n = 1;
		break;
	case 1:
		n = 1 + fuzz_rnd(seed, 16);
		break;
	case 2:
		n = 1 + fuzz_rnd(seed, 512);
		break;
	default:
		n = 1 + fuzz_rnd(seed, left);
	}
	return n < left ? n : left;
}

#endif /* SELFTESTS_FUZZ_H */
