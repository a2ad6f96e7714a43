/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/sites.h - the log statements of a loaded program. Part of user.h: include that.
 *
 * The formats of all messages are in the map ".rodata.bpf_log" of the object, in the order in which
 * the compiler emitted them; nothing else in the program is for this. What the map contains is not
 * trusted.
 */
#ifndef BPF_STREAM_USER_SITES_H
#define BPF_STREAM_USER_SITES_H

/**
 * struct bpf_log_site - a statement that can write a message
 * @level:	BPF_LOG_FATAL (assertions, panics) to BPF_LOG_TRACE, or -1 for a message without a level
 *		(bpf_stream_printk(), bpf_printk(), bpf_stream_stage_printf())
 * @on:		1 if the present levels let it pass, or no level applies to it (assert.h, messages
 *		without a level); 0 if they stop it; -1 if they are unknown
 * @file:	source file, @file_len bytes, or NULL if the record has no location. As in the format,
 *		so "%%" stands for a percent sign.
 * @line:	line in @file, or 0
 * @format:	the text that its author wrote, without the head; any bytes, not NUL-terminated. An
 *		assertion has "%s" in the place of its condition; the format of bpf_log_hexdump() is
 *		that of a line of the dump.
 * @format_len:	length of @format
 * @cond:	condition of an assertion or a warning of assert.h, @cond_len bytes, or NULL
 * @component:	its component, @component_len bytes, or NULL
 */
struct bpf_log_site {
	int level;
	int on;
	const char *file;
	size_t file_len;
	uint32_t line;
	const char *format;
	size_t format_len;
	const char *cond;
	size_t cond_len;
	const char *component;
	size_t component_len;
};

/**
 * typedef bpf_log_site_fn - called for each statement
 * @ctx:	as given to bpf_log_sites()
 * @site:	valid during the call
 *
 * Return: 0 to continue; bpf_log_sites() stops at a negative value, and returns it.
 */
typedef int (*bpf_log_site_fn)(void *ctx, const struct bpf_log_site *site);

#define __BPF_LOG_COND_SIZE 204 /* bytes of a condition in assert.h; the rest is zero */

/* What decides whether a statement is on */
struct __bpf_log_switches {
	int max, live; /* negative: unknown */
	const char *values; /* of the section of levels, or NULL */
	const struct __bpf_log_component *components;
	size_t nr_components;
};

/* A walk through a copy of the section */
struct __bpf_log_sites {
	const char *text;
	size_t size;
	size_t at;
	size_t own_strings; /* "%s" of the library that have not come yet */
	const struct __bpf_log_switches *switches;
};

static inline bool __bpf_log_is(const char *text, size_t len, const char *word)
{
	return len == strlen(word) && !memcmp(text, word, len);
}

/* The string at @at. Return NULL if it has no end in the section. */
static inline const char *__bpf_log_string(const struct __bpf_log_sites *sites, size_t at,
					   size_t *len)
{
	const char *text = sites->text + at, *nul;

	if (at >= sites->size)
		return NULL;
	nul = (const char *)memchr(text, 0, sites->size - at);
	*len = nul ? (size_t)(nul - text) : 0;
	return nul ? text : NULL;
}

/* Whether the string at @at is the @len bytes of @text and a newline */
static inline bool __bpf_log_is_twin(const struct __bpf_log_sites *sites, size_t at,
				     const char *text, size_t len)
{
	return at < sites->size && sites->size - at >= len + 2 &&
	       !memcmp(sites->text + at, text, len) && !memcmp(sites->text + at + len, "\n", 2);
}

/*
 * Parse the head of a record's format, LEVEL[ %llu][ file:line][ cpu=%u][ pid=%u]: and a space. Return
 * what follows, or NULL if this is not a head.
 */
static inline const char *__bpf_log_site_head(const char *p, const char *end,
					      struct bpf_log_site *site)
{
	const char *name, *word, *colon;
	uint64_t line;
	int level;

	for (level = 0; (name = bpf_log_level_name(level)); level++) {
		if (__bpf_log_starts(p, end, name))
			break;
	}
	if (!name)
		return NULL;
	p += strlen(name);
	site->level = level;
	p += __bpf_log_starts(p, end, " %llu") ? 5 : 0;
	if (__bpf_log_starts(p, end, " ") && !__bpf_log_starts(p, end, " cpu=%u") &&
	    !__bpf_log_starts(p, end, " pid=%u")) {
		word = p + 1;
		p = __bpf_log_word_end(word, end);
		if (p == end || p == word || *p != ':')
			return NULL;
		colon = p;
		p = __bpf_log_word_end(colon + 1, end);
		if (!__bpf_log_number(colon + 1, p, UINT32_MAX, &line))
			return NULL;
		site->file = word;
		site->file_len = (size_t)(colon - word);
		site->line = (uint32_t)line;
	}
	p += __bpf_log_starts(p, end, " cpu=%u") ? 7 : 0;
	p += __bpf_log_starts(p, end, " pid=%u") ? 7 : 0;
	return __bpf_log_starts(p, end, ": ") ? p + 2 : NULL;
}

/* Whether the format of a record is the library's own: it comes with a statement of the author. */
static inline bool __bpf_log_site_is_own(const struct bpf_log_site *site)
{
	static const char *const own[] = {
		"%llu messages suppressed", "%s%u bytes cannot be read",
		"%s%u bytes more",	    "assertion failed: %s (strings too long)",
		"panic (strings too long)",
	};
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (__bpf_log_is(site->format, site->format_len, own[i]))
			return true;
	}
	return false;
}

/* The note after a record has its component: 0x01 and the name. Skip it. */
static inline void __bpf_log_site_note(struct __bpf_log_sites *sites, struct bpf_log_site *site)
{
	const char *note;
	size_t len, i;

	note = __bpf_log_string(sites, sites->at, &len);
	if (!note || len < 2 || *note != 1)
		return;
	for (i = 1; i < len; i++) {
		if (note[i] != '_' && !(note[i] >= '0' && note[i] <= '9') &&
		    !(note[i] >= 'A' && note[i] <= 'Z') && !(note[i] >= 'a' && note[i] <= 'z'))
			return;
	}
	site->component = note + 1;
	site->component_len = len - 1;
	sites->at += len + 1;
}

/* The live level of a component. Return a negative number if it is unknown. */
static inline int __bpf_log_switch_of(const struct __bpf_log_switches *switches,
				      const char *component, size_t len)
{
	uint32_t value;
	size_t i;

	for (i = 0; switches->values && i < switches->nr_components; i++) {
		if (!__bpf_log_is(component, len, switches->components[i].name))
			continue;
		memcpy(&value, switches->values + switches->components[i].offset, sizeof(value));
		return __bpf_log_level_of(value);
	}
	return -ENOENT;
}

static inline int __bpf_log_site_on(const struct __bpf_log_switches *switches,
				    const struct bpf_log_site *site)
{
	int live = switches->live;

	if (site->level <= BPF_LOG_FATAL || site->cond)
		return 1;
	if (site->component)
		live = __bpf_log_switch_of(switches, site->component, site->component_len);
	if (switches->max < 0 || live < 0)
		return -1;
	return site->level <= switches->max && site->level <= live;
}

/* Parse a record at sites->at, and go to what follows it. Return false if there is none. */
static inline bool __bpf_log_site_record(struct __bpf_log_sites *sites, struct bpf_log_site *site)
{
	const char *text;
	size_t len;

	memset(site, 0, sizeof(*site));
	text = __bpf_log_string(sites, sites->at, &len);
	if (!text)
		return false;
	site->format = __bpf_log_site_head(text, text + len, site);
	if (!site->format || !__bpf_log_is_twin(sites, sites->at + len + 1, text, len))
		return false;
	site->format_len = (size_t)(text + len - site->format);
	sites->at += 2 * len + 3;
	__bpf_log_site_note(sites, site);
	return true;
}

/* Parse a condition, which is followed by the record with its "%s", as a record. */
static inline bool __bpf_log_site_assertion(struct __bpf_log_sites *sites,
					    struct bpf_log_site *site)
{
	size_t at = sites->at, i;
	const char *cond, *format, *end;

	cond = __bpf_log_string(sites, at, &i);
	if (!cond || i >= __BPF_LOG_COND_SIZE || sites->size - at < __BPF_LOG_COND_SIZE)
		return false;
	memset(site, 0, sizeof(*site));
	site->cond_len = i;
	for (; i < __BPF_LOG_COND_SIZE; i++) {
		if (cond[i])
			return false;
	}
	sites->at += __BPF_LOG_COND_SIZE;
	if (__bpf_log_site_record(sites, site)) {
		format = site->format;
		end = format + site->format_len;
		site->cond = cond;
		site->cond_len = strlen(cond);
		if (site->level == BPF_LOG_WARN
			    ? __bpf_log_is(format, site->format_len, "warn_on: %s")
			    : site->level == BPF_LOG_FATAL &&
				      __bpf_log_starts(format, end, "assertion failed: %s"))
			return true;
	}
	sites->at = at;
	return false;
}

/* Parse a message without a level. Return false if it is the library's own. */
static inline bool __bpf_log_site_plain(struct __bpf_log_sites *sites, struct bpf_log_site *site,
					const char *text, size_t len)
{
	bool twin = __bpf_log_is_twin(sites, sites->at + len + 1, text, len);

	memset(site, 0, sizeof(*site));
	site->level = -1;
	site->format = text;
	site->format_len = len;
	sites->at += twin ? 2 * len + 3 : len + 1;
	if (twin)
		return !__bpf_log_is(text, len, "\t%pS");
	/* The line that a stage is written with cannot be told from an author's. */
	if (__bpf_log_is(text, len, "%s") && sites->own_strings) {
		sites->own_strings--;
		return false;
	}
	return !__bpf_log_is(text, len, "\n\t[%llu bytes cut]\n") &&
	       !__bpf_log_starts(text, text + len,
				 "WARN: %llu messages lost by the programs of this object (");
}

/* The next statement. Return false if there is none. */
static inline bool __bpf_log_sites_next(struct __bpf_log_sites *sites, struct bpf_log_site *site)
{
	const char *text;
	size_t len;

	while ((text = __bpf_log_string(sites, sites->at, &len))) {
		if (!len) {
			sites->at++;
			continue;
		}
		/* It has no NUL at its end. */
		if (len >= __BPF_STREAM_RING_BASE_SIZE &&
		    !memcmp(text, __BPF_STREAM_RING_BASE, __BPF_STREAM_RING_BASE_SIZE)) {
			sites->at += __BPF_STREAM_RING_BASE_SIZE;
			continue;
		}
		if (__bpf_log_site_assertion(sites, site) || __bpf_log_site_record(sites, site)
			    ? !__bpf_log_site_is_own(site)
			    : __bpf_log_site_plain(sites, site, text, len)) {
			site->on = __bpf_log_site_on(sites->switches, site);
			return true;
		}
	}
	return false;
}

/*
 * Clear the library's table from errno to cause, which is no text (bpf/losses.h): its index is 128 - errno,
 * and errno in objects that were compiled with older headers.
 */
static inline void __bpf_log_sites_clear_causes(char *text, size_t size)
{
	/* the kernel's errno values from the largest, and the causes */
	static const unsigned char table[5][2] = {{28, 0}, {22, 24}, {16, 16}, {12, 8}, {7, 32}};
	unsigned char causes[128];
	size_t order, first, i;
	char *p;

	for (order = 0; order < 2; order++) {
		memset(causes, 0, sizeof(causes));
		for (i = 0; i < 5; i++)
			causes[order ? table[i][0] : 128 - table[i][0]] =
				(unsigned char)(table[i][1] ^ 40);
		first = order ? 7 : 100;
		p = text;
		while ((p = (char *)memchr(p, causes[first], size - (size_t)(p - text)))) {
			if ((size_t)(p - text) >= first &&
			    size - (size_t)(p - text) >= sizeof(causes) - first &&
			    !memcmp(p - first, causes, sizeof(causes)))
				memset(p - first, 0, sizeof(causes));
			p++;
		}
	}
}

/* Clear the variables that the section's BTF lists: the formats have no debug information. */
static inline void __bpf_log_sites_clear_vars(const struct __bpf_stream_section *section,
					      char *text, size_t size)
{
	struct btf_var_secinfo var;
	uint32_t i;

	for (i = 0; i < section->nr_vars; i++) {
		memcpy(&var, section->vars + i * sizeof(var), sizeof(var));
		if (var.offset <= size && var.size <= size - var.offset)
			memset(text + var.offset, 0, var.size);
	}
}

/* Begin a walk through a copy of the section, which is changed. */
static inline void __bpf_log_sites_init(struct __bpf_log_sites *sites, char *text, size_t size,
					const struct __bpf_log_switches *switches)
{
	static const char mark[] = "\n\t[%llu bytes cut]\n";
	const char *p = text;

	memset(sites, 0, sizeof(*sites));
	sites->text = text;
	sites->size = size;
	sites->switches = switches;
	__bpf_log_sites_clear_causes(text, size);
	/* Each object with a stage, of those that are linked, has a mark and a "%s". */
	while ((p = (const char *)memchr(p, '\n', size - (size_t)(p - text)))) {
		sites->own_strings +=
			size - (size_t)(p - text) >= sizeof(mark) && !memcmp(p, mark, sizeof(mark));
		p++;
	}
}

/* Copy the section if map @map_id is it. Return NULL, and 0 or an error in *err, if not. */
static inline char *__bpf_log_sites_look(uint32_t map_id, uint32_t prog_btf, size_t *size, int *err)
{
	struct __bpf_stream_section section;
	struct bpf_map_info info;
	char *text = NULL;

	memset(&section, 0, sizeof(section));
	memset(&info, 0, sizeof(info));
	section.map_fd = __bpf_stream_fd_by_id(BPF_MAP_GET_FD_BY_ID, map_id);
	if (section.map_fd < 0) {
		*err = section.map_fd;
		return NULL;
	}
	*err = __bpf_stream_info(section.map_fd, &info, sizeof(info));
	if (!*err && info.type == BPF_MAP_TYPE_ARRAY && info.max_entries == 1 &&
	    !strcmp(info.name, __BPF_STREAM_RING_LITERALS)) {
		section.size = info.value_size;
		*size = info.value_size;
		text = __bpf_stream_section_read(&section, err);
	}
	close(section.map_fd);
	/* The section may have no variables in BTF, or no BTF. */
	if (text &&
	    !__bpf_stream_section_try(&section, map_id, __BPF_STREAM_RING_LITERALS, prog_btf)) {
		__bpf_log_sites_clear_vars(&section, text, *size);
		__bpf_stream_section_close(&section);
	}
	return text;
}

/**
 * bpf_log_sites() - go over the log statements of a loaded program and those of its object
 * @prog_fd:	any fd of it
 * @fn:		called for each, in the order of the section (for one source file mostly that of its
 *		lines)
 * @ctx:	for @fn
 *
 * Lists what authors wrote, once for each statement: the formats of log.h, assert.h, stream.h,
 * printk.h and stage.h, not the library's own lines (losses, "messages suppressed"). Programs of one
 * object share the section, so the statements of all of them come, also of those that were not
 * loaded. A statement that was compiled out (BPF_LOG_COMPILE_LEVEL, code that is never reached) left
 * no format. A function that was inlined several times has one. bpf_log() with a level that is a
 * variable has five statements, one for each level. One text may come several times, if the source has
 * it at several places.
 *
 * Return: the number of statements; what @fn returned, if negative; or a negative errno as
 * bpf_log_level_get(): -ENOENT if the program prints nothing through this library.
 */
static inline int bpf_log_sites(int prog_fd, bpf_log_site_fn fn, void *ctx)
{
	struct __bpf_log_component *components = NULL;
	struct __bpf_log_switches switches;
	struct __bpf_stream_section section;
	struct __bpf_log_sites sites;
	struct bpf_log_site site;
	uint32_t *ids, nr, i, prog_btf;
	char *text = NULL, *values = NULL;
	size_t size = 0;
	int err, count = 0, ret = 0, levels;

	ids = __bpf_stream_prog_maps(prog_fd, &nr, &prog_btf, &err);
	if (!ids)
		return err;
	for (i = 0; !err && i < nr && !text; i++)
		text = __bpf_log_sites_look(ids[i], prog_btf, &size, &err);
	free(ids);
	if (!text)
		return err ? err : -ENOENT;

	memset(&switches, 0, sizeof(switches));
	switches.max = bpf_log_max_level_get(prog_fd);
	switches.live = bpf_log_level_get(prog_fd);
	levels = __bpf_stream_section_open(&section, prog_fd, __BPF_LOG_SECTION);
	if (!levels)
		values = __bpf_stream_section_read(&section, &err);
	/* All at once: each look at a name goes through the BTF, and there may be a statement for each. */
	if (values)
		components = __bpf_log_component_list(&section, &switches.nr_components);
	switches.components = components;
	switches.values = values;
	__bpf_log_sites_init(&sites, text, size, &switches);
	while (ret >= 0 && __bpf_log_sites_next(&sites, &site)) {
		ret = fn(ctx, &site);
		count += ret >= 0;
	}
	if (!levels)
		__bpf_stream_section_close(&section);
	free(components);
	free(values);
	free(text);
	return ret < 0 ? ret : count;
}

#endif /* BPF_STREAM_USER_SITES_H */
