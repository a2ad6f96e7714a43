/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user.h - the user-space side of BPF streams, for any loader: follow programs, take
 * records and the kernel's reports apart, switch levels, read what was lost.
 *
 * Header-only, C11 and C++11, with any libbpf and with none: it needs the C library and a kernel.
 * No globals. Include this one; the parts, each with its own comment, are
 *
 *	here			read a stream, put lines together
 *	user/parse.h		bpf_log_parse(): a line taken apart; names of levels
 *	user/report.h		bpf_log_report_parse(): reports of the kernel
 *	user/consumer.h		struct bpf_stream_consumer: follow many programs, record by record
 *	user/maps.h		bpf_log_level_get(), bpf_log_level_set(), bpf_log_losses()
 *
 * A consumer is what most want. By hand, on memory of the caller:
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
 * Threads: every function may be called from any thread. Two threads that read the same stream each
 * get a part of it (a read consumes), and a struct may be used by one thread at a time.
 */
#ifndef BPF_STREAM_USER_H
#define BPF_STREAM_USER_H

/* One text for C and C++: its casts are those of C. */
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
 * The two streams of a program. The names of the kernel's own headers are not ours to define:
 * recent <linux/bpf.h> has BPF_STREAM_STDOUT and BPF_STREAM_STDERR as enumerators, vmlinux.h has
 * BPF_STDOUT and BPF_STDERR. The values are the same.
 */
enum {
	BPF_STREAM_ID_STDOUT = 1,
	BPF_STREAM_ID_STDERR = 2,
};

/*
 * A size for read buffers, in bytes: the text that a stream of 6.17 to 7.3 holds (100,000 bytes)
 * fits, so that one read empties it if nothing is written meanwhile.
 */
#define BPF_STREAM_READ_SIZE (128 * 1024)

/* bpf(2)'s BPF_PROG_STREAM_READ_BY_FD, for users whose <linux/bpf.h> is older than Linux 6.17. */
#define __BPF_STREAM_CMD_READ 37

/* prog_stream_read of union bpf_attr; the kernel takes it without the padding at its end. */
struct __bpf_stream_read_attr {
	uint64_t stream_buf;
	uint32_t stream_buf_len;
	uint32_t stream_id;
	uint32_t prog_fd;
	uint32_t __pad;
};

/* A strict -std=c11 hides syscall(); C++ always has it (g++ and clang++ define _GNU_SOURCE). */
#if !defined(__cplusplus) && !defined(__USE_MISC)
extern long syscall(long number, ...);
#endif

static inline int __bpf_stream_read_once(int prog_fd, int stream_id, void *buf, size_t len)
{
	struct __bpf_stream_read_attr attr;
	long ret;

	memset(&attr, 0, sizeof(attr));
	attr.stream_buf = (uint64_t)(uintptr_t)buf;
	/* The kernel counts in int: more than that at once would come back as a negative length. */
	attr.stream_buf_len = len > 0x40000000 ? 0x40000000 : (uint32_t)len;
	attr.stream_id = (uint32_t)stream_id;
	attr.prog_fd = (uint32_t)prog_fd;
	ret = syscall(__NR_bpf, __BPF_STREAM_CMD_READ, &attr,
		      offsetof(struct __bpf_stream_read_attr, __pad));
	return ret < 0 ? -errno : (int)ret;
}

/**
 * bpf_stream_probe() - does the running kernel have BPF streams?
 *
 * Nothing is read and no program is needed. It asks for the system call, not for a version: kernels
 * with streams (Linux 6.17 and later) refuse the fd -1, the others do not know the command.
 *
 * Return: 0 if it has, -EOPNOTSUPP if it has not, -EPERM if the caller may not use bpf(2) (then it
 * remains unknown), or another negative errno (-ENOSYS: a kernel without bpf(2)). Leaves errno
 * changed.
 */
static inline int bpf_stream_probe(void)
{
	int err = __bpf_stream_read_once(-1, BPF_STREAM_ID_STDOUT, NULL, 0);

	if (err == -EINVAL)
		return -EOPNOTSUPP;
	return err == -EBADF ? 0 : err;
}

/**
 * bpf_stream_read() - take text out of a stream of a program
 * @prog_fd:	the program: any fd of it (libbpf, a pin, BPF_PROG_GET_FD_BY_ID)
 * @stream_id:	BPF_STREAM_ID_STDOUT or BPF_STREAM_ID_STDERR
 * @buf:	where the text goes; no NUL is added
 * @len:	room in @buf, in bytes
 *
 * The text is gone from the stream afterwards. Messages are not kept apart, and the last one may be
 * cut anywhere: the next read goes on where this one stopped (struct bpf_stream_lines mends it). It
 * does not wait for output, so there is nothing to poll and no -EINTR to retry.
 *
 * Return: the number of bytes read, 0 if the stream is empty, or a negative errno:
 * -EOPNOTSUPP	the kernel has no streams (before Linux 6.17)
 * -EINVAL	@prog_fd is not a program (the kernel says the same in both cases; it is told apart
 *		here)
 * -EBADF	@prog_fd is not open
 * -ENOENT	no stream has the id @stream_id
 * -EFAULT	@buf cannot be written
 * -EPERM	the caller may not use bpf(2) at all, as in many containers; else an fd of the program
 *		is all that reading takes
 * Leaves errno changed.
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
 * struct bpf_stream_lines - makes whole lines out of text that was cut anywhere
 *
 * One of these per stream. Lines that lie whole in what was fed are handed out where they lie;
 * only the begun line at the end of a read is copied, to the caller's carry buffer. All fields are
 * private.
 */
struct bpf_stream_lines {
	char *carry;
	size_t carry_size;
	size_t carry_len;
	size_t carry_used; /* so much of it has been handed out, and goes with the next call */
	const char *in;
	size_t in_len;
	bool inside; /* a piece of the current line has been handed out already */
};

/**
 * struct bpf_stream_line - what bpf_stream_lines_next() and _rest() hand out
 * @text:	the bytes, any bytes, with the newline if there is one; not NUL-terminated
 * @len:	how many
 * @first:	they are the beginning of a line
 * @last:	they are the end of a line: there is a newline
 *
 * Both are true save for a line that is longer than the carry buffer, or was taken before its end.
 * What is not @first must not be given to bpf_log_parse(): it would be an invitation to forge
 * records.
 */
struct bpf_stream_line {
	const char *text;
	size_t len;
	bool first;
	bool last;
};

/**
 * bpf_stream_lines_init() - begin, empty
 * @carry:	a buffer that stays for as long as @lines is used
 * @size:	of @carry, in bytes, at least 8; lines of up to this size survive any cut in one
 *		piece. A message of a program has at most 1,024 bytes, so 4,096 is plenty.
 */
static inline void bpf_stream_lines_init(struct bpf_stream_lines *lines, char *carry, size_t size)
{
	memset(lines, 0, sizeof(*lines));
	lines->carry = carry;
	lines->carry_size = size;
}

/**
 * bpf_stream_lines_feed() - give what a read has returned
 *
 * @text must stay until bpf_stream_lines_next() has returned false; only then feed again.
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
	/* Before the cut is now a first byte, a plain one, or there is no sequence at all. */
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
 * @line:	filled in; what it points to is good until the next call for the same @lines
 *
 * Return: true and a line, or false when all that was fed has been used. What is left then is the
 * beginning of a line: the next feed completes it, or bpf_stream_lines_rest() takes it as it is.
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
		/* Whole, or a piece of a line that is too long for the carry: from the input. */
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
 * bpf_stream_lines_pending() - how many bytes of a begun line wait for their end
 */
static inline size_t bpf_stream_lines_pending(const struct bpf_stream_lines *lines)
{
	return lines->carry_len - lines->carry_used;
}

/**
 * bpf_stream_lines_rest() - take the begun line as it is
 *
 * For the end of a stream, and for whoever does not want to wait longer for a newline. Call it
 * after bpf_stream_lines_next() has returned false. Returns true and the text, or false if there
 * is none.
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
#include <bpf_stream/user/round.h>
#include <bpf_stream/user/consumer.h>
#include <bpf_stream/user/section.h>
#include <bpf_stream/user/maps.h>

#ifdef __cplusplus
#pragma GCC diagnostic pop
#endif

#endif /* BPF_STREAM_USER_H */
