// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Cases that a kernel produces too rarely or too fast for a test: tool_follow.sh runs this under ASan.
 * Programs are numbers here, and the test feeds their text. Usage: tool_follow CASE [FILE...]
 */
#include <bpf/libbpf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "follow/internal.h"
#include "progs/pins.h"
#include "replace.h"
#include "stop.h"

static struct show *show;
static struct follow *follow;

/* The result of a peek, without a kernel */
static const struct progs_record peeked = {.stream[1] = {.truncated = 1, .lost = 2}};

int progs_iter_start(struct progs_iter *it, __u32 only)
{
	(void)it;
	(void)only;
	return 0;
}

int progs_iter_next(struct progs_iter *it, const struct progs_record **record)
{
	(void)it;
	*record = &peeked;
	return 1;
}

size_t progs_iter_news(struct progs_iter *it, const struct progs_record *record, int stream,
		       struct progs_mark *mark, const char **news)
{
	(void)it;
	(void)record;
	(void)mark;
	*news = "peeked\n";
	return stream ? strlen(*news) : 0;
}

static struct follow_prog *add(unsigned int id, char *name)
{
	struct follow_prog *prog = follow_add(follow, id, -1);

	prog->full_name = true;
	follow_name(prog, name);
	return prog;
}

static void say(struct follow_prog *prog, int stream_id, const char *text, size_t len)
{
	if (follow_feed(follow, prog, stream_id, text, len))
		abort();
}

static void say_line(struct follow_prog *prog, const char *text)
{
	say(prog, BPF_STREAM_ID_STDERR, text, strlen(text));
}

/* The machine's clock is set during tail. */
static long wall = 1700000000, mono_ms = 1000000;

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	if (clock == CLOCK_REALTIME)
		*ts = (struct timespec){.tv_sec = wall};
	else
		*ts = (struct timespec){.tv_sec = mono_ms / 1000,
					.tv_nsec = mono_ms % 1000 * 1000000};
	return 0;
}

/* All streams have been read @ms later. */
static void round_after(int ms)
{
	mono_ms += ms;
	follow_begin_round(follow);
	follow_end_round(follow);
	if (follow_show(follow, false))
		abort();
}

/* A program that ends in the middle of a line, and one that is allocated at the same address */
static void last_words(void)
{
	struct follow_prog *one = add(1, "one"), *two = add(2, "two");

	say_line(one, "a line\nno end");
	if (!follow_gone(follow, one))
		abort();
	round_after(2 * FOLLOW_DELAY_MS);
	if (show->sink.open_by)
		show->sink.open_by = &two->streams[BPF_STREAM_ID_STDERR - 1].source;
	say_line(two, "of the other\n");
}

/* A program that is unloaded while the last records are kept */
static void kept(void)
{
	struct follow_prog *one, *two;

	if (!follow_keep(follow, 3))
		abort();
	one = add(1, "one");
	two = add(2, "two");
	say_line(one, "1\n2\n3\nno end");
	say_line(two, "4\n");
	if (follow_show(follow, false) || !follow_gone(follow, one) ||
	    !follow_keep(follow, SIZE_MAX))
		abort();
	round_after(2 * FOLLOW_DELAY_MS);
	say_line(two, "5\n");
}

static void truncated(void)
{
	if (follow_peek(follow, add(1, "one")) < 0)
		abort();
}

static void too_many_kept(void)
{
	if (follow_keep(follow, SIZE_MAX / sizeof(struct merge_item)))
		abort();
}

/* Files as JSON, with a name and a stream each, and a loss */
static void json(int argc, char **argv)
{
	const struct bpf_log_lost lost = {.full = UINT64_MAX, .other = 1};
	const unsigned int others[] = {2, UINT32_MAX};
	const struct show_lost event = {
		.time_ns = UINT64_MAX,
		.stream_id = BPF_STREAM_ID_STDERR,
		.lost = &lost,
		.total = 7,
		.others = others,
		.nr_others = 2,
	};
	static char text[1 << 20];
	struct follow_prog *prog;
	FILE *file;
	size_t n;

	show->json = true;
	for (int i = 0; i < argc; i++) {
		file = fopen(argv[i], "r");
		if (!file)
			abort();
		n = fread(text, 1, sizeof(text), file);
		fclose(file);
		prog = add(i + 1, "\xff\"\\\n\x1b");
		say(prog, 1 + i % 2, text, n);
		if (!show_lost(show, &prog->streams[0].source, &event))
			abort();
		if (!follow_gone(follow, prog))
			abort();
	}
}

static void clock_is_set(void)
{
	struct follow_prog *prog = add(1, "one");

	show->time = SHOW_TIME_ISO;
	mono_ms -= FOLLOW_DELAY_MS;
	say_line(prog, "INFO 1000000000000: x\n");
	round_after(FOLLOW_DELAY_MS);
	wall += 24 * 60 * 60;
	mono_ms -= FOLLOW_DELAY_MS;
	say_line(prog, "INFO 1000000000000: x\n");
	round_after(FOLLOW_DELAY_MS);
}

/*
 * Text that is read in another order than it was written. A line without a time gets the time of the
 * last round before it.
 */
static void order(void)
{
	struct follow_prog *one = add(1, "one"), *two = add(2, "two"), *late = add(3, "late");
	const int due = follow_due_ms(follow, 70);

	show->time = SHOW_TIME_NONE;
	say_line(one, "INFO 999990000000: 2\nplain after 2\n");
	round_after(0);
	say_line(late, "no time\n");
	if (due != 70 || follow_due_ms(follow, 70) > 50)
		abort();
	say_line(two, "INFO 999980000000: 1\n");
	round_after(FOLLOW_DELAY_MS);
	/* It claims a time in the future; other records do not wait for it. */
	say_line(one, "INFO 99999999999999: 4 of the future\n");
	say_line(two, "INFO 1000010000000: 3\n");
	round_after(FOLLOW_DELAY_MS + 1);
	/* A stream that cannot be emptied holds back records newer than its last one. */
	mono_ms += FOLLOW_DELAY_MS;
	say_line(two, "INFO 1000110000000: 5\n");
	follow_set_more(follow, &two->streams[BPF_STREAM_ID_STDERR - 1], true);
	say_line(one, "INFO 1000130000000: 7\n");
	round_after(FOLLOW_DELAY_MS * 2);
	say_line(late, "INFO 1000110000000: 5 is the last\n");
	say_line(two, "INFO 1000120000000: 6\n");
	follow_set_more(follow, &two->streams[BPF_STREAM_ID_STDERR - 1], false);
	round_after(FOLLOW_DELAY_MS * 2);
}

/* More than the limit may wait: some order is lost, but no record */
static void too_much(void)
{
	struct follow_prog *one = add(1, "one");
	size_t n;
	char *text;

	show->level = BPF_LOG_ERROR;
	say_line(one, "ERROR 999999000000: the first\n");
	text = malloc(1 << 20);
	for (int i = 0; i < 70; i++) {
		for (n = 0; n < (1 << 20) - 100;)
			n += sprintf(text + n, "INFO %d: %060d\n", i, (int)n);
		say(one, BPF_STREAM_ID_STDERR, text, n);
	}
	free(text);
	say_line(one, "ERROR 1000000000000: the last\n");
}

/* Two signals; the object has made a pin in between */
static void two_signals(const char *object, const char *pin)
{
	struct bpf_object *obj = bpf_object__open_file(object, NULL);
	struct bpf_map *map;

	bpf_object__for_each_map(map, obj)
		bpf_map__set_pin_path(map, pin);
	if (!pins_note(obj))
		abort();
	fclose(fopen(pin, "w"));
	stop_catch();
	raise(SIGINT);
	printf("stop is %d\n", (int)stop);
	fflush(stdout);
	raise(SIGINT);
}

/* A signal, or none (0), while stdout goes to a file that will replace @path */
static int replaced(const char *path, int sig)
{
	struct replace replace = {};

	if (replace_begin(&replace, path))
		return 1;
	printf("text\n");
	if (sig)
		raise(sig);
	return replace_end(&replace, true);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int ret;

	if (!strcmp(what, "replaced"))
		return replaced(argv[2], atoi(argv[3]));
	show = show_new(NULL);
	show->streams = BPF_STREAM_BOTH;
	show->named = true;
	follow = follow_new(show, BPF_STREAM_BOTH, NULL);
	if (!strcmp(what, "last"))
		last_words();
	else if (!strcmp(what, "kept"))
		kept();
	else if (!strcmp(what, "too_many_kept"))
		too_many_kept();
	else if (!strcmp(what, "clock"))
		clock_is_set();
	else if (!strcmp(what, "order"))
		order();
	else if (!strcmp(what, "too_much"))
		too_much();
	else if (!strcmp(what, "signals"))
		two_signals(argv[2], argv[3]);
	else if (!strcmp(what, "truncated"))
		truncated();
	else if (!strcmp(what, "json"))
		json(argc - 2, argv + 2);
	ret = follow_show(follow, true) || !sink_finish(&show->sink);
	follow_free(follow);
	show_free(show);
	return ret;
}
