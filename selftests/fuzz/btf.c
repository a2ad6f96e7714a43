// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The walk through a map's type information in user/section.h: for any bytes, it reads nothing outside
 * of them, and what it finds lies in the map's value.
 */
#include <bpf_stream/user.h>

#include "fuzz.h"

static const char *const names[] = {"bpf_log_level", "bpf_stream_lost", "bpf_log_suppressed",
				    "bpf_log_max_level", ""};

/* The components lie in the section too, by name. */
static void check_components(const struct __bpf_stream_section *section)
{
	struct __bpf_log_component *list;
	size_t i, nr;

	list = __bpf_log_component_list(section, &nr);
	REQUIRE(list && nr <= section->nr_vars);
	for (i = 0; i < nr; i++) {
		REQUIRE(*list[i].name && (!i || strcmp(list[i - 1].name, list[i].name) <= 0));
		REQUIRE(list[i].offset >= 0 && !(list[i].offset & 3) &&
			(size_t)list[i].offset + 4 <= section->size);
	}
	free(list);
}

static void check_section(struct __bpf_stream_btf *btf, const char *at, const struct btf_type *type,
			  uint64_t *seed)
{
	struct __bpf_stream_section section;
	uint32_t size;
	long offset;
	size_t i;

	memset(&section, 0, sizeof(section));
	section.btf = *btf;
	section.vars = at + sizeof(*type);
	section.nr_vars = type->info & 0xffff;
	/* the section's size by the type, and another: the kernel reports it, and only the kernel knows */
	section.size = fuzz_rnd(seed, 2) ? type->size : fuzz_rnd(seed, 256);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size = fuzz_rnd(seed, 2) ? 4 : fuzz_rnd(seed, 129);
		offset = __bpf_stream_section_find(&section, names[i], size);
		REQUIRE(offset == -ENOENT ||
			(offset >= 0 && !(offset & 3) && (size_t)offset + size <= section.size));
	}
	check_components(&section);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct __bpf_stream_btf btf = {.data = fuzz_copy(data, size), .size = size};
	uint64_t seed = fuzz_seed(data, size);
	struct btf_type type;
	const char *at;
	uint32_t id;

	if (!__bpf_stream_btf_parse(&btf)) {
		REQUIRE(!__bpf_stream_btf_type(&btf, 0, &type));
		/* longer input is slow and finds nothing new */
		for (id = 1; id < 64 && (at = __bpf_stream_btf_type(&btf, id, &type)); id++) {
			REQUIRE(at >= btf.data && at + sizeof(type) <= btf.data + size);
			__bpf_stream_btf_name_is(&btf, type.name_off, "bpf_log_level");
			if ((type.info >> 24 & 0x1f) == BTF_KIND_DATASEC)
				check_section(&btf, at, &type, &seed);
		}
		__bpf_stream_btf_type(&btf, fuzz_rnd(&seed, UINT32_MAX), &type);
	}
	free(btf.data);
	return 0;
}
