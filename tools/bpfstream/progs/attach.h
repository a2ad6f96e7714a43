/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* attach.h - attach all of a loaded object that can be attached. */
#ifndef BPFSTREAM_ATTACH_H
#define BPFSTREAM_ATTACH_H

#include <stdbool.h>

struct bpf_object;

/* Opaque: what is attached. */
struct attachments;

/*
 * attach_all - attach every loaded program and struct_ops map
 * @ifindex:	interface for XDP, tcx and netkit programs, 0 for none
 * @iface:	its name
 * @verbose:	tell about each program that is attached; those that are not are told always
 *
 * Returns what was attached, for attach_undo(), also if that is nothing; NULL if memory is short.
 */
struct attachments *attach_all(struct bpf_object *obj, int ifindex, const char *iface,
			       bool verbose);

/* attach_count - how many programs and maps are attached */
unsigned int attach_count(const struct attachments *attachments);

/* attach_undo - detach all, free; NULL is fine */
void attach_undo(struct attachments *attachments);

/*
 * attach_select_struct_ops - before the load: make the struct_ops maps fit the programs
 *
 * Leaves out the maps that have no program to be loaded, and brings in all programs of those that
 * have one, for the kernel takes such a map as a whole.
 */
void attach_select_struct_ops(struct bpf_object *obj);

#endif
