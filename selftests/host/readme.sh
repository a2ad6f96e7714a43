#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The programs in docs/headers.md equal those of examples/, and README shows lines of these; the program
# that README changes compiles with the command given there; output on the pages fits the sources that
# print it; README's costs equal those of docs/costs.md; every link among the pages has a target.
set -u
. selftests/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

in_page() { # PAGE FILE: the page has the whole file as a block of C
	awk -v file="$2" '
	BEGIN { while ((getline line <file) > 0) want = want line "\n" }
	/^```c$/ { text = ""; inside = 1; next }
	/^```$/ { if (inside && text == want) found = 1; inside = 0 }
	inside { text = text $0 "\n" }
	END { exit !found }' "$1"
}
for f in examples/headers/*.c examples/loader/loader.c; do
	ok "docs/headers.md has $f" in_page docs/headers.md "$f"
done
ok "README has at most 250 lines" [ "$(wc -l <README.md)" -le 250 ]

# Each block of C in README is a run of whole lines of an example.
awk -v dir="$dir" '/^```c$/ { n++; inside = 1; next } /^```$/ { inside = 0 }
	inside { print >sprintf("%s/excerpt%02d", dir, n) }' README.md
excerpt() { # FILE
	grep -qF "$(head -n 1 "$1")" examples/headers/*.c && perl -e '
		sub text { local $/; open my $f, "<", shift or die; "\n" . <$f> }
		my $want = text(shift);
		exit !grep { index(text($_), $want) >= 0 } @ARGV' "$1" examples/headers/*.c
}
for f in "$dir"/excerpt*; do
	ok "README: lines of an example, \"$(sed -n '1s/^[[:space:]]*//p' "$f")\"" excerpt "$f"
done
ok "README has lines of four headers' examples" [ -e "$dir/excerpt04" ]

# Output that README and docs/headers.md share is the same in both.
headers_output() { sed -n '/^## The headers/,/^## The tool/p' README.md | grep -E '^[A-Z]+ [0-9]+ '; }
same_output() { [ -n "$(headers_output)" ] && ! headers_output | grep -vxFf docs/headers.md; }
ok "README: what the examples printed is in docs/headers.md" same_output

# A row of README's costs begins like a row of docs/costs.md, and all its numbers are in that row.
costs() {
	awk -F ' [|] ' '
	function bare(cell) { gsub(/^[|] | [|]$/, "", cell); return cell }
	FNR == NR { row[bare($1)] = $0; next }
	/^## / { inside = /^## Costs/ }
	inside && /^[|] [^|]/ {
		label = bare($1)
		if (!(label in row)) { print "# docs/costs.md has no row: " label; bad = 1; next }
		for (i = 2; i <= NF; i++) {
			cell = bare($i)
			if (cell != "" && index(row[label], " " cell " ") == 0) {
				print "# " label ": " cell ", and docs/costs.md has: " row[label]
				bad = 1
			}
		}
		n++
	}
	END { exit bad || n < 5 }' docs/costs.md README.md
}
ok "README: costs are those of docs/costs.md" costs

# README's diff, before and after: compiled by README's own command, with the headers in the place where
# the package installs them
export C_INCLUDE_PATH="$PWD/include:$PWD/build/obj/libbpf-1.1/usr/include"
changed() {
	awk '/^```diff$/ { inside = 1; next } /^```$/ { inside = 0 } inside && !/^-/ { print substr($0, 2) }' \
		README.md >"$dir/hello.bpf.c"
	sed -n 's/^\$ \(clang .* hello.bpf.o\)$/\1/p' README.md >"$dir/command"
	[ -s "$dir/hello.bpf.c" ] && [ -s "$dir/command" ] && (cd "$dir" && sh ./command) >"$dir/err" 2>&1 &&
		[ ! -s "$dir/err" ] && return
	note <"$dir/err"
	return 1
}
ok "the change of README compiles with its command, without a warning" changed
ok "... and logs" eval 'strings "$dir/hello.bpf.o" | grep -q "hello.bpf.c:10: pid"'

# Output on the pages fits the sources: a statement that prints ends on the line that a record names, and
# a source line in a stack equals that line (not for headers, whose lines move)
source_of() { find examples selftests/tool_progs -name "$1"; }
prints() { # FILE LINE
	from=$(($2 - 2))
	[ $from -gt 0 ] || from=1
	sed -n "$from,$2p" "$(source_of "$1")" | grep -qE 'bpf_log_|bpf_stream_|fixed_'
}
sed 's/<[^>]*>//g' README.md docs/*.md docs/tail.svg |
	grep -oE '[A-Z]+ [0-9]+ [a-z_]+\.bpf\.c:[0-9]+:|\] [A-Z]+ [a-z_]+\.bpf\.c:[0-9]+:' |
	sed -E 's/:$//; s/.* //' | sort -u >"$dir/places"
while IFS=: read -r file line; do
	[ -z "$(source_of "$file")" ] || ok "$file prints something in line $line" prints "$file" "$line"
done <"$dir/places"
is_there() { # FILE LINE TEXT
	[ "$(sed -n "${2}s/^[[:space:]]*//p" "$(source_of "$1")")" = "$3" ] && return
	echo "# run again what has printed that (docs/tail.svg: tools/docs/picture)"
	return 1
}
{
	sed -nE 's/<[^>]*>//g; s/&gt;/>/g; s/^([a-z_]+\[[0-9]+\]:)?  ([^ ].*) @ ([a-z_.]+:[0-9]+)$/\3:\2/p' docs/tail.svg docs/*.md
	sed -nE 's/^[a-z_]+ KERNEL \| at ([a-z_.]+:[0-9]+): (.*)$/\1:\2/p' docs/*.md
} | sort -u >"$dir/places"
while IFS=: read -r file line text; do
	[ -z "$(source_of "$file")" ] || ok "$file has in line $line what a stack says" is_there "$file" "$line" "$text"
done <"$dir/places"

# CONTRIBUTING.md: each file that it names exists, and its map has each header.
named() { # NAME: exists in the sources, or below a directory that the page names as a prefix
	for at in . include/bpf_stream include/bpf_stream/bpf tools/bpfstream tools/bpfstream/show; do
		# shellcheck disable=SC2086 # a pattern
		for path in $at/$1; do [ ! -e "$path" ] || return 0; done
	done
	echo "# no $1"
	return 1
}
all_named() {
	bad=0
	for word in $(grep -oE '`[A-Za-z0-9_./*-]+`' CONTRIBUTING.md | tr -d '`' | grep -E '/|[.](c|h|md)$' |
		grep -vE 'NAME|^(build|--|/)|/dev/' | sed 's/^\.\.\.$//' | sort -u); do
		named "$word" || bad=1
	done
	return $bad
}
ok "CONTRIBUTING.md names files that are there" all_named
mapped() {
	bad=0
	sed -n '/^## The house/,/^## Three/p' CONTRIBUTING.md >"$dir/map"
	for header in include/bpf_stream/*.h include/bpf_stream/*/*.h; do
		stem=$(basename "$header" .h)
		grep -qE "[ ,]($stem|${stem%%_*}_[*])([., ]|\$)" "$dir/map" || {
			echo "# $header is not on the map"
			bad=1
		}
	done
	return $bad
}
ok "CONTRIBUTING.md has each header on its map" mapped

links() { # PAGE: files that it links to
	grep -oE '\]\([^)#][^)]*\)' "$1" | sed 's/^](//; s/)$//; s/#.*//' | grep -v '^http' | sort -u
}
for page in *.md selftests/README.md docs/*.md; do
	for to in $(links "$page"); do
		ok "$page: $to is there" [ -e "$(dirname "$page")/$to" ]
	done
done

anchors() { # PAGE: of its headings, as GitHub makes them
	sed '/^```/,/^```/d' "$1" | sed -nE 's/^#+ //p' | sed -E 's/\[([^]]*)\]\([^)]*\)/\1/g; s/[^A-Za-z0-9_ -]//g; s/ /-/g' |
		tr '[:upper:]' '[:lower:]'
}
has_anchors() { # PAGE: each heading that it links to exists
	bad=0
	grep -oE '\]\([^)]*#[^)]+\)' "$1" | sed 's/^](//; s/)$//' | grep -v '^http' | sort -u >"$dir/links"
	while read -r link; do
		to=$1
		[ -z "${link%%#*}" ] || to=$(dirname "$1")/${link%%#*}
		anchors "$to" | grep -qxF -e "${link#*#}" || {
			echo "# $1: no heading for $link"
			bad=1
		}
	done <"$dir/links"
	return $bad
}
for page in *.md selftests/README.md docs/*.md; do
	ok "$page: each #heading that it links to is there" has_anchors "$page"
done
for page in docs/*.md; do
	[ "$page" = docs/kernel-notes.md ] || ok "README leads to $page" grep -qF "($page)" README.md
done
done_testing
