/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* pins.c - the pins that loading an object creates, to remove them later. */
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progs/pins.h"
#include "stop.h"

struct pins {
	size_t nr;
	char *paths[];
};

/* Global for the signal handler */
static const struct pins *noted;

static void unlink_noted(void)
{
	for (size_t i = 0; i < noted->nr; i++)
		unlink(noted->paths[i]);
}

struct pins *pins_note(struct bpf_object *obj)
{
	struct bpf_map *map;
	struct pins *pins;
	const char *path;
	size_t max = 0;

	bpf_object__for_each_map(map, obj)
		max++;
	pins = calloc(1, sizeof(*pins) + max * sizeof(pins->paths[0]));
	if (!pins)
		return NULL;
	bpf_object__for_each_map(map, obj) {
		path = bpf_map__pin_path(map);
		if (!path || !access(path, F_OK))
			continue;
		pins->paths[pins->nr] = strdup(path);
		if (!pins->paths[pins->nr]) {
			while (pins->nr)
				free(pins->paths[--pins->nr]);
			free(pins);
			return NULL;
		}
		pins->nr++;
	}
	noted = pins;
	stop_clean(unlink_noted);
	return pins;
}

void pins_remove(struct pins *pins)
{
	if (!pins)
		return;
	unlink_noted();
	stop_clean(NULL);
	noted = NULL;
	while (pins->nr)
		free(pins->paths[--pins->nr]);
	free(pins);
}
