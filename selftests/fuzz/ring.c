// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The samples of a ring, in memory of their exact size, with formats, positions, lengths and records
 * of any kind: reading ends, at the producer's position or at what is being written; nothing is read
 * outside; a peek has the same records and moves nothing.
 *
 * The input: a byte of flags, the size of the section with the literals (1 byte, 8 bytes each), the
 * section, then what is in the ring: as it is, or (flag 1) with headers that are put in, each record
 * after a byte for its length, so that more of it gets to the records.
 */
#include <bpf_stream/user.h>

#include "fuzz.h"

enum {
	FRAMED = 1,
	NO_BASE = 2,
	ANY_POSITION = 4,
	STOP = 8, /* the callback stops now and then */
};

struct checker {
	uint64_t hash;
	size_t records;
	uint64_t seed; /* 0: never stop */
};

static int take(void *ctx, const struct bpf_stream_record *rec)
{
	struct checker *c = ctx;
	size_t i;

	REQUIRE(rec->raw_len && rec->raw_len <= 512);
	REQUIRE(rec->stream_id == BPF_STREAM_ID_STDOUT || rec->stream_id == BPF_STREAM_ID_STDERR);
	c->hash = (c->hash ^ (uint64_t)rec->stream_id) * 0x100000001b3ULL;
	for (i = 0; i < rec->raw_len; i++)
		c->hash = (c->hash ^ (uint8_t)rec->raw[i]) * 0x100000001b3ULL;
	c->records++;
	return c->seed && !fuzz_rnd(&c->seed, 4) ? -ECANCELED : 0;
}

static int symbol(void *ctx, uint64_t address, int conversion, char *buf, size_t size)
{
	(void)ctx;
	return snprintf(buf, size, "%c+%#llx", conversion, (unsigned long long)address);
}

/* Put a record into the ring: a header, and an offset of a format that may be one */
static size_t frame(char *ring, size_t size, size_t at, const uint8_t *data, size_t len)
{
	uint32_t header[2] = {(uint32_t)len, 0};
	int32_t text;

	if (at + ((8 + len + 7) & ~7UL) > size)
		return at;
	memcpy(ring + at, header, 8);
	memcpy(ring + at + 8, data, len);
	if (len >= 8) {
		memcpy(&text, data, 4);
		text %= 256;
		memcpy(ring + at + 8, &text, 4);
	}
	return at + ((8 + len + 7) & ~7UL);
}

static struct bpf_stream_assembler *any_busy(struct __bpf_stream_samples *samples)
{
	return samples->as[0].busy ? &samples->as[0] : samples->as[1].busy ? &samples->as[1] : NULL;
}

static void check(const struct __bpf_stream_pages *pages,
		  const struct __bpf_stream_literals *literals, uint64_t seed, bool stop)
{
	struct checker peeked = {0}, again = {0}, consumed = {.seed = stop ? seed : 0};
	struct __bpf_stream_samples *samples;
	unsigned long from = *pages->consumer, to = *pages->producer;
	size_t rounds = 0;
	bool more = false;
	int n;

	samples = __bpf_stream_samples_new(pages, literals, 512, take, &peeked);
	samples->symbol = symbol;
	REQUIRE(__bpf_stream_samples_peek(samples) >= 0);
	REQUIRE(__bpf_stream_samples_flush(samples) >= 0);
	REQUIRE(*pages->consumer == from);
	free(samples);
	samples = __bpf_stream_samples_new(pages, literals, 512, take, &again);
	samples->symbol = symbol;
	REQUIRE(__bpf_stream_samples_peek(samples) >= 0);
	REQUIRE(__bpf_stream_samples_flush(samples) >= 0);
	REQUIRE(peeked.hash == again.hash && peeked.records == again.records);
	free(samples);

	samples = __bpf_stream_samples_new(pages, literals, 512, take, &consumed);
	samples->symbol = symbol;
	samples->pos = from;
	do {
		n = __bpf_stream_samples_resume(samples);
		if (n >= 0)
			n = __bpf_stream_samples_consume(samples, &more);
		REQUIRE(n >= 0 || (stop && n == -ECANCELED));
		REQUIRE(!any_busy(samples));
		REQUIRE(rounds++ < 1000000);
	} while (n < 0 || more);
	do {
		n = __bpf_stream_samples_flush(samples);
	} while (n < 0);
	REQUIRE(samples->pos == to || to - samples->pos <= pages->size);
	REQUIRE(samples->pos == from || *pages->consumer == samples->pos);
	/* What is behind the producer is no business of a peek. */
	if ((long)(to - from) >= 0)
		REQUIRE(peeked.hash == consumed.hash && peeked.records == consumed.records);
	free(samples);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t sizes[] = {64, 4096, 16384};
	uint64_t seed = fuzz_seed(data, size);
	size_t ring_size = sizes[fuzz_rnd(&seed, 3)], len, at = 0, n, base;
	struct __bpf_stream_literals literals = {0};
	unsigned long consumer = 0, producer = 0;
	struct __bpf_stream_pages pages = {&consumer, &producer, NULL, ring_size};
	char *section, *ring, *linear;
	int flags;

	if (size < 2)
		return 0;
	flags = data[0];
	len = data[1] * 8U;
	data += 2;
	size -= 2;
	if (len > size)
		len = size;
	section = fuzz_copy(data, len);
	data += len;
	size -= len;
	base = fuzz_rnd(&seed, (uint32_t)len + 1);
	if (!(flags & NO_BASE) && base + __BPF_STREAM_RING_BASE_SIZE <= len)
		memcpy(section + base, __BPF_STREAM_RING_BASE, __BPF_STREAM_RING_BASE_SIZE);
	if (__bpf_stream_literals_init(&literals, section, len)) {
		free(section);
		return 0;
	}
	REQUIRE(literals.base + __BPF_STREAM_RING_BASE_SIZE <= len);

	/* as the producer sees it, then turned to where the consumer is, and twice in a row */
	linear = calloc(1, ring_size);
	ring = malloc(2 * ring_size);
	REQUIRE(linear && ring);
	if (flags & FRAMED) {
		while (size) {
			n = data[0];
			n = n < size - 1 ? n : size - 1;
			at = frame(linear, ring_size, at, data + 1, n);
			data += 1 + n;
			size -= 1 + n;
		}
	} else {
		at = size < ring_size ? size : ring_size;
		memcpy(linear, data, at);
		at &= ~7UL;
	}
	consumer = (unsigned long)fuzz_rnd(&seed, UINT32_MAX) * 8 -
		   (fuzz_rnd(&seed, 2) ? 1UL << 34 : 0);
	producer = consumer + at;
	for (n = 0; n < ring_size; n++)
		ring[(consumer + n) & (ring_size - 1)] = linear[n];
	memcpy(ring + ring_size, ring, ring_size);
	if (flags & ANY_POSITION) {
		consumer += fuzz_rnd(&seed, 2) ? fuzz_rnd(&seed, 64) : fuzz_rnd(&seed, UINT32_MAX);
		producer += fuzz_rnd(&seed, 2) ? 0 : fuzz_rnd(&seed, UINT32_MAX);
	}
	pages.data = ring;
	check(&pages, &literals, seed, flags & STOP);
	free(linear);
	free(ring);
	free(section);
	return 0;
}
