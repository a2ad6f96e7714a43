// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <bpf/btf.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define TRACEFS "/sys/kernel/tracing/"

/* TAP */

static int tests, failures;

bool ok(bool passed, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("%sok %d - ", passed ? "" : "not ", ++tests);
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
	failures += !passed;
	fflush(stdout);
	return passed;
}

void skip(const char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("ok %d - ", ++tests);
	vprintf(fmt, ap);
	printf(" # SKIP %s\n", why);
	va_end(ap);
	fflush(stdout);
}

void note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("# ", stdout);
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
	fflush(stdout);
}

int tap_done(void)
{
	printf("1..%d\n", tests);
	return failures ? 1 : 0;
}

/* libbpf's messages */

static char log_buf[1 << 20];
static size_t log_len;

static int capture(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	int n;

	if (level == LIBBPF_DEBUG || log_len >= sizeof(log_buf) - 1)
		return 0;
	n = vsnprintf(log_buf + log_len, sizeof(log_buf) - log_len, fmt, ap);
	if (n > 0)
		log_len += n;
	if (log_len > sizeof(log_buf) - 1)
		log_len = sizeof(log_buf) - 1;
	return n;
}

void log_capture(void)
{
	libbpf_set_print(capture);
}

void log_clear(void)
{
	log_len = 0;
	log_buf[0] = 0;
}

const char *log_text(void)
{
	return log_buf;
}

/* The end of the log: a verifier's log can be very long */
void log_show(void)
{
	const char *p = log_buf + log_len;

	for (int lines = 0; p > log_buf && lines <= 25; p--)
		lines += p[-1] == '\n';
	for (; *p; p += strcspn(p, "\n"), p += !!*p)
		note("%.*s", (int)strcspn(p, "\n"), p);
}

/* Streams and the trace pipe */

/*
 * A ring has both streams, and reading takes them together, so what is read of the other one waits
 * here. @id is of the ring's map.
 */
struct ring_text {
	unsigned int id;
	char *text[2];
	size_t len[2];
};

static int ring_record(void *ctx, const struct bpf_stream_record *rec)
{
	struct ring_text *ring = ctx;
	int i = rec->stream_id == BPF_STREAM_ID_STDERR;
	char *text = realloc(ring->text[i], ring->len[i] + rec->raw_len);

	if (!text)
		return -ENOMEM;
	memcpy(text + ring->len[i], rec->raw, rec->raw_len);
	ring->text[i] = text;
	ring->len[i] += rec->raw_len;
	return 0;
}

/* Read the program's ring, if it has one; NULL and errno on error, ENOENT without a ring */
static struct ring_text *ring_read(int prog_fd)
{
	static struct ring_text rings[256], got;
	struct bpf_stream_ring *reader;
	struct ring_text *ring = rings;
	int err;

	reader = bpf_stream_ring__open_prog(prog_fd, 1 << 20, ring_record, &got);
	if (!reader)
		return NULL;
	while (ring->id && ring->id != bpf_stream_ring__map_id(reader) &&
	       ring < rings + sizeof(rings) / sizeof(*rings) - 1)
		ring++;
	got = *ring;
	got.id = bpf_stream_ring__map_id(reader);
	err = bpf_stream_ring__consume(reader);
	if (err >= 0)
		err = bpf_stream_ring__flush(reader);
	bpf_stream_ring__free(reader);
	*ring = got;
	errno = -err;
	return err < 0 ? NULL : ring;
}

/* Move what was read of a stream to @buf */
static size_t ring_take(struct ring_text *ring, int stream_id, char *buf, size_t len)
{
	int i = stream_id == BPF_STREAM_ID_STDERR;

	if (len > ring->len[i])
		len = ring->len[i];
	if (!len)
		return 0;
	memcpy(buf, ring->text[i], len);
	ring->len[i] -= len;
	memmove(ring->text[i], ring->text[i] + len, ring->len[i]);
	return len;
}

const char *progs_dir(void)
{
	return getenv("PROGS") ?: "build/selftests/progs";
}

void each_clang(void (*test)(const char *clang))
{
	const char *all = getenv("CLANGS") ?: "clang-14 clang-19";
	char names[64], *rest = names, *clang;

	snprintf(names, sizeof(names), "%s", all);
	while ((clang = strsep(&rest, " ")))
		if (*clang)
			test(clang);
}

bool have_text(void)
{
	return have_streams() || getenv("PROGS");
}

int text_read(int prog_fd, int stream_id, char *buf, size_t len)
{
	int n = bpf_stream_read(prog_fd, stream_id, buf, len);
	struct ring_text *ring;

	if (n > 0)
		return n;
	ring = ring_read(prog_fd);
	return ring ? (int)ring_take(ring, stream_id, buf, len) : errno == ENOENT ? n : -errno;
}

char *stream_text(int prog_fd, int stream_id, size_t *len)
{
	size_t size = 256 * 1024, n = 0;
	char *buf = malloc(size), *text;
	struct ring_text *ring;
	int ret;

	while (buf && (ret = bpf_stream_read(prog_fd, stream_id, buf + n, size - 1 - n)) > 0)
		n += ret;
	ring = buf ? ring_read(prog_fd) : NULL;
	if (ring) {
		ret = 0;
		text = realloc(buf, n + ring->len[0] + ring->len[1] + 1);
		buf = text ?: buf;
		n += text ? ring_take(ring, stream_id, buf + n, ring->len[0] + ring->len[1]) : 0;
	} else if (buf && errno != ENOENT) {
		ret = -errno;
	}
	if (!buf || ret < 0) {
		errno = buf ? -ret : ENOMEM;
		free(buf);
		return NULL;
	}
	buf[n] = 0;
	if (len)
		*len = n;
	return buf;
}

static FILE *trace_open(const char *path, const char *mode)
{
	FILE *f = fopen(path, mode);

	if (!f) {
		printf("Bail out! cannot open %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return f;
}

void trace_clear(void)
{
	static bool sized;

	if (!sized) {
		FILE *f = trace_open(TRACEFS "buffer_size_kb", "w");

		fputs("1024", f); /* at first it has room for some 100 lines */
		fclose(f);
		sized = true;
	}
	fclose(trace_open(TRACEFS "trace", "w"));
}

char *trace_text(void)
{
	static const char mark[] = "bpf_trace_printk: ";
	FILE *f = trace_open(TRACEFS "trace", "r"), *out;
	char *line = NULL, *text = NULL;
	size_t size = 0, text_size;

	out = open_memstream(&text, &text_size);
	while (getline(&line, &size, f) > 0) {
		char *msg = strstr(line, mark);

		if (line[0] != '#')
			fputs(msg ? msg + sizeof(mark) - 1 : line, out);
	}
	free(line);
	fclose(f);
	fclose(out);
	return text;
}

bool have_kernel(int major, int minor)
{
	struct utsname u;
	int is_major, is_minor;

	if (uname(&u) || sscanf(u.release, "%d.%d", &is_major, &is_minor) != 2)
		return false;
	return is_major > major || (is_major == major && is_minor >= minor);
}

bool have_streams(void)
{
	return have_kernel(6, 17);
}

bool have_reader_kfuncs(void)
{
	struct utsname u;

	return !uname(&u) && strstr(u.release, "-rfc");
}

bool have_fentry(void)
{
#ifdef __aarch64__
	return have_kernel(6, 4);
#else
	return true;
#endif
}

void pin_to_cpu(long n)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(n % sysconf(_SC_NPROCESSORS_ONLN), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Programs */

static int attach_and_trigger(struct bpf_program *prog)
{
	struct bpf_link *link = bpf_program__attach(prog);

	if (!link)
		return -errno;
	/* the tracing programs of progs/ are attached to this; security_task_getpgid() wants a pid */
	syscall(SYS_getpgid, getpid());
	bpf_link__destroy(link);
	return 0;
}

int run_prog(struct bpf_program *prog, unsigned int *retval)
{
	char packet[64] = {[12] = 0x08};
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	int err;

	switch (bpf_program__type(prog)) {
	case BPF_PROG_TYPE_XDP:
	case BPF_PROG_TYPE_SCHED_CLS:
		opts.data_in = packet;
		opts.data_size_in = sizeof(packet);
		break;
	case BPF_PROG_TYPE_SYSCALL:
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
		break;
	default:
		*retval = 0;
		return attach_and_trigger(prog);
	}
	err = bpf_prog_test_run_opts(bpf_program__fd(prog), &opts);
	*retval = opts.retval;
	return err;
}

long var_offset(struct bpf_object *obj, const char *section, const char *name)
{
	struct btf *btf = bpf_object__btf(obj);
	int id = btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC);
	const struct btf_type *sec = id < 0 ? NULL : btf__type_by_id(btf, id);
	const struct btf_var_secinfo *vsi = sec ? btf_var_secinfos(sec) : NULL;

	for (int i = 0; sec && i < btf_vlen(sec); i++) {
		const struct btf_type *var = btf__type_by_id(btf, vsi[i].type);

		if (!strcmp(btf__name_by_offset(btf, var->name_off), name))
			return vsi[i].offset;
	}
	return -ENOENT;
}

int set_u32(struct bpf_object *obj, const char *section, const char *name, unsigned int value)
{
	struct bpf_map *map = bpf_object__find_map_by_name(obj, section);
	long off = var_offset(obj, section, name);
	size_t size;
	char *data;

	data = map ? (char *)bpf_map__initial_value(map, &size) : NULL;
	if (off < 0 || !data)
		return -ENOENT;
	memcpy(data + off, &value, sizeof(value));
	return 0;
}

volatile void *map_var(struct bpf_object *obj, const char *section, const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(obj, section);
	long off = var_offset(obj, section, name);
	char *data;

	if (off < 0 || !map)
		return NULL;
	data = mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED,
		    bpf_map__fd(map), 0);
	return data == MAP_FAILED ? NULL : data + off;
}
