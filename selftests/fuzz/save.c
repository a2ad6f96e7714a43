// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Makes samples for the fuzz targets: runs programs of the selftests, and saves their raw output and
 * the type information of their data sections.
 *
 *	fuzz_save DIR OBJ...
 */
#include <bpf/btf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <bpf_stream/user.h>
#include "../lib.h"

/* the beginning is enough */
#define MAX 3000

static void save(const char *dir, const char *kind, const char *name, const char *suffix,
		 const void *data, size_t len)
{
	char path[512];
	FILE *f;

	if (!len)
		return;
	snprintf(path, sizeof(path), "%s/%s/%s%s", dir, kind, name, suffix);
	f = fopen(path, "w");
	if (!f || fwrite(data, 1, len < MAX || *kind == 'b' ? len : MAX, f) == 0 || fclose(f)) {
		perror(path);
		exit(1);
	}
}

static void save_streams(const char *dir, const char *object, struct bpf_program *prog)
{
	static const char *const suffixes[] = {".stdout", ".stderr"};
	char name[256];
	size_t len;
	char *text;

	snprintf(name, sizeof(name), "%s.%s", object, bpf_program__name(prog));
	for (int id = 1; id <= 2; id++) {
		text = stream_text(bpf_program__fd(prog), id, &len);
		if (text)
			save(dir, "text", name, suffixes[id - 1], text, len);
		free(text);
	}
}

/* The kernel's copy, found through the map: bpf_log_level_get() walks it */
static void save_btf(const char *dir, const char *object, struct bpf_object *obj)
{
	struct bpf_map *map = bpf_object__find_map_by_name(obj, ".data.bpf_log");
	struct bpf_map_info info = {0};
	__u32 len = sizeof(info);
	struct btf *btf;
	const void *data;

	if (!map || bpf_map_get_info_by_fd(bpf_map__fd(map), &info, &len) || !info.btf_id)
		return;
	btf = btf__load_from_kernel_by_id(info.btf_id);
	data = btf ? btf__raw_data(btf, &len) : NULL;
	if (data)
		save(dir, "btf", object, "", data, len);
	btf__free(btf);
}

int main(int argc, char **argv)
{
	struct bpf_program *prog;
	struct bpf_object *obj;
	unsigned int retval;
	char object[256];

	for (int i = 2; i < argc; i++) {
		snprintf(object, sizeof(object), "%s", strrchr(argv[i], '/') + 1);
		*strchr(object, '.') = '\0';
		obj = bpf_object__open_file(argv[i], NULL);
		if (!obj || bpf_object__load(obj)) {
			perror(argv[i]);
			return 1;
		}
		bpf_object__for_each_program(prog, obj) {
			run_prog(prog, &retval);
			/* the modes of tool_progs/modes.bpf.c: attached by run_prog() or here */
			if (!strncmp(bpf_program__section_name(prog), "tp/", 3) &&
			    bpf_program__attach(prog)) {
				for (pid_t pid = 2000000001; pid <= 2000000008; pid++)
					kill(pid, 0);
			}
			save_streams(argv[1], object, prog);
		}
		save_btf(argv[1], object, obj);
		bpf_object__close(obj);
	}
	return 0;
}
