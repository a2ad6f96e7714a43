// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * bpf_stream_format() and bpf_stream_symbols_format() against this kernel's bpf_snprintf(), byte
 * for byte: each conversion with edge values, flags and widths, random mixes of them, and formats
 * that are refused. A program made here calls bpf_snprintf() for each case; docs/ring.md has the
 * list of differences, and each is tested for what it is.
 */
#include <ctype.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"
#define RND_SEED 20261127
#include "rnd.h"

#define MAX_ARGS  12
#define NR(array) (sizeof(array) / sizeof(*(array)))
#define OUT	  1024 /* bytes for each text */

struct arg {
	uint64_t value;
	const void *bytes; /* what the kernel finds there, if the conversion points to something */
	size_t len;
	bool kernel; /* the bytes are put into a map, and value is where */
	bool piece; /* the conversion points to something */
};

struct testcase {
	const char *group;
	char fmt[160];
	size_t fmt_off;
	struct arg args[MAX_ARGS];
	unsigned int nr;
	unsigned int size; /* of the buffer */
	bool hashed; /* has a %p or %pK of no NULL and no error: compare the form */
	bool no_size; /* compare up to the size of the symbol */
	bool refused; /* by the kernel, because its memory for arguments does not hold them */
};

static struct testcase *tests;
static unsigned int nr_tests, room_tests;

static struct testcase *add(const char *group, const char *fmt)
{
	struct testcase *t;

	if (nr_tests == room_tests) {
		room_tests = room_tests * 2 + 64;
		tests = realloc(tests, room_tests * sizeof(*tests));
		if (!tests)
			exit(1);
	}
	t = &tests[nr_tests++];
	memset(t, 0, sizeof(*t));
	t->group = group;
	t->size = OUT;
	snprintf(t->fmt, sizeof(t->fmt), "%s", fmt);
	return t;
}

static void literal(struct testcase *t, const char *text)
{
	if (strlen(t->fmt) + strlen(text) >= sizeof(t->fmt))
		abort();
	strcat(t->fmt, text);
}

/* @field: flags and width */
static void conversion(struct testcase *t, const char *field, const char *letters)
{
	literal(t, "%");
	literal(t, field);
	literal(t, letters);
	literal(t, "|");
}

static void value(struct testcase *t, uint64_t v)
{
	t->args[t->nr++].value = v;
}

/* Points to @len bytes that the kernel can read */
static void bytes(struct testcase *t, const void *from, size_t len)
{
	t->args[t->nr++] = (struct arg){.bytes = from, .len = len, .kernel = true, .piece = true};
}

/* Points to memory of this process, or to nothing: the kernel reads @len bytes, zeros if @from is NULL */
static void elsewhere(struct testcase *t, uint64_t v, const void *from, size_t len)
{
	static const char zeros[16];

	t->args[t->nr++] =
		(struct arg){.value = v, .bytes = from ? from : zeros, .len = len, .piece = true};
}

static bool kernel_takes(const char *fmt);

/*
 * Cases
 */

static const char *const flags[] = {"",	  "0",	"+",  "-",  " ",    "0+", "+0",
				    "-0", "0-", " 0", "+ ", "+- 0", "00", "- +"};
static const char *const widths[] = {"", "1", "2", "9", "17", "40"};
static const uint64_t numbers[] = {
	0,
	1,
	42,
	(uint64_t)-1,
	0x7fffffff,
	0x80000000,
	0xffffffff,
	0x100000000ULL,
	0x7fffffffffffffffULL,
	0x8000000000000000ULL,
	(uint64_t)-4096,
};
static const uint64_t bad[] = {
	0, 1, 0x1000, 0xdead000000000000ULL, (uint64_t)-1, (uint64_t)-4095, (uint64_t)-4096,
};

static bool is_hashed(uint64_t pointer)
{
	return pointer && pointer < (uint64_t)-4095;
}

static void add_numbers(const char *field)
{
	static const char *const letters[] = {"d",  "i",  "u",	 "x",	"X",   "ld",  "li", "lu",
					      "lx", "lX", "lld", "lli", "llu", "llx", "llX"};
	static const uint64_t chars[] = {'A', 0, 0xff, 0x141, (uint64_t)-1, '%', '\n'};
	struct testcase *t;

	for (size_t l = 0; l < NR(letters); l++) {
		t = add("integers", "");
		for (size_t v = 0; v < NR(numbers); v++) {
			conversion(t, field, letters[l]);
			value(t, numbers[v]);
		}
	}
	t = add("characters", "");
	for (size_t c = 0; c < NR(chars); c++) {
		conversion(t, field, "c");
		value(t, chars[c]);
	}
	t = add("%px", "");
	for (size_t v = 0; v < NR(numbers); v++) {
		conversion(t, field, "px");
		value(t, numbers[v]);
	}
	t = add("%p and %pK of NULL and of errors", "");
	for (size_t p = 0; p < NR(bad); p++) {
		if (is_hashed(bad[p]))
			continue;
		conversion(t, field, "p");
		value(t, bad[p]);
		conversion(t, field, "pK");
		value(t, bad[p]);
	}
}

/* Only in fields that zeros fill: a hash may begin with zeros, and another one not. */
static void add_hashed(void)
{
	for (size_t p = 0; p < NR(bad); p++) {
		struct testcase *t;

		if (!is_hashed(bad[p]))
			continue;
		t = add("%p and %pK, hashed", "%p|%pK|%016p|%020pK|");
		t->hashed = true;
		for (int i = 0; i < 4; i++)
			value(t, bad[p]);
	}
}

static char long_text[512];
static char user_text[] = "text of this process \xff";

static void add_strings(const char *field)
{
	static const char *const letters[] = {"s", "pks"};
	static const char *const texts[] = {"",
					    "x",
					    "text",
					    "\xff\xfe\x80\xc3(",
					    "tab\tline\n\x1b[1m",
					    "%d %s %%",
					    "gr\xc3\xbc\xc3\x9f",
					    "12345678901234567",
					    long_text};
	static const char *const ip_letters[] = {"pI4", "pi4", "pI6", "pi6"};
	static const unsigned char ips[] = {0,	  1,	9, 10, 99, 100, 255, 128,
					    0xab, 0x0c, 0, 0,  1,  2,	3,   4};
	struct testcase *t;

	for (size_t l = 0; l < NR(letters); l++)
		for (size_t s = 0; s < NR(texts); s++) {
			t = add("strings", "");
			conversion(t, field, letters[l]);
			bytes(t, texts[s], strlen(texts[s]));
		}
	t = add("strings of this process", "");
	conversion(t, field, "pus");
	elsewhere(t, (uintptr_t)user_text, user_text, strlen(user_text));
	for (size_t p = 0; p < NR(bad); p++) {
		t = add("strings that cannot be read", "");
		conversion(t, field, "s");
		conversion(t, field, "pks");
		conversion(t, field, "pus");
		for (int i = 0; i < 3; i++)
			elsewhere(t, bad[p], NULL, 0);
	}
	for (size_t l = 0; l < NR(ip_letters); l++) {
		size_t len = ip_letters[l][2] == '4' ? 4 : 16;

		t = add("IP addresses", "");
		for (size_t i = 0; i + len <= sizeof(ips); i += 4) {
			conversion(t, field, ip_letters[l]);
			bytes(t, ips + i, len);
		}
		for (size_t p = 0; p < NR(bad) && t->nr < 10; p++) {
			conversion(t, field, ip_letters[l]);
			elsewhere(t, bad[p], NULL, len);
		}
	}
}

static void add_others(void)
{
	static const char *const swallow[] = {"px1 f", "pxabcXYZ09.", "pK0|", "pBzz"};
	static const char *const wide[] = {"%8388607d", "%8388608d", "%-16777221px|",
					   "%2147483647c"};
	static const unsigned int sizes[] = {1, 2, 5, 8, 9, 10, 11, 40};
	struct testcase *t;

	add("no conversion", "plain text, 100%% \t\n\v\f\r ~!");
	add("no conversion", "");
	add("no conversion", "%%%%");
	t = add("more arguments than conversions", "%d");
	for (int i = 0; i < MAX_ARGS; i++)
		value(t, (uint64_t)i);
	for (size_t s = 0; s < NR(swallow); s++) {
		t = add("letters after a pointer", "");
		conversion(t, "", swallow[s]);
		value(t, 0);
	}
	t = add("letters after a pointer", "%pI4hn %pi6c1 %pI6c, %pi4__");
	bytes(t, "\1\2\3\4", 4);
	bytes(t, "0123456789abcdef", 16);
	bytes(t, "0123456789abcdef", 16);
	bytes(t, "\1\2\3\4", 4);
	for (size_t s = 0; s < NR(sizes); s++) {
		t = add("cut", "%d ab%5s%%%3x%c");
		t->size = sizes[s];
		value(t, 12);
		bytes(t, "cde", 3);
		value(t, 15);
		value(t, 'z');
	}
	t = add("more than 512 bytes, which the kernel refuses", "%s%s%d");
	t->refused = true;
	bytes(t, long_text, 511);
	bytes(t, "abc", 3);
	value(t, 1);
	/* Before 7.1 the kernel keeps the low 24 bits of a larger one. */
	for (size_t w = 0; w < (have_kernel(7, 1) ? NR(wide) : 1); w++) {
		t = add("large widths", wide[w]);
		value(t, 7);
	}
	/* Some kernels take ASCII only: not by version, for the change went into older ones, too. */
	if (kernel_takes("\xc3\x9f")) {
		t = add("formats with other than ASCII",
			"gr\xc3\xbc\xc3\x9f %d\xc3\x9f %px\xc3\x9f%px\xd7%p\xa0");
		for (int i = 0; i < 4; i++)
			value(t, 0);
	} else {
		skip("this kernel takes ASCII only", "formats with other than ASCII");
	}
	t = add("an address of a map", "%px %ps %pS %pB");
	for (int i = 0; i < 4; i++) {
		bytes(t, "", 0);
		t->args[i].piece = false;
	}
}

static void add_symbol(const char *group, uint64_t address)
{
	struct testcase *t = add(group, "%ps|%pS|%pB");

	for (int i = 0; i < 3; i++)
		value(t, address);
}

static char a_module[64];
static uint64_t a_function;

/* Some of all symbols, and all functions of a module */
static void add_symbols(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	uint64_t stext = 0, end = 0;
	unsigned long long address;
	char line[2048], name[1024], module[64], type;
	unsigned int nr = 0, of_modules = 0, of_bpf = 0;

	while (file && fgets(line, sizeof(line), file)) {
		int n = sscanf(line, "%llx %c %1023s [%63[^]]]", &address, &type, name, module);

		if (n < 3 || !address)
			continue;
		if (n == 4) {
			if (!strcmp(module, a_module) && strchr("tT", type)) {
				add_symbol("symbols of a module", address);
				add_symbol("symbols of a module", address + 1);
				of_modules++;
			} else if (!strcmp(module, "bpf") && strchr("tT", type)) {
				add_symbol("BPF programs", address + 1);
				tests[nr_tests - 1].no_size = true;
				of_bpf++;
			}
			continue;
		}
		if (!strcmp(name, "_stext"))
			stext = address;
		if (!strcmp(name, "_end"))
			end = address;
		if (!strcmp(name, "schedule"))
			a_function = address;
		if (nr++ % 400)
			continue;
		add_symbol(strchr("tTwW", type) ? "functions" : "data", address);
		add_symbol(strchr("tTwW", type) ? "functions" : "data", address + 1);
	}
	if (file)
		fclose(file);
	ok(stext && a_function && of_bpf && (of_modules || !a_module[0]),
	   "/proc/kallsyms has symbols of the kernel, of BPF programs and of a module");

	for (size_t b = 0; b < NR(bad); b++)
		add_symbol("addresses without a symbol", bad[b]);
	add_symbol("addresses without a symbol", (uintptr_t)user_text);
	add_symbol("addresses without a symbol", stext - 1);
	add_symbol("addresses without a symbol", stext - 4096);
	add_symbol("functions", stext);
	if (end) {
		add_symbol("addresses without a symbol", end);
		add_symbol("data", end - 1);
	}
}

static void add_symbols_in(const char *field)
{
	static const char *const letters[] = {"ps", "pS", "pB"};

	for (size_t l = 0; l < NR(letters); l++) {
		struct testcase *t = add("symbols in fields", "");

		for (int i = 0; i < 3; i++)
			conversion(t, field, letters[l]);
		value(t, a_function);
		value(t, a_function + 4);
		value(t, 0);
	}
}

static char random_text[400][16];

static void add_random(void)
{
	static const char *const letters[] = {"d",   "i",   "u",   "x",	  "X",	"ld",  "lli",
					      "lu",  "llx", "lX",  "c",	  "s",	"pks", "px",
					      "pI4", "pi4", "pI6", "pi6", "pS", "ps",  "pB"};
	unsigned int used = 0;

	for (int i = 0; i < 400; i++) {
		struct testcase *t = add("random mixes", "");
		unsigned int nr = 1 + rnd(8);

		for (unsigned int c = 0; c < nr; c++) {
			const char *l = letters[rnd(NR(letters))];
			char field[32], between[8] = "", width[16] = "";

			for (unsigned int k = rnd(4); k; k--)
				between[k - 1] = "ab :;.[]\t\n-"[rnd(11)];
			literal(t, between);
			if (rnd(2))
				snprintf(width, sizeof(width), "%u", 1 + rnd(30));
			snprintf(field, sizeof(field), "%s%s", flags[rnd(NR(flags))], width);
			conversion(t, field, l);
			if (!strcmp(l, "s") || !strcmp(l, "pks")) {
				unsigned int len = rnd(16);
				char *text = random_text[used++ % 400];

				/* may be shared with other cases: only fill it once */
				for (unsigned int k = 0; used <= 400 && k < len; k++)
					text[k] = (char)(1 + rnd(255));
				bytes(t, text, strnlen(text, 15));
			} else if (l[1] == 'I' || l[1] == 'i') {
				bytes(t, user_text + rnd(4), l[2] == '4' ? 4 : 16);
			} else {
				value(t, ((uint64_t)rnd(~0u) << 32 | rnd(~0u)) >> rnd(64));
			}
		}
	}
}

/*
 * The kernel
 */

static struct bpf_insn *insns;
static unsigned int nr_insns, room_insns;

static void emit(struct bpf_insn insn)
{
	if (nr_insns == room_insns) {
		room_insns = room_insns * 2 + 1024;
		insns = realloc(insns, room_insns * sizeof(*insns));
		if (!insns)
			exit(1);
	}
	insns[nr_insns++] = insn;
}

static void emit_map_value(int reg, int map_fd, size_t off)
{
	emit((struct bpf_insn){.code = BPF_LD | BPF_DW | BPF_IMM,
			       .dst_reg = reg,
			       .src_reg = BPF_PSEUDO_MAP_VALUE,
			       .imm = map_fd});
	emit((struct bpf_insn){.imm = (int)off});
}

static void emit_store(int to, int from)
{
	emit((struct bpf_insn){.code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = to, .src_reg = from});
}

static void emit_constant(int reg, int imm)
{
	emit((struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = reg, .imm = imm});
}

/* Of the map that is written to: for each case the arguments, the return value and the text */
#define SLOT	     (MAX_ARGS * 8 + 8 + OUT)
#define ARGS_AT(i)   ((size_t)(i)*SLOT)
#define RETURN_AT(i) (ARGS_AT(i) + MAX_ARGS * 8)
#define TEXT_AT(i)   (RETURN_AT(i) + 8)

static char *work;
static char verifier_log[65536];

static int new_map(const char *name, size_t size, unsigned int flags_)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = flags_);

	return bpf_map_create(BPF_MAP_TYPE_ARRAY, name, sizeof(int), (unsigned int)size, 1, &opts);
}

/* A map of formats, as .rodata is: only so does the kernel take them */
static int format_map(const char *from, size_t len)
{
	int fd = new_map("formats", len, BPF_F_RDONLY_PROG), zero = 0;

	if (fd < 0 || bpf_map_update_elem(fd, &zero, from, 0) || bpf_map_freeze(fd)) {
		note("cannot make a map of formats: %s", strerror(errno));
		exit(1);
	}
	return fd;
}

static int load(unsigned int log_level)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = BPF_F_SLEEPABLE,
		    .log_buf = log_level ? verifier_log : NULL,
		    .log_size = log_level ? sizeof(verifier_log) : 0, .log_level = log_level);
	int fd;

	verifier_log[0] = 0;
	emit_constant(BPF_REG_0, 0);
	emit((struct bpf_insn){.code = BPF_JMP | BPF_EXIT});
	fd = bpf_prog_load(BPF_PROG_TYPE_SYSCALL, "test_format", "GPL", insns, nr_insns, &opts);
	nr_insns = 0;
	return fd;
}

static void emit_call(const struct testcase *t, unsigned int i, int formats, int map)
{
	emit_map_value(BPF_REG_1, map, TEXT_AT(i));
	emit_constant(BPF_REG_2, (int)t->size);
	emit_map_value(BPF_REG_3, formats, t->fmt_off);
	emit_map_value(BPF_REG_4, map, ARGS_AT(i));
	emit_constant(BPF_REG_5, (int)t->nr * 8);
	emit((struct bpf_insn){.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_snprintf});
	emit_map_value(BPF_REG_1, map, RETURN_AT(i));
	emit_store(BPF_REG_1, BPF_REG_0);
}

/* All texts by the kernel: they are in work[] then */
static bool run_all(void)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	size_t size = (size_t)nr_tests * SLOT, at = size, len = 0;
	int formats, map, fd, err;
	char *all, *p;

	for (unsigned int i = 0; i < nr_tests; i++) {
		tests[i].fmt_off = len;
		len += strlen(tests[i].fmt) + 1;
		for (unsigned int a = 0; a < tests[i].nr; a++)
			size += tests[i].args[a].len + 1;
	}
	all = malloc(len);
	for (unsigned int i = 0; all && i < nr_tests; i++)
		strcpy(all + tests[i].fmt_off, tests[i].fmt);
	formats = format_map(all, len);
	map = new_map("work", size, BPF_F_MMAPABLE);
	work = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	if (work == MAP_FAILED) {
		note("cannot map %zu bytes: %s", size, strerror(errno));
		exit(1);
	}
	for (unsigned int i = 0; i < nr_tests; i++) {
		for (unsigned int a = 0; a < tests[i].nr; a++) {
			struct arg *arg = &tests[i].args[a];

			memcpy(work + ARGS_AT(i) + a * 8, &arg->value, 8);
			if (!arg->kernel)
				continue;
			p = work + at;
			memcpy(p, arg->bytes, arg->len);
			emit_map_value(BPF_REG_1, map, at);
			emit_map_value(BPF_REG_2, map, ARGS_AT(i) + a * 8);
			emit_store(BPF_REG_2, BPF_REG_1);
			at += arg->len + 1;
		}
		memset(work + TEXT_AT(i), '#', OUT);
		emit_call(&tests[i], i, formats, map);
	}
	free(all);
	/* Its log would be too long; what fails here fails for one format, too. */
	fd = load(0);
	if (!ok(fd >= 0, "the program with all cases is loaded")) {
		note("%s", strerror(errno));
		return false;
	}
	err = bpf_prog_test_run_opts(fd, &opts);
	close(fd);
	return ok(!err && !opts.retval, "... and runs");
}

/*
 * The same by user.h
 */

static void show_text(const char *who, const char *text, long len)
{
	static char line[4 * OUT + 1];
	size_t n = 0;

	for (long i = 0; i < len && i < OUT; i++)
		n += (size_t)sprintf(line + n, isprint((unsigned char)text[i]) ? "%c" : "\\%03o",
				     (unsigned char)text[i]);
	line[n] = 0;
	note("  %s %4ld \"%s\"", who, len, line);
}

static bool is_hex(char c)
{
	return isdigit((unsigned char)c) || (c >= 'a' && c <= 'f');
}

/* Up to the sizes of symbols, which the kernel alone knows */
static bool same(const struct testcase *t, const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (t->no_size && a[i] == '/' && b[i] == '/')
			return true;
		if (a[i] != b[i] && !(t->hashed && is_hex(a[i]) && is_hex(b[i])))
			return false;
	}
	return true;
}

static bool compare(struct testcase *t, unsigned int i, struct bpf_stream_symbols *symbols)
{
	static char data[16384], text[OUT];
	uint64_t args[MAX_ARGS];
	struct bpf_stream_message msg = {.fmt = t->fmt,
					 .fmt_len = strlen(t->fmt) + 1,
					 .args = args,
					 .nr_args = t->nr,
					 .data = data};
	const char *kernel = work + TEXT_AT(i);
	size_t want;
	int64_t ret;
	int len;

	memcpy(args, work + ARGS_AT(i), sizeof(args));
	memcpy(&ret, work + RETURN_AT(i), 8);
	for (unsigned int a = 0; a < t->nr; a++) {
		if (!t->args[a].piece)
			continue;
		args[a] = t->args[a].len;
		memcpy(data + msg.data_len, t->args[a].bytes, t->args[a].len);
		msg.data_len += t->args[a].len;
	}
	memset(text, '#', sizeof(text));
	len = bpf_stream_format(text, t->size, &msg, bpf_stream_symbols_format, symbols);
	if (t->refused && ret == -ENOSPC && len > 512)
		return true;
	want = ret < 0 ? 0 : ret < (int64_t)t->size ? (size_t)ret : t->size;
	if (ret > 0 && (t->no_size || len == ret - 1) && same(t, kernel, text, want) &&
	    (t->no_size || !memcmp(text + want, kernel + want, OUT - want)))
		return true;
	note("case %u, format \"%s\", buffer of %u", i, t->fmt, t->size);
	for (unsigned int a = 0; a < t->nr; a++)
		note("  argument %u: 0x%llx", a, (unsigned long long)t->args[a].value);
	show_text("bpf_snprintf()     ", kernel, ret < 0 ? ret : ret - 1);
	show_text("bpf_stream_format()", text, len);
	return false;
}

static void compare_all(struct bpf_stream_symbols *symbols)
{
	unsigned int nr, wrong;
	bool *seen = calloc(nr_tests, 1);

	for (unsigned int first = 0; seen && first < nr_tests; first++) {
		if (seen[first])
			continue;
		nr = wrong = 0;
		for (unsigned int i = first; i < nr_tests; i++) {
			if (strcmp(tests[i].group, tests[first].group))
				continue;
			seen[i] = true;
			nr++;
			if (wrong < 8)
				wrong += !compare(&tests[i], i, symbols);
		}
		ok(!wrong, "as bpf_snprintf(): %s, %u formats", tests[first].group, nr);
	}
	free(seen);
}

/*
 * What is refused
 */

/* Does the verifier take it, with one argument? */
static bool kernel_takes(const char *fmt)
{
	struct testcase t = {.nr = 1, .size = OUT};
	int formats = format_map(fmt, strlen(fmt) + 1), fd;
	int map = new_map("work", SLOT, 0);

	emit_call(&t, 0, formats, map);
	fd = load(1);
	if (fd < 0 && !strstr(verifier_log, "Invalid format string"))
		note("\"%s\": %s, %s", fmt, strerror(errno), verifier_log);
	close(formats);
	close(map);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void check_refused(void)
{
	static const char *const by_hand[] = {
		"%",	 "100% sure", "%d%d",	      "%s%",  "%5%",  "%-",	 "%lc",
		"%ls",	 "%lld",      "%llld",	      "%l",   "%hd",  "%zd",	 "%#x",
		"%.3s",	 "%*d",	      "%n",	      "%o",   "%sx",  "%s1",	 "%s_",
		"%pksx", "%pks.",     "%pkx",	      "%pux", "%pu",  "%pk",	 "%pd",
		"%p1",	 "%pM",	      "%pI5",	      "%pI4", "%pi",  "%pI",	 "%pXs",
		"%pe",	 "\1",	      "\x1b[1m%d",    "\x7f", "%d\b", "%0 +-5d", "%c%%",
		"% %",	 "%05%",      "%f",	      "%pSx", "%pBB", "%p",	 "%p ",
		"%px%",	 "%+-p.",     "%2147483648d", "%d\a"};
	static const char alphabet[] = "%0+- 19dixXulcspKSBkI46.\n";
	bool ascii_only = !kernel_takes("\xc3\x9f");
	unsigned int wrong = 0, nr = 0, taken = 0;
	char fmt[8] = "%";

	for (size_t i = 0; i < NR(by_hand) + 500; i++) {
		uint64_t zero = 0;
		struct bpf_stream_message msg = {.args = &zero, .nr_args = 1, .data = ""};
		bool kernel, ours;
		int err;

		if (i < NR(by_hand)) {
			msg.fmt = by_hand[i];
		} else {
			memset(fmt + 1, 0, sizeof(fmt) - 1);
			for (unsigned int k = 1 + rnd(4); k; k--)
				fmt[k] = alphabet[rnd(sizeof(alphabet) - 1)];
			msg.fmt = fmt;
		}
		msg.fmt_len = strlen(msg.fmt) + 1;
		/* -EBADMSG: an IP address, and this message has no data for one */
		err = bpf_stream_format(NULL, 0, &msg, NULL, NULL);
		ours = err >= 0 || err == -EBADMSG;
		for (const char *c = msg.fmt; *c && ascii_only; c++)
			ours = ours && (unsigned char)*c < 0x80;
		kernel = kernel_takes(msg.fmt);
		nr++;
		taken += kernel;
		if (ours == kernel)
			continue;
		wrong++;
		note("\"%s\": the kernel %s it, bpf_stream_format() returns %d", msg.fmt,
		     kernel ? "takes" : "refuses", err);
	}
	ok(!wrong && taken > nr / 10 && taken < nr - nr / 10,
	   "takes what the kernel takes: %u of %u formats", taken, nr);
}

int main(void)
{
	struct bpf_stream_symbols *symbols;
	int a_program;

	log_capture();
	if (system("modprobe dummy 2>/dev/null") == 0)
		strcpy(a_module, "dummy");
	else
		skip("this kernel has no module dummy", "symbols of a module");
	memset(long_text, 'y', sizeof(long_text) - 1);
	a_program = load(0);
	ok(a_program >= 0, "a program to be named is loaded");
	add_symbols();
	for (size_t f = 0; f < NR(flags); f++)
		for (size_t w = 0; w < NR(widths); w++) {
			char field[16];

			snprintf(field, sizeof(field), "%s%s", flags[f], widths[w]);
			add_numbers(field);
			add_strings(field);
			add_symbols_in(field);
		}
	add_hashed();
	add_others();
	add_random();
	symbols = bpf_stream_symbols__load();
	ok(symbols, "bpf_stream_symbols__load()");
	if (symbols && run_all())
		compare_all(symbols);
	bpf_stream_symbols__free(symbols);
	close(a_program);
	check_refused();
	return tap_done();
}
