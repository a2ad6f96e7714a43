// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Reads formats of one argument, and on the next line the argument in hex; prints each text in hex. */
#include <bpf_stream/user.h>
#include <stdio.h>

int main(void)
{
	char fmt[64], text[1024];
	uint64_t arg;

	while (scanf("%63[^\n]\n%lx\n", fmt, &arg) == 2) {
		struct bpf_stream_message msg = {
			.fmt = fmt, .args = &arg, .nr_args = 1, .data = "str"};
		int len;

		msg.fmt_len = strlen(fmt) + 1;
		msg.data_len = strchr(fmt, 's') ? 3 : 0;
		len = bpf_stream_format(text, sizeof(text), &msg, NULL, NULL);
		for (int i = 0; i < len; i++)
			printf("%02x", (unsigned char)text[i]);
		puts(len < 0 ? "-" : "");
	}
	return 0;
}
