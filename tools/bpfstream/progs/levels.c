/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* levels.c - set levels of bpf_stream/log.h before loading. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "bpfstream.h"
#include "progs/levels.h"
#include "show/buf.h"

#define LIVE	  "bpf_log_level"
#define COMPONENT LIVE "_"

/* The initial value of a variable of four bytes, or NULL */
static void *value_of(struct bpf_object *obj, const char *section,
		      const struct btf_var_secinfo *var)
{
	struct bpf_map *map = bpf_object__find_map_by_name(obj, section);
	size_t size;
	char *value = map ? bpf_map__initial_value(map, &size) : NULL;

	if (!value || var->size != sizeof(__u32) || size < var->size ||
	    var->offset > size - var->size)
		return NULL;
	return value + var->offset;
}

/*
 * Call a function for each variable of four bytes: BTF lists the variables of each data section, and
 * libbpf has a map with the name of the section. Returns its first nonzero value.
 */
static int each_var(struct bpf_object *obj, int (*fn)(void *ctx, const char *name, void *value),
		    void *ctx)
{
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_type *sec, *type;
	const struct btf_var_secinfo *var;
	unsigned int id, i;
	void *value;
	int ret = 0;

	for (id = 1; btf && !ret && id < btf__type_cnt(btf); id++) {
		sec = btf__type_by_id(btf, id);
		if (!btf_is_datasec(sec))
			continue;
		var = btf_var_secinfos(sec);
		for (i = 0; !ret && i < btf_vlen(sec); i++, var++) {
			type = btf__type_by_id(btf, var->type);
			value = btf_is_var(type)
					? value_of(obj, btf__name_by_offset(btf, sec->name_off),
						   var)
					: NULL;
			if (value)
				ret = fn(ctx, btf__name_by_offset(btf, type->name_off), value);
		}
	}
	return ret;
}

static void put(void *value, int level)
{
	__u32 number = level;

	memcpy(value, &number, sizeof(number));
}

static int no_variable(const char *path, const char *name, const char *option)
{
	msg("%s has no variable '%s', which %s sets: its programs do not log through "
	    "bpf_stream/log.h",
	    path, name, option);
	return -ENOENT;
}

static int set_max(void *ctx, const char *name, void *value)
{
	if (strcmp(name, "bpf_log_max_level"))
		return 0;
	put(value, *(int *)ctx);
	return 1;
}

int levels_set_max(struct bpf_object *obj, const char *path, int level)
{
	if (each_var(obj, set_max, &level))
		return 0;
	return no_variable(path, "bpf_log_max_level", "--max-level");
}

static const char *component_of(const char *name)
{
	return strncmp(name, COMPONENT, strlen(COMPONENT)) ? NULL : name + strlen(COMPONENT);
}

static int is_component(void *ctx, const char *name, void *value)
{
	const char *component = component_of(name);

	(void)value;
	return component && !strcmp(component, ctx);
}

static int list_component(void *ctx, const char *name, void *value)
{
	const char *component = component_of(name);
	struct buf *text = ctx;

	(void)value;
	if (component)
		buf_addf(text, "%s%s", text->len ? ", " : ": ", component);
	return 0;
}

static int no_component(struct bpf_object *obj, const char *path, const char *component)
{
	struct buf text = {};

	each_var(obj, list_component, &text);
	buf_add(&text, "", 1);
	msg("%s has no component '%s'; it has%s", path, component,
	    text.failed	   ? ""
	    : text.len > 1 ? text.data
			   : " none");
	buf_free(&text);
	return -ENOENT;
}

struct live {
	const struct settings *settings;
	bool any;
};

static int set_live(void *ctx, const char *name, void *value)
{
	const char *component = component_of(name);
	struct live *live = ctx;
	int level;

	if (!component && strcmp(name, LIVE))
		return 0;
	live->any = true;
	level = settings_level(live->settings, component);
	if (level >= 0)
		put(value, level);
	return 0;
}

int levels_set(struct bpf_object *obj, const char *path, const struct settings *settings)
{
	struct live live = {.settings = settings};

	each_var(obj, set_live, &live);
	if (!live.any)
		return no_variable(path, LIVE, "--level");
	for (size_t i = 0; i < settings->nr; i++) {
		if (!each_var(obj, is_component, settings->list[i].component))
			return no_component(obj, path, settings->list[i].component);
	}
	return 0;
}
