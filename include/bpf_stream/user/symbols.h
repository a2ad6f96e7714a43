/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/symbols.h - name kernel addresses as the kernel does for %ps, %pS and %pB. Part
 * of user.h: include that.
 *
 * /proc/kallsyms has addresses and no sizes, so a symbol ends where the next one begins. The
 * kernel does the same in itself; in modules and BPF programs it knows better (docs/ring.md).
 */
#ifndef BPF_STREAM_USER_SYMBOLS_H
#define BPF_STREAM_USER_SYMBOLS_H

#include <stdio.h>

struct __bpf_stream_symbol {
	uint64_t address;
	const char *name;
	const char *module; /* "" for the kernel itself, "bpf" for BPF programs */
	bool text;
};

/**
 * struct bpf_stream_symbols - the symbols of the running kernel; all fields are private
 */
struct bpf_stream_symbols {
	char *file; /* names are in here */
	struct __bpf_stream_symbol *list; /* in the order of addresses */
	size_t nr;
	uint64_t start, end; /* of what the kernel names in itself */
	uint64_t init_start, init_end;
};

/**
 * bpf_stream_symbols__free() - free what bpf_stream_symbols__load() returned, or NULL
 */
static inline void bpf_stream_symbols__free(struct bpf_stream_symbols *symbols)
{
	if (!symbols)
		return;
	free(symbols->list);
	free(symbols->file);
	free(symbols);
}

/* The whole file as a string; NULL and errno if that fails */
static inline char *__bpf_stream_symbols_read(const char *path)
{
	FILE *file = fopen(path, "re");
	size_t size = 1 << 20, len = 0;
	char *text = NULL, *more;
	int err;

	if (!file)
		return NULL;
	errno = 0;
	do {
		size *= 2;
		more = (char *)realloc(text, size);
		if (!more)
			break;
		text = more;
		len += fread(text + len, 1, size - len - 1, file);
	} while (len == size - 1);
	err = !more ? ENOMEM : ferror(file) ? errno : 0;
	fclose(file);
	if (err) {
		free(text);
		errno = err;
		return NULL;
	}
	text[len] = '\0';
	return text;
}

static inline int __bpf_stream_symbols_compare(const void *one, const void *other)
{
	const struct __bpf_stream_symbol *a = (const struct __bpf_stream_symbol *)one;
	const struct __bpf_stream_symbol *b = (const struct __bpf_stream_symbol *)other;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	/* Of several names the kernel takes the first: keep the order of the file. */
	return a->name < b->name ? -1 : a->name > b->name;
}

/*
 * A line, which is cut up: ADDRESS TYPE NAME, or ADDRESS TYPE NAME\t[MODULE].
 * Return: false if the kernel would not name an address by it.
 */
static inline bool __bpf_stream_symbols_line(char *line, struct __bpf_stream_symbol *symbol,
					     char *type)
{
	char *module = strchr(line, '\t'), *end;

	symbol->address = 0;
	for (; *line && *line != ' '; line++) {
		const char *digits = "0123456789abcdef", *digit = strchr(digits, *line);

		if (!digit)
			return false;
		symbol->address = symbol->address << 4 | (uint64_t)(digit - digits);
	}
	if (!*line || !line[1] || line[2] != ' ' || !line[3])
		return false;
	*type = line[1];
	symbol->text = strchr("tTwW", *type) != NULL;
	symbol->name = line + 3;
	symbol->module = "";
	if (module) {
		*module++ = '\0';
		end = strchr(module, ']');
		if (*module != '[' || !end)
			return false;
		*end = '\0';
		symbol->module = module + 1;
		/* Labels of compilers, and pages that the kernel lists and does not name */
		if (*type == 'U' || !strncmp(symbol->name, ".L", 2) ||
		    !strncmp(symbol->name, "L0", 2) || symbol->name[0] == '$' ||
		    !strncmp(symbol->module, "__builtin__", 11))
			return false;
	}
	/* 0: the caller may not see addresses. */
	return symbol->address != 0;
}

/* Reads @path, which has the form of /proc/kallsyms */
static inline struct bpf_stream_symbols *__bpf_stream_symbols_load(const char *path)
{
	struct bpf_stream_symbols *symbols;
	struct __bpf_stream_symbol symbol;
	uint64_t text_end = 0;
	bool all = false;
	size_t lines = 0;
	char *line, *next, type;

	symbols = (struct bpf_stream_symbols *)calloc(1, sizeof(*symbols));
	if (!symbols)
		return NULL;
	symbols->file = __bpf_stream_symbols_read(path);
	for (line = symbols->file; line && *line; line = strchr(line, '\n') + 1) {
		lines++;
		if (!strchr(line, '\n'))
			break;
	}
	if (symbols->file)
		symbols->list = (struct __bpf_stream_symbol *)malloc((lines + 1) * sizeof(symbol));
	if (!symbols->list) {
		bpf_stream_symbols__free(symbols);
		return NULL;
	}

	for (line = symbols->file; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		if (!__bpf_stream_symbols_line(line, &symbol, &type))
			continue;
		symbols->list[symbols->nr++] = symbol;
		if (*symbol.module)
			continue;
		if (!strcmp(symbol.name, "_stext"))
			symbols->start = symbol.address;
		else if (!strcmp(symbol.name, "_etext"))
			text_end = symbol.address;
		else if (!strcmp(symbol.name, "_end"))
			symbols->end = symbol.address;
		else if (!strcmp(symbol.name, "_sinittext"))
			symbols->init_start = symbol.address;
		else if (!strcmp(symbol.name, "_einittext"))
			symbols->init_end = symbol.address;
		else if (strchr("bBdD", type))
			all = true;
	}
	/* A kernel without CONFIG_KALLSYMS_ALL names functions only. */
	if (!all || !symbols->end)
		symbols->end = text_end;
	qsort(symbols->list, symbols->nr, sizeof(symbol), __bpf_stream_symbols_compare);
	return symbols;
}

/**
 * bpf_stream_symbols__load() - read the symbols of the running kernel, from /proc/kallsyms
 *
 * Takes some 20 MB. Modules and BPF programs that are loaded later are not known; load again then.
 * The kernel shows addresses to those with CAP_SYSLOG, and to others as kernel.kptr_restrict and
 * kernel.perf_event_paranoid say. Without them every address is printed as a number.
 *
 * Return: the symbols, to be freed by bpf_stream_symbols__free(), or NULL and errno.
 */
static inline struct bpf_stream_symbols *bpf_stream_symbols__load(void)
{
	return __bpf_stream_symbols_load("/proc/kallsyms");
}

/*
 * The symbol that the kernel finds for @address, or NULL, and its end. The end of the last symbol
 * of a module's text, and of the last BPF program, is in no file: take that of the page.
 */
static inline const struct __bpf_stream_symbol *
__bpf_stream_symbols_find(const struct bpf_stream_symbols *symbols, uint64_t address, uint64_t *end)
{
	const struct __bpf_stream_symbol *list = symbols->list, *found;
	size_t low = 0, high = symbols->nr, next;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (list[mid].address <= address)
			low = mid + 1;
		else
			high = mid;
	}
	next = low;
	if (!low)
		return NULL;
	while (--low && list[low - 1].address == list[low].address)
		;
	found = &list[low];

	if (!*found->module) {
		if ((address < symbols->start || address >= symbols->end) &&
		    (address < symbols->init_start || address >= symbols->init_end))
			return NULL;
		*end = next < symbols->nr ? list[next].address : symbols->end;
		return found;
	}
	*end = (found->address | 4095) + 1;
	if (next < symbols->nr && !strcmp(list[next].module, found->module) &&
	    list[next].text == found->text)
		*end = list[next].address;
	return address < *end ? found : NULL;
}

/**
 * bpf_stream_symbols_format() - name an address: a bpf_stream_symbol_fn
 * @ctx:	what bpf_stream_symbols__load() returned; NULL names nothing
 * @address:	address in the kernel
 * @conversion:	's', 'S' or 'B', as in %ps, %pS, %pB
 * @buf:	destination; NUL-terminated if @size is not 0
 * @size:	size of @buf
 *
 * Return: the length of the text, as snprintf() does.
 */
static inline int bpf_stream_symbols_format(void *ctx, uint64_t address, int conversion, char *buf,
					    size_t size)
{
	const struct bpf_stream_symbols *symbols = (const struct bpf_stream_symbols *)ctx;
	/* A return address may be after the end of its function, if that does not return. */
	unsigned int back = conversion == 'B' ? 1 : 0;
	const struct __bpf_stream_symbol *symbol = NULL;
	bool module;
	uint64_t end = 0;

	if (symbols)
		symbol = __bpf_stream_symbols_find(symbols, address - back, &end);
	if (!symbol)
		return snprintf(buf, size, "0x%llx", (unsigned long long)address);

	module = *symbol->module && strcmp(symbol->module, "bpf");
	if (conversion == 's')
		return snprintf(buf, size, "%s%s%s%s", symbol->name, module ? " [" : "",
				module ? symbol->module : "", module ? "]" : "");
	return snprintf(buf, size, "%s+0x%llx/0x%llx%s%s%s", symbol->name,
			(unsigned long long)(address - symbol->address),
			(unsigned long long)(end - symbol->address), module ? " [" : "",
			module ? symbol->module : "", module ? "]" : "");
}

#endif /* BPF_STREAM_USER_SYMBOLS_H */
