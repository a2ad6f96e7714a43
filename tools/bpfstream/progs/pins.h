/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* pins.h - the pins that loading an object creates, to remove them later. */
#ifndef BPFSTREAM_PINS_H
#define BPFSTREAM_PINS_H

struct bpf_object;

struct pins;

/*
 * pins_note - before loading, note which pins it will create
 *
 * A map that is pinned by name is taken from its pin if that exists, and that pin is kept.
 * Returns NULL if memory is short.
 */
struct pins *pins_note(struct bpf_object *obj);

/* pins_remove - remove them, and free; NULL is fine */
void pins_remove(struct pins *pins);

#endif
