/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* prog.c - id, name and tag of a loaded program. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "progs/prog.h"

bool prog_info(int fd, struct bpf_prog_info *info)
{
	__u32 len = sizeof(*info);

	return !bpf_prog_get_info_by_fd(fd, info, &len);
}

bool prog_is(int fd)
{
	char path[64], target[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return true;
	target[n] = '\0';
	return !strcmp(target, "anon_inode:bpf-prog");
}

bool prog_btf_name(int fd, char *name, size_t size)
{
	struct bpf_func_info func = {};
	struct bpf_prog_info info = {
		.func_info = (__u64)(unsigned long)&func,
		.nr_func_info = 1,
		.func_info_rec_size = sizeof(func),
	};
	const struct btf_type *type;
	struct btf *btf;
	bool found = false;

	if (!prog_info(fd, &info) || !info.btf_id || !info.nr_func_info)
		return false;
	btf = btf__load_from_kernel_by_id(info.btf_id);
	if (!btf)
		return false;
	type = btf__type_by_id(btf, func.type_id);
	if (type && btf_is_func(type)) {
		snprintf(name, size, "%s", btf__name_by_offset(btf, type->name_off));
		found = true;
	}
	btf__free(btf);
	return found;
}

__u32 prog_name(int fd, char *name, size_t size)
{
	struct bpf_prog_info info = {};

	name[0] = '\0';
	if (!prog_info(fd, &info))
		return 0;
	if (!prog_btf_name(fd, name, size))
		snprintf(name, size, "%s", info.name);
	return info.id;
}

void prog_full_name(__u32 id, const char *cut, char *name, size_t size)
{
	size_t len = strnlen(cut, BPF_OBJ_NAME_LEN - 1);
	int fd = len < BPF_OBJ_NAME_LEN - 1 ? -1 : bpf_prog_get_fd_by_id(id);

	if (fd < 0 || prog_name(fd, name, size) != id)
		snprintf(name, size, "%.*s", (int)len, cut);
	if (fd >= 0)
		close(fd);
}

void prog_tag(const struct bpf_prog_info *info, char tag[PROG_TAG])
{
	for (size_t i = 0; i < BPF_TAG_SIZE; i++)
		snprintf(tag + 2 * i, 3, "%02x", info->tag[i]);
}
