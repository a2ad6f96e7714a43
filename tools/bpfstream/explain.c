/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* explain.c - explain errors of libbpf and of the kernel in one sentence. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* vasprintf() */
#endif
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "show/escape.h"

#define VMLINUX_BTF "/sys/kernel/btf/vmlinux"

static struct {
	bool verbose;
	char warning[512]; /* the first */
	char prog[128]; /* the program that failed to load */
	char verdict[512]; /* the verifier's error */
} memory;

void explain_forget(void)
{
	memory.warning[0] = memory.prog[0] = memory.verdict[0] = '\0';
}

static void keep(char *to, size_t size, const char *from, size_t len)
{
	if (len > size - 1)
		len = size - 1;
	memcpy(to, from, len);
	to[len] = '\0';
}

static bool starts(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

/* "12: (85) call ...", or the state at the start of a branch */
static bool is_step(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	return (digits && starts(line + digits, ": (")) || starts(line, "from ");
}

/* Source lines, states of an endless loop, statistics, and libbpf's frame around the log */
static bool is_noise(const char *line)
{
	static const char *const noise[] = {
		";",
		"\n",
		"cur state: ",
		"old state: ",
		"processed ",
		"verification time ",
		"stack depth ",
		"max_states_per_insn ",
		"-- END PROG LOAD LOG",
	};
	size_t i;

	for (i = 0; i < sizeof(noise) / sizeof(noise[0]); i++) {
		if (starts(line, noise[i]))
			return true;
	}
	return false;
}

/*
 * The verifier stops at the first error, so the error is the last line after the last instruction,
 * or is in the line of the instruction itself ("infinite loop detected"). Linux 7.3 adds a long
 * explanation, which has a title.
 */
static void keep_verdict(const char *log)
{
	static const char title[] = "Verification failed: ";
	const char *nl, *line;
	bool step = true;

	for (line = log; *line; line = nl + !!*nl) {
		nl = line + strcspn(line, "\n");
		if (starts(line, title)) {
			line += strlen(title);
			if (step)
				keep(memory.verdict, sizeof(memory.verdict), line, nl - line);
			return;
		}
		if (nl == line || is_noise(line))
			continue;
		step = is_step(line);
		line += strspn(line, " ");
		keep(memory.verdict, sizeof(memory.verdict), line, nl - line);
	}
}

/* Parse "libbpf: prog 'NAME': REST", where both prefixes are optional. Returns REST. */
static const char *skip_prefix(const char *text, char *name, size_t size)
{
	const char *end;

	if (starts(text, "libbpf: "))
		text += strlen("libbpf: ");
	if (!starts(text, "prog '"))
		return text;
	end = strstr(text, "': ");
	if (!end)
		return text;
	text += strlen("prog '");
	if (name)
		keep(name, size, text, end - text);
	return end + strlen("': ");
}

static void remember(const char *text)
{
	static const char begin[] = "-- BEGIN PROG LOAD LOG --\n";
	char name[sizeof(memory.prog)] = "";
	const char *rest = skip_prefix(text, name, sizeof(name));

	if (starts(rest, begin)) {
		keep_verdict(rest + strlen(begin));
		keep(memory.prog, sizeof(memory.prog), name, strlen(name));
		return;
	}
	if (starts(rest, "BPF program load failed"))
		keep(memory.prog, sizeof(memory.prog), name, strlen(name));
	if (!memory.warning[0])
		keep(memory.warning, sizeof(memory.warning), rest, strcspn(rest, "\n"));
}

static void show(const char *text)
{
	char out[4096];
	size_t left = strlen(text), n, len;

	while (left) {
		n = left;
		len = escape_text(out, sizeof(out), text, &n, true);
		if (write(STDERR_FILENO, out, len) < 0)
			return;
		text += n;
		left -= n;
	}
}

static int on_print(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	char *text;
	int n;

	if (level == LIBBPF_DEBUG || (level == LIBBPF_INFO && !memory.verbose))
		return 0;
	n = vasprintf(&text, fmt, ap);
	if (n < 0)
		return n;
	if (level == LIBBPF_WARN)
		remember(text);
	if (memory.verbose)
		show(text);
	free(text);
	return n;
}

void explain_init(bool verbose)
{
	memory.verbose = verbose;
	explain_forget();
	libbpf_set_print(on_print);
}

const char *explain_errno(int err)
{
	static char text[128];

	/* The kernel's ENOTSUPP reaches user space, and strerror() does not know it. */
	if (err == -524)
		return "Not supported by this kernel";
	libbpf_strerror(err, text, sizeof(text));
	return text;
}

const char *explain_warning(int err)
{
	return memory.warning[0] ? memory.warning : explain_errno(err);
}

void explain_open(const char *path, int err)
{
	if (err == -ENOENT || err == -EACCES || err == -ENOMEM)
		msg("%s: %s", path, explain_errno(err));
	else
		msg("%s is not a BPF object that libbpf can open: %s", path, explain_warning(err));
}

/* What to do about an error that logging can cause; "" if there is nothing to add */
static const char *hint(void)
{
	static const struct {
		const char *error, *hint;
	} hints[] = {
		/* The first call of a record is a helper, for the time; of others a global function. */
		{"function calls are not allowed while holding a lock",
		 "; to log while holding a bpf_spin_lock, on Linux 7.0 or later and not to a ring, "
		 "put '#define BPF_STREAM_LOCKED 1' before the include, and for records "
		 "'#define BPF_LOG_TIMESTAMP 0'"},
		{"use static function instead",
		 "; to log with preemption disabled, or on Linux 7.0 or later and not to a ring "
		 "while holding a bpf_spin_lock, put '#define BPF_STREAM_LOCKED 1' before the "
		 "include"},
		{"frames is too deep",
		 "; a message takes one of the 8 call frames of a program, so log from a function "
		 "that is called less deeply"},
		{"back-edge from insn",
		 "; clang put the end of a loop before its start, which this verifier takes for an "
		 "endless loop: compile with -Os or -O1, or with a newer clang"},
		{"bpf_get_current_pid_tgid#",
		 "; BPF_LOG_PID takes Linux 6.10 in XDP, tc and cgroup programs"},
	};

	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (strstr(memory.verdict, hints[i].error))
			return hints[i].hint;
	}
	return "";
}

static bool has_btf(void)
{
	return !access(VMLINUX_BTF, F_OK);
}

void explain_load(const char *path, int err)
{
	if (memory.prog[0] && memory.verdict[0]) {
		if (strstr(memory.verdict, "GPL"))
			msg("%s: program '%s' needs a GPL-compatible licence, for example char "
			    "LICENSE[] "
			    "SEC(\"license\") = \"GPL\"; the verifier says: %s",
			    path, memory.prog, memory.verdict);
		else
			msg("%s: the verifier rejected program '%s': %s%s (-v shows the whole log)",
			    path, memory.prog, memory.verdict, hint());
	} else if (err == -EPERM) {
		msg("%s: not permitted to load BPF programs: requires root, or CAP_BPF and "
		    "CAP_PERFMON, and CAP_NET_ADMIN for XDP and tc",
		    path);
	} else if (!has_btf() && strstr(memory.warning, "BTF")) {
		msg("%s: loading requires kernel BTF, and this kernel has none (no %s; "
		    "CONFIG_DEBUG_INFO_BTF)",
		    path, VMLINUX_BTF);
	} else if (memory.prog[0]) {
		msg("%s: the kernel refused program '%s': %s%s", path, memory.prog,
		    explain_errno(err),
		    err == -EINVAL ? "; it may not support this program type (--prog NAME loads "
				     "only the named programs)"
				   : "");
	} else {
		msg("%s: loading failed: %s", path, explain_warning(err));
	}
}

void explain_inspect(int err)
{
	if (err == -EPERM || err == -EACCES)
		msg("not permitted to inspect BPF programs: requires root, or CAP_BPF and "
		    "CAP_PERFMON");
	else
		msg("cannot inspect BPF programs: %s", explain_warning(err));
}

void explain_no_streams(void)
{
	struct utsname uts;

	uname(&uts);
	msg("kernel %s has no BPF streams (Linux 6.17 and later have them); "
	    "programs print to /sys/kernel/tracing/trace_pipe instead, or to a ring, if they are "
	    "compiled with '-include bpf_stream/ring.h'",
	    uts.release);
}

void explain_no_ring_yet(void)
{
	struct utsname uts;

	uname(&uts);
	msg("kernel %s has no BPF streams (Linux 6.17 and later have them): following programs "
	    "that "
	    "write to a ring (bpf_stream/ring.h), none yet",
	    uts.release);
}

void explain_log_map(const char *word, const char *what, int err)
{
	if (err == -ENOENT)
		msg("program %s has no %s: it does not use bpf_stream/%s, none of its messages was "
		    "compiled in, or it was loaded without its BTF",
		    word, what, strcmp(what, "level") ? "stream.h" : "log.h");
	else if (err == -EPERM)
		msg("not permitted to open the maps of program %s: requires root or CAP_SYS_ADMIN",
		    word);
	else
		msg("cannot read the %s of program %s: %s", what, word, explain_errno(err));
}
