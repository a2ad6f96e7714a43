/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user.h - the user-space side of BPF streams, for any loader: follow programs, parse
 * records and kernel reports, set levels, read loss counts.
 *
 * Header-only, C11 and C++11, with or without libbpf: it needs the C library, <linux/bpf.h> and
 * <linux/btf.h>. No globals. Include only this header; its parts are
 *
 *	this file		read a stream, join lines that a read has cut
 *	user/parse.h		bpf_log_parse(): parse a line; names of levels
 *	user/report.h		bpf_log_report_parse(): parse a kernel report
 *	user/assembler.h	struct bpf_stream_assembler: build the records of one stream
 *	user/consumer.h		struct bpf_stream_consumer: follow many programs, record by record
 *	user/forward.h		bpf_stream_forward(): records to stdio, syslog or a logger
 *	user/object.h		bpf_stream_consumer__add_object(): all programs of an object of libbpf
 *	user/ring.h		struct bpf_stream_ring: read or peek at the ring of an object
 *	user/levels.h		bpf_log_level_get(), bpf_log_level_set(), bpf_log_components()
 *	user/maps.h		bpf_log_losses(), bpf_log_sink_get()
 *	user/sites.h		bpf_log_sites(): the log statements of a loaded program
 *	user/format.h		bpf_stream_format(): the text of a message from its arguments
 *	user/symbols.h		struct bpf_stream_symbols: names of kernel addresses
 *
 * Most loaders want a consumer. To read lines yourself, in memory of your own:
 *
 *	char carry[4096], buf[BPF_STREAM_READ_SIZE];
 *	struct bpf_stream_lines lines;
 *	struct bpf_stream_line line;
 *	struct bpf_log_record rec;
 *	int n;
 *
 *	bpf_stream_lines_init(&lines, carry, sizeof(carry));
 *	while ((n = bpf_stream_read(prog_fd, BPF_STREAM_ID_STDOUT, buf, sizeof(buf))) > 0) {
 *		bpf_stream_lines_feed(&lines, buf, n);
 *		while (bpf_stream_lines_next(&lines, &line)) {
 *			bpf_log_parse(line.text, line.len, &rec);
 *			...
 *		}
 *	}
 *
 * Threads: any thread may call any function, but only one at a time may use a struct. Two threads
 * that read the same stream each get a part of it, because reading consumes.
 *
 * The kernel has internal functions named bpf_stream_read() and bpf_stream_stage_printk(), with
 * other meanings.
 */
#ifndef BPF_STREAM_USER_H
#define BPF_STREAM_USER_H

/* The same code is C and C++, with casts in C style. */
#ifdef __cplusplus
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wuseless-cast"
#endif
#endif

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Streams
 */

/*
 * The two streams of a program. Recent <linux/bpf.h> has the enumerators BPF_STREAM_STDOUT and
 * BPF_STREAM_STDERR, and vmlinux.h BPF_STDOUT and BPF_STDERR, so these have other names. The values
 * are the same.
 */
enum {
	BPF_STREAM_ID_STDOUT = 1,
	BPF_STREAM_ID_STDERR = 2,
};

/* Which streams of a program to follow */
#define BPF_STREAM_BOTH ((1U << BPF_STREAM_ID_STDOUT) | (1U << BPF_STREAM_ID_STDERR))

/*
 * A size for read buffers, in bytes: it holds everything that a stream of 6.17 to 7.3 can have
 * (100,000 bytes), so that one read empties the stream.
 */
#define BPF_STREAM_READ_SIZE (128 * 1024)

/* BPF_PROG_STREAM_READ_BY_FD of bpf(2), which <linux/bpf.h> has since Linux 6.17 */
#define __BPF_STREAM_CMD_READ 37

/* prog_stream_read of union bpf_attr; the kernel accepts it without the padding at its end. */
struct __bpf_stream_read_attr {
	uint64_t stream_buf;
	uint32_t stream_buf_len;
	uint32_t stream_id;
	uint32_t prog_fd;
	uint32_t __pad;
};

/* -std=c11 hides syscall(). C++ has it: g++ and clang++ define _GNU_SOURCE. */
#if !defined(__cplusplus) && !defined(__USE_MISC)
extern long syscall(long number, ...);
#endif

static inline int __bpf_stream_read_once(int prog_fd, int stream_id, void *buf, size_t len)
{
	struct __bpf_stream_read_attr attr;
	long ret;

	memset(&attr, 0, sizeof(attr));
	attr.stream_buf = (uint64_t)(uintptr_t)buf;
	/* The kernel returns an int: a larger length would become negative. */
	attr.stream_buf_len = len > 0x40000000 ? 0x40000000 : (uint32_t)len;
	attr.stream_id = (uint32_t)stream_id;
	attr.prog_fd = (uint32_t)prog_fd;
	ret = syscall(__NR_bpf, __BPF_STREAM_CMD_READ, &attr,
		      offsetof(struct __bpf_stream_read_attr, __pad));
	return ret < 0 ? -errno : (int)ret;
}

/**
 * bpf_stream_probe() - test whether the running kernel has BPF streams
 *
 * Reads nothing and needs no program. It tests the system call, not a version: kernels with streams
 * (Linux 6.17 and later) refuse the fd -1, others do not know the command.
 *
 * Return: 0 if it has streams, -EOPNOTSUPP if not, -EPERM if the caller may not use bpf(2) (the
 * answer is unknown then), or another negative errno (-ENOSYS: a kernel without bpf(2)). Changes
 * errno.
 */
static inline int bpf_stream_probe(void)
{
	int err = __bpf_stream_read_once(-1, BPF_STREAM_ID_STDOUT, NULL, 0);

	if (err == -EINVAL)
		return -EOPNOTSUPP;
	return err == -EBADF ? 0 : err;
}

/**
 * bpf_stream_read() - read text from a stream of a program, and remove it from there
 * @prog_fd:	the program: any fd of it (libbpf, a pin, BPF_PROG_GET_FD_BY_ID)
 * @stream_id:	BPF_STREAM_ID_STDOUT or BPF_STREAM_ID_STDERR
 * @buf:	destination; no NUL is added
 * @len:	size of @buf, in bytes
 *
 * Messages are not separated, and the last one may be cut anywhere: the next read continues there
 * (struct bpf_stream_lines joins the parts). Never blocks, so it does not return -EINTR.
 *
 * Return: the number of bytes read, 0 if the stream is empty, or a negative errno:
 * -EOPNOTSUPP	the kernel has no streams (before Linux 6.17)
 * -EINVAL	@prog_fd is not a program
 * -EBADF	@prog_fd is not open
 * -ENOENT	no stream has the id @stream_id
 * -EFAULT	@buf cannot be written
 * -EPERM	the caller may not use bpf(2) at all, as in many containers; otherwise an fd of the
 *		program is enough
 * Changes errno.
 */
static inline int bpf_stream_read(int prog_fd, int stream_id, void *buf, size_t len)
{
	int ret = __bpf_stream_read_once(prog_fd, stream_id, buf, len);

	if (ret == -EINVAL && bpf_stream_probe() == -EOPNOTSUPP)
		return -EOPNOTSUPP;
	return ret;
}

/*
 * Lines
 */

/**
 * struct bpf_stream_lines - joins lines that a read has cut
 *
 * One per stream. Whole lines are handed out in place; only the incomplete line at the end of a
 * read is copied, to the carry buffer. All fields are private.
 */
struct bpf_stream_lines {
	char *carry;
	size_t carry_size;
	size_t carry_len;
	size_t carry_used; /* bytes that were handed out, removed by the next call */
	const char *in;
	size_t in_len;
	bool inside; /* a piece of the current line has been handed out */
};

/**
 * struct bpf_stream_line - a line, or a piece of one
 * @text:	any bytes, including the newline if there is one; not NUL-terminated
 * @len:	length of @text
 * @first:	this is the start of a line
 * @last:	this is the end of a line: there is a newline
 *
 * Both are true unless the line is longer than the carry buffer or was taken before its end. Never
 * parse a piece without @first: a program could forge records with it.
 */
struct bpf_stream_line {
	const char *text;
	size_t len;
	bool first;
	bool last;
};

/**
 * bpf_stream_lines_init() - start with no text
 * @carry:	must stay valid as long as @lines is in use
 * @size:	size of @carry, at least 8 bytes: lines of up to this size are handed out whole. A
 *		message has at most 1,024 bytes, so 4,096 is enough.
 */
static inline void bpf_stream_lines_init(struct bpf_stream_lines *lines, char *carry, size_t size)
{
	memset(lines, 0, sizeof(*lines));
	lines->carry = carry;
	lines->carry_size = size;
}

/**
 * bpf_stream_lines_feed() - add the text that a read returned
 *
 * @text must stay valid until bpf_stream_lines_next() has returned false. Feed again only then.
 */
static inline void bpf_stream_lines_feed(struct bpf_stream_lines *lines, const char *text,
					 size_t len)
{
	lines->in = text;
	lines->in_len = len;
}

static inline void __bpf_stream_lines_hand(struct bpf_stream_lines *lines,
					   struct bpf_stream_line *line, const char *text,
					   size_t len)
{
	line->text = text;
	line->len = len;
	line->first = !lines->inside;
	line->last = text[len - 1] == '\n';
	lines->inside = !line->last;
}

/**
 * bpf_stream_text_cut() - where text may be cut without splitting a UTF-8 sequence
 *
 * Return: @len, or less if the last sequence in @text is incomplete.
 */
static inline size_t bpf_stream_text_cut(const char *text, size_t len)
{
	size_t cut = len;

	while (cut && len - cut < 3 && ((unsigned char)text[cut - 1] & 0xc0) == 0x80)
		cut--;
	/* The byte before the cut starts a sequence, or is ASCII, or the text is not UTF-8. */
	if (cut > 1 && (unsigned char)text[cut - 1] >= 0xc0) {
		unsigned char c = (unsigned char)text[cut - 1];
		size_t want = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

		if (len - (cut - 1) < want)
			return cut - 1;
	}
	return len;
}

/**
 * bpf_stream_lines_next() - the next line
 * @line:	filled in; valid until the next call for the same @lines
 *
 * Return: true and a line, or false when all text has been used. An incomplete line may be left:
 * the next feed completes it, or bpf_stream_lines_rest() takes it as it is.
 */
static inline bool bpf_stream_lines_next(struct bpf_stream_lines *lines,
					 struct bpf_stream_line *line)
{
	const char *nl;
	size_t n;

	if (lines->carry_used) {
		lines->carry_len -= lines->carry_used;
		memmove(lines->carry, lines->carry + lines->carry_used, lines->carry_len);
		lines->carry_used = 0;
	}
	if (!lines->in_len)
		return false;

	nl = (const char *)memchr(lines->in, '\n', lines->in_len);
	n = nl ? (size_t)(nl - lines->in) + 1 : lines->in_len;

	if (!lines->carry_len && (nl || n > lines->carry_size)) {
		/*
		 * A whole line, or a piece of one that does not fit into the carry buffer: in
		 * place
		 */
		if (!nl)
			n = bpf_stream_text_cut(lines->in, n);
		__bpf_stream_lines_hand(lines, line, lines->in, n);
		lines->in += n;
		lines->in_len -= n;
		return true;
	}

	if (n > lines->carry_size - lines->carry_len)
		n = lines->carry_size - lines->carry_len;
	memcpy(lines->carry + lines->carry_len, lines->in, n);
	lines->carry_len += n;
	lines->in += n;
	lines->in_len -= n;

	if (lines->carry[lines->carry_len - 1] == '\n')
		lines->carry_used = lines->carry_len;
	else if (lines->carry_len == lines->carry_size)
		lines->carry_used = bpf_stream_text_cut(lines->carry, lines->carry_len);
	else
		return false;
	__bpf_stream_lines_hand(lines, line, lines->carry, lines->carry_used);
	return true;
}

/**
 * bpf_stream_lines_pending() - the number of bytes of the incomplete line
 */
static inline size_t bpf_stream_lines_pending(const struct bpf_stream_lines *lines)
{
	return lines->carry_len - lines->carry_used;
}

/**
 * bpf_stream_lines_rest() - take the incomplete line as it is
 *
 * For the end of a stream, or after waiting long enough for a newline. Call it after
 * bpf_stream_lines_next() has returned false.
 *
 * Return: true and the text, or false if there is none.
 */
static inline bool bpf_stream_lines_rest(struct bpf_stream_lines *lines,
					 struct bpf_stream_line *line)
{
	size_t n = bpf_stream_lines_pending(lines);

	if (!n)
		return false;
	__bpf_stream_lines_hand(lines, line, lines->carry + lines->carry_used, n);
	lines->carry_used = lines->carry_len;
	return true;
}

#include <bpf_stream/user/parse.h>
#include <bpf_stream/user/report.h>
#include <bpf_stream/user/assembler.h>
#include <bpf_stream/user/section.h>
#include <bpf_stream/user/levels.h>
#include <bpf_stream/user/maps.h>
#include <bpf_stream/user/text.h>
#include <bpf_stream/user/format.h>
#include <bpf_stream/user/symbols.h>
#include <bpf_stream/user/samples.h>
#include <bpf_stream/user/ringmap.h>
#include <bpf_stream/user/sites.h>
#include <bpf_stream/user/ring.h>
#include <bpf_stream/user/rings.h>
#include <bpf_stream/user/round.h>
#include <bpf_stream/user/consumer.h>
#include <bpf_stream/user/forward.h>
#include <bpf_stream/user/object.h>

#ifdef __cplusplus
#pragma GCC diagnostic pop
#endif

#endif /* BPF_STREAM_USER_H */
