/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/format.h - make the text of a message from its format and its arguments. Part of
 * user.h: include that.
 *
 * A message that was written to a ring buffer has not been formatted. bpf_stream_format() prints it
 * as bpf_snprintf() and the streams do, byte for byte; docs/ring.md lists the differences. The
 * grammar of formats is that of bpf_bprintf_prepare() in the kernel's kernel/bpf/helpers.c
 * (bpf/format.h has it in short), and fields are those of the kernel's lib/vsprintf.c.
 *
 * Nothing here allocates, and nothing trusts the message: the format, the arguments and the data
 * may have been written by a hostile program.
 */
#ifndef BPF_STREAM_USER_FORMAT_H
#define BPF_STREAM_USER_FORMAT_H

/**
 * struct bpf_stream_message - a message that has not been formatted
 * @fmt:	format, NUL-terminated within @fmt_len bytes
 * @fmt_len:	bytes that may be read at @fmt
 * @args:	arguments, as the kernel's write function would get them
 * @nr_args:	number of arguments
 * @data:	what the arguments pointed to, if the program has copied it: the pieces in the order
 *		of the arguments, without gaps and NULs. NULL if nothing was copied.
 * @data_len:	bytes at @data
 *
 * With @data, the argument of a conversion that points to something describes its piece:
 * %s %pks %pus	the low 16 bits are the length of the string, 0 for what could not be read
 * %pI4 %pi4	4 bytes
 * %pI6 %pi6	16 bytes
 * Bit 63 says that the piece was not kept, because the message had used up its memory for strings.
 */
struct bpf_stream_message {
	const char *fmt;
	size_t fmt_len;
	const uint64_t *args;
	unsigned int nr_args;
	const void *data;
	size_t data_len;
};

/**
 * typedef bpf_stream_symbol_fn - callback that names an address
 * @ctx:	as given to bpf_stream_format()
 * @address:	address in the kernel
 * @conversion:	's' (name), 'S' (name, offset and size) or 'B' (the same for a return address)
 * @buf:	destination, to be NUL-terminated
 * @size:	size of @buf
 *
 * Return: the length of the text, as snprintf() does, or a negative value to print the address.
 */
typedef int (*bpf_stream_symbol_fn)(void *ctx, uint64_t address, int conversion, char *buf,
				    size_t size);

/* In the argument of a piece of data: it was not kept. */
#define __BPF_STREAM_PIECE_CUT (1ULL << 63)

/* The largest text of a symbol: KSYM_SYMBOL_LEN of the kernel is less. */
#define __BPF_STREAM_SYMBOL_MAX 768

static inline void __bpf_stream_text_symbol(struct __bpf_stream_text *text,
					    const struct __bpf_stream_spec *spec, uint64_t value,
					    bpf_stream_symbol_fn symbol, void *ctx)
{
	struct __bpf_stream_spec plain;
	char name[__BPF_STREAM_SYMBOL_MAX];
	struct __bpf_stream_text address = {name, sizeof(name), 0};
	const char *end;
	size_t len;

	name[0] = '\0';
	if (symbol && symbol(ctx, value, spec->pointer, name, sizeof(name)) >= 0) {
		end = (const char *)memchr(name, 0, sizeof(name));
		len = end ? (size_t)(end - name) : sizeof(name);
	} else {
		memset(&plain, 0, sizeof(plain));
		__bpf_stream_text_put(&address, "0x", 2);
		__bpf_stream_text_number(&address, &plain, value, 0, 16, false);
		len = address.len;
	}
	/* The kernel makes the text of %pB ahead, and ignores the width of what it makes ahead. */
	if (spec->pointer == 'B')
		__bpf_stream_text_put(text, name, len);
	else
		__bpf_stream_text_field(text, spec, name, len);
}

static inline void __bpf_stream_text_ip(struct __bpf_stream_text *text,
					const struct __bpf_stream_spec *spec,
					const unsigned char *ip)
{
	struct __bpf_stream_spec field;
	int i;

	memset(&field, 0, sizeof(field));
	field.zero = true;
	if (spec->version == '4') {
		field.width = spec->pointer == 'i' ? 3 : 0;
		for (i = 0; i < 4; i++) {
			if (i)
				__bpf_stream_text_put(text, ".", 1);
			__bpf_stream_text_number(text, &field, ip[i], 0, 10, false);
		}
		return;
	}
	field.width = 2;
	for (i = 0; i < 16; i++) {
		if (i && !(i & 1) && spec->pointer == 'I')
			__bpf_stream_text_put(text, ":", 1);
		__bpf_stream_text_number(text, &field, ip[i], 0, 16, false);
	}
}

/* A conversion that points to something. Takes its piece from @data. */
static inline int __bpf_stream_text_piece(struct __bpf_stream_text *text,
					  const struct __bpf_stream_spec *spec, uint64_t arg,
					  const unsigned char **data, size_t *data_len)
{
	const void *from = *data;
	bool ip = spec->pointer == 'i' || spec->pointer == 'I';
	size_t n = ip ? (spec->version == '4' ? 4 : 16) : (size_t)(arg & 0xffff);

	if (!*data) {
		from = "[?]";
		n = 3;
		ip = false;
	} else if (arg & __BPF_STREAM_PIECE_CUT) {
		from = "[cut]";
		n = 5;
		ip = false;
	} else if (n > *data_len) {
		return -EBADMSG;
	} else {
		*data += n;
		*data_len -= n;
	}
	if (ip)
		__bpf_stream_text_ip(text, spec, (const unsigned char *)from);
	else if (spec->conversion == 's')
		__bpf_stream_text_field(text, spec, from, n);
	else
		__bpf_stream_text_put(text, from, n);
	return 0;
}

/* The kernel's isalnum(), isspace() and ispunct(): those of Latin-1 */
static inline bool __bpf_stream_is_alnum(char c)
{
	unsigned char u = (unsigned char)c;

	return (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z') ||
	       (u >= 0xc0 && u != 0xd7 && u != 0xf7);
}

static inline bool __bpf_stream_is_plain(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= ' ' ? u != 0x7f : u >= '\t' && u <= '\r';
}

/* What may follow s, pks, pus and a plain p */
static inline bool __bpf_stream_is_end(char c)
{
	return !c || (__bpf_stream_is_plain(c) && !__bpf_stream_is_alnum(c) &&
		      ((unsigned char)c < 0x80 || (unsigned char)c >= 0xa0));
}

/* @p is after the %. Return: the end of the conversion, or NULL if the kernel refuses it. */
static inline const char *__bpf_stream_spec_parse(const char *p, struct __bpf_stream_spec *spec)
{
	memset(spec, 0, sizeof(*spec));
	for (;; p++) {
		if (*p == '0')
			spec->zero = true;
		else if (*p == '+')
			spec->plus = true;
		else if (*p == '-')
			spec->left = true;
		else if (*p == ' ')
			spec->space = true;
		else
			break;
	}
	for (; *p >= '0' && *p <= '9'; p++) {
		spec->width = spec->width * 10 + (*p - '0');
		if (spec->width > __BPF_STREAM_WIDTH_MAX)
			spec->width = __BPF_STREAM_WIDTH_MAX;
	}

	spec->conversion = *p;
	switch (*p++) {
	case 'c':
		return p;
	case 's':
		return __bpf_stream_is_end(*p) ? p : NULL;
	case 'l':
		if (*p == 'l')
			p++;
		spec->is_long = true;
		spec->conversion = *p;
		return *p && strchr("diuxX", *p) ? p + 1 : NULL;
	case 'd':
	case 'i':
	case 'u':
	case 'x':
	case 'X':
		return p;
	case 'p':
		break;
	default:
		return NULL;
	}

	if (__bpf_stream_is_end(*p))
		return p;
	spec->pointer = *p;
	switch (*p++) {
	case 'K':
	case 'x':
	case 's':
	case 'S':
	case 'B':
		break;
	case 'k':
	case 'u':
		if (*p != 's' || !__bpf_stream_is_end(p[1]))
			return NULL;
		break;
	case 'i':
	case 'I':
		if (*p != '4' && *p != '6')
			return NULL;
		spec->version = *p;
		break;
	default:
		return NULL;
	}
	/* The kernel drops all letters and digits that follow %p. */
	while (__bpf_stream_is_alnum(*p))
		p++;
	return p;
}

/**
 * bpf_stream_format() - make the text of a message
 * @buf:	destination; NUL-terminated if @size is not 0
 * @size:	size of @buf; text that does not fit is cut
 * @msg:	the message; its bytes are not trusted
 * @symbol:	names the addresses of %ps, %pS and %pB; NULL to print addresses
 * @symbol_ctx:	passed to @symbol
 *
 * The text may contain any byte, also NUL (by %c). It has "[?]" for a string or an IP address if
 * the message has no data, and "[cut]" for one that was not kept. %p and %pK print a hash, which is
 * the same for the same pointer in this process.
 *
 * Return: the length of the whole text, as snprintf() does, or a negative errno, and no text:
 * -EINVAL	the format is one that the kernel refuses, or has more conversions than arguments
 * -EBADMSG	the lengths of the pieces and the data do not agree
 */
static inline int bpf_stream_format(char *buf, size_t size, const struct bpf_stream_message *msg,
				    bpf_stream_symbol_fn symbol, void *symbol_ctx)
{
	const unsigned char *data = (const unsigned char *)msg->data;
	struct __bpf_stream_text text = {buf, size ? size - 1 : 0, 0};
	size_t data_len = data ? msg->data_len : 0;
	const char *p = msg->fmt, *start;
	struct __bpf_stream_spec spec;
	unsigned int nr = 0;
	uint64_t arg;
	int err = 0;
	char c;

	if (!msg->fmt_len || !memchr(msg->fmt, 0, msg->fmt_len))
		err = -EINVAL;
	while (!err && *p) {
		for (start = p; *p && *p != '%' && __bpf_stream_is_plain(*p);)
			p++;
		__bpf_stream_text_put(&text, start, (size_t)(p - start));
		if (!*p)
			break;
		if (*p != '%') {
			err = -EINVAL;
			break;
		}
		if (*++p == '%') {
			__bpf_stream_text_put(&text, p++, 1);
			continue;
		}
		p = nr < msg->nr_args ? __bpf_stream_spec_parse(p, &spec) : NULL;
		if (!p) {
			err = -EINVAL;
			break;
		}
		arg = msg->args[nr++];
		if (spec.conversion == 'c') {
			c = (char)(arg & 0xff);
			__bpf_stream_text_field(&text, &spec, &c, 1);
		} else if (spec.conversion != 'p' && spec.conversion != 's') {
			__bpf_stream_text_integer(&text, &spec, arg);
		} else if (spec.pointer == 'x') {
			__bpf_stream_text_pointer(&text, &spec, arg);
		} else if (spec.conversion == 'p' && (!spec.pointer || spec.pointer == 'K')) {
			__bpf_stream_text_hash(&text, &spec, arg);
		} else if (spec.pointer && strchr("sSB", spec.pointer)) {
			__bpf_stream_text_symbol(&text, &spec, arg, symbol, symbol_ctx);
		} else {
			err = __bpf_stream_text_piece(&text, &spec, arg, &data, &data_len);
		}
	}
	if (!err && data_len)
		err = -EBADMSG;
	if (size)
		buf[err ? 0 : text.len < size ? text.len : size - 1] = '\0';
	return err ? err : (int)text.len;
}

#endif /* BPF_STREAM_USER_FORMAT_H */
