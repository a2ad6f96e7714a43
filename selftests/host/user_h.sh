#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpf_stream/user.h: its unit tests (user_h.c), and it compiles alone and without warnings wherever it
# promises to. Each compiler optimizes it in one of its standards, and with FULL=1 in all of them.
set -u
. selftests/tap.sh
. selftests/unit.sh

same() {
	[ "$1" = "$2" ] && return
	printf '%s\n' "$1" | note
	return 1
}

# Use every function, so that the compiler checks each. Without libbpf: -I has our headers only.
cat >"$dir/use.c" <<'END'
#include <bpf_stream/user.h>
int use(int fd, const char *word);
int use(int fd, const char *word)
{
	char carry[64], buf[64];
	struct bpf_stream_lines lines;
	struct bpf_stream_line line;
	struct bpf_log_record rec;
	int n = bpf_stream_probe();

	bpf_stream_lines_init(&lines, carry, sizeof(carry));
	n += bpf_stream_read(fd, BPF_STREAM_ID_STDOUT, buf, sizeof(buf));
	bpf_stream_lines_feed(&lines, buf, sizeof(buf));
	while (bpf_stream_lines_next(&lines, &line) || bpf_stream_lines_rest(&lines, &line))
		n += bpf_log_parse(line.text, line.len, &rec) == BPF_LOG_KIND_RECORD;
	n += bpf_stream_lines_pending(&lines) > 0;
	return n + bpf_log_level_from_name(word) + !bpf_log_level_name(n) + !bpf_log_filter_name(n);
}
static int take(void *ctx, const struct bpf_stream_record *rec)
{
	struct bpf_log_frame frame;
	int n = rec->log.level;

	while (rec->report && bpf_log_report_next_frame(rec->report, &frame))
		n += (int)frame.line;
	return ctx ? n : 0;
}
int use_consumer(int fd);
int use_consumer(int fd)
{
	struct bpf_stream_consumer *c = bpf_stream_consumer__new(take, NULL, NULL);
	struct bpf_log_report report;
	int n;

	if (!c)
		return -1;
	n = bpf_stream_consumer__add_prog(c, fd, BPF_STREAM_BOTH, NULL);
	n += bpf_stream_consumer__poll(c, -1) + bpf_stream_consumer__consume(c);
	n += bpf_stream_consumer__drain(c) + bpf_stream_consumer__remove_prog(c, fd);
	n += bpf_stream_consumer__epoll_fd(c);
	n += bpf_stream_consumer__add_ring(c, fd, fd, NULL) + bpf_stream_consumer__owner(c);
	n += bpf_stream_consumer__remove_ring(c, fd);
	bpf_stream_consumer__free(c);
	return n + (int)bpf_log_report_parse("", 0, &report);
}
int use_forward(bpf_stream_print_fn print, const struct bpf_stream_record *rec);
int use_forward(bpf_stream_print_fn print, const struct bpf_stream_record *rec)
{
	struct bpf_stream_forward_opts to;

	memset(&to, 0, sizeof(to));
	to.print = print;
	return bpf_stream_forward(&to, rec);
}
#ifdef __LIBBPF_LIBBPF_H
int use_object(struct bpf_stream_consumer *c, const struct bpf_object *obj);
int use_object(struct bpf_stream_consumer *c, const struct bpf_object *obj)
{
	return bpf_stream_consumer__add_object(c, obj);
}
#endif
int use_assembler(char *text, size_t len);
int use_assembler(char *text, size_t len)
{
	struct bpf_stream_assembler as;
	char buf[BPF_STREAM_ASSEMBLER_MIN];
	int n = bpf_stream_assembler_init(&as, buf, sizeof(buf), BPF_STREAM_ID_STDERR, take, NULL);

	n += bpf_stream_assembler_feed(&as, text, bpf_stream_text_cut(text, len));
	n += bpf_stream_assembler_settle(&as) + bpf_stream_assembler_flush(&as);
	return n + (bpf_stream_assembler_pending(&as) > 0);
}
int use_format(char *buf, size_t size, const struct bpf_stream_message *msg);
int use_format(char *buf, size_t size, const struct bpf_stream_message *msg)
{
	struct bpf_stream_symbols *symbols = bpf_stream_symbols__load();
	bpf_stream_symbol_fn symbol = bpf_stream_symbols_format;
	int n = bpf_stream_format(buf, size, msg, symbol, symbols);

	bpf_stream_symbols__free(symbols);
	return n;
}
int use_ring(int fd);
int use_ring(int fd)
{
	struct bpf_stream_ring *ring = bpf_stream_ring__open(fd, fd, 0, take, NULL);
	struct bpf_stream_ring *other = bpf_stream_ring__open_prog(fd, 0, take, NULL);
	int n;

	if (!ring || !other)
		return -1;
	n = bpf_stream_ring__lock(ring) + bpf_stream_ring__consume(ring) + bpf_stream_ring__more(ring);
	n += bpf_stream_ring__settle(ring) + bpf_stream_ring__flush(ring);
	n += bpf_stream_ring__peek(other) + bpf_stream_ring__owner(other);
	n += (int)bpf_stream_ring__pending(other) + (int)bpf_stream_ring__size(other);
	n += (int)bpf_stream_ring__map_id(other) + bpf_stream_ring__fd(ring);
	n += (int)bpf_stream_ring__damaged(ring);
	bpf_stream_ring__free(other);
	bpf_stream_ring__free(ring);
	return n;
}
static int take_component(void *ctx, const char *name, int level)
{
	return ctx ? level : (int)strlen(name);
}
int use_levels(int fd);
int use_levels(int fd)
{
	return bpf_log_level_get(fd) + bpf_log_level_set(fd, BPF_LOG_DEBUG) +
	       bpf_log_max_level_get(fd) + bpf_log_components(fd, take_component, NULL) +
	       bpf_log_component_level_get(fd, "nat") +
	       bpf_log_component_level_set(fd, "nat", BPF_LOG_OFF);
}
int use_maps(int fd);
int use_maps(int fd)
{
	struct bpf_log_counts counts;
	uint32_t id;

	memset(&counts, 0, sizeof(counts));

	return bpf_log_losses(fd, &counts) + bpf_log_map_id(fd, &id) + bpf_log_sink_get(fd) +
	       (bpf_log_lost_total(&counts.lost[0]) > 0);
}
static int count_site(void *ctx, const struct bpf_log_site *site)
{
	return ctx && site->on ? (int)site->format_len : 0;
}
int use_sites(int fd);
int use_sites(int fd)
{
	return bpf_log_sites(fd, count_site, NULL);
}
END
cp "$dir/use.c" "$dir/use.cc"
# Together with the kernel's own header, in any version
{
	echo '#include <linux/bpf.h>'
	cat "$dir/use.c"
} >"$dir/use_bpf.c"
# ... and with libbpf, before user.h; and with <syslog.h> after it
libbpf=$(echo build/obj/libbpf-*/usr/include | sed 's/ .*//')
[ -e "$libbpf/bpf/libbpf.h" ] || libbpf=/usr/include
for file in use_libbpf.c use_libbpf.cc; do
	{
		echo '#include <bpf/libbpf.h>'
		sed 's/^#include.*/&\n#include <syslog.h>/' "$dir/use.c"
	} >"$dir/$file"
done

sed -n 's/^static inline .*\<\(bpf_[a-z0-9_]*\)(.*/\1/p; s/^\(bpf_[a-z0-9_]*\)(.*/\1/p' include/bpf_stream/user.h \
	include/bpf_stream/user/*.h | sort -u >"$dir/functions"
ok "it has functions" [ "$(wc -l <"$dir/functions")" -gt 50 ]
ok "all of them are used here" same "$(grep -ow 'bpf_[a-z0-9_]*' "$dir/use.c" | sort -u | comm -23 "$dir/functions" -)" ""
# Functions only: it defines no variable and needs no symbol of another file
gcc -std=gnu11 -O2 -fno-pic -Iinclude -c -o "$dir/use.o" "$dir/use.c"
ok "no globals" same "$(nm "$dir/use.o" | grep -i ' [bcdgsv] ')" ""

warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
compile() { # COMPILER STANDARD FILE [FLAG...]
	compiler=$1 std=$2 file=$3
	shift 3
	# shellcheck disable=SC2086 # words
	silent "$compiler" -std="$std" $warnings -Iinclude -O2 -c -o /dev/null "$@" "$file"
}
parse=-fsyntax-only
[ -z "${FULL:-}" ] || parse=
# shellcheck disable=SC2086 # words
for cc in gcc clang-14; do
	ok "compiles: $cc -std=c11" compile $cc c11 "$dir/use.c" $parse
	ok "compiles: $cc -std=gnu11" compile $cc gnu11 "$dir/use.c"
	ok "compiles: $cc -std=gnu17" compile $cc gnu17 "$dir/use.c" $parse
	ok "compiles: $cc -std=c11 -D_GNU_SOURCE" compile $cc c11 "$dir/use.c" -D_GNU_SOURCE $parse
	ok "compiles: $cc, after libbpf" compile $cc gnu11 "$dir/use_libbpf.c" -isystem "$libbpf" $parse
	ok "compiles: $cc, after libbpf, -D_FORTIFY_SOURCE" compile $cc gnu11 "$dir/use_libbpf.c" -isystem "$libbpf" \
		-D_FORTIFY_SOURCE=2
	ok "compiles: $cc, after <linux/bpf.h>" compile $cc gnu11 "$dir/use_bpf.c" $parse
done
# shellcheck disable=SC2086 # words
for cxx in g++ clang++-14; do
	for std in c++11 c++17 c++20; do
		ok "compiles: $cxx -std=$std" compile $cxx $std "$dir/use.cc" $parse
	done
	for std in c++11 c++20; do
		ok "compiles: $cxx -std=$std, after libbpf" compile $cxx $std "$dir/use_libbpf.cc" -isystem "$libbpf" $parse
	done
	ok "compiles: $cxx -std=c++17, after libbpf" compile $cxx c++17 "$dir/use_libbpf.cc" -isystem "$libbpf"
done

echo '#include <bpf_stream/user.h>' >"$dir/alone.cc"
ok "compiles: g++ -Wold-style-cast -Wuseless-cast" compile g++ c++17 "$dir/alone.cc" \
	-Wold-style-cast -Wuseless-cast -fsyntax-only

# Two files of one program may include it: it defines no external symbol.
sed 's/\(use[a-z_]*\)(/\12(/' "$dir/use.c" >"$dir/use2.c"
echo 'int main(void) { return 0; }' >"$dir/main.c"
ok "two files of one program include it" silent gcc -Iinclude -o "$dir/two" "$dir/use.c" \
	"$dir/use2.c" "$dir/main.c"

unit_tests user_h
done_testing
