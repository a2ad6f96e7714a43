// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * bpf_stream_format() and bpf_stream_symbols_format() without a kernel: what a reader must survive,
 * and what bpf_snprintf() cannot be asked. (test_format.c compares with bpf_snprintf() on kernels.)
 * Run under ASan, with all input in allocations of its exact size. "hash" as the argument prints
 * the text of a pointer alone; a file as the argument has the form of /proc/kallsyms.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* What the headers allocate is counted. */
static unsigned int allocations;

static void *counted(void *p)
{
	allocations++;
	return p;
}

#define malloc(size)	 counted(malloc(size))
#define calloc(n, size)	 counted(calloc(n, size))
#define realloc(p, size) counted(realloc(p, size))
#include <bpf_stream/user.h>
#undef malloc
#undef calloc
#undef realloc

#include "unit.h"

#define NR(array) (sizeof(array) / sizeof(*(array)))

/* Formats copies of exact size into a buffer of exact size */
static int format(char *buf, size_t size, const struct bpf_stream_message *msg,
		  bpf_stream_symbol_fn symbol)
{
	struct bpf_stream_message copy = *msg;
	char *out = malloc(size);
	int len;

	copy.fmt = copy_of(msg->fmt, msg->fmt_len);
	copy.args = copy_of(msg->args, msg->nr_args * sizeof(*msg->args));
	copy.data = msg->data ? copy_of(msg->data, msg->data_len) : NULL;
	len = bpf_stream_format(out, size, &copy, symbol, NULL);
	memcpy(buf, out, size);
	free((void *)copy.fmt);
	free((void *)copy.args);
	free((void *)copy.data);
	free(out);
	return len;
}

#define SIZE 256
#define CUT  (1ULL << 63)

struct expect {
	const char *fmt;
	uint64_t args[12];
	const char *data; /* NULL: none */
	size_t data_len;
	int err;
	const char *text;
	size_t text_len; /* 0: strlen() */
};

static const struct expect expects[] = {
	/* Pieces */
	{"%s|%5s|%-5s|", {1, 2, 3}, "abbccc", 6, 0, "a|   bb|ccc  |", 0},
	{"%s|%pks|%pus|%s", {0, 0, 0, 0}, "", 0, 0, "|||", 0},
	{"%s%s", {0xffffffffffff0002 & ~CUT, 1}, "abc", 3, 0, "abc", 0},
	{"%s", {3}, "a\0b", 3, 0, "a\0b", 3},
	{"%pI4 %pi4", {0, 0}, "\300\0\2\1\300\0\2\1", 8, 0, "192.0.2.1 192.000.002.001", 0},
	{"%pI6|%pi6",
	 {16, 16},
	 "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
	 "0123456789abcdef",
	 32,
	 0,
	 "2001:0db8:0000:0000:0000:0000:0000:0001|30313233343536373839616263646566",
	 0},
	/* None was copied */
	{"%s %pks %pus", {1, 2, 3}, NULL, 0, 0, "[?] [?] [?]", 0},
	{"%pI4 %pi4 %pI6 %pi6", {CUT, CUT, 1, 1}, NULL, 0, 0, "[?] [?] [?] [?]", 0},
	{"%d %px", {1, 2}, NULL, 0, 0, "1 0000000000000002", 0},
	/* There was no room for more */
	{"%s|%s|%s|%pI4", {2, CUT, CUT | 7, CUT}, "ab", 2, 0, "ab|[cut]|[cut]|[cut]", 0},
	{"%pI6 %d", {CUT, 1}, "", 0, 0, "[cut] 1", 0},
	/* Lengths that do not agree */
	{"%s", {4}, "abc", 3, -EBADMSG, "", 0},
	{"%s", {0xffff}, "abc", 3, -EBADMSG, "", 0},
	{"%s", {2}, "abc", 3, -EBADMSG, "", 0},
	{"%d", {2}, "abc", 3, -EBADMSG, "", 0},
	{"", {0}, "a", 1, -EBADMSG, "", 0},
	{"%pI4", {0}, "abc", 3, -EBADMSG, "", 0},
	{"%pI6", {0}, "0123456789abcde", 15, -EBADMSG, "", 0},
	{"ab %s%s", {3, 1}, "abc", 3, -EBADMSG, "", 0},
	/* What the kernel refuses; arguments: all twelve are there */
	{"%d%d%d%d%d%d%d%d%d%d%d%d%d", {0}, NULL, 0, -EINVAL, "", 0},
	{"ab%", {0}, NULL, 0, -EINVAL, "", 0},
	{"%o", {0}, NULL, 0, -EINVAL, "", 0},
	{"\x1b[1m", {0}, NULL, 0, -EINVAL, "", 0},
	{"%sa", {0}, "", 0, -EINVAL, "", 0},
	{"%pMa", {0}, "", 0, -EINVAL, "", 0},
	/* 32 bits without l; the low 8 of a character, whatever the order of bytes */
	{"%d %u %x",
	 {0xfffffffeULL, 0x1ffffffffULL, 0x123456789abcdef0ULL},
	 NULL,
	 0,
	 0,
	 "-2 4294967295 9abcdef0",
	 0},
	{"%ld %li %lu",
	 {(uint64_t)-1, 1ULL << 63, (uint64_t)-1},
	 NULL,
	 0,
	 0,
	 "-1 -9223372036854775808 18446744073709551615",
	 0},
	{"%c%c%3c", {0x4142434445464748ULL, 0x100, 'x'}, NULL, 0, 0, "H\0  x", 5},
	/* The kernel drops letters after a pointer, and ignores the width of what it makes ahead. */
	{"%pxabc1.%20pI4z|", {1, 0}, "\1\2\3\4", 4, 0, "0000000000000001.1.2.3.4|", 0},
	{"%p %pK %p %pK",
	 {0, 0, (uint64_t)-1, (uint64_t)-4095},
	 NULL,
	 0,
	 0,
	 "0000000000000000 0000000000000000 ffffffffffffffff fffffffffffff001",
	 0},
	/* Without a function for symbols: as the kernel prints what it does not know */
	{"%ps|%8pS|%-8pS|%8pB|",
	 {0x1234, 0x12, 0, 1},
	 NULL,
	 0,
	 0,
	 "0x1234|    0x12|0x0     |0x1|",
	 0},
	{"100%% gr\xc3\xbc\xc3\x9f", {0}, NULL, 0, 0, "100% gr\xc3\xbc\xc3\x9f", 0},
};

static const char *printable(const char *text)
{
	static char buf[SIZE];
	size_t n = 0;

	for (; *text && n < sizeof(buf) - 1; text++)
		buf[n++] = *text >= ' ' && *text < 0x7f ? *text : '?';
	buf[n] = '\0';
	return buf;
}

static void test_expected(void)
{
	for (size_t i = 0; i < NR(expects); i++) {
		const struct expect *e = &expects[i];
		size_t want_len = e->text_len ? e->text_len : strlen(e->text);
		struct bpf_stream_message msg = {.fmt = e->fmt,
						 .fmt_len = strlen(e->fmt) + 1,
						 .args = e->args,
						 .nr_args = NR(e->args),
						 .data = e->data,
						 .data_len = e->data_len};
		char buf[SIZE];
		int len = format(buf, sizeof(buf), &msg, NULL);
		int want = e->err ? e->err : (int)want_len;
		bool cut = true;

		if (!ok(len == want && !memcmp(buf, e->text, want_len + 1), "\"%s\": %d",
			printable(e->fmt), want))
			printf("# \"%s\", %d\n", printable(buf), len);
		/* In less room: the same, cut */
		for (size_t size = 1; size <= want_len; size++)
			cut = cut && format(buf, size, &msg, NULL) == want &&
			      !memcmp(buf, e->text, size - 1) && !buf[size - 1];
		ok(cut && bpf_stream_format(NULL, 0, &msg, NULL, NULL) == want, "... and cut");
	}
}

/* printf() of this machine formats integers by the same rules. */
static void test_printf(void)
{
	static const char *const flags[] = {"", "0", "+", "-", " ", "0+", "- ", "+ 0", "-0"};
	static const char *const letters[] = {"d",  "i",  "u",	 "x",	"X",   "ld",  "li", "lu",
					      "lx", "lX", "lld", "lli", "llu", "llx", "llX"};
	unsigned int wrong = 0, nr = 0;

	for (size_t f = 0; f < NR(flags); f++)
		for (size_t l = 0; l < NR(letters); l++)
			for (int width = 0; width < 30; width++) {
				uint64_t arg = ((uint64_t)rnd(~0u) << 32 | rnd(~0u)) >> rnd(64);
				char fmt[32], want[64], got[64], digits[16] = "";
				struct bpf_stream_message msg = {
					.fmt = fmt, .args = &arg, .nr_args = 1};

				if (rnd(2))
					arg = ~arg;
				if (width)
					snprintf(digits, sizeof(digits), "%d", width);
				snprintf(fmt, sizeof(fmt), "%%%s%s%s", flags[f], digits,
					 letters[l]);
				msg.fmt_len = strlen(fmt) + 1;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
				if (letters[l][0] == 'l')
					snprintf(want, sizeof(want), fmt, (unsigned long long)arg);
				else
					snprintf(want, sizeof(want), fmt, (unsigned int)arg);
#pragma GCC diagnostic pop
				nr++;
				if (format(got, sizeof(got), &msg, NULL) == (int)strlen(want) &&
				    !strcmp(got, want))
					continue;
				wrong++;
				printf("# \"%s\" of 0x%llx: \"%s\", printf() says \"%s\"\n", fmt,
				       (unsigned long long)arg, got, want);
			}
	ok(!wrong, "%u formats of integers, as printf()", nr);
}

static void test_edges(void)
{
	uint64_t args[400] = {0};
	char fmt[400 * 9 + 1] = "", buf[64];
	struct bpf_stream_message msg = {.fmt = fmt, .args = args, .nr_args = NR(args)};

	ok(bpf_stream_format(buf, sizeof(buf), &msg, NULL, NULL) == -EINVAL && !buf[0],
	   "a format of no bytes");
	msg.fmt_len = 5;
	memcpy(fmt, "%d ab", 6);
	ok(format(buf, sizeof(buf), &msg, NULL) == -EINVAL && !buf[0], "a format without its end");
	msg.fmt_len = 6;
	ok(format(buf, sizeof(buf), &msg, NULL) == 4, "... and with it");
	msg.nr_args = 0;
	ok(format(buf, sizeof(buf), &msg, NULL) == -EINVAL, "no argument for a conversion");

	fmt[0] = '\0';
	for (int i = 0; i < 400; i++)
		strcpy(fmt + strlen(fmt), "%9999999d");
	msg.fmt_len = strlen(fmt) + 1;
	msg.nr_args = NR(args);
	ok(format(buf, sizeof(buf), &msg, NULL) == INT_MAX && buf[62] == ' ' && !buf[63],
	   "a text of more than INT_MAX bytes has that length");
}

static int name_it(void *ctx, uint64_t address, int conversion, char *buf, size_t size)
{
	(void)ctx;
	if (address == 1)
		return -ENOENT;
	if (address == 2) { /* says more than there is, and no end */
		memset(buf, 'x', size);
		return INT_MAX;
	}
	return snprintf(buf, size, "%c:%llx", conversion, (unsigned long long)address);
}

static void test_symbol_fn(void)
{
	uint64_t args[] = {0xa, 0xb, 0xc, 1, 2};
	char buf[2048];
	struct bpf_stream_message msg = {
		.fmt = "%ps|%8pS|%8pB|%8pS|%ps", .fmt_len = 23, .args = args, .nr_args = 5};
	int len = format(buf, sizeof(buf), &msg, name_it);

	ok(len > 27 && !strncmp(buf, "s:a|     S:b|B:c|     0x1|xxx", 29) &&
		   strspn(buf + 26, "x") == strlen(buf + 26) && (int)strlen(buf) == len,
	   "a function for symbols, and what it must not do");
}

static void test_hash(void)
{
	uint64_t args[] = {0xffff888004d71d30ULL, 0xffff888004d71d30ULL, 0xffff888004d71d38ULL};
	struct bpf_stream_message msg = {
		.fmt = "%p %pK %p", .fmt_len = 10, .args = args, .nr_args = 3};
	char buf[64];

	ok(format(buf, sizeof(buf), &msg, NULL) == 50 && !strncmp(buf, "00000000", 8) &&
		   !strncmp(buf, buf + 17, 16) && strncmp(buf, buf + 34, 16) &&
		   !strstr(buf, "04d71d3"),
	   "%%p and %%pK: the same hash for the same pointer, not the pointer");
	/* The vector of the authors' paper has another length: this is of their program for 8 bytes. */
	{
		const uint64_t key[2] = {0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL};

		ok(__bpf_stream_siphash(key, 0x0706050403020100ULL) == 0x93f5f5799a932462ULL,
		   "SipHash-2-4");
	}
}

/* Hostile messages of all kinds */
static void test_random(void)
{
	static const char letters[] = "%%%%%0123456789+- lldiuxXcspKxsSBkIi46 \n\xc3";
	unsigned int by[3] = {0};
	bool right = true;

	for (int i = 0; i < 100000; i++) {
		char fmt[24], data[24], buf[40];
		uint64_t args[4];
		struct bpf_stream_message msg = {.fmt = fmt,
						 .fmt_len = rnd(sizeof(fmt)),
						 .args = args,
						 .nr_args = rnd(5),
						 .data = rnd(4) ? data : NULL,
						 .data_len = rnd(sizeof(data))};
		size_t size = 1 + rnd(sizeof(buf));
		int len;

		for (size_t k = 0; k < sizeof(fmt); k++)
			fmt[k] = letters[rnd(sizeof(letters) - 1)];
		if (msg.fmt_len && rnd(8))
			fmt[msg.fmt_len - 1] = '\0';
		for (size_t k = 0; k < sizeof(data); k++)
			data[k] = (char)rnd(256);
		for (size_t k = 0; k < NR(args); k++)
			args[k] = rnd(2) ? rnd(12) : ((uint64_t)rnd(~0u) << 32 | rnd(~0u));
		len = format(buf, size, &msg, name_it);
		by[len == -EINVAL ? 0 : len == -EBADMSG ? 1 : 2]++;
		right = right && (len >= 0 || len == -EINVAL || len == -EBADMSG) &&
			!buf[len < 0		  ? 0
			     : (size_t)len < size ? (size_t)len
						  : size - 1];
	}
	ok(right && by[0] > 1000 && by[1] > 1000 && by[2] > 1000,
	   "100000 hostile messages: %u refused, %u damaged, %u formatted", by[0], by[1], by[2]);
}

static void test_symbols(const char *path)
{
	static const struct {
		uint64_t address;
		int conversion;
		const char *text;
	} names[] = {
		{0xffffffff81000000, 's', "first"},
		{0xffffffff81000000, 'S', "first+0x0/0x10"},
		{0xffffffff8100000f, 'S', "first+0xf/0x10"},
		{0xffffffff81000010, 'S', "second+0x0/0x20"},
		{0xffffffff81000010, 'B', "first+0x10/0x10"},
		{0xffffffff81000011, 'B', "second+0x1/0x20"},
		{0xffffffff81000000, 'B', "0xffffffff81000000"},
		{0xffffffff80ffffff, 'S', "0xffffffff80ffffff"},
		{0xffffffff82000008, 'S', "data+0x8/0x100"},
		{0xffffffff82000100, 'S', "0xffffffff82000100"},
		{0xffffffff82000100, 'B', "data+0x100/0x100"},
		{0x10, 'S', "0x10"},
		{0, 'S', "0x0"},
		{0, 'B', "0x0"},
		{0xffffffffffffffff, 'S', "0xffffffffffffffff"},
		{0xffffffffc0000004, 'S', "mod_one+0x4/0x30 [mod]"},
		{0xffffffffc0000004, 's', "mod_one [mod]"},
		{0xffffffffc0000030, 'B', "mod_one+0x30/0x30 [mod]"},
		{0xffffffffc0000030, 'S', "mod_two+0x0/0xfd0 [mod]"},
		{0xffffffffc0001000, 'S', "0xffffffffc0001000"},
		{0xffffffffc0002008, 'S', "mod_data+0x8/0x1000 [mod]"},
		{0xffffffffc0100008, 'S', "bpf_prog_0123456789abcdef_x+0x8/0x40"},
		{0xffffffffc0100008, 's', "bpf_prog_0123456789abcdef_x"},
		{0xffffffffc0200000, 'S', "0xffffffffc0200000"},
	};
	struct bpf_stream_symbols *symbols = __bpf_stream_symbols_load(path);
	char buf[64];

	if (!ok(symbols, "symbols are loaded"))
		return;
	for (size_t i = 0; i < NR(names); i++) {
		int len = bpf_stream_symbols_format(symbols, names[i].address, names[i].conversion,
						    buf, sizeof(buf));

		if (!ok(len == (int)strlen(names[i].text) && !strcmp(buf, names[i].text),
			"%%p%c: %s", names[i].conversion, names[i].text))
			printf("# %s\n", buf);
	}
	ok(bpf_stream_symbols_format(symbols, 0xffffffff81000000, 'S', buf, 6) == 14 &&
		   !strcmp(buf, "first"),
	   "... cut");
	bpf_stream_symbols__free(symbols);

	ok(bpf_stream_symbols_format(NULL, 0x12, 'S', buf, sizeof(buf)) == 4 &&
		   !strcmp(buf, "0x12"),
	   "without symbols");
	errno = 0;
	ok(!__bpf_stream_symbols_load("/nonexistent") && errno == ENOENT, "no file of symbols");
	symbols = __bpf_stream_symbols_load("/dev/null");
	ok(symbols && bpf_stream_symbols_format(symbols, 1, 'S', buf, sizeof(buf)) == 3,
	   "an empty file of symbols");
	bpf_stream_symbols__free(symbols);
	bpf_stream_symbols__free(NULL);
}

int main(int argc, char **argv)
{
	uint64_t arg = 0xffff888004d71d30ULL;
	struct bpf_stream_message msg = {.fmt = "%p", .fmt_len = 3, .args = &arg, .nr_args = 1};
	char buf[32];

	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "hash")) {
		bpf_stream_format(buf, sizeof(buf), &msg, NULL, NULL);
		puts(buf);
		return 0;
	}
	setbuf(stdout, NULL);
	test_expected();
	test_printf();
	test_edges();
	test_symbol_fn();
	test_hash();
	test_random();
	ok(!allocations, "nothing was allocated");
	test_symbols(argv[1]);
	printf("1..%d\n", tests);
	return failures != 0;
}
