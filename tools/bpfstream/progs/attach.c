/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* attach.c - attach the programs and maps of a loaded object. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "progs/attach.h"

/* One of the two: libbpf has no object for a link that was created with flags. */
struct attachment {
	struct bpf_link *link;
	int link_fd;
};

struct attachments {
	int ifindex;
	const char *iface;
	bool verbose;
	unsigned int nr;
	struct attachment all[];
};

/* How a program was attached, or why not, to complete a sentence */
struct outcome {
	bool attached;
	char text[640];
};

#define say(outcome, fmt, ...)                                                                     \
	snprintf((outcome)->text, sizeof((outcome)->text), fmt, ##__VA_ARGS__)

static void add(struct attachments *attachments, struct bpf_link *link, int link_fd)
{
	attachments->all[attachments->nr++] = (struct attachment){link, link_fd};
}

static bool section_is(const struct bpf_program *prog, const char *prefix)
{
	const char *section = bpf_program__section_name(prog);

	if (section[0] == '?')
		section++;
	return !strncmp(section, prefix, strlen(prefix));
}

/*
 * The kernel picks native mode if the driver has it. A driver may still refuse a program (MTU too
 * large, feature missing); generic mode takes any program on any interface.
 */
static void attach_xdp(struct attachments *attachments, struct bpf_program *prog,
		       struct outcome *outcome)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_SKB_MODE);
	struct bpf_link *link;
	int err, fd;

	link = bpf_program__attach_xdp(prog, attachments->ifindex);
	if (link) {
		add(attachments, link, -1);
		outcome->attached = true;
		say(outcome, "to %s", attachments->iface);
		return;
	}
	err = -errno;
	if (err != -EBUSY && err != -EEXIST && err != -EPERM) {
		fd = bpf_link_create(bpf_program__fd(prog), attachments->ifindex, BPF_XDP, &opts);
		if (fd >= 0) {
			add(attachments, NULL, fd);
			outcome->attached = true;
			say(outcome, "to %s, in generic mode (native: %s)", attachments->iface,
			    explain_errno(err));
			return;
		}
	}
	if (err == -EBUSY || err == -EEXIST)
		say(outcome, "%s already has an XDP program", attachments->iface);
	else
		say(outcome, "%s refuses it: %s", attachments->iface, explain_errno(err));
}

static void note_link(struct attachments *attachments, struct bpf_link *link,
		      struct outcome *outcome, const char *where)
{
	int err = -errno;

	if (link) {
		add(attachments, link, -1);
		outcome->attached = true;
		say(outcome, "to %s", where);
	} else {
		say(outcome, "%s", explain_warning(err));
	}
}

/* libbpf looks for tracepoints in these. */
static bool has_tracefs(void)
{
	return !access("/sys/kernel/tracing/events", F_OK) ||
	       !access("/sys/kernel/debug/tracing/events", F_OK);
}

static bool needs_tracefs(const struct bpf_program *prog)
{
	return bpf_program__type(prog) == BPF_PROG_TYPE_TRACEPOINT;
}

static void attach_one(struct attachments *attachments, struct bpf_program *prog,
		       struct outcome *outcome)
{
	enum bpf_prog_type type = bpf_program__type(prog);
	bool xdp = type == BPF_PROG_TYPE_XDP && bpf_program__expected_attach_type(prog) == BPF_XDP;
	bool tcx = section_is(prog, "tcx/") || section_is(prog, "tc/ingress") ||
		   section_is(prog, "tc/egress");
	bool netkit = section_is(prog, "netkit/");
	struct bpf_link *link;
	int err;

	outcome->attached = false;
	if ((xdp || tcx || netkit) && !attachments->ifindex) {
		say(outcome, "it needs --iface");
		return;
	}
	explain_forget();
	if (xdp) {
		attach_xdp(attachments, prog, outcome);
		return;
	}
	if (tcx || netkit) {
		link = tcx ? bpf_program__attach_tcx(prog, attachments->ifindex, NULL)
			   : bpf_program__attach_netkit(prog, attachments->ifindex, NULL);
		note_link(attachments, link, outcome, attachments->iface);
		return;
	}
	if (type == BPF_PROG_TYPE_SCHED_CLS) {
		say(outcome,
		    "its section does not say the direction, as tcx/ingress and tcx/egress do");
		return;
	}

	link = bpf_program__attach(prog);
	err = -errno;
	if (!link && err == -EOPNOTSUPP)
		say(outcome, "libbpf cannot auto-attach programs of section '%s'",
		    bpf_program__section_name(prog));
	else if (!link && needs_tracefs(prog) && !has_tracefs())
		say(outcome,
		    "tracefs is not mounted (mount -t tracefs tracefs /sys/kernel/tracing)");
	else
		note_link(attachments, link, outcome, bpf_program__section_name(prog));
}

static void report(const struct attachments *attachments, const char *what, const char *name,
		   const struct outcome *outcome)
{
	if (!outcome->attached)
		msg("%s '%s' is not attached: %s", what, name, outcome->text);
	else if (attachments->verbose)
		msg("%s '%s' is attached %s", what, name, outcome->text);
}

struct attachments *attach_all(struct bpf_object *obj, int ifindex, const char *iface, bool verbose)
{
	struct attachments *attachments;
	struct bpf_program *prog;
	struct outcome outcome;
	struct bpf_map *map;
	unsigned int max = 0;

	bpf_object__for_each_program(prog, obj)
		max++;
	bpf_object__for_each_map(map, obj)
		max++;
	attachments = calloc(1, sizeof(*attachments) + max * sizeof(attachments->all[0]));
	if (!attachments)
		return NULL;
	attachments->ifindex = ifindex;
	attachments->iface = iface;
	attachments->verbose = verbose;

	bpf_object__for_each_program(prog, obj) {
		/* Not loaded, or attached with its map below */
		if (bpf_program__fd(prog) < 0 ||
		    bpf_program__type(prog) == BPF_PROG_TYPE_STRUCT_OPS)
			continue;
		attach_one(attachments, prog, &outcome);
		report(attachments, "program", bpf_program__name(prog), &outcome);
	}
	bpf_object__for_each_map(map, obj) {
		/* A map that was not created has an fd too: libbpf reserves the number. */
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS || !bpf_map__autocreate(map))
			continue;
		explain_forget();
		outcome.attached = false;
		note_link(attachments, bpf_map__attach_struct_ops(map), &outcome, "the kernel");
		report(attachments, "struct_ops map", bpf_map__name(map), &outcome);
	}
	return attachments;
}

unsigned int attach_count(const struct attachments *attachments)
{
	return attachments->nr;
}

void attach_undo(struct attachments *attachments)
{
	if (!attachments)
		return;
	while (attachments->nr) {
		struct attachment *a = &attachments->all[--attachments->nr];

		if (a->link)
			bpf_link__destroy(a->link);
		else
			close(a->link_fd);
	}
	free(attachments);
}

/*
 * libbpf keeps pointers to programs in the initial value of the map; other members are not
 * pointers.
 */
static bool map_has_prog(const struct bpf_map *map, const struct bpf_program *prog)
{
	size_t size = 0, i;
	char *value = bpf_map__initial_value(map, &size);
	void *member;

	for (i = 0; value && i + sizeof(member) <= size; i += sizeof(member)) {
		memcpy(&member, value + i, sizeof(member));
		if (member == prog)
			return true;
	}
	return false;
}

void attach_select_struct_ops(struct bpf_object *obj)
{
	struct bpf_program *prog;
	struct bpf_map *map;
	bool wanted;

	bpf_object__for_each_map(map, obj) {
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		wanted = false;
		bpf_object__for_each_program(prog, obj)
			wanted |= bpf_program__autoload(prog) && map_has_prog(map, prog);
		bpf_map__set_autocreate(map, wanted);
		bpf_object__for_each_program(prog, obj) {
			if (wanted && map_has_prog(map, prog))
				bpf_program__set_autoload(prog, true);
		}
	}
}
