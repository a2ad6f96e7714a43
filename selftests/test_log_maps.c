// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Level and counts of loaded programs through their maps (user/maps.h), on every kernel: they agree with
 * the programs' behaviour, and setting the level changes nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define USER_PROGS "build/selftests/user_progs/"
#define TOOL_PROGS "build/selftests/tool_progs/"
/* of selftests/tool.sh */
#define LEVELS 2000000007

static void is(int got, int want, const char *what)
{
	if (!ok(got == want, "%s", what))
		note("is %d (%s), wanted %d", got, got < 0 ? strerror(-got) : "", want);
}

static struct bpf_object *open_object(const char *path)
{
	struct bpf_object *obj = bpf_object__open_file(path, NULL);

	log_clear();
	if (!obj)
		note("cannot open %s", path);
	return obj;
}

static struct bpf_object *load(struct bpf_object *obj)
{
	if (!ok(obj && !bpf_object__load(obj), "loads"))
		log_show();
	return obj;
}

static int fd_of(struct bpf_object *obj, const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(obj, name));
}

/* Let the programs log; the text of both streams of this one, to free */
static char *written(int fd)
{
	char *out, *err;

	trace_clear();
	syscall(__NR_kill, LEVELS, 0);
	if (!have_streams())
		return trace_text();
	out = stream_text(fd, 1, NULL);
	err = stream_text(fd, 2, NULL);
	out = realloc(out, strlen(out) + strlen(err) + 1);
	strcat(out, err);
	free(err);
	return out;
}

static int count(const char *text, const char *what)
{
	int n = 0;

	for (; text && (text = strstr(text, what)); text++)
		n++;
	return n;
}

/* Run the program, which logs at five levels; return the number of records written */
static int levels_written(int fd)
{
	char *text = written(fd);
	int n = count(text, " modes.bpf.c:");

	free(text);
	return n;
}

static void test_level(void)
{
	struct bpf_object *obj = load(open_object(TOOL_PROGS "modes.bpf.o"));
	int fd = fd_of(obj, "a_program_with_modes"), level;
	struct bpf_link *link;
	char what[64];

	link = bpf_program__attach(bpf_object__find_program_by_name(obj, "a_program_with_modes"));
	ok(link, "attached");
	is(bpf_log_level_get(fd), BPF_LOG_INFO, "the level at first");
	is(levels_written(fd), 3, "... and the program follows it");
	is(bpf_log_max_level_get(fd), BPF_LOG_TRACE, "the level at load");
	for (level = BPF_LOG_OFF; level <= BPF_LOG_TRACE; level++) {
		snprintf(what, sizeof(what), "set level %d", level);
		is(bpf_log_level_set(fd, level), 0, what);
		is(bpf_log_level_get(fd), level, "... is said");
		is(levels_written(fd), level, "... and done");
	}
	is(bpf_log_level_set(fd, 6), -EINVAL, "level 6");
	is(bpf_log_level_set(fd, -1), -EINVAL, "level -1");
	is(bpf_log_level_get(fd), BPF_LOG_TRACE, "... change nothing");
	bpf_link__destroy(link);
	bpf_object__close(obj);

	obj = open_object(TOOL_PROGS "modes.bpf.o");
	set_u32(obj, ".rodata", "bpf_log_max_level", BPF_LOG_WARN);
	set_u32(obj, ".data.bpf_log", "bpf_log_level", 17);
	load(obj);
	fd = fd_of(obj, "a_program_with_modes");
	is(bpf_log_max_level_get(fd), BPF_LOG_WARN, "another level at load");
	is(bpf_log_level_get(fd), BPF_LOG_TRACE, "a level above all means trace");
	bpf_object__close(obj);
}

/* "conntrack=3 nat=3 ", from bpf_log_components(); stops at @stop_at if there is one */
struct listed {
	char text[128];
	const char *stop_at;
};

static int list_one(void *ctx, const char *name, int level)
{
	struct listed *listed = ctx;
	size_t len = strlen(listed->text);

	snprintf(listed->text + len, sizeof(listed->text) - len, "%s=%d ", name, level);
	return listed->stop_at && !strcmp(listed->stop_at, name) ? 77 : 0;
}

static void has(int fd, const char *want, const char *what)
{
	struct listed listed = {};
	int err = bpf_log_components(fd, list_one, &listed);

	if (!ok(!err && !strcmp(listed.text, want), "%s: %s", what, want))
		note("is %s(%d)", listed.text, err);
}

/* The records of plain code, of conntrack and of nat: of 3 each, how many are written */
static void writes(int fd, int plain, int conntrack, int nat)
{
	char *text = written(fd);
	int p = count(text, ": plain "), c = count(text, ": conntrack "), n = count(text, ": nat ");

	if (!ok(p == plain && c == conntrack && n == nat, "... and the program follows it"))
		note("%d %d %d, wanted %d %d %d", p, c, n, plain, conntrack, nat);
	free(text);
}

static void test_components(void)
{
	struct bpf_object *obj = load(open_object(TOOL_PROGS "with_components.bpf.o"));
	int fd = fd_of(obj, "with_components"), map;
	struct listed listed = {.stop_at = "conntrack"};
	char name[1000] = {};
	struct bpf_link *link;

	link = bpf_program__attach(bpf_object__find_program_by_name(obj, "with_components"));
	ok(link, "attached");
	has(fd, "conntrack=3 nat=3 ", "components, by name");
	writes(fd, 2, 2, 2);
	is(bpf_log_components(fd, list_one, &listed), 77, "a function that stops");
	ok(!strcmp(listed.text, "conntrack=3 "), "... gets no more");
	is(bpf_log_component_level_get(fd, "nat"), BPF_LOG_INFO, "the level of one");
	is(bpf_log_component_level_set(fd, "nat", BPF_LOG_DEBUG), 0, "... set");
	is(bpf_log_component_level_get(fd, "nat"), BPF_LOG_DEBUG, "... it is set");
	has(fd, "conntrack=3 nat=4 ", "... no other");
	is(bpf_log_level_get(fd), BPF_LOG_INFO, "... nor that without a component");
	writes(fd, 2, 2, 3);
	is(bpf_log_component_level_set(fd, NULL, BPF_LOG_OFF), 0, "set that without a component");
	is(bpf_log_component_level_get(fd, NULL), BPF_LOG_OFF, "... it is set");
	is(bpf_log_level_get(fd), BPF_LOG_OFF, "... and is the level of the program");
	has(fd, "conntrack=3 nat=4 ", "... no component");
	writes(fd, 0, 2, 3);
	is(bpf_log_level_set(fd, BPF_LOG_ERROR), 0, "set all");
	has(fd, "conntrack=1 nat=1 ", "... components");
	is(bpf_log_level_get(fd), BPF_LOG_ERROR, "... and that without one");
	writes(fd, 1, 1, 1);

	is(bpf_log_component_level_get(fd, "na"), -ENOENT,
	   "no such component: the start of a name");
	is(bpf_log_component_level_get(fd, "natt"), -ENOENT, "... longer");
	is(bpf_log_component_level_get(fd, ""), -ENOENT, "... empty");
	memset(name, 'x', sizeof(name) - 1);
	is(bpf_log_component_level_get(fd, name), -ENOENT, "... longer than any");
	is(bpf_log_component_level_set(fd, "na", BPF_LOG_DEBUG), -ENOENT, "... set");
	is(bpf_log_component_level_set(fd, name, BPF_LOG_DEBUG), -ENOENT,
	   "... set, longer than any");
	is(bpf_log_component_level_set(fd, "nat", 6), -EINVAL, "level 6");
	is(bpf_log_component_level_set(fd, "nat", -1), -EINVAL, "level -1");
	has(fd, "conntrack=1 nat=1 ", "... change nothing");
	map = bpf_map__fd(bpf_object__find_map_by_name(obj, ".data.bpf_log"));
	is(bpf_log_components(map, list_one, &listed), -ENOENT, "components of a map");
	is(bpf_map_freeze(map), 0, "a frozen map");
	has(fd, "conntrack=1 nat=1 ", "... is read");
	is(bpf_log_component_level_set(fd, "nat", BPF_LOG_WARN), -EPERM, "... and not written");
	bpf_link__destroy(link);
	bpf_object__close(obj);

	obj = open_object(TOOL_PROGS "with_components.bpf.o");
	set_u32(obj, ".data.bpf_log", "bpf_log_level_nat", 17);
	bpf_map__set_map_flags(bpf_object__find_map_by_name(obj, ".data.bpf_log"), 0);
	load(obj);
	fd = fd_of(obj, "with_components");
	has(fd, "conntrack=3 nat=5 ", "a level above all means trace");
	is(bpf_log_level_set(fd, BPF_LOG_WARN), 0, "a map that cannot be mapped: set all");
	has(fd, "conntrack=2 nat=2 ", "... they are set");
	bpf_object__close(obj);

	obj = load(open_object(TOOL_PROGS "modes.bpf.o"));
	has(fd_of(obj, "a_program_with_modes"), "", "no components");
	bpf_object__close(obj);
}

static void flood(int fd, unsigned int times)
{
	struct {
		__u32 stream, times;
		char text[504];
	} words = {.stream = 1, .times = times};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &words, .ctx_size_in = sizeof(words));

	if (bpf_prog_test_run_opts(fd, &opts))
		note("cannot run: %s", strerror(errno));
}

static void test_losses(void)
{
	struct bpf_object *obj = load(open_object(USER_PROGS "say.bpf.o"));
	int fd = fd_of(obj, "flood"), other = fd_of(obj, "say_a"), status, sets = 0, err = 0;
	/* six bytes each, of 100,000 */
	__u64 lost = have_streams() ? 20000 - 16666 : 0;
	struct bpf_log_counts counts;
	__u32 id = 0, id_of_other = 0;
	volatile __u64 *suppressed;
	pid_t child;
	char *text;

	is(bpf_log_losses(fd, &counts), 0, "losses");
	ok(!bpf_log_lost_total(&counts.lost[0]) && !bpf_log_lost_total(&counts.lost[1]) &&
		   !counts.suppressed,
	   "... none yet");
	flood(fd, 20000);
	bpf_log_losses(fd, &counts);
	ok(counts.lost[0].full == lost && bpf_log_lost_total(&counts.lost[0]) == lost &&
		   !bpf_log_lost_total(&counts.lost[1]),
	   "... %llu of 20000, by cause", (unsigned long long)counts.lost[0].full);
	ok(counts.unreported[0].full == lost && bpf_log_lost_total(&counts.unreported[0]) == lost,
	   "... not reported yet");
	if (have_streams())
		free(stream_text(fd, 1, NULL));
	flood(fd, 1);
	bpf_log_losses(other, &counts);
	ok(counts.lost[0].full == lost && !bpf_log_lost_total(&counts.unreported[0]),
	   "... reported, and the same through another program of the object");
	is(bpf_log_map_id(fd, &id) | bpf_log_map_id(other, &id_of_other), 0, "the map");
	ok(id && id == id_of_other, "... is the same");
	suppressed = map_var(obj, ".data.bpf_log", "bpf_log_suppressed");
	*suppressed = 0x123456789abULL;
	bpf_log_losses(fd, &counts);
	ok(counts.suppressed == 0x123456789abULL, "suppressed");

	/* Setting the level again and again does not disturb the counters beside it. */
	if (have_streams())
		free(stream_text(fd, 1, NULL));
	child = fork();
	if (!child) {
		for (int i = 0; i < 3; i++)
			flood(fd, 20000);
		_exit(0);
	}
	while (!waitpid(child, &status, WNOHANG))
		err |= bpf_log_level_set(fd, sets++ % 6);
	bpf_log_losses(fd, &counts);
	text = have_streams() ? stream_text(fd, 1, NULL) : NULL;
	ok(!err && sets > 10 && (!text || counts.lost[0].full == lost + 60000 - strlen(text) / 6),
	   "setting the level %d times changes no count", sets);
	free(text);
	bpf_object__close(obj);
}

static void test_errors(void)
{
	struct bpf_object *obj = load(open_object(TOOL_PROGS "no_log.bpf.o")), *log;
	int null = open("/dev/null", O_RDONLY), fd, map, status;
	struct bpf_log_counts counts;
	struct listed listed = {};
	pid_t child;
	__u32 id;

	fd = bpf_program__fd(bpf_object__next_program(obj, NULL));
	is(bpf_log_level_get(fd), -ENOENT, "level of a program without log.h");
	is(bpf_log_level_set(fd, 1), -ENOENT, "... set");
	is(bpf_log_max_level_get(fd), -ENOENT, "... at load");
	is(bpf_log_components(fd, list_one, &listed), -ENOENT, "... its components");
	is(bpf_log_component_level_get(fd, "nat"), -ENOENT, "... one of them");
	is(bpf_log_component_level_set(fd, "nat", 1), -ENOENT, "... set");
	is(bpf_log_losses(fd, &counts), -ENOENT, "... losses");
	is(bpf_log_map_id(fd, &id), -ENOENT, "... map");
	is(bpf_log_level_get(-1), -EBADF, "level of no fd");
	is(bpf_log_level_get(null), -EINVAL, "level of a file");
	bpf_object__unpin_maps(obj, NULL);
	bpf_object__close(obj);

	log = open_object(USER_PROGS "say.bpf.o");
	bpf_map__set_map_flags(bpf_object__find_map_by_name(log, ".data.bpf_log"), 0);
	load(log);
	fd = fd_of(log, "say_a");
	is(bpf_log_level_get(fd), BPF_LOG_INFO, "a map that cannot be mapped: read");
	is(bpf_log_level_set(fd, 1), 0, "... written, by a program");
	is(bpf_log_level_get(fd), 1, "... read again");
	bpf_object__close(log);

	log = load(open_object(USER_PROGS "say.bpf.o"));
	fd = fd_of(log, "say_a");
	map = bpf_map__fd(bpf_object__find_map_by_name(log, ".data.bpf_log"));
	is(bpf_log_level_get(map), -ENOENT, "level of a map");
	child = fork();
	if (!child) {
		if (setgid(65534) || setuid(65534))
			_exit(1);
		_exit(bpf_log_level_get(fd) == -EPERM && bpf_log_level_set(fd, 1) == -EPERM &&
				      bpf_log_components(fd, list_one, &listed) == -EPERM &&
				      bpf_log_losses(fd, &counts) == -EPERM
			      ? 0
			      : 2);
	}
	waitpid(child, &status, 0);
	is(status, 0, "without privileges: -EPERM");
	is(bpf_map_freeze(map), 0, "a frozen map");
	is(bpf_log_level_get(fd), BPF_LOG_INFO, "... is read");
	is(bpf_log_level_set(fd, 1), -EPERM, "... and not written");
	bpf_object__close(log);
	close(null);
}

/* As aya makes them: the map has a name, no types, and cannot be mapped. */
static void test_without_btf(void)
{
	struct bpf_object *obj = open_object(TOOL_PROGS "with_components.bpf.o");
	struct bpf_log_counts counts;
	struct bpf_map *map, *found = NULL;
	__u32 zero = 0;
	int map_fd, fd;
	size_t size;
	void *value;

	bpf_object__for_each_map(map, obj)
		if (strstr(bpf_map__name(map), ".data.bpf_log"))
			found = map;
	if (!ok(found, "there is the map"))
		return;
	value = bpf_map__initial_value(found, &size);
	map_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, ".data.bpf_log", 4, size, 1, NULL);
	ok(map_fd >= 0 && !bpf_map_update_elem(map_fd, &zero, value, 0) &&
		   !bpf_map__reuse_fd(found, map_fd),
	   "a map without BTF in its place");
	load(obj);
	fd = fd_of(obj, "with_components");
	is(bpf_log_level_get(fd), BPF_LOG_INFO, "without BTF: the level");
	has(fd, "conntrack=3 nat=3 ", "... the components");
	is(bpf_log_losses(fd, &counts), 0, "... the counts");
	is(bpf_log_level_set(fd, BPF_LOG_DEBUG), 0, "... set the level");
	is(bpf_log_level_get(fd), BPF_LOG_DEBUG, "... it is set");
	has(fd, "conntrack=4 nat=4 ", "... and those of the components");
	is(bpf_log_component_level_set(fd, "nat", BPF_LOG_WARN), 0, "... set that of one");
	has(fd, "conntrack=4 nat=2 ", "... it is set");
	bpf_object__close(obj);
	close(map_fd);
}

/* The variables of newer versions of stream.h: the sink, and the reported losses */
static void test_sink(void)
{
	struct bpf_object *obj = load(open_object(USER_PROGS "sink.bpf.o"));
	int fd = fd_of(obj, "set_sink");
	struct bpf_log_counts counts;
	struct bpf_link *link;
	volatile __u32 *sink;

	is(bpf_log_sink_get(fd), BPF_LOG_SINK_UNUSED, "where it writes: not known yet");
	link = bpf_program__attach(bpf_object__find_program_by_name(obj, "set_sink"));
	ok(link, "attached");
	syscall(__NR_kill, LEVELS, 0);
	is(bpf_log_sink_get(fd), BPF_LOG_SINK_TRACE_PIPE, "... to the trace pipe");
	sink = map_var(obj, ".data.bpf_log", "bpf_stream_sink");
	*sink = BPF_LOG_SINK_STREAM;
	is(bpf_log_sink_get(fd), BPF_LOG_SINK_STREAM, "... to the stream");
	*sink = BPF_LOG_SINK_RING;
	is(bpf_log_sink_get(fd), BPF_LOG_SINK_RING, "... to the ring");
	*sink = BPF_LOG_SINK_NOWHERE;
	is(bpf_log_sink_get(fd), BPF_LOG_SINK_NOWHERE, "... to nowhere");
	*sink = BPF_LOG_SINK_NOWHERE + 1;
	is(bpf_log_sink_get(fd), -EINVAL, "... unknown");
	ok(!bpf_log_losses(fd, &counts) && counts.lost[1].busy == 5 &&
		   counts.unreported[1].busy == 2 && !bpf_log_lost_total(&counts.unreported[0]),
	   "5 lost, 3 of them reported");
	bpf_link__destroy(link);
	bpf_object__close(obj);
}

int main(void)
{
	log_capture();
	test_level();
	test_components();
	test_losses();
	test_errors();
	test_without_btf();
	test_sink();
	return tap_done();
}
