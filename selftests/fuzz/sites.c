// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The walk through .rodata.bpf_log in user/sites.h: for any bytes, it reads nothing outside of them, and
 * each statement lies in the section, after the one before it.
 */
#include <bpf_stream/user.h>

#include "fuzz.h"

static void check_inside(const struct __bpf_log_sites *sites, const char *part, size_t len)
{
	if (!part) {
		REQUIRE(!len);
		return;
	}
	REQUIRE(part >= sites->text && part + len <= sites->text + sites->size);
	/* Nothing of a statement goes over the end of its string. */
	REQUIRE(!memchr(part, 0, len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	uint64_t seed = fuzz_seed(data, size);
	struct __bpf_log_switches switches;
	struct __bpf_stream_section section;
	struct btf_var_secinfo var;
	struct __bpf_log_sites sites;
	struct bpf_log_site site;
	size_t at = 0;

	memset(&switches, 0, sizeof(switches));
	memset(&section, 0, sizeof(section));
	switches.max = (int)fuzz_rnd(&seed, 7) - 1;
	switches.live = (int)fuzz_rnd(&seed, 7) - 1;
	if (!fuzz_rnd(&seed, 4)) {
		var.type = 1;
		var.offset = fuzz_rnd(&seed, 2) ? fuzz_rnd(&seed, (uint32_t)size) : UINT32_MAX;
		var.size = fuzz_rnd(&seed, 2) ? fuzz_rnd(&seed, (uint32_t)size) : UINT32_MAX;
		section.vars = (const char *)&var;
		section.nr_vars = 1;
		__bpf_log_sites_clear_vars(&section, text, size);
	}
	__bpf_log_sites_init(&sites, text, size, &switches);
	while (__bpf_log_sites_next(&sites, &site)) {
		REQUIRE(sites.at > at && sites.at <= size);
		at = sites.at;
		REQUIRE(site.level >= -1 && site.level <= BPF_LOG_TRACE);
		REQUIRE(site.on >= -1 && site.on <= 1);
		REQUIRE(site.format);
		check_inside(&sites, site.format, site.format_len);
		check_inside(&sites, site.file, site.file_len);
		check_inside(&sites, site.cond, site.cond_len);
		check_inside(&sites, site.component, site.component_len);
		/* Only these can be printed as they are. */
		REQUIRE(!site.file || (site.file_len && !memchr(site.file, '\n', site.file_len)));
		REQUIRE(!site.component || site.component_len);
	}
	free(text);
	return 0;
}
