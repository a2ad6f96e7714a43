// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * loaders/plain.bpf.o, whose licence is not compatible with the GPL and which refers to no kernel
 * function: with libbpf, as a light skeleton, without a JIT, without BTF of the kernel. The records are
 * the same each time. The same for all.bpf.o after ring.h, under the GPL.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libelf.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>
#include <bpf/btf.h>
#include <bpf_stream/user.h>
#include "lib.h"
#include "all.lskel.h"
#include "all_ring.lskel.h"
#include "plain.lskel.h"

#define STREAMS "build/selftests/tool_progs/short.bpf.o" /* the same headers without ring.h */
#define JIT	"/proc/sys/net/core/bpf_jit_enable"
#define BTF	"/sys/kernel/btf"

/* After a packet of 64 bytes at info, and one at debug */
struct object {
	const char *path, *prog, *records[2];
};

static const struct object plain = {
	"build/selftests/loaders/plain.bpf.o",
	"plain",
	{"INFO packet of 64 bytes|- printk 3|"
	 "INFO packet of 64 bytes|DEBUG at debug, ! and 1234567890|- printk 3|",
	 "- line of its own, 7|WARN only once, 100|ERROR too short: 64 of 100|"
	 "- line of its own, 7|ERROR too short: 64 of 100|"},
};

#define ALL_ERR                                                                                    \
	"ERROR error 5|WARN staged 1\n\tand string|WARN warn_on: len < limit|"                     \
	"FATAL assertion failed: limit == 1|"
static const struct object all = {
	"build/selftests/loaders/all_ring.bpf.o",
	"all",
	{"INFO packet of 64 bytes|- printk 3|"
	 "INFO packet of 64 bytes|DEBUG at debug, string|- printk 3|",
	 ALL_ERR ALL_ERR},
};

static char seen[2][4096];

static int take(void *ctx, const struct bpf_stream_record *rec)
{
	const char *level = bpf_log_level_name(rec->log.level);
	char *at = seen[rec->stream_id - 1];
	size_t n = strlen(at);

	snprintf(at + n, sizeof(seen[0]) - n, "%s %.*s|", level ? level : "-",
		 (int)rec->log.text_len, rec->log.text);
	(void)ctx;
	return 0;
}

static int send_packet(int prog_fd)
{
	char packet[64] = {0};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet));

	return bpf_prog_test_run_opts(prog_fd, &opts) ? -errno : (int)opts.retval;
}

static bool is_jited(int prog_fd)
{
	struct bpf_prog_info info = {0};
	__u32 len = sizeof(info);

	return !bpf_obj_get_info_by_fd(prog_fd, &info, &len) && info.jited_prog_len;
}

static void test_prog(const struct object *object, int prog_fd, bool jited, const char *how)
{
	struct bpf_stream_consumer *c = bpf_stream_consumer__new(take, NULL, NULL);
	struct bpf_log_counts counts = {0};
	int err, ret[2];

	memset(seen, 0, sizeof(seen));
	ok(is_jited(prog_fd) == jited, "%s: %s", how, jited ? "compiled" : "interpreted");
	err = bpf_stream_consumer__add_prog(c, prog_fd, BPF_STREAM_BOTH, NULL);
	if (!ok(!err, "%s: its ring is found", how))
		note("%s", strerror(-err));
	ret[0] = send_packet(prog_fd);
	err = bpf_log_level_set(prog_fd, BPF_LOG_DEBUG);
	if (!ok(!err, "%s: the level is set", how))
		note("%s", strerror(-err));
	ret[1] = send_packet(prog_fd);
	if (!ok(ret[0] == 2 && ret[1] == 2, "%s: it runs", how))
		note("returned %d, %d", ret[0], ret[1]);
	bpf_stream_consumer__drain(c);
	for (int i = 0; i < 2; i++) {
		if (!ok(!strcmp(seen[i], object->records[i]), "%s: stream %d", how, i + 1))
			note("has %s", seen[i]);
	}
	err = bpf_log_losses(prog_fd, &counts);
	ok(!err && !bpf_log_lost_total(&counts.lost[0]) && !bpf_log_lost_total(&counts.lost[1]),
	   "%s: nothing is lost", how);
	bpf_stream_consumer__free(c);
}

static void test_libbpf(const struct object *object, bool jited, const char *how)
{
	struct bpf_object *obj = bpf_object__open_file(object->path, NULL);

	log_clear();
	if (ok(obj && !bpf_object__load(obj), "%s: loads", how))
		test_prog(object,
			  bpf_program__fd(bpf_object__find_program_by_name(obj, object->prog)),
			  jited, how);
	else
		log_show();
	bpf_object__close(obj);
}

/* all.bpf.o without its program dump, and with it */
static void test_all_without_jit(void)
{
	struct bpf_object *obj = bpf_object__open_file(all.path, NULL);

	bpf_program__set_autoload(bpf_object__find_program_by_name(obj, "dump"), false);
	log_clear();
	if (ok(!bpf_object__load(obj), "no JIT, GPL: loads"))
		test_prog(&all, bpf_program__fd(bpf_object__find_program_by_name(obj, "all")),
			  false, "no JIT, GPL");
	else
		log_show();
	bpf_object__close(obj);
	obj = bpf_object__open_file(all.path, NULL);
	log_clear();
	if (!ok(bpf_object__load(obj) &&
			strstr(log_text(), "callbacks are not allowed in non-JITed"),
		"no JIT, a dump: refused"))
		log_show();
	bpf_object__close(obj);
}

static void test_light_skeleton(bool jited, const char *how)
{
	struct plain *skel = plain__open_and_load();

	if (ok(skel, "%s: loads", how))
		test_prog(&plain, skel->progs.plain.prog_fd, jited, how);
	else
		note("%s", strerror(errno));
	plain__destroy(skel);
}

/* Light skeletons do not cut the names of kernel functions, whatever the kernel has. */
static void test_light_skeleton_streams(void)
{
	struct all *skel = all__open_and_load();

	if (ok(skel, "streams, light skeleton: loads")) {
		send_packet(skel->progs.all.prog_fd);
		ok(bpf_log_sink_get(skel->progs.all.prog_fd) == BPF_LOG_SINK_TRACE_PIPE,
		   "streams, light skeleton: writes to the trace pipe");
	}
	all__destroy(skel);
}

/* The kernel's functions take a JIT. */
static void test_streams_without_jit(void)
{
	struct bpf_object *obj = bpf_object__open_file(STREAMS, NULL);

	log_clear();
	if (!have_streams())
		skip("no streams", "no JIT, streams: refused");
	else if (!ok(bpf_object__load(obj) && strstr(log_text(), "JIT is required"),
		     "no JIT, streams: refused"))
		log_show();
	bpf_object__close(obj);
}

static void test_light_skeleton_all(bool jited, const char *how)
{
	struct all_ring *skel = all_ring__open_and_load();

	if (ok(skel, "%s: loads", how))
		test_prog(&all, skel->progs.all.prog_fd, jited, how);
	else
		note("%s", strerror(errno));
	all_ring__destroy(skel);
}

/* The object has no undefined symbol but the first one, which every object has. */
static void test_object(void)
{
	int fd = open(plain.path, O_RDONLY), undefined = 0, symbols = 0;
	Elf *elf = elf_version(EV_CURRENT) ? elf_begin(fd, ELF_C_READ, NULL) : NULL;
	struct btf *btf = btf__parse(plain.path, NULL);
	Elf_Scn *scn = NULL;

	while (elf && (scn = elf_nextscn(elf, scn))) {
		Elf64_Shdr *shdr = elf64_getshdr(scn);
		Elf_Data *data = elf_getdata(scn, NULL);
		Elf64_Sym *sym;

		if (!shdr || shdr->sh_type != SHT_SYMTAB || !data)
			continue;
		sym = data->d_buf;
		for (size_t i = 1; i < data->d_size / sizeof(*sym); i++, symbols++)
			undefined += sym[i].st_shndx == SHN_UNDEF;
	}
	ok(symbols && !undefined, "no extern among %d symbols: %d", symbols, undefined);
	ok(btf && btf__find_by_name_kind(btf, ".ksyms", BTF_KIND_DATASEC) == -ENOENT,
	   "no kernel function in its BTF");
	btf__free(btf);
	elf_end(elf);
	close(fd);
}

static bool set_jit(const char *value)
{
	int fd = open(JIT, O_WRONLY);
	bool done = write(fd, value, 1) == 1;

	close(fd);
	return done;
}

/* For this process alone: libbpf finds no BTF of the kernel then. */
static bool hide_btf(void)
{
	struct bpf_object *obj;
	bool refused;

	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", BTF, "tmpfs", 0, NULL) || !access(BTF "/vmlinux", F_OK))
		return false;
	obj = bpf_object__open_file(STREAMS, NULL);
	refused = obj && bpf_object__load(obj);
	bpf_object__close(obj);
	return refused && strstr(log_text(), "Error loading vmlinux BTF");
}

int main(void)
{
	log_capture();
	test_object();
	test_libbpf(&plain, true, "libbpf");
	test_light_skeleton(true, "light skeleton");
	test_light_skeleton_all(true, "GPL, light skeleton");
	test_light_skeleton_streams();
	if (!ok(set_jit("0"), "switch the JIT off"))
		note("%s: %s", JIT, strerror(errno));
	test_libbpf(&plain, false, "no JIT");
	test_light_skeleton(false, "no JIT, light skeleton");
	test_all_without_jit();
	test_streams_without_jit();
	set_jit("1");
	log_clear();
	if (!ok(hide_btf(), "hide the kernel's BTF: an object with streams does not load"))
		log_show();
	test_libbpf(&plain, true, "no BTF");
	test_light_skeleton(true, "no BTF, light skeleton");
	test_libbpf(&all, true, "no BTF, GPL");
	set_jit("0");
	test_libbpf(&plain, false, "no BTF, no JIT");
	set_jit("1");
	return tap_done();
}
