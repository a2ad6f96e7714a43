// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * A ring in memory, as a program and the kernel of this machine write it, and its text. byte_order.sh
 * runs this on this machine and, big endian, on an emulated one.
 */
#include <stdio.h>
#include <bpf_stream/user.h>

#define RING 4096

static int tests, failures;
static char got[4096];
static size_t got_len;

static char literals_text[] = "pad\x7f"
			      "bpf_stream ring\0"
			      "INFO a.c:1: %d %llx %s %pI4 %u %c %pI6\n\0";

static struct {
	unsigned long consumer, producer;
	_Alignas(8) char data[2 * RING];
} ring;

static void ok(bool passed, const char *what)
{
	failures += !passed;
	printf("%sok %d - %s\n", passed ? "" : "not ", ++tests, what);
	if (!passed)
		printf("# got: %.*s\n", (int)got_len, got);
}

static int take(void *ctx, const struct bpf_stream_record *rec)
{
	(void)ctx;
	memcpy(got + got_len, rec->raw, rec->raw_len);
	got_len += rec->raw_len;
	if (rec->log.kind == BPF_LOG_KIND_RECORD && rec->log.level == BPF_LOG_INFO &&
	    rec->log.line == 1)
		got[got_len++] = '!';
	return 0;
}

/* The bytes of a number in the order of this machine */
static void put(uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		ring.data[ring.producer++] = (char)(value >> 8 * (bytes - 1 - i));
#else
		ring.data[ring.producer++] = (char)(value >> 8 * i);
#endif
	}
}

static void put_bytes(const char *bytes, size_t len)
{
	memcpy(ring.data + ring.producer, bytes, len);
	ring.producer += len;
}

static void put_head(uint32_t len, int32_t text, int args, int stream, int data)
{
	put(len, 4);
	put(0, 4);
	put((uint32_t)text, 4);
	put((uint64_t)args, 1);
	put((uint64_t)stream, 1);
	put((uint64_t)data, 2);
}

int main(void)
{
	static const char text[] = "INFO a.c:1: -7 123456789abcdef0 four 192.0.2.1 255 A "
				   "2001:0db8:0000:0000:0000:0000:0000:0001\n!";
	struct __bpf_stream_pages pages = {&ring.consumer, &ring.producer, ring.data, RING};
	struct __bpf_stream_literals literals;
	struct __bpf_stream_samples *samples;
	bool more;

	ok(!__bpf_stream_literals_init(&literals, literals_text, sizeof(literals_text)) &&
		   literals.base == 3,
	   "the base of the formats is found");
	samples = __bpf_stream_samples_new(&pages, &literals, 512, take, NULL);
	if (!samples)
		return 1;
	put_head(8 + 7 * 8 + 24, 16 + 1, 7, 0x81, 24);
	put((uint64_t)-7, 8);
	put(0x123456789abcdef0, 8);
	put(4, 8); /* the length of the string */
	put(4, 8);
	put(0x5000000ff, 8); /* the lower half */
	put('A', 8);
	put(16, 8);
	put_bytes("four\xc0\x00\x02\x01 \x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 24);
	ok(!__bpf_stream_samples_peek(samples) && __bpf_stream_samples_flush(samples) == 1 &&
		   got_len == sizeof(text) - 1 && !memcmp(got, text, got_len) && !ring.consumer,
	   "a peek formats the record");
	got_len = 0;
	samples->pos = 0;
	ok(!__bpf_stream_samples_consume(samples, &more) &&
		   __bpf_stream_samples_flush(samples) == 1 && got_len == sizeof(text) - 1 &&
		   !memcmp(got, text, got_len) && ring.consumer == ring.producer && !more,
	   "a reader formats and consumes it");
	got_len = 0;
	put_head(8 + 8, 16 + 1, 2, 1, 0);
	put(1, 8);
	ok(!__bpf_stream_samples_consume(samples, &more) &&
		   __bpf_stream_samples_flush(samples) == 1 && samples->damaged == 1 &&
		   strstr(got, "WARN: a damaged record in the ring: shorter than its lengths\n"),
	   "a record of the wrong length is damaged");
	got_len = 0;
	put(8 | 1U << 30, 4); /* discarded */
	put(0, 4);
	put(0, 8);
	put(8 | 1U << 31, 4); /* being written */
	put(0, 4);
	put(0, 8);
	ok(__bpf_stream_samples_consume(samples, &more) == 0 && !got_len && !more &&
		   ring.producer - ring.consumer == 16,
	   "a discarded record is skipped, one that is being written stays");
	free(samples);
	printf("1..%d\n", tests);
	return !!failures;
}
