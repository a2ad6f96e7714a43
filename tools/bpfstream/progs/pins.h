/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* pins.h - the pins that loading an object makes, so that they can be removed again. */
#ifndef BPFSTREAM_PINS_H
#define BPFSTREAM_PINS_H

struct bpf_object;

/* Opaque: paths. */
struct pins;

/*
 * pins_note - before the load: which pins will be made by it
 *
 * A map that asks to be pinned by name is taken from its pin if there is one, and that one stays.
 * Returns NULL if memory is short.
 */
struct pins *pins_note(struct bpf_object *obj);

/* pins_remove - remove those, free; NULL is fine */
void pins_remove(struct pins *pins);

#endif
