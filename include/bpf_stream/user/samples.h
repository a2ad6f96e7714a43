/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/samples.h - internal to the ring: walk the samples of a BPF ring buffer in
 * memory, and make text of the records in them. Part of user.h: include that.
 *
 * Nothing here is trusted but the addresses and sizes of the memory: a program writes any bytes
 * into a sample, and a process that has the map writes any position into the consumer page. So a
 * sample is copied before it is parsed, and every length and offset is checked.
 */
#ifndef BPF_STREAM_USER_SAMPLES_H
#define BPF_STREAM_USER_SAMPLES_H

/* The 16 bytes in .rodata.bpf_log that offsets of texts are relative to */
#define __BPF_STREAM_RING_BASE                                                                     \
	"\x7f"                                                                                     \
	"bpf_stream ring"
#define __BPF_STREAM_RING_BASE_SIZE 16

/* The start of a record. After it come the arguments, then the data. */
struct __bpf_stream_ring_head {
	int32_t text; /* offset of the format from the base */
	uint8_t args;
	uint8_t stream;
	uint16_t data; /* length */
};

#define __BPF_STREAM_RING_ARGS 12
#define __BPF_STREAM_RING_DATA 0x80 /* in stream: the record has data */

/* Size of the largest record. What a sample has after it is ignored. */
#define __BPF_STREAM_SAMPLE_MAX                                                                    \
	(sizeof(struct __bpf_stream_ring_head) + __BPF_STREAM_RING_ARGS * 8 + UINT16_MAX + 1)
#define __BPF_STREAM_TEXT_MAX 65536 /* longer texts are cut */

/* The header of a sample in the ring buffer */
#define __BPF_STREAM_SAMPLE_HEADER  8
#define __BPF_STREAM_SAMPLE_BUSY    (1U << 31)
#define __BPF_STREAM_SAMPLE_DISCARD (1U << 30)

/* The memory of a ring buffer: its pages as they are mapped */
struct __bpf_stream_pages {
	unsigned long *consumer;
	const unsigned long *producer;
	const char *data; /* @size bytes, mapped twice in a row */
	size_t size; /* a power of 2 */
};

/* A copy of .rodata.bpf_log */
struct __bpf_stream_literals {
	char *text;
	size_t size;
	size_t base; /* offset of __BPF_STREAM_RING_BASE */
};

/* A reader: it makes text of records, and of the text the records that the callback gets. */
struct __bpf_stream_samples {
	const struct __bpf_stream_pages *pages;
	const struct __bpf_stream_literals *literals;
	unsigned long pos; /* the sample to read next */
	struct bpf_stream_assembler as[2]; /* stdout, stderr */
	struct bpf_stream_assembler *reading; /* the one whose text is still in text, or NULL */
	unsigned int streams; /* those that are handed out, as in bpf_stream_consumer__add_prog() */
	unsigned int fed; /* those that got text; for the caller to clear */
	uint64_t damaged;
	bpf_stream_symbol_fn symbol;
	void *symbol_ctx;
	uint64_t sample[(__BPF_STREAM_SAMPLE_MAX + 7) / 8];
	char text[__BPF_STREAM_TEXT_MAX];
};

static inline unsigned long __bpf_stream_pos_load(const unsigned long *pos)
{
	return __atomic_load_n(pos, __ATOMIC_ACQUIRE);
}

/* Find the base in a copy of the section. Return 0 or -ENOENT. */
static inline int __bpf_stream_literals_init(struct __bpf_stream_literals *literals, char *text,
					     size_t size)
{
	const char *p = text, *end = text + size;

	literals->text = text;
	literals->size = size;
	while ((p = (const char *)memchr(p, 0x7f, (size_t)(end - p)))) {
		if ((size_t)(end - p) < __BPF_STREAM_RING_BASE_SIZE)
			break;
		literals->base = (size_t)(p - text);
		if (!memcmp(p++, __BPF_STREAM_RING_BASE, __BPF_STREAM_RING_BASE_SIZE))
			return 0;
	}
	return -ENOENT;
}

/* Memory for a reader; free() it. NULL if there is none. */
static inline struct __bpf_stream_samples *
__bpf_stream_samples_new(const struct __bpf_stream_pages *pages,
			 const struct __bpf_stream_literals *literals, size_t max_record,
			 bpf_stream_record_fn fn, void *ctx)
{
	struct __bpf_stream_samples *samples;
	char *buf;
	int i;

	samples = (struct __bpf_stream_samples *)calloc(1, sizeof(*samples) + 2 * max_record);
	if (!samples)
		return NULL;
	buf = (char *)(samples + 1);
	samples->pages = pages;
	samples->literals = literals;
	samples->streams = BPF_STREAM_BOTH;
	for (i = 0; i < 2; i++)
		bpf_stream_assembler_init(&samples->as[i], buf + (size_t)i * max_record, max_record,
					  BPF_STREAM_ID_STDOUT + i, fn, ctx);
	return samples;
}

/* The next sample between the positions: UNSURE is one that is still being written. */
enum __bpf_stream_sample_kind {
	__BPF_STREAM_SAMPLE_NONE,
	__BPF_STREAM_SAMPLE_UNSURE,
	__BPF_STREAM_SAMPLE_DISCARDED,
	__BPF_STREAM_SAMPLE_RECORD,
	__BPF_STREAM_SAMPLE_BAD,
};

/*
 * Copy the sample at samples->pos, *len bytes, and move samples->pos to the one after it. @end: the
 * producer's position. If one of the positions or the length cannot be, the rest up to @end is
 * skipped, because where the next sample begins is unknown.
 */
static inline enum __bpf_stream_sample_kind
__bpf_stream_samples_next(struct __bpf_stream_samples *samples, unsigned long end, size_t *len)
{
	const struct __bpf_stream_pages *pages = samples->pages;
	unsigned long avail = end - samples->pos, take;
	const char *p = pages->data + (samples->pos & (pages->size - 1));
	uint32_t head;

	if (!avail)
		return __BPF_STREAM_SAMPLE_NONE;
	if ((samples->pos & 7) || avail > pages->size || avail < __BPF_STREAM_SAMPLE_HEADER) {
		samples->pos = end;
		return __BPF_STREAM_SAMPLE_BAD;
	}
	/* The writer clears the busy bit last. */
	head = __atomic_load_n((const uint32_t *)(const void *)p, __ATOMIC_ACQUIRE);
	if (head & __BPF_STREAM_SAMPLE_BUSY)
		return __BPF_STREAM_SAMPLE_UNSURE;
	*len = head & ~(__BPF_STREAM_SAMPLE_BUSY | __BPF_STREAM_SAMPLE_DISCARD);
	take = (*len + __BPF_STREAM_SAMPLE_HEADER + 7) & ~7UL;
	if (take > avail) {
		samples->pos = end;
		return __BPF_STREAM_SAMPLE_BAD;
	}
	samples->pos += take;
	if (head & __BPF_STREAM_SAMPLE_DISCARD)
		return __BPF_STREAM_SAMPLE_DISCARDED;
	if (*len > sizeof(samples->sample))
		*len = sizeof(samples->sample);
	memcpy(samples->sample, p + __BPF_STREAM_SAMPLE_HEADER, *len);
	return __BPF_STREAM_SAMPLE_RECORD;
}

/*
 * Parse the record in samples->sample. Return NULL and the message in *msg, or the fault of
 * the record. *stream is set in any case.
 */
static inline const char *__bpf_stream_samples_parse(const struct __bpf_stream_samples *samples,
						     size_t len, struct bpf_stream_message *msg,
						     int *stream)
{
	const struct __bpf_stream_literals *literals = samples->literals;
	struct __bpf_stream_ring_head head;
	int64_t at;

	*stream = BPF_STREAM_ID_STDERR;
	if (len < sizeof(head))
		return "shorter than a head";
	memcpy(&head, samples->sample, sizeof(head));
	switch (head.stream & ~__BPF_STREAM_RING_DATA) {
	case BPF_STREAM_ID_STDOUT:
	case BPF_STREAM_ID_STDERR:
		*stream = head.stream & ~__BPF_STREAM_RING_DATA;
		break;
	default:
		return "unknown stream";
	}
	if (head.args > __BPF_STREAM_RING_ARGS)
		return "more than 12 arguments";
	if (head.data && !(head.stream & __BPF_STREAM_RING_DATA))
		return "data without its flag";
	if (len < sizeof(head) + head.args * 8U + head.data)
		return "shorter than its lengths";
	at = (int64_t)literals->base + head.text;
	if ((uint64_t)at >= literals->size) /* or negative */
		return "format out of .rodata.bpf_log";
	memset(msg, 0, sizeof(*msg));
	msg->fmt = literals->text + at;
	msg->fmt_len = literals->size - (size_t)at;
	msg->args = samples->sample + sizeof(head) / 8;
	msg->nr_args = head.args;
	if (head.stream & __BPF_STREAM_RING_DATA) {
		msg->data = msg->args + msg->nr_args;
		msg->data_len = head.data;
	}
	return NULL;
}

static inline size_t __bpf_stream_samples_put(char *text, const char *from)
{
	size_t len = strlen(from);

	memcpy(text, from, len);
	return len;
}

/*
 * Make the text of the record in samples->sample, or of its fault (@bad: a fault that is known
 * already). Return its length, and the stream that it belongs to.
 */
static inline size_t __bpf_stream_samples_text(struct __bpf_stream_samples *samples,
					       const char *bad, size_t len, int *stream)
{
	struct bpf_stream_message msg;
	char *text = samples->text;
	size_t n;
	int ret;

	*stream = BPF_STREAM_ID_STDERR;
	if (!bad)
		bad = __bpf_stream_samples_parse(samples, len, &msg, stream);
	if (!bad && !memchr(msg.fmt, 0, msg.fmt_len))
		bad = "format without an end";
	if (!bad) {
		ret = bpf_stream_format(text, sizeof(samples->text), &msg, samples->symbol,
					samples->symbol_ctx);
		if (ret >= 0 && (size_t)ret < sizeof(samples->text))
			return (size_t)ret;
		if (ret >= 0) {
			/* The next message must not be taken for the rest of this line. */
			n = sizeof(samples->text) - sizeof("[cut]\n");
			return n + __bpf_stream_samples_put(text + n, "[cut]\n");
		}
		bad = ret == -EINVAL ? "format that the kernel rejects"
				     : "lengths that do not add up";
	}
	samples->damaged++;
	n = __bpf_stream_samples_put(text, "WARN: a damaged record in the ring: ");
	n += __bpf_stream_samples_put(text + n, bad);
	return n + __bpf_stream_samples_put(text + n, "\n");
}

/* Continue after the callback has stopped. Return as bpf_stream_assembler_feed(). */
static inline int __bpf_stream_samples_resume(struct __bpf_stream_samples *samples)
{
	int ret;

	if (!samples->reading)
		return 0;
	ret = bpf_stream_assembler_feed(samples->reading, NULL, 0);
	if (ret >= 0)
		samples->reading = NULL;
	return ret;
}

/* Hand out the record in samples->sample. Return as bpf_stream_assembler_feed(). */
static inline int __bpf_stream_samples_use(struct __bpf_stream_samples *samples,
					   enum __bpf_stream_sample_kind kind, size_t len)
{
	const char *bad = kind == __BPF_STREAM_SAMPLE_BAD ? "positions that cannot be" : NULL;
	size_t n;
	int stream, ret;

	n = __bpf_stream_samples_text(samples, bad, len, &stream);
	if (!n || !(samples->streams & 1U << stream))
		return 0;
	samples->fed |= 1U << stream;
	samples->reading = &samples->as[stream - BPF_STREAM_ID_STDOUT];
	ret = bpf_stream_assembler_feed(samples->reading, samples->text, n);
	if (ret >= 0)
		samples->reading = NULL;
	return ret;
}

/*
 * Read what was there when this began, and consume it. *more: there is
 * something to read already, so that the kernel need not wake anybody up for it. Return the number
 * of records, or what the callback returned, if negative: call __bpf_stream_samples_resume() first
 * the next time.
 */
static inline int __bpf_stream_samples_consume(struct __bpf_stream_samples *samples, bool *more)
{
	const struct __bpf_stream_pages *pages = samples->pages;
	unsigned long end = __bpf_stream_pos_load(pages->producer);
	enum __bpf_stream_sample_kind kind;
	int count = 0, ret = 0;
	size_t len = 0;

	*more = true;
	while (ret >= 0) {
		kind = __bpf_stream_samples_next(samples, end, &len);
		if (kind == __BPF_STREAM_SAMPLE_NONE || kind == __BPF_STREAM_SAMPLE_UNSURE)
			break;
		/* It has been copied. */
		__atomic_store_n(pages->consumer, samples->pos, __ATOMIC_RELEASE);
		if (kind == __BPF_STREAM_SAMPLE_DISCARDED)
			continue;
		ret = __bpf_stream_samples_use(samples, kind, len);
		count += ret > 0 ? ret : 0;
	}
	if (ret < 0)
		return ret;
	/*
	 * The kernel wakes a reader that has consumed all before a finished record: it clears the
	 * busy bit, then reads the position. So write the position, then read the busy bit.
	 */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	end = __bpf_stream_pos_load(pages->producer);
	*more = end != samples->pos &&
		!(__atomic_load_n((const uint32_t *)(const void *)(pages->data +
								   (samples->pos &
								    (pages->size - 1) & ~7UL)),
				  __ATOMIC_ACQUIRE) &
		  __BPF_STREAM_SAMPLE_BUSY);
	return count;
}

/*
 * Read what is there and consume nothing, beside one that does. A writer may overwrite a sample as
 * soon as the consumer's position is after it, so a copy counts if that position is not after it
 * yet once the copy is done. Return as __bpf_stream_samples_consume().
 */
static inline int __bpf_stream_samples_peek(struct __bpf_stream_samples *samples)
{
	const struct __bpf_stream_pages *pages = samples->pages;
	unsigned long start, end, consumer;
	enum __bpf_stream_sample_kind kind;
	int count = 0, ret = 0;
	size_t len = 0;

	samples->pos = __bpf_stream_pos_load(pages->consumer);
	end = __bpf_stream_pos_load(pages->producer);
	while (ret >= 0 && (long)(end - samples->pos) > 0) {
		start = samples->pos;
		kind = __bpf_stream_samples_next(samples, end, &len);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		consumer = __bpf_stream_pos_load(pages->consumer);
		if ((long)(consumer - start) > 0) {
			samples->pos = consumer;
			continue;
		}
		if (kind == __BPF_STREAM_SAMPLE_NONE || kind == __BPF_STREAM_SAMPLE_UNSURE)
			break;
		if (kind == __BPF_STREAM_SAMPLE_DISCARDED)
			continue;
		ret = __bpf_stream_samples_use(samples, kind, len);
		count += ret > 0 ? ret : 0;
	}
	return ret < 0 ? ret : count;
}

/* Hand out what is held of one stream, or of both. Return as bpf_stream_assembler_flush(). */
static inline int __bpf_stream_samples_flush(struct __bpf_stream_samples *samples)
{
	int count = 0, ret = 0, i;

	for (i = 0; ret >= 0 && i < 2; i++) {
		ret = bpf_stream_assembler_flush(&samples->as[i]);
		count += ret > 0 ? ret : 0;
	}
	return ret < 0 ? ret : count;
}

#endif /* BPF_STREAM_USER_SAMPLES_H */
