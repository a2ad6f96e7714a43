# shellcheck shell=sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# For scripts that run on this machine, unit tests of a C file among them: sourced after tap.sh. Makes the directory $dir, which
# goes when the script ends, and names the file $out in it for what is printed.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
out=$dir/out

# chosen NUMBER STEP: every STEPth number is chosen, and with FULL=1 each; NUMBER is a sum of places in lists of choices, so that
# each choice of one list meets each of another
chosen() { [ -n "${FULL:-}" ] || [ $(($1 % $2)) = 0 ]; }

# silent COMMAND...: it succeeds and prints nothing
silent() {
	"$@" >"$out" 2>&1 && [ ! -s "$out" ] && return
	note <"$out"
	return 1
}

# unit_tests NAME [ARG...]: build selftests/host/NAME.c with sanitizers, run it, and repeat its tests as ours
unit_tests() {
	unit=$1
	shift
	ok "the unit tests build, with sanitizers" silent gcc -std=gnu11 -g -O1 -Wall -Wextra \
		-fsanitize=address,undefined -fno-sanitize-recover=all -Iinclude -o "$dir/$unit" \
		"selftests/host/$unit.c"
	"$dir/$unit" "$@" >"$dir/tap" 2>"$out"
	status=$?
	note <"$out"
	grep -a '^#' "$dir/tap"
	grep -aE '^(not )?ok ' "$dir/tap" >"$dir/oks"
	while read -r line; do
		case $line in
		ok*) ok "${line#ok * - }" true ;;
		*) ok "${line#not ok * - }" false ;;
		esac
	done <"$dir/oks"
	ok "the unit tests end as planned, and no sanitizer reports an error" eval "[ $status = 0 ] &&
		[ ! -s '$out' ] && grep -aqx '1..$(wc -l <"$dir/oks")' '$dir/tap'"
}
