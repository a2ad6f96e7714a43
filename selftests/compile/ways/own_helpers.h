/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * A project's own helper declarations, in forms found in projects: older than libbpf's, and with other
 * types. OWN_GUARD: with libbpf's include guard; OWN_NAMES: names without bpf_; OWN_VENDORED: those of
 * an old libbpf.
 */
#if !defined(OWN_GUARD) || !defined(__BPF_HELPERS__)
#ifdef OWN_GUARD
#define __BPF_HELPERS__
#endif
#define SEC(name) __attribute__((section(name), used))

#if defined(OWN_NAMES)
static long (*trace_printk)(const char *fmt, int fmt_size, ...) = (void *)6;
#define printk(fmt, ...)                                                                           \
	({                                                                                         \
		const char ____fmt[] = fmt;                                                        \
		trace_printk(____fmt, sizeof(____fmt), ##__VA_ARGS__);                             \
	})
#elif defined(OWN_VENDORED)
#include <bpf/bpf_helper_defs.h>
struct bpf_map_def {
	unsigned int type, key_size, value_size, max_entries, map_flags;
};
#define bpf_printk(fmt, ...)                                                                       \
	({                                                                                         \
		static const char ____fmt[] = fmt;                                                 \
		bpf_trace_printk(____fmt, sizeof(____fmt), ##__VA_ARGS__);                         \
	})
#else
static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*bpf_trace_printk)(const char *fmt, int fmt_size, ...) = (void *)6;
#define __uint(name, val) int(*name)[val]
#define __type(name, val) typeof(val) *name
#define bpf_printk(fmt, ...)                                                                       \
	({                                                                                         \
		char ____fmt[] = fmt;                                                              \
		bpf_trace_printk(____fmt, sizeof(____fmt), ##__VA_ARGS__);                         \
	})
#endif
#endif
