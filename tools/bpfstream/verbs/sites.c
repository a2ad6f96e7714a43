/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* sites.c - bpfstream sites: the log statements of loaded programs. */
#include <bpf_stream/user.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "explain.h"
#include "progs/prog.h"
#include "progs/select.h"
#include "progs/share.h"
#include "show/buf.h"
#include "show/json.h"

enum {
	OPT_ALL = 'a',
	OPT_JSON = 'j',
};

static const struct opt opts[] = {
	{"all", OPT_ALL, NULL, "all loaded programs that have log statements"},
	{"json", OPT_JSON, NULL, "a JSON object on a line for each object"},
	{NULL, 0, NULL, NULL},
};

struct site {
	struct bpf_log_site of;
	size_t nr; /* its place in the section */
	char *text; /* what the pointers of @of point to */
	bool again; /* another one is the same in all fields */
};

/* The statements of one object */
struct sites {
	__u32 id;
	char name[PROG_NAME];
	int fd;
	struct site *all;
	size_t nr, room;
};

static void take(const char **field, size_t len, char **to)
{
	if (!*field)
		return;
	memcpy(*to, *field, len);
	*field = *to;
	*to += len;
}

static int on_site(void *ctx, const struct bpf_log_site *of)
{
	struct sites *sites = ctx;
	struct site *site, *more;
	char *to;

	if (sites->nr == sites->room) {
		sites->room = sites->room ? 2 * sites->room : 64;
		more = realloc(sites->all, sites->room * sizeof(*more));
		if (!more)
			return -ENOMEM;
		sites->all = more;
	}
	site = &sites->all[sites->nr];
	*site = (struct site){.of = *of, .nr = sites->nr};
	to = malloc(of->file_len + of->format_len + of->cond_len + of->component_len + 1);
	if (!to)
		return -ENOMEM;
	sites->nr++;
	site->text = to;
	take(&site->of.file, of->file_len, &to);
	take(&site->of.format, of->format_len, &to);
	take(&site->of.cond, of->cond_len, &to);
	take(&site->of.component, of->component_len, &to);
	return 0;
}

static int compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int ret;

	if (!a || !b)
		return !a - !b;
	ret = memcmp(a, b, a_len < b_len ? a_len : b_len);
	return ret ? ret : (a_len > b_len) - (a_len < b_len);
}

static int by_place(const void *left, const void *right)
{
	const struct site *a = left, *b = right;
	int ret = compare(a->of.file, a->of.file_len, b->of.file, b->of.file_len);

	if (!ret)
		ret = (a->of.line > b->of.line) - (a->of.line < b->of.line);
	return ret ? ret : (a->nr > b->nr) - (a->nr < b->nr);
}

static int by_fields(const struct bpf_log_site *a, const struct bpf_log_site *b)
{
	int ret = compare(a->format, a->format_len, b->format, b->format_len);

	if (!ret)
		ret = compare(a->cond, a->cond_len, b->cond, b->cond_len);
	if (!ret)
		ret = compare(a->component, a->component_len, b->component, b->component_len);
	if (!ret)
		ret = compare(a->file, a->file_len, b->file, b->file_len);
	if (!ret)
		ret = (a->line > b->line) - (a->line < b->line);
	return ret ? ret : a->level - b->level;
}

static int by_text(const void *left, const void *right)
{
	const struct site *a = left, *b = right;
	int ret = by_fields(&a->of, &b->of);

	return ret ? ret : (a->nr > b->nr) - (a->nr < b->nr);
}

static void sort(struct sites *sites)
{
	size_t i;

	if (!sites->nr)
		return;
	qsort(sites->all, sites->nr, sizeof(*sites->all), by_text);
	for (i = 1; i < sites->nr; i++)
		sites->all[i].again = !by_fields(&sites->all[i - 1].of, &sites->all[i].of);
	qsort(sites->all, sites->nr, sizeof(*sites->all), by_place);
}

/* The file's name is in a format, where a percent sign is two. */
static void file_name(struct buf *buf, const struct bpf_log_site *site)
{
	size_t i;

	for (i = 0; i < site->file_len; i++) {
		buf_add(buf, site->file + i, 1);
		i += i + 1 < site->file_len && !memcmp(site->file + i, "%%", 2);
	}
}

/* FILE:LINE for people, or "-" */
static void place(struct buf *buf, const struct bpf_log_site *site)
{
	struct buf name = {};

	if (!site->file) {
		buf_text(buf, "-");
		return;
	}
	file_name(&name, site);
	buf_escaped(buf, name.data, name.len, false);
	buf->failed |= name.failed;
	buf_addf(buf, ":%u", site->line);
	buf_free(&name);
}

/* The message for people: an assertion with its condition, and without the newline at the end */
static void message(struct buf *buf, const struct bpf_log_site *site)
{
	const char *rest = site->format;
	size_t len = site->format_len, head;

	if (len > 1 && rest[len - 1] == '\n')
		len--;
	if (site->cond) {
		/* "%s" is the first conversion of each format that has a condition. */
		head = (size_t)((const char *)memchr(rest, '%', len) - rest);
		buf_escaped(buf, rest, head, false);
		buf_escaped(buf, site->cond, site->cond_len, false);
		rest += head + 2;
		len -= head + 2;
	}
	buf_escaped(buf, rest, len, false);
}

struct widths {
	size_t place, component;
};

static struct widths widths(const struct sites *sites, bool *failed)
{
	struct widths widths = {sizeof("WHERE") - 1, 0};
	struct buf buf = {};
	size_t i;

	for (i = 0; i < sites->nr; i++) {
		buf.len = 0;
		place(&buf, &sites->all[i].of);
		if (buf.len > widths.place)
			widths.place = buf.len;
		if (sites->all[i].of.component_len > widths.component)
			widths.component = sites->all[i].of.component_len;
	}
	if (widths.component && widths.component < sizeof("COMPONENT") - 1)
		widths.component = sizeof("COMPONENT") - 1;
	*failed |= buf.failed;
	buf_free(&buf);
	return widths;
}

static void pad(struct buf *buf, size_t start, size_t width)
{
	while (!buf->failed && buf->len - start < width + 2)
		buf_text(buf, " ");
}

static void put_row(struct buf *buf, const struct bpf_log_site *site, const struct widths *widths)
{
	static const char *const states[] = {"?", "off", "on"};
	size_t start;

	buf_addf(buf, "%-5s  %-5s  ", site->level < 0 ? "-" : bpf_log_level_name(site->level),
		 states[site->on + 1]);
	start = buf->len;
	place(buf, site);
	pad(buf, start, widths->place);
	start = buf->len;
	if (widths->component) {
		if (site->component)
			buf_escaped(buf, site->component, site->component_len, false);
		else
			buf_text(buf, "-");
		pad(buf, start, widths->component);
	}
	message(buf, site);
	buf_text(buf, "\n");
}

static void put_text(struct buf *buf, const struct sites *sites, const unsigned int *ids, size_t nr)
{
	struct widths width = widths(sites, &buf->failed);
	int level = bpf_log_level_get(sites->fd), max = bpf_log_max_level_get(sites->fd);
	char list[SHARE_MAX * 12 + 8];
	size_t i, start;

	buf_addf(buf, "program      %u %s\n", sites->id, sites->name);
	if (nr) {
		buf_text(buf, "shared with  ");
		buf_text(buf, share_list(ids, nr, list, sizeof(list)));
		buf_text(buf, "\n");
	}
	if (level >= 0)
		buf_addf(buf, "level        %s\n", bpf_log_filter_name(level));
	if (max >= 0)
		buf_addf(buf, "loaded with  %s\n", bpf_log_filter_name(max));
	buf_text(buf, "\nLEVEL  STATE  ");
	start = buf->len;
	buf_text(buf, "WHERE");
	pad(buf, start, width.place);
	start = buf->len;
	if (width.component) {
		buf_text(buf, "COMPONENT");
		pad(buf, start, width.component);
	}
	buf_text(buf, "FORMAT\n");
	for (i = 0; i < sites->nr; i++) {
		if (!sites->all[i].again)
			put_row(buf, &sites->all[i].of, &width);
	}
}

static void put_json_level(struct buf *buf, const char *key, const char *level)
{
	buf_addf(buf, level ? "\"%s\":\"%s\"," : "\"%s\":null,", key, level);
}

static void put_json_site(struct buf *buf, const struct bpf_log_site *site)
{
	static const char *const states[] = {"null", "false", "true"};
	struct buf name = {};

	buf_text(buf, "{");
	put_json_level(buf, "level", site->level < 0 ? NULL : bpf_log_level_name(site->level));
	buf_addf(buf, "\"on\":%s,", states[site->on + 1]);
	if (site->file) {
		file_name(&name, site);
		buf_text(buf, "\"file\":");
		json_string(buf, name.data, name.len);
		buf->failed |= name.failed;
		buf_addf(buf, ",\"line\":%u,", site->line);
		buf_free(&name);
	}
	if (site->component) {
		buf_text(buf, "\"component\":");
		json_string(buf, site->component, site->component_len);
		buf_text(buf, ",");
	}
	if (site->cond) {
		buf_text(buf, "\"condition\":");
		json_string(buf, site->cond, site->cond_len);
		buf_text(buf, ",");
	}
	buf_text(buf, "\"format\":");
	json_string(buf, site->format, site->format_len);
	buf_text(buf, "}");
}

/* The program's name needs no escapes: it is an identifier. */
static void put_json(struct buf *buf, const struct sites *sites, const unsigned int *ids, size_t nr)
{
	const char *comma = "";
	size_t i;

	buf_addf(buf, "{\"id\":%u,\"name\":\"%s\",\"shared_with\":[", sites->id, sites->name);
	for (i = 0; i < nr && i < SHARE_MAX; i++)
		buf_addf(buf, "%s%u", i ? "," : "", ids[i]);
	buf_text(buf, "],");
	put_json_level(buf, "level", bpf_log_filter_name(bpf_log_level_get(sites->fd)));
	put_json_level(buf, "max_level", bpf_log_filter_name(bpf_log_max_level_get(sites->fd)));
	buf_text(buf, "\"sites\":[");
	for (i = 0; i < sites->nr; i++) {
		if (sites->all[i].again)
			continue;
		buf_text(buf, comma);
		put_json_site(buf, &sites->all[i].of);
		comma = ",";
	}
	buf_text(buf, "]}\n");
}

struct run {
	struct select select;
	bool json, failed;
	__u32 *seen; /* maps of the objects whose statements were shown */
	size_t nr_seen, shown;
};

/* Whether the statements were shown, with another program of the object */
static bool is_seen(const struct run *run, int fd)
{
	__u32 map_id;

	if (!run->nr_seen || bpf_log_map_id(fd, &map_id))
		return false;
	for (size_t i = 0; i < run->nr_seen; i++) {
		if (run->seen[i] == map_id)
			return true;
	}
	return false;
}

static bool remember(struct run *run, int fd)
{
	__u32 *more, map_id;

	/* such a program shares nothing that can be found */
	if (bpf_log_map_id(fd, &map_id))
		return true;
	more = realloc(run->seen, (run->nr_seen + 1) * sizeof(*more));
	if (!more)
		return false;
	run->seen = more;
	more[run->nr_seen++] = map_id;
	return true;
}

static int show(struct run *run, struct sites *sites)
{
	unsigned int ids[SHARE_MAX];
	size_t nr = share_ids(sites->fd, ids);
	struct buf buf = {};

	sort(sites);
	if (!run->json && run->shown)
		buf_text(&buf, "\n");
	run->json ? put_json(&buf, sites, ids, nr) : put_text(&buf, sites, ids, nr);
	if (buf.failed || !remember(run, sites->fd)) {
		buf_free(&buf);
		return msg("out of memory");
	}
	fwrite(buf.data, 1, buf.len, stdout);
	buf_free(&buf);
	run->shown++;
	return EXIT_OK;
}

static int one(struct run *run, __u32 id, int fd, bool itself)
{
	struct sites sites = {.id = id, .fd = fd};
	int ret = bpf_log_sites(fd, on_site, &sites);
	char word[16];

	prog_name(fd, sites.name, sizeof(sites.name));
	snprintf(word, sizeof(word), "%u", id);
	if (ret > 0) {
		ret = show(run, &sites);
	} else if ((!ret || ret == -ENOENT) && itself) {
		ret = msg("program %u (%s) has no log statements: it prints nothing through "
			  "bpf_stream",
			  id, sites.name);
	} else if (ret && ret != -ENOENT) {
		explain_log_map(word, "log statements", ret);
		ret = EXIT_FAILED;
	} else {
		ret = EXIT_OK;
	}
	for (size_t i = 0; i < sites.nr; i++)
		free(sites.all[i].text);
	free(sites.all);
	return ret;
}

static int on_prog(void *ctx, __u32 id, int fd)
{
	struct run *run = ctx;

	if (!is_seen(run, fd) && one(run, id, fd, select_itself(&run->select, fd)) != EXIT_OK)
		run->failed = true;
	close(fd);
	return 0;
}

static int each(struct run *run)
{
	int ret = select_each(&run->select, on_prog, run);

	if (ret || run->failed)
		return EXIT_FAILED;
	if (run->select.nr && !run->shown)
		return msg("no program that matches has log statements: they print nothing through "
			   "bpf_stream");
	return EXIT_OK;
}

static int main_sites(const struct verb *verb, int argc, char **argv)
{
	struct run run = {};
	bool all = false;
	int val, ret;

	while ((val = opts_next(verb, argc, argv)) != -1) {
		if (val == OPT_ALL)
			all = true;
		else if (val == OPT_JSON)
			run.json = true;
		else
			return opts_rest(verb, val);
	}
	if (optind == argc && !all)
		return msg_usage(verb, "missing program (--all: all of them)");
	if (optind < argc && all)
		return msg_usage(verb, "--all and a program exclude each other");
	run.select.words = argv + optind;
	run.select.nr = (size_t)(argc - optind);
	ret = select_check(verb, &run.select);
	if (ret)
		return ret;
	explain_init(false);
	ret = each(&run);
	free(run.select.met);
	free(run.seen);
	return ret;
}

const struct verb verb_sites = {
	.name = "sites",
	.usage = "PROG...|--all [OPTION]...",
	.summary = "list the log statements of loaded programs",
	.help = "Lists what a loaded program can write: level, file and line, and format of each\n"
		"log statement of its object, and whether the present levels let it pass. Needs\n"
		"nothing in the program but its formats, and works on every kernel. Consumes and\n"
		"changes nothing.\n"
		"\n"
		"Programs of one object share their statements, which are listed once, with the\n"
		"ids of the others. A statement that the compiler removed is not listed.\n"
		"\n" SELECT_HELP,
	.opts = opts,
	.main = main_sites,
};
