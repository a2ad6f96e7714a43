#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The display of bpfstream, without a kernel: a file of selftests/show/ that begins with "# bpfstream show
# OPTIONS" has, after that line, the expected output for the text of the same name. Only the form of a date is
# compared, because it depends on the time of the boot.
set -u
. selftests/tool.sh
TZ=UTC0 && export TZ
dir_show=selftests/show

undated() { sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2}([T ])[0-9:]{8}\.([0-9]{6,9})/DATE\1TIME/g'; }
# as_expected FILE OPTION...: also from stdin, cut anywhere
as_expected() {
	expected=$1
	shift
	text=$dir_show/$(basename "${expected%.*}").txt
	sed 1d "$expected" | undated >"$dir/want"
	(cd $dir_show && "../../$tool" show "$(basename "$text")" "$@") 2>"$err" | undated >"$out"
	{ [ ! -s "$err" ] && cmp -s "$out" "$dir/want"; } && return
	diff "$dir/want" "$out" | note
	note <"$err"
	return 1
}
# The cuts of reads change nothing except the name, and times that depend on the time of reading
in_pieces() {
	text=$1
	shift
	"$tool" show "$@" <"$text" >"$dir/whole"
	perl -e '$| = 1; open F, shift; while (read F, $b, 7) { print $b; select undef, undef, undef, 0.001 }' \
		"$text" | "$tool" show "$@" >"$dir/pieces"
	cmp -s "$dir/whole" "$dir/pieces" && return
	diff "$dir/whole" "$dir/pieces" | note
	return 1
}

for file in "$dir_show"/*; do
	options=$(sed -n '1s/^# bpfstream show *//p' "$file")
	case $file in
	*.txt)
		ok "$file, cut anywhere" in_pieces "$file" --time=boot --grep .
		continue
		;;
	esac
	# shellcheck disable=SC2086 # words
	ok "$file: ${options:-as written}" as_expected "$file" $options
done
ok "there are some" [ "$(find $dir_show -type f | wc -l)" -gt 10 ]
ok "several files: an incomplete line is ended" same "$($tool show $dir_show/mixed.txt $dir_show/report.txt | grep -c '^ERROR 5000000000')" 1
ok "no such file" fails 1 "$dir/nosuch: No such file or directory" show "$dir/nosuch"
ok "a directory" fails 1 "cannot read /: Is a directory" show /
ok "usage" fails 2 "show: unknown option '--stdout' (see 'bpfstream show --help')" show --stdout
done_testing
