/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* rnd.h - random numbers that are the same on every machine, unlike rand(). The includer defines RND_SEED. */
#ifndef RND_H
#define RND_H

#include <stdint.h>

static uint32_t rnd(uint32_t below)
{
	static uint32_t seed = RND_SEED;

	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

#endif
