// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * escape_text(): the output is UTF-8 without control characters other than tab (and newline, where
 * allowed), contains the whole input, and does not depend on the room given.
 */
#include "../../tools/bpfstream/show/escape.h"
#include "fuzz.h"
#include "utf8.h"

static char *escape_all(const char *text, size_t len, size_t room, bool newlines, size_t *out_len)
{
	char *all = malloc(4 * len + 1), *out = malloc(room);
	size_t at = 0, n, used;

	REQUIRE(all && out);
	*out_len = 0;
	while (at < len) {
		used = len - at;
		n = escape_text(out, room, text + at, &used, newlines);
		REQUIRE(used && used <= len - at && n >= used && n <= room);
		REQUIRE(n <= 4 * len - *out_len);
		memcpy(all + *out_len, out, n);
		*out_len += n;
		at += used;
	}
	free(out);
	return all;
}

/* Undo the escapes. A backslash may belong to the text, so compare with the text. */
static void check_back(const char *out, size_t out_len, const char *text, size_t len)
{
	size_t i = 0, o = 0;
	char hex[5];

	for (; i < len; i++) {
		REQUIRE(o < out_len);
		if (out[o] == text[i]) {
			o++;
			continue;
		}
		snprintf(hex, sizeof(hex), "\\x%02x", (unsigned char)text[i]);
		REQUIRE(out_len - o >= 4 && !memcmp(out + o, hex, 4));
		o += 4;
	}
	REQUIRE(o == out_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t seed = fuzz_seed(data, size);
	bool newlines = fuzz_rnd(&seed, 2);
	char *text = fuzz_copy(data, size), *whole, *pieces;
	size_t whole_len, pieces_len;

	whole = escape_all(text, size, 4 * size + ESCAPE_MAX, newlines, &whole_len);
	REQUIRE(is_shown(whole, whole_len, newlines));
	check_back(whole, whole_len, text, size);
	pieces = escape_all(text, size, ESCAPE_MAX + fuzz_rnd(&seed, 64), newlines, &pieces_len);
	REQUIRE(pieces_len == whole_len && !memcmp(pieces, whole, whole_len));
	free(pieces);
	free(whole);
	free(text);
	return 0;
}
