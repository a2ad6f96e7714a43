/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* lookup.c - find a loaded program. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explain.h"
#include "progs/lookup.h"

#define TAG_PREFIX "tag:"
/* So many ids are named when there are more programs than one. */
#define MAX_NAMED 16

/* What to look for among all programs: one of the two. */
struct wanted {
	const char *name;
	unsigned char tag[BPF_TAG_SIZE];
};

static bool is_tag(const char *word)
{
	return !strncmp(word, TAG_PREFIX, strlen(TAG_PREFIX));
}

static bool is_id(const char *word)
{
	return *word && word[strspn(word, "0123456789")] == '\0';
}

int lookup_check(const struct verb *verb, const char *word)
{
	const char *hex = word + strlen(TAG_PREFIX);

	if (!*word)
		return msg_usage(verb, "which program?");
	if (is_tag(word) &&
	    (strlen(hex) != 2 * BPF_TAG_SIZE || hex[strspn(hex, "0123456789abcdefABCDEF")]))
		return msg_usage(verb, "'%s' is no tag: %d hexadecimal digits follow '%s'", word,
				 2 * BPF_TAG_SIZE, TAG_PREFIX);
	return 0;
}

/*
 * The kernel keeps 15 characters of a name. The whole name is in the program's BTF, with its
 * function. Returns false if there is none.
 */
static bool full_name(int fd, char *name, size_t size)
{
	struct bpf_prog_info info = {};
	struct bpf_func_info func = {};
	__u32 len = sizeof(info);
	const struct btf_type *type;
	struct btf *btf;
	bool found = false;

	info.func_info = (__u64)(unsigned long)&func;
	info.nr_func_info = 1;
	info.func_info_rec_size = sizeof(func);
	if (bpf_prog_get_info_by_fd(fd, &info, &len) || !info.btf_id || !info.nr_func_info)
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

static bool name_matches(int fd, const struct bpf_prog_info *info, const char *name)
{
	char whole[256];

	if (strlen(name) < sizeof(info->name))
		return !strcmp(info->name, name);
	if (strncmp(info->name, name, sizeof(info->name) - 1))
		return false;
	return !full_name(fd, whole, sizeof(whole)) || !strcmp(whole, name);
}

static bool matches(int fd, const struct wanted *wanted)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_prog_get_info_by_fd(fd, &info, &len))
		return false;
	if (wanted->name)
		return name_matches(fd, &info, wanted->name);
	return !memcmp(info.tag, wanted->tag, sizeof(info.tag));
}

static int tell_not_permitted(void)
{
	msg("not permitted to look up BPF programs: it takes root or CAP_SYS_ADMIN");
	return -EPERM;
}

static int by_id(const char *word)
{
	unsigned long id;
	int fd;

	errno = 0;
	id = strtoul(word, NULL, 10);
	/* The kernel's ids have 32 bits; what is larger would be cut down to somebody else's. */
	fd = errno || id > 0xffffffff ? -ENOENT : bpf_prog_get_fd_by_id((__u32)id);
	if (fd == -EPERM)
		return tell_not_permitted();
	if (fd == -ENOENT)
		msg("no program has the id %s", word);
	else if (fd < 0)
		msg("cannot open program %s: %s", word, explain_errno(fd));
	return fd;
}

/* The one program, among all, that is wanted. @what says in words what was looked for. */
static int by_scan(const struct wanted *wanted, const char *what)
{
	unsigned int nr = 0;
	char ids[MAX_NAMED * 12] = "";
	int fd, err, found = -1;
	__u32 id = 0;

	while (!(err = bpf_prog_get_next_id(id, &id))) {
		fd = bpf_prog_get_fd_by_id(id);
		if (fd == -EPERM)
			err = -EPERM;
		if (err)
			break;
		/* It may have been unloaded a moment ago. */
		if (fd < 0)
			continue;
		if (!matches(fd, wanted)) {
			close(fd);
			continue;
		}
		if (nr < MAX_NAMED)
			snprintf(ids + strlen(ids), sizeof(ids) - strlen(ids), "%s%u",
				 nr ? ", " : "", id);
		if (!nr++)
			found = fd;
		else
			close(fd);
	}
	if (err == -ENOENT && nr == 1)
		return found;
	if (nr)
		close(found);

	if (err == -EPERM)
		return tell_not_permitted();
	if (err != -ENOENT) {
		msg("cannot list the loaded programs: %s", explain_errno(err));
		return err;
	}
	if (!nr) {
		msg("no program has the %s", what);
		return -ENOENT;
	}
	msg("%u programs have the %s: ids %s%s", nr, what, ids, nr > MAX_NAMED ? " ..." : "");
	return -ENOTUNIQ;
}

static int by_tag(const char *word)
{
	struct wanted wanted = {};
	char what[64];
	size_t i;

	for (i = 0; i < sizeof(wanted.tag); i++) {
		unsigned int byte;

		sscanf(word + strlen(TAG_PREFIX) + 2 * i, "%2x", &byte);
		wanted.tag[i] = (unsigned char)byte;
	}
	snprintf(what, sizeof(what), "tag %s", word + strlen(TAG_PREFIX));
	return by_scan(&wanted, what);
}

static int by_name(const char *word)
{
	struct wanted wanted = {.name = word};
	char what[512];

	snprintf(what, sizeof(what), "name '%s'", word);
	return by_scan(&wanted, what);
}

bool lookup_is_prog(int fd)
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

static int by_path(const char *word)
{
	int fd = bpf_obj_get(word);

	if (fd >= 0 && lookup_is_prog(fd))
		return fd;
	if (fd >= 0) {
		close(fd);
		msg("%s is pinned, but it is no program", word);
		return -EINVAL;
	}
	if (fd == -ENOENT || fd == -ENOTDIR)
		msg("%s: no such file", word);
	else if (fd == -EPERM)
		msg("not permitted to open %s: it takes root or CAP_BPF", word);
	else if (!access(word, R_OK | W_OK))
		msg("%s is no pinned program", word);
	else
		msg("%s: %s", word, explain_errno(fd));
	return fd;
}

int lookup_operand(const struct verb *verb, int argc, char **argv, const char **word)
{
	if (optind == argc)
		return msg_usage(verb, "which program?");
	*word = argv[optind];
	if (optind + 1 < argc)
		return msg_usage(verb, "unexpected argument '%s'", argv[optind + 1]);
	return lookup_check(verb, *word);
}

int lookup_prog(const char *word)
{
	if (strchr(word, '/'))
		return by_path(word);
	if (is_tag(word))
		return by_tag(word);
	if (is_id(word))
		return by_id(word);
	return by_name(word);
}

unsigned int lookup_name(int fd, char *name, size_t size)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	name[0] = '\0';
	if (bpf_prog_get_info_by_fd(fd, &info, &len))
		return 0;
	if (!full_name(fd, name, size))
		snprintf(name, size, "%s", info.name);
	return info.id;
}

void lookup_whole_name(unsigned int id, const char *cut, char *name, size_t size)
{
	size_t len = strnlen(cut, BPF_OBJ_NAME_LEN - 1);
	int fd = len < BPF_OBJ_NAME_LEN - 1 ? -1 : bpf_prog_get_fd_by_id(id);

	if (fd < 0 || lookup_name(fd, name, size) != id)
		snprintf(name, size, "%.*s", (int)len, cut);
	if (fd >= 0)
		close(fd);
}

bool lookup_tag(int fd, char *tag)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_prog_get_info_by_fd(fd, &info, &len))
		return false;
	for (size_t i = 0; i < BPF_TAG_SIZE; i++)
		snprintf(tag + 2 * i, 3, "%02x", info.tag[i]);
	return true;
}
