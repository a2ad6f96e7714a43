/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Hostile texts as labels. Usage: labels openmetrics|prometheus. For selftests/host/metrics.sh. */
#include <stdio.h>
#include <string.h>

#include "show/metrics.h"

static const char *const texts[] = {
	"plain",
	"",
	"quote \" backslash \\ both \\\"",
	"ends in a backslash \\",
	"newline\nforged{text=\"x\"} 1",
	"\x1b[31m \r \t tab \x7f",
	"\xc3\xa4 \xe2\x82\xac, no UTF-8: \xff \xc0\xaf \xed\xa0\x80",
	"\xc2\x9b C1",
	"{},=# \"",
};

int main(int argc, char **argv)
{
	static const struct metrics_family family = {
		"bpf_stream_sample_bytes",
		METRICS_COUNTER,
		"bytes",
		"A sample.",
	};
	struct metrics metrics = {.open = argc > 1 && !strcmp(argv[1], "openmetrics")};

	metrics_family(&metrics, &family);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		metrics_sample(&metrics);
		metrics_label_number(&metrics, "number", (unsigned int)i);
		metrics_label(&metrics, "text", texts[i]);
		metrics_value(&metrics, UINT64_MAX);
	}
	metrics_end(&metrics);
	fwrite(metrics.buf.data, 1, metrics.buf.len, stdout);
	buf_free(&metrics.buf);
	return metrics.buf.failed;
}
