#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpf_stream/user.h: its unit tests (user_h.c), and whether it compiles alone and in silence
# wherever it promises to
set -u
. selftests/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
out=$dir/out

silent() {
	"$@" >"$out" 2>&1 && [ ! -s "$out" ] && return
	note <"$out"
	return 1
}

# Every function used, so that none is left unlooked at. No libbpf: -I has our headers only.
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
	return n + bpf_log_level_from_name(word) + !bpf_log_level_name(n);
}
END
cp "$dir/use.c" "$dir/use.cc"
# Beside the kernel's own header, whatever it defines already
{
	echo '#include <linux/bpf.h>'
	cat "$dir/use.c"
} >"$dir/use_bpf.c"

warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
compile() { # COMPILER STANDARD FILE [FLAG...]
	compiler=$1 std=$2 file=$3
	shift 3
	# shellcheck disable=SC2086 # words
	silent "$compiler" -std="$std" $warnings -Iinclude "$@" -O2 -c -o /dev/null "$file"
}
for cc in gcc clang-14; do
	for std in c11 gnu11 gnu17; do
		ok "compiles: $cc -std=$std" compile $cc $std "$dir/use.c"
	done
	ok "compiles: $cc -std=c11 -D_GNU_SOURCE" compile $cc c11 "$dir/use.c" -D_GNU_SOURCE
	ok "compiles: $cc, after <linux/bpf.h>" compile $cc gnu11 "$dir/use_bpf.c"
done
for cxx in g++ clang++-14; do
	for std in c++11 c++17 c++20; do
		ok "compiles: $cxx -std=$std" compile $cxx $std "$dir/use.cc"
	done
done

# Two files of one program may include it: nothing in it is defined twice.
sed 's/use(/use2(/' "$dir/use.c" >"$dir/use2.c"
echo 'int main(void) { return 0; }' >"$dir/main.c"
ok "two files of one program include it" silent gcc -Iinclude -o "$dir/two" "$dir/use.c" \
	"$dir/use2.c" "$dir/main.c"

ok "the unit tests build, with sanitizers" silent gcc -std=gnu11 -g -O1 -Wall -Wextra \
	-fsanitize=address,undefined -fno-sanitize-recover=all -Iinclude -o "$dir/user_h" \
	selftests/host/user_h.c
"$dir/user_h" >"$dir/tap" 2>"$out"
status=$?
note <"$out"
grep -E '^(not )?ok ' "$dir/tap" >"$dir/oks"
while read -r line; do
	case $line in
	ok*) ok "${line#ok * - }" true ;;
	*) ok "${line#not ok * - }" false ;;
	esac
done <"$dir/oks"
ok "the unit tests end as planned, and without a word from a sanitizer" eval "[ $status = 0 ] &&
	[ ! -s '$out' ] && grep -qx '1..$(wc -l <"$dir/oks")' '$dir/tap'"
done_testing
