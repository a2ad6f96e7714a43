/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* attach.h - attach the programs and maps of a loaded object. */
#ifndef BPFSTREAM_ATTACH_H
#define BPFSTREAM_ATTACH_H

#include <stdbool.h>

struct bpf_object;

struct attachments;

/*
 * attach_all - attach every loaded program and struct_ops map
 * @ifindex:	interface for XDP, tcx and netkit programs, 0 for none
 * @iface:	its name
 * @verbose:	report attached programs; those that cannot be attached are always reported
 *
 * Returns NULL if memory is short, not if nothing was attached.
 */
struct attachments *attach_all(struct bpf_object *obj, int ifindex, const char *iface,
			       bool verbose);

/* attach_count - how many programs and maps are attached */
unsigned int attach_count(const struct attachments *attachments);

/* attach_undo - detach everything, and free; NULL is fine */
void attach_undo(struct attachments *attachments);

/*
 * attach_select_struct_ops - before loading, select struct_ops maps by their programs
 *
 * The kernel takes such a map as a whole: a map with a selected program is loaded with all of its
 * programs, the others are not loaded.
 */
void attach_select_struct_ops(struct bpf_object *obj);

#endif
