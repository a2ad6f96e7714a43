// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The walk through .rodata.bpf_log in user/sites.h, without a kernel. Run under ASan, with sections in
 * allocations of their exact size. (tool_sites.sh has sections that compilers made.)
 */
#include <bpf_stream/user.h>

#include "unit.h"

#define RECORD(head, format)	  head format "\0" head format "\n\0"
#define A10			  "aaaaaaaaaa"
#define A100			  A10 A10 A10 A10 A10 A10 A10 A10 A10 A10
#define NOTED(head, format, name) head format "\0" head format "\n\0\1" name "\0"
#define BASE                                                                                       \
	"\x7f"                                                                                     \
	"bpf_stream ring"
#define LOST	      "WARN: %llu messages lost by the programs of this object (full: %llu)\n\0"
#define SECTION(text) text, sizeof(text) - 1
#define ZEROS_50                                                                                   \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"                                       \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define ZEROS_200    ZEROS_50 ZEROS_50 ZEROS_50 ZEROS_50
#define TEXT_51	     "123456789 123456789 123456789 123456789 123456789 1"
#define TEXT_204     TEXT_51 TEXT_51 TEXT_51 TEXT_51
#define COND_4(text) text ZEROS_200
#define CAUSES                                                                                     \
	ZEROS_50 ZEROS_50 "(\0\0\0\0\0"                                                            \
			  "0\0\0\0\0\0"                                                            \
			  "8\0\0\0 \0\0\0\0\010\0\0\0\0\0\0"
#define OLD_CAUSES                                                                                 \
	"\0\0\0\0\0\0\0\010\0\0\0\0 \0\0\0"                                                        \
	"8\0\0\0\0\0"                                                                              \
	"0\0\0\0\0\0(" ZEROS_50 ZEROS_50 "\0"

static const struct {
	const char *name, *section;
	size_t size;
	const char *
		sites; /* a line each: LEVEL ON FILE:LINE FORMAT, and COND and COMPONENT in brackets */
} cases[] = {
	{"nothing", SECTION(""), ""},
	{"zeros alone", SECTION("\0\0\0"), ""},
	{"a record", SECTION(RECORD("INFO %llu a.c:12: ", "x %d")), "3 1 a.c:12 |x %d|\n"},
	{"each level, as max and live level are",
	 SECTION(RECORD("FATAL: ", "f") RECORD("ERROR: ", "e") RECORD("WARN: ", "w")
			 RECORD("INFO: ", "i") RECORD("DEBUG: ", "d") RECORD("TRACE: ", "t")),
	 "0 1 - |f|\n1 1 - |e|\n2 1 - |w|\n3 1 - |i|\n4 0 - |d|\n5 0 - |t|\n"},
	{"no head but the level", SECTION(RECORD("INFO: ", "")), "3 1 - ||\n"},
	{"cpu and pid",
	 SECTION(RECORD("INFO %llu a.c:1 cpu=%u pid=%u: ", "a") RECORD("INFO cpu=%u: ", "b")
			 RECORD("INFO %llu pid=%u: ", "c") RECORD("INFO a.c:1 cpu=%u: ", "d")),
	 "3 1 a.c:1 |a|\n3 1 - |b|\n3 1 - |c|\n3 1 a.c:1 |d|\n"},
	{"a newline, colons and a level in the format",
	 SECTION(RECORD("INFO %llu a.c:1: ", "ERROR b.c:2: x\n") RECORD("WARN: ", "INFO: y\n\tz")),
	 "3 1 a.c:1 |ERROR b.c:2: x\n|\n2 1 - |INFO: y\n\tz|\n"},
	{"one record twice is two statements", SECTION(RECORD("INFO: ", "x") RECORD("INFO: ", "x")),
	 "3 1 - |x|\n3 1 - |x|\n"},
	{"the largest line, and one above",
	 SECTION(RECORD("INFO a:4294967295: ", "x") RECORD("INFO a:4294967296: ", "y")),
	 "3 1 a:4294967295 |x|\n-1 1 - |INFO a:4294967296: y|\n"},
	{"what is no head is a message without a level",
	 SECTION(RECORD("INFO a.c: ", "x") RECORD("INFOS: ", "x") RECORD("INFO  %llu: ", "x")
			 RECORD("INFO %d a.c:1: ", "x") RECORD("INFO :1: ", "x")),
	 "-1 1 - |INFO a.c: x|\n-1 1 - |INFOS: x|\n-1 1 - |INFO  %llu: x|\n"
	 "-1 1 - |INFO %d a.c:1: x|\n-1 1 - |INFO :1: x|\n"},
	{"a head without a second literal is none",
	 SECTION("ERROR: mine %d\n\0INFO: a\0INFO: b\n\0INFO: ab\0INFO: a\n\0"),
	 "-1 1 - |ERROR: mine %d\n|\n-1 1 - |INFO: a|\n-1 1 - |INFO: b\n|\n-1 1 - |INFO: ab|\n"
	 "-1 1 - |INFO: a\n|\n"},
	{"plain messages: printk.h has two literals, stream.h one",
	 SECTION("p %d\0p %d\n\0nl\n\0nl\n\n\0one\n\0"),
	 "-1 1 - |p %d|\n-1 1 - |nl\n|\n-1 1 - |one\n|\n"},
	{"components with levels of their own",
	 SECTION(NOTED("DEBUG: ", "x", "low") NOTED("INFO: ", "x", "high") NOTED(
		 "WARN: ", "x", "high") NOTED("INFO: ", "x", "other") RECORD("INFO: ", "x")),
	 "4 0 - |x| [low]\n3 0 - |x| [high]\n2 1 - |x| [high]\n3 -1 - |x| [other]\n3 1 - |x|\n"},
	{"a component of 300 characters", SECTION(NOTED("WARN: ", "x", A100 A100 A100)),
	 "2 0 - |x| [" A100 A100 A100 "]\n"},
	{"what is no note",
	 SECTION(NOTED("INFO: ", "x", "") NOTED("INFO: ", "y", "a b") RECORD("INFO: ", "z") "\1a"),
	 "3 1 - |x|\n-1 1 - |\1|\n3 1 - |y|\n-1 1 - |\1a b|\n3 1 - |z|\n"},
	{"assertions, their conditions",
	 SECTION(COND_4("a>%c") RECORD("WARN a.c:1: ", "warn_on: %s") COND_4("b==1")
			 NOTED("FATAL: ", "assertion failed: %s: of %d",
			       "high") RECORD("FATAL: ", "assertion failed: %s (strings too long)")
				 RECORD("FATAL a.c:2: ", "no way")
					 RECORD("FATAL a.c:2: ", "panic (strings too long)")),
	 "2 1 a.c:1 |warn_on: %s| {a>%c}\n0 1 - |assertion failed: %s: of %d| {b==1} [high]\n0 1 "
	 "a.c:2 |no way|\n"},
	{"a warning of that text by log.h", SECTION(RECORD("DEBUG: ", "warn_on: %s")),
	 "4 0 - |warn_on: %s|\n"},
	{"what is no condition",
	 SECTION("b==1" ZEROS_50 RECORD("FATAL: ", "assertion failed: %s") COND_4("text")
			 RECORD("INFO: ", "warn_on: %s")),
	 "-1 1 - |b==1|\n0 1 - |assertion failed: %s|\n-1 1 - |text|\n3 1 - |warn_on: %s|\n"},
	{"a byte after the end of a condition",
	 SECTION("a\0b" ZEROS_200 "\0" RECORD("FATAL: ", "assertion failed: %s")),
	 "-1 1 - |a|\n-1 1 - |b|\n0 1 - |assertion failed: %s|\n"},
	{"a text that is longer than a condition",
	 SECTION(TEXT_204 RECORD("WARN: ", "warn_on: %s")),
	 "-1 1 - |" TEXT_204 "WARN: warn_on: %s|\n-1 1 - |WARN: warn_on: %s\n|\n"},
	{"the library's own lines",
	 SECTION(BASE "%s\0" LOST RECORD("WARN a.c:1: ", "w") RECORD(
		 "WARN a.c:1: ",
		 "%llu messages suppressed") "\t%pS\0\t%pS\n\0" RECORD("INFO: ",
								       "%s%04x: %-47s |%s|")
			 RECORD("INFO: ", "%s%u bytes cannot be read")
				 RECORD("INFO: ", "%s%u bytes more") "%s\0" CAUSES
								     "\n\t[%llu bytes cut]\n\0" BASE
								     "last\0"),
	 "2 1 a.c:1 |w|\n3 1 - |%s%04x: %-47s |%s||\n-1 1 - |%s|\n-1 1 - |last|\n"},
	{"causes at the end", SECTION("x\0" CAUSES), "-1 1 - |x|\n"},
	{"causes at the start, and of older headers", SECTION(CAUSES "x\0" OLD_CAUSES CAUSES),
	 "-1 1 - |x|\n"},
	{"the start of the causes", SECTION(ZEROS_50 ZEROS_50 "(\0"), "-1 1 - |(|\n"},
	{"the end of the causes at the start",
	 SECTION("\010\0\0\0\0 \0\0\0"
		 "8\0\0\0\0\0"
		 "0\0\0\0\0\0(" ZEROS_50 ZEROS_50 "\0"),
	 "-1 1 - |\010|\n-1 1 - | |\n-1 1 - |8|\n-1 1 - |0|\n-1 1 - |(|\n"},
	{"a part of the causes", SECTION("\0\0\0\0\0\0\0\010\0\0\0\0 \0"),
	 "-1 1 - |\010|\n-1 1 - | |\n"},
	{"a string without an end", SECTION("a\0INFO: b"), "-1 1 - |a|\n"},
	{"a second literal without an end", SECTION("INFO: b\0INFO: b\n"), "-1 1 - |INFO: b|\n"},
	{"a note without an end", SECTION("INFO: b\0INFO: b\n\0\1low"), "3 1 - |b|\n"},
	{"any bytes", SECTION("\x1b[31m\xff\0\2\0" BASE), "-1 1 - |\x1b[31m\xff|\n-1 1 - |\2|\n"},
};

/* The levels of three components, in .data.bpf_log */
static const struct __bpf_log_component components[] = {
	{A100 A100 A100, 8}, {"high", 4}, {"low", 0}};
static const uint32_t values[] = {BPF_LOG_INFO, BPF_LOG_WARN, BPF_LOG_ERROR};

static void set_levels(struct __bpf_log_switches *switches)
{
	memset(switches, 0, sizeof(*switches));
	switches->max = BPF_LOG_TRACE;
	switches->live = BPF_LOG_INFO;
	switches->components = components;
	switches->nr_components = 3;
	switches->values = (const char *)values;
}

static size_t put(char *out, size_t size, const struct bpf_log_site *site)
{
	size_t n;

	n = (size_t)snprintf(out, size, "%d %d ", site->level, site->on);
	if (site->file)
		n += (size_t)snprintf(out + n, size - n, "%.*s:%u ", (int)site->file_len,
				      site->file, site->line);
	else
		n += (size_t)snprintf(out + n, size - n, "- ");
	out[n++] = '|';
	memcpy(out + n, site->format, site->format_len);
	n += site->format_len;
	out[n++] = '|';
	if (site->cond)
		n += (size_t)snprintf(out + n, size - n, " {%.*s}", (int)site->cond_len,
				      site->cond);
	if (site->component)
		n += (size_t)snprintf(out + n, size - n, " [%.*s]", (int)site->component_len,
				      site->component);
	out[n++] = '\n';
	return n;
}

static void walk(const char *section, size_t size, const struct __bpf_log_switches *switches,
		 char *out, size_t out_size)
{
	char *copy = copy_of(section, size);
	struct __bpf_log_sites sites;
	struct bpf_log_site site;
	size_t n = 0;

	__bpf_log_sites_init(&sites, copy, size, switches);
	while (__bpf_log_sites_next(&sites, &site))
		n += put(out + n, out_size - n, &site);
	out[n] = '\0';
	free(copy);
}

static char text[65536];

static void test_cases(void)
{
	struct __bpf_log_switches switches;
	size_t i;

	set_levels(&switches);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		walk(cases[i].section, cases[i].size, &switches, text, sizeof(text));
		if (!ok(!strcmp(text, cases[i].sites), "%s", cases[i].name))
			printf("# is: %s\n", text);
	}
}

/* Cut anywhere, and with any byte changed: nothing is read outside of it, and the walk ends. */
static void test_damaged(void)
{
	struct __bpf_log_switches switches;
	size_t i, size;
	char *copy;

	set_levels(&switches);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size = 0; size < cases[i].size; size++) {
			walk(cases[i].section, size, &switches, text, sizeof(text));
			copy = copy_of(cases[i].section, cases[i].size);
			copy[size] = rnd(2) ? (char)rnd(256) : "\0\1\n %:"[rnd(6)];
			walk(copy, cases[i].size, &switches, text, sizeof(text));
			free(copy);
		}
	}
	ok(true, "cut or damaged at each byte");
}

static void test_switches(void)
{
	static const char section[] =
		RECORD("DEBUG: ", "d") RECORD("FATAL: ", "f") NOTED("INFO: ", "x", "low") "p\0";
	struct __bpf_log_switches switches;

	set_levels(&switches);
	switches.live = BPF_LOG_DEBUG;
	walk(section, sizeof(section) - 1, &switches, text, sizeof(text));
	ok(!strcmp(text, "4 1 - |d|\n0 1 - |f|\n3 1 - |x| [low]\n-1 1 - |p|\n"),
	   "the live level switches it on");
	switches.max = BPF_LOG_WARN;
	walk(section, sizeof(section) - 1, &switches, text, sizeof(text));
	ok(!strcmp(text, "4 0 - |d|\n0 1 - |f|\n3 0 - |x| [low]\n-1 1 - |p|\n"),
	   "the maximum is for all");
	switches.max = -ENOENT;
	walk(section, sizeof(section) - 1, &switches, text, sizeof(text));
	ok(!strcmp(text, "4 -1 - |d|\n0 1 - |f|\n3 -1 - |x| [low]\n-1 1 - |p|\n"),
	   "no maximum: unknown");
	set_levels(&switches);
	switches.live = BPF_LOG_OFF;
	walk(SECTION(COND_4("n==1") RECORD("WARN: ", "warn_on: %s") RECORD("WARN: ", "x")),
	     &switches, text, sizeof(text));
	ok(!strcmp(text, "2 1 - |warn_on: %s| {n==1}\n2 0 - |x|\n"),
	   "a warning of assert.h has no level");
	switches.live = -ENOENT;
	switches.values = NULL;
	walk(section, sizeof(section) - 1, &switches, text, sizeof(text));
	ok(!strcmp(text, "4 -1 - |d|\n0 1 - |f|\n3 -1 - |x| [low]\n-1 1 - |p|\n"),
	   "no live level: unknown");
}

/* Variables that BTF lists in the section are not text */
static void test_vars(void)
{
	char section[] = "one\0two\0three\0";
	struct btf_var_secinfo list[] = {
		{1, 4, 4}, {1, 14, 100}, {1, 0xffffffff, 4}, {1, 4, 0xffffffff}};
	struct __bpf_stream_section vars_of = {.vars = (const char *)list, .nr_vars = 4};
	char *copy = copy_of(section, sizeof(section) - 1);

	__bpf_log_sites_clear_vars(&vars_of, copy, sizeof(section) - 1);
	ok(!memcmp(copy, "one\0\0\0\0\0three\0", 14),
	   "variables of the library are cleared, if they are inside");
	free(copy);
}

int main(void)
{
	test_cases();
	test_damaged();
	test_switches();
	test_vars();
	ok(bpf_log_sites(-1, NULL, NULL) == -EBADF, "a closed fd");
	printf("1..%d\n", tests);
	return failures != 0;
}
