#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The man page and the completion have all verbs and options of the tool's --help; the man page, the
# service and the installation are valid.
set -u
. selftests/tap.sh
. selftests/unit.sh
tool=build/bpfstream page=tools/bpfstream.8

# shellcheck source=../../tools/bpfstream.bash-completion
. tools/bpfstream.bash-completion
# offers WANT WORD...: the completions of the last word include WANT
offers() {
	local want=$1
	shift
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_bpfstream "$tool" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	printf '%s\n' "${COMPREPLY[@]}" | grep -qxF -- "$want" && return
	echo "# offered: ${COMPREPLY[*]}"
	return 1
}

# A verb's part of the page, and the parts that it refers to
part_of() {
	awk -v verb="$1" '
	/^\.S[hs] / { section = $0; sub(/^\.S[hs] /, "", section); sub(/^bpfstream /, "", section) }
	{ split(section, word, " "); key = $0 ~ /^\.S[hs] / ? "" : word[1]; text[key] = text[key] $0 "\n" }
	END {
		printf "%s", text[verb]
		n = split(text[verb], line, "\n")
		for (i = 1; i <= n; i++) if (line[i] ~ /^\.Sx /) { split(line[i], w, " "); printf "%s", text[w[2]] }
	}' $page
}
documents() { part_of "$1" | grep -qE "^\.It.* Fl Fl ${2#--}( |$)"; }

verbs=$($tool --help | sed -nE '/^verbs:/,/^$/ s/^  ([a-z]+)  .*/\1/p')
ok "there are verbs" [ "$(echo "$verbs" | wc -l)" -ge 6 ]
for verb in $verbs; do
	ok "man page: $verb" grep -qx "\.Cm $verb" $page
	ok "... its own part" grep -qE "^\.Ss bpfstream $verb( |$)" $page
	ok "completion: $verb" offers "$verb" bpfstream "${verb%?}"
	# directly from --help, without the completion's own parser
	for option in $($tool "$verb" --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -- '--.*'); do
		[ "$option" = --help ] || ok "man page: $verb $option" documents "$verb" "$option"
		ok "completion: $verb $option" offers "$option" bpfstream "$verb" "${option%?}"
	done
done
# ... and no other options
for verb in $(echo "$verbs" | grep -qx tail && echo "$verbs"); do
	for option in $(part_of "$verb" | grep -oE '^\.It.*' | grep -oE 'Fl Fl [a-z-]+' | sort -u | sed 's/Fl Fl /--/'); do
		ok "$verb has the $option of the man page" eval '"$tool" "$verb" --help | grep -qE -- "^ +(-., )?$option( |\[|$)"'
	done
done
ok "completion: levels" offers debug bpfstream run x.o --level d
ok "completion: levels of tail" offers fatal bpfstream tail x -l fa
ok "... of dump" offers fatal bpfstream dump x --level fa
ok "... and of what run shows" offers fatal bpfstream run x.o --show-level fa
ok "completion: --option=value" offers debug bpfstream run x.o --level = d
ok "completion: nothing of no verb" eval '! offers --level bpfstream list --l >/dev/null'
# Sample output of list; one program has no name
cat >"$dir/stub" <<'END'
#!/bin/sh
[ "$1 $2" != "level xdp_filter" ] || exec printf '%s\n' info conntrack=debug nat=info
[ "$1 $2" != "level --all" ] || exec printf '%s\n' 'xdp_filter[27]: info' 'xdp_filter[27]: nat=info'
[ "$1" = list ] || exec build/bpfstream "$@"
cat <<'END2'
    ID  TYPE              STDOUT  LEAKED  STDERR  LEAKED  NAME
     8  cgroup_skb          4711       0       0       0  
    27  tracing                0       0     812       0  xdp_filter
END2
END
chmod +x "$dir/stub"
for offer in 27 xdp_filter; do
	ok "completion: programs: $offer" eval 'tool=$dir/stub offers "$offer" bpfstream dump "${offer%?}"'
done
for offer in 0 812 NAME; do
	ok "completion: programs: no $offer" eval '! tool=$dir/stub offers "$offer" bpfstream tail "${offer%??}" >/dev/null'
done
for offer in debug conntrack= xdp_filter; do
	ok "completion: level: $offer" eval 'tool=$dir/stub offers "$offer" bpfstream level xdp_filter "${offer%??}"'
done
ok "completion: level --all: a component" eval 'tool=$dir/stub offers nat= bpfstream level --all na'
ok "completion: the level of a component" eval 'tool=$dir/stub offers debug bpfstream level xdp_filter conntrack = d'
ok "... and nothing else" eval '! tool=$dir/stub offers conntrack= bpfstream level xdp_filter conntrack = c >/dev/null'
ok "completion: streams" offers stderr bpfstream dump --stream = std
ok "completion: a file" eval 'touch "$dir/x.prom" && offers "$dir/x.prom" bpfstream stats --all -o "$dir/x"'
ok "completion: object files" eval 'touch "$dir/a.bpf.o" && offers "$dir/a.bpf.o" bpfstream run "$dir/a"'

json_page=tools/bpfstream-fields.5
ok "mandoc has nothing to say against the page" silent mandoc -Tlint -Wwarning $page
ok "... nor against that of the fields" silent mandoc -Tlint -Wwarning $json_page
# The fields that the tool writes, from its source
for field in $(grep -oE '\\"[a-z_]+\\":' tools/bpfstream/show/show_fields.c | tr -d '\\":' | sort -u); do
	ok "JSON: $field: its page" grep -qE "^\.(It )?Va (.* )?$field( |$)" $json_page
	ok "... docs/tool.md" grep -qE "^\|.*\`$field\`" docs/tool.md
done
mandoc -Tascii $page | sed 's/.\x08//g' >"$dir/text"
ok "... and shows it" grep -q 'EXIT STATUS' "$dir/text"

ok "make install" eval 'make -s install PREFIX=/usr DESTDIR="$dir/root" >"$dir/out" 2>&1 || { note <"$dir/out"; false; }'
units=lib/systemd/system
for file in share/man/man8/bpfstream.8 share/man/man5/bpfstream-fields.5 share/bash-completion/completions/bpfstream \
	$units/bpfstream.service $units/bpfstream-metrics.service $units/bpfstream-metrics.timer; do
	ok "... $file" [ -s "$dir/root/usr/$file" ]
done
daemons=$(tools/setup/log-daemons)
for unit in bpfstream.service bpfstream-metrics.service bpfstream-metrics.timer; do
	file=$dir/root/usr/$units/$unit
	case $unit in
	*.service) ok "$unit: its path" grep -qE '^ExecStart=/usr/sbin/bpfstream (tail|stats) ' "$file" ;;
	esac
	# systemd-analyze checks that the program and the page exist.
	sed -i "s|/usr/sbin/bpfstream|$PWD/$tool|; /^Documentation=/d" "$file"
done
for unit in bpfstream.service bpfstream-metrics.service bpfstream-metrics.timer; do
	ok "$unit: systemd-analyze verify has nothing to say" \
		silent env SYSTEMD_UNIT_PATH="$dir/root/usr/$units:$daemons/lib/systemd/system" \
		"$daemons/run/systemd-analyze" verify --man=no "$dir/root/usr/$units/$unit"
done
exposure() { # UNIT TENTHS: systemd-analyze security finds no more than that
	"$daemons/run/systemd-analyze" security --offline=yes --threshold="$2" "$dir/root/usr/$units/$1" >"$dir/out" 2>&1 && return
	tail -n 1 "$dir/out" | note
	return 1
}
ok "bpfstream-metrics.service: systemd-analyze security finds at most 3.0" exposure bpfstream-metrics.service 30
ok "... and would find more" eval '! exposure bpfstream-metrics.service 10 >/dev/null'
done_testing
