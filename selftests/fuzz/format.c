// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * bpf_stream_format(): no message makes it read or write outside of what it was given, the length
 * does not depend on the buffer, and the text only on the message. The input is a format, a NUL, the
 * number of arguments in a byte, the arguments, and the data.
 */
#include <bpf_stream/user.h>

#include "fuzz.h"

#define ROOM 4096

/* Writes to the end of its buffer, and returns anything */
static int name_address(void *ctx, uint64_t address, int conversion, char *buf, size_t size)
{
	REQUIRE(conversion == 's' || conversion == 'S' || conversion == 'B');
	REQUIRE(ctx && size >= 512);
	memset(buf, 'n', size);
	if (address & 1)
		buf[address % size] = '\0';
	return address & 2 ? -ENOENT : (int)(address & 0x7fffffff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t fmt_len = nul ? (size_t)(nul - data) + 1 : size;
	uint64_t seed = fuzz_seed(data, size);
	const uint8_t *rest = data + fmt_len;
	size_t left = size - fmt_len, cut;
	unsigned int nr = 0;
	char *fmt = fuzz_copy(data, fmt_len), *args, *pieces, *full, *small;
	struct bpf_stream_message msg;
	int len;

	if (left) {
		nr = *rest++ % 16;
		left--;
	}
	if (nr > left / 8)
		nr = (unsigned int)(left / 8);
	args = fuzz_copy(rest, nr * 8);
	rest += nr * 8;
	left -= nr * 8;
	pieces = fuzz_copy(rest, left);
	full = malloc(ROOM);
	REQUIRE(full);

	memset(&msg, 0, sizeof(msg));
	msg.fmt = fmt;
	msg.fmt_len = fmt_len;
	msg.args = (const uint64_t *)(const void *)args;
	msg.nr_args = nr;
	msg.data = fuzz_rnd(&seed, 8) ? pieces : NULL;
	msg.data_len = left;
	len = bpf_stream_format(full, ROOM, &msg, name_address, &seed);
	REQUIRE(len >= 0 || len == -EINVAL || len == -EBADMSG);
	REQUIRE(nul || len == -EINVAL);
	REQUIRE(full[len < 0 ? 0 : len < ROOM ? len : ROOM - 1] == '\0');

	/* The same in less room, and in none */
	REQUIRE(bpf_stream_format(NULL, 0, &msg, name_address, &seed) == len);
	cut = 1 + fuzz_rnd(&seed, 64);
	small = malloc(cut);
	REQUIRE(small);
	REQUIRE(bpf_stream_format(small, cut, &msg, name_address, &seed) == len);
	if (len >= 0) {
		size_t n = (size_t)len < cut ? (size_t)len : cut - 1;

		REQUIRE(!memcmp(small, full, n) && small[n] == '\0');
	}

	/* Without data only its conversions change: what is refused stays so. */
	msg.data = NULL;
	REQUIRE((bpf_stream_format(full, ROOM, &msg, NULL, NULL) == -EINVAL) == (len == -EINVAL) ||
		len == -EBADMSG);

	free(small);
	free(full);
	free(pieces);
	free(args);
	free(fmt);
	return 0;
}
