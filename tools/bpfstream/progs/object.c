/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* object.c - open a BPF object, select programs, load it. */
#include <bpf/libbpf.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "progs/attach.h"
#include "progs/object.h"

#ifndef EM_BPF
#define EM_BPF 247
#endif

/* Check before libbpf does, whose errors for other files are unclear. */
static bool is_bpf_file(const char *path)
{
	Elf64_Ehdr head;
	struct stat st;
	ssize_t n;
	int fd;

	/* Before open(), which blocks on a FIFO. */
	if (stat(path, &st)) {
		msg(errno == ENOENT ? "%s: no such file" : "%s: %m", path);
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		msg("%s is not a BPF object: %s", path,
		    S_ISDIR(st.st_mode) ? "it is a directory" : "it is not a regular file");
		return false;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		msg("%s: %m", path);
		return false;
	}
	n = read(fd, &head, sizeof(head));
	close(fd);
	if (n != sizeof(head) || memcmp(head.e_ident, ELFMAG, SELFMAG) ||
	    head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_machine != EM_BPF ||
	    head.e_type != ET_REL) {
		msg("%s is not a BPF object", path);
		return false;
	}
	return true;
}

struct bpf_object *object_open(const char *path)
{
	struct bpf_object *obj;

	if (!is_bpf_file(path))
		return NULL;
	explain_forget();
	obj = bpf_object__open_file(path, NULL);
	if (!obj) {
		explain_open(path, -errno);
		return NULL;
	}
	if (!bpf_object__next_program(obj, NULL)) {
		msg("%s has no BPF program", path);
		bpf_object__close(obj);
		return NULL;
	}
	return obj;
}

static void list_programs(struct bpf_object *obj, char *text, size_t size)
{
	struct bpf_program *prog;
	size_t n = 0;

	text[0] = '\0';
	bpf_object__for_each_program(prog, obj) {
		if (n < size)
			n += snprintf(text + n, size - n, "%s%s", n ? ", " : "",
				      bpf_program__name(prog));
	}
}

int object_select(struct bpf_object *obj, const char *path, const char *const *names,
		  unsigned int nr)
{
	struct bpf_program *prog;
	char list[1024];
	unsigned int i;

	if (!nr)
		return 0;
	bpf_object__for_each_program(prog, obj)
		bpf_program__set_autoload(prog, false);
	for (i = 0; i < nr; i++) {
		prog = bpf_object__find_program_by_name(obj, names[i]);
		if (!prog) {
			list_programs(obj, list, sizeof(list));
			msg("%s has no program '%s'; it has: %s", path, names[i], list);
			return -ENOENT;
		}
		bpf_program__set_autoload(prog, true);
	}
	attach_select_struct_ops(obj);
	return 0;
}

int object_load(struct bpf_object *obj, const char *path)
{
	int err;

	explain_forget();
	err = bpf_object__load(obj);
	if (err)
		explain_load(path, err);
	return err;
}
