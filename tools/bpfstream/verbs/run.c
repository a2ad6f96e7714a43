/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* run.c - bpfstream run: load an object, attach what can be attached, follow its streams. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <bpf_stream/user.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "bpfstream.h"
#include "explain.h"
#include "follow/follow.h"
#include "follow/pace.h"
#include "follow/wake.h"
#include "progs/attach.h"
#include "progs/levels.h"
#include "progs/object.h"
#include "progs/pins.h"
#include "progs/prog.h"
#include "progs/settings.h"
#include "show/clock.h"
#include "show/show.h"
#include "stop.h"

#define MAX_PROGS 64
#define NO_LEVEL  (-1)

enum {
	OPT_PROG = 'p',
	OPT_IFACE = 'i',
	OPT_VERBOSE = 'v',
	OPT_LEVEL = OPT_LONG,
	OPT_MAX_LEVEL,
	OPT_FOR,
};

static const struct opt opts[] = {
	{"prog", OPT_PROG, "NAME", "load and attach only this program (may be repeated)"},
	{"iface", OPT_IFACE, "DEV", "network interface for XDP, tcx and netkit programs"},
	{"level", OPT_LEVEL, "LEVEL",
	 "set the live level of all components at the start:\n" BPF_LOG_LEVEL_NAMES
	 ";\nor COMPONENT=LEVEL: of one (several: repeat it, or separate\nthem by commas)"},
	{"max-level", OPT_MAX_LEVEL, "LEVEL",
	 "set the level that is fixed at load (bpf_log_max_level):\n"
	 "records above it cost nothing and cannot be enabled"},
	{"for", OPT_FOR, OPTS_FOR},
	SHOW_OPT_LEVEL("show-level"),
	SHOW_OPTS,
	{"verbose", OPT_VERBOSE, NULL,
	 "report the attached programs; show libbpf's messages,\n"
	 "and the verifier's whole log of a program that it rejects"},
	{NULL, 0, NULL, NULL},
};

struct run {
	const char *path;
	const char *progs[MAX_PROGS];
	unsigned int nr_progs;
	const char *iface;
	int ifindex;
	struct settings level;
	int max_level;
	double seconds; /* negative: until a signal comes */
	bool verbose;
	struct show *show;
};

/* "debug", "nat=warn", "debug,nat=warn" */
static int parse_max_level(const struct verb *verb, const char *word, int *level)
{
	*level = bpf_log_level_from_name(word);
	if (*level >= 0)
		return 0;
	return msg_usage(verb, "invalid --max-level '%s': expected " BPF_LOG_LEVEL_NAMES, word);
}

/* Returns 0, or the exit status; negative after showing the help. */
static int parse(const struct verb *verb, int argc, char **argv, struct run *run)
{
	int val, ret = 0;

	while (!ret && (val = opts_next(verb, argc, argv)) != -1) {
		switch (val) {
		case OPT_PROG:
			if (run->nr_progs == MAX_PROGS)
				return msg_usage(verb, "--prog is given more than %d times",
						 MAX_PROGS);
			run->progs[run->nr_progs++] = optarg;
			break;
		case OPT_IFACE:
			run->iface = optarg;
			break;
		case OPT_LEVEL:
			ret = settings_parse(&run->level, verb, "--level", optarg);
			break;
		case OPT_MAX_LEVEL:
			ret = parse_max_level(verb, optarg, &run->max_level);
			break;
		case OPT_FOR:
			ret = opts_seconds(verb, optarg, &run->seconds);
			break;
		case OPT_VERBOSE:
			run->verbose = true;
			break;
		default:
			ret = show_opt(run->show, verb, val, optarg);
		}
	}
	if (ret)
		return ret;
	if (optind == argc)
		return msg_usage(verb, "missing object file");
	run->path = argv[optind++];
	if (optind < argc)
		return msg_usage(verb, "unexpected argument '%s'", argv[optind]);
	return show_begin(run->show, verb);
}

static int set_levels(const struct run *run, struct bpf_object *obj)
{
	int err = 0;

	if (run->max_level != NO_LEVEL)
		err = levels_set_max(obj, run->path, run->max_level);
	if (!err && settings_any(&run->level))
		err = levels_set(obj, run->path, &run->level);
	if (!err && run->max_level != NO_LEVEL && run->max_level < settings_highest(&run->level))
		msg("%s is loaded with a maximum level of %s; records above it cannot be enabled",
		    run->path, bpf_log_filter_name(run->max_level));
	return err;
}

/* The fds of the maps of a ring. False if the object has none. */
static bool ring_maps(struct bpf_object *obj, int *ring_fd, int *literals_fd)
{
	*ring_fd = bpf_object__find_map_fd_by_name(obj, "bpf_stream_ring");
	*literals_fd = bpf_object__find_map_fd_by_name(obj, ".rodata.bpf_log");
	return *ring_fd >= 0 && *literals_fd >= 0;
}

/* Fail before anything is attached if the kernel has no streams, and the object has no ring. */
static int check_streams(struct bpf_object *obj)
{
	int ring_fd, literals_fd;
	struct bpf_program *prog;
	int err;

	bpf_object__for_each_program(prog, obj) {
		if (bpf_program__fd(prog) < 0)
			continue;
		err = bpf_stream_read(bpf_program__fd(prog), BPF_STREAM_ID_STDOUT, NULL, 0);
		if (err == -EOPNOTSUPP && ring_maps(obj, &ring_fd, &literals_fd))
			return 0;
		if (err == -EOPNOTSUPP)
			explain_no_streams();
		else if (err)
			msg("cannot read the streams of program '%s': %s", bpf_program__name(prog),
			    strerror(-err));
		return err;
	}
	return 0;
}

static int follow_programs(struct follow *follow, struct wake *wake, struct bpf_object *obj)
{
	struct follow_prog *followed;
	struct bpf_program *prog;
	int fd, ring_fd, literals_fd;

	bpf_object__for_each_program(prog, obj) {
		struct bpf_prog_info info = {};

		if (bpf_program__fd(prog) < 0)
			continue;
		fd = fcntl(bpf_program__fd(prog), F_DUPFD_CLOEXEC, 0);
		if (fd < 0 || !prog_info(fd, &info)) {
			msg("cannot follow program '%s': %s", bpf_program__name(prog),
			    strerror(errno));
			return -errno;
		}
		followed = follow_add(follow, info.id, fd);
		if (!followed)
			return -ENOMEM;
		follow_describe(followed, &info);
		follow_count(follow, followed, fd, false);
		if (wake)
			wake_follow(wake, info.id);
	}
	if (ring_maps(obj, &ring_fd, &literals_fd) && follow_next(follow, NULL))
		return follow_ring_maps(follow_next(follow, NULL), ring_fd, literals_fd);
	return 0;
}

static int look(void *ctx)
{
	struct follow *follow = ctx;
	int any = follow_read_all(follow);

	if (any >= 0 && (follow_show(follow, false) || follow_look_at_losses(follow)))
		return -EIO;
	return any;
}

/* Attach the programs, show their output, detach them, show the rest. */
static int follow_object(const struct run *run, struct bpf_object *obj, struct follow *follow,
			 struct wake *wake)
{
	struct pace pace = {
		.follow = follow,
		.wake = wake,
		.fd = follow_fd(follow, wake ? wake_fd(wake) : -1),
		.stop = &stop,
		.end_ns = UINT64_MAX,
		.look = look,
		.ctx = follow,
	};
	struct attachments *attachments;
	int err;

	attachments = attach_all(obj, run->ifindex, run->iface, run->verbose);
	if (!attachments)
		return msg("out of memory");
	if (!attach_count(attachments)) {
		attach_undo(attachments);
		return msg("%s: nothing to follow: none of its programs could be attached",
			   run->path);
	}
	if (run->seconds >= 0)
		pace.end_ns = clock_mono_ns() + (uint64_t)(run->seconds * 1e9);

	err = pace_follow(&pace);
	attach_undo(attachments);
	if (!err)
		err = pace_drain(follow, false);
	if (err)
		return EXIT_FAILED;
	return run->show->fatal ? EXIT_PANIC : EXIT_OK;
}

static int run_loaded(const struct run *run, struct bpf_object *obj)
{
	/* Read stderr even if it is not shown: a panic decides the exit status. */
	struct follow *follow = follow_new(run->show, BPF_STREAM_BOTH, NULL);
	struct wake *wake =
		follow && follow_has_streams(follow) ? wake_new(true, run->verbose) : NULL;
	int ret = EXIT_FAILED;

	if (follow && !follow_programs(follow, wake, obj) && !show_open(run->show))
		ret = follow_object(run, obj, follow, wake);
	follow_free(follow);
	wake_free(wake);
	return ret;
}

static int run_object(const struct run *run, struct bpf_object *obj)
{
	struct pins *pins;
	int ret = EXIT_FAILED;

	if (object_select(obj, run->path, run->progs, run->nr_progs) || set_levels(run, obj))
		return EXIT_FAILED;
	pins = pins_note(obj);
	if (!pins)
		return msg("out of memory");
	if (!object_load(obj, run->path) && !check_streams(obj))
		ret = run_loaded(run, obj);
	pins_remove(pins);
	return ret;
}

static int run_it(struct run *run)
{
	struct bpf_object *obj;
	int ret;

	if (run->iface) {
		run->ifindex = (int)if_nametoindex(run->iface);
		if (!run->ifindex)
			return msg("no network interface '%s'", run->iface);
	}

	explain_init(run->verbose);
	/* A second signal ends the process at once, and the links with it. */
	stop_catch();
	obj = object_open(run->path);
	if (!obj)
		return EXIT_FAILED;
	ret = run_object(run, obj);
	bpf_object__close(obj);
	return ret;
}

static int main_run(const struct verb *verb, int argc, char **argv)
{
	struct run run = {.level.level = NO_LEVEL, .max_level = NO_LEVEL, .seconds = -1};
	int ret;

	run.show = show_new(&stop);
	if (!run.show)
		return EXIT_FAILED;
	ret = parse(verb, argc, argv, &run);
	if (!ret)
		ret = run_it(&run);
	settings_free(&run.level);
	show_free(run.show);
	return ret;
}

const struct verb verb_run = {
	.name = "run",
	.usage = "OBJ [OPTION]...",
	.summary = "load an object, attach its programs, follow their streams and ring",
	.help = "Loads the BPF object file OBJ, attaches every program that libbpf can attach, "
		"and\n"
		"follows the streams of all its programs, and its ring (bpf_stream/ring.h, on\n"
		"every kernel), until Ctrl-C. Then it detaches them, shows the remaining output, "
		"and\n"
		"leaves nothing behind. The exit status is 3 if a program wrote a FATAL record (a\n"
		"panic or a failed assertion).\n",
	.opts = opts,
	.main = main_run,
};
