/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* show_fields.h - a record with all its fields: for people, and as JSON. Internal to show.c. */
#ifndef BPFSTREAM_SHOW_FIELDS_H
#define BPFSTREAM_SHOW_FIELDS_H

#include "show/show.h"

void show_fields(struct show *show, const struct show_source *source,
		 const struct bpf_stream_record *rec);
void show_json(struct show *show, const struct show_source *source,
	       const struct bpf_stream_record *rec);
bool show_json_gone(struct show *show, const struct show_source *source, uint64_t time_ns);

#endif
