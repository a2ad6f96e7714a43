#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The tool's messages before it asks the kernel for anything, so they are the same on all: help, wrong
# usage (exit status 2), files that are no objects, objects without the requested program (1)
set -u
. selftests/tool.sh
net=$progs/net.bpf.o

# Help

says_on_stdout() { # PATTERN ARGUMENT...: exit status 0, the line on stdout, nothing on stderr
	want=$1 want_status=0
	shift
	run_tool "$@"
	if [ $status != 0 ] || [ -s "$err" ] || ! grep -q -- "$want" "$out"; then
		show
	fi
}
for help in --help -h; do
	ok "$help: usage" says_on_stdout "^usage: bpfstream VERB" $help
	ok "run $help: usage" says_on_stdout "^usage: bpfstream run OBJ" run $help
	ok "dump $help: usage" says_on_stdout "^usage: bpfstream dump PROG\.\.\.|--all" dump $help
	ok "peek $help: usage" says_on_stdout "^usage: bpfstream peek PROG\.\.\.|--all" peek $help
	ok "level $help: usage" says_on_stdout "^usage: bpfstream level PROG" level $help
	ok "stats $help: usage" says_on_stdout "^usage: bpfstream stats PROG" stats $help
	ok "sites $help: usage" says_on_stdout "^usage: bpfstream sites PROG" sites $help
done
for verb in run dump level stats sites; do
	ok "--help: names $verb" says_on_stdout "^  $verb  " --help
done
for option in "-p, --prog NAME" "-i, --iface DEV" "--level LEVEL" "-l, --show-level LEVEL" "--max-level LEVEL" \
	"-j, --json" "--for SECONDS" "-v, --verbose" "-h, --help"; do
	ok "run --help: $option" says_on_stdout "^ *$option  " run --help
done
for verb in dump peek; do
	for option in "-a, --all" "-l, --level LEVEL" --stdout --stderr "--stream WHICH" "--journald\[=PATH\]" \
		"--syslog\[=ADDR\]" "--kmsg\[=N\]" "--grep REGEX" "--time HOW" "-T, --wall-clock" "-x, --decode" "-j, --json" \
		"--raw" "--color WHEN" "-h, --help"; do
		ok "$verb --help: $option" says_on_stdout "^ *$option  " $verb --help
	done
done
for option in "-a, --all" "-j, --json" "-h, --help"; do
	ok "level --help: $option" says_on_stdout "^ *$option  " level --help
	ok "sites --help: $option" says_on_stdout "^ *$option  " sites --help
done
for option in "-a, --all" "-j, --json" "--openmetrics" "--prometheus" "-o, --output FILE" "-h, --help"; do
	ok "stats --help: $option" says_on_stdout "^ *$option  " stats --help
done
for option in "-a, --all" "-l, --level LEVEL" "-n, --lines N" "--since-start" "--grep REGEX" "--time HOW" \
	"-T, --wall-clock" "-x, --decode" "-j, --json" "--raw" "-f, --follow" "--color WHEN" "--peek" "--poll" "--for SECONDS"; do
	ok "tail --help: $option" says_on_stdout "^ *$option  " tail --help
done
ok "help wins over what would be wrong later" says_on_stdout "^usage" run a b --help
ok "--version" says_on_stdout '^bpfstream [0-9.]* (libbpf [0-9]*\.[0-9]*)$' --version
ok "-V" says_on_stdout '^bpfstream [0-9.]* (libbpf [0-9]*\.[0-9]*)$' -V
$tool --help >/dev/full 2>"$err"
ok "--help onto a full disk" same "$? $(cat "$err")" \
	"1 bpfstream: cannot write to standard output: No space left on device"
$tool --help >&- 2>"$err"
ok "--help with stdout closed" same "$? $(cat "$err")" \
	"1 bpfstream: cannot write to standard output: Bad file descriptor"

ok "list --help: -j" says_on_stdout "^ *-j, --json  " list --help

# A pipe without a reader: ends quietly, by SIGPIPE; with an error where that is ignored

for verb in "" run tail; do
	"$tool" $verb --help 2>"$err" | :
	# the tool may have ended before its reader did
	"$tool" $verb --help 2>>"$err" | true
	ok "${verb:-bpfstream} --help | head: not a word" same "$(cat "$err")" ""
done
mkfifo "$dir/pipe"
closed() { # PREFIX...: a pipe whose reader has certainly ended
	: <"$dir/pipe" &
	{
		wait $!
		"$@" "$tool" --help 2>"$err"
		echo $? >"$dir/status"
	} >"$dir/pipe"
}
closed env
ok "... the status of SIGPIPE" same "$(cat "$dir/status" "$err")" 141
trap '' PIPE
closed env
ok "... SIGPIPE ignored: in words" same "$(cat "$dir/status" "$err")" \
	"1
bpfstream: cannot write to standard output: Broken pipe"
trap - PIPE

# Wrong usage

usage() { # VERB SENTENCE ARGUMENT...
	verb=$1 sentence=$2
	shift 2
	ok "usage: $sentence" fails 2 "${verb:+$verb: }$sentence (see 'bpfstream ${verb:+$verb }--help')" "$@"
}
usage "" "missing verb"
usage "" "unknown verb 'walk'" walk
usage "" "unknown verb ''" ''
usage "" "unknown option '--nope'" --nope
usage run "missing object file" run
usage run "missing object file" run --level info
usage run "unexpected argument 'b'" run a b
usage run "unknown option '--nope'" run --nope a
usage run "unknown option '--nope=1'" run a --nope=1
usage run "unknown option '-q'" run -q a
usage run "unknown option '-q'" run -vq a
usage run "option '--level' needs a value" run a --level
usage run "option '-i' needs a value" run a -i
usage run "option '--verbose' takes no value" run --verbose=3 a
usage run "invalid --level 'loud': expected off, error, warn, info, debug, trace (or 0 to 5)" \
	run a --level=loud
usage run "invalid --max-level '6': expected off, error, warn, info, debug, trace (or 0 to 5)" \
	run a --max-level 6
for seconds in abc '' -1 1s nan inf 1e99 1e10; do
	usage run "invalid --for '$seconds': expected 0 to 1000000000 seconds" run a --for "$seconds"
	usage tail "invalid --for '$seconds': expected 0 to 1000000000 seconds" tail a --for "$seconds"
done
# shellcheck disable=SC2046 # words
usage run "--prog is given more than 64 times" run a $(seq -f '-p x%.0f' 65)
usage dump "missing program (--all: all of them)" dump
usage dump "missing program" dump ''
usage dump "missing program (--all: all of them)" dump --stdout
for verb in dump peek; do
	usage "$verb" "--all and programs exclude each other" "$verb" --all 1
	usage "$verb" "invalid tag 'tag:12': expected 16 hexadecimal digits after 'tag:'" "$verb" 1 tag:12
	usage "$verb" "unknown option '--lines'" "$verb" --lines 1
	usage "$verb" "unknown option '--for=1'" "$verb" 1 --for=1
	usage "$verb" "--decode, --json and --raw exclude each other" "$verb" 1 --json --raw
	usage "$verb" "--decode, --json and --raw do not apply to --journald, --kmsg and --syslog" "$verb" 1 --journald -x
	usage "$verb" "invalid --level 'loud': expected fatal, error, warn, info, debug or trace" "$verb" 1 -l loud
	usage "$verb" "invalid --time 'noon': expected none, boot, delta or iso" "$verb" 1 --time noon
	usage "$verb" "--grep is given twice" "$verb" 1 --grep a --grep b
done
usage peek "missing program (--all: all of them)" peek --json
usage dump "--journald, --kmsg and --syslog exclude each other" dump --journald --syslog=/a 1
usage dump "missing program (--all: all of them)" dump --journald
for tag in '' 12 0123456789abcdef0 0123456789abcdeg; do
	usage dump "invalid tag 'tag:$tag': expected 16 hexadecimal digits after 'tag:'" dump "tag:$tag"
done
usage tail "missing program (--all: all of them)" tail --json
usage tail "--all and programs exclude each other" tail --all x
usage tail "invalid tag 'tag:12': expected 16 hexadecimal digits after 'tag:'" tail x tag:12
usage tail "invalid --level 'loud+': expected fatal, error, warn, info, debug or trace" tail x -l loud+
usage tail "invalid --level 'Off': expected fatal, error, warn, info, debug or trace" tail x -l Off
for n in '' x 1x -1 1000001; do
	usage tail "invalid --lines '$n': expected 0 to 1000000" tail x --lines="$n"
done
usage tail "invalid --time 'noon': expected none, boot, delta or iso" tail x --time=noon
usage tail "invalid --color 'red': expected auto, always or never" tail x --color=red
usage tail "--decode, --json and --raw exclude each other" tail x -x --json
usage tail "--decode, --json and --raw do not apply to --journald, --kmsg and --syslog" tail x \
	--json --journald
usage run "--decode, --json and --raw do not apply to --journald, --kmsg and --syslog" run x \
	--syslog -x
for address in udp: udp::514 'udp:[::1' 'udp:[::1]x' udp:a:; do
	usage dump "invalid --syslog address '$address': expected a path, udp:HOST, udp:HOST:PORT or \
udp:[ADDRESS]:PORT" dump x "--syslog=$address"
done
for n in '' 0 -1 1x 1000001 99999999999999999999; do
	usage tail "invalid --kmsg '$n': expected 1 to 1000000" tail x --kmsg="$n"
done
usage dump "--journald, --kmsg and --syslog exclude each other" dump --kmsg --journald 1
usage run "--decode, --json and --raw do not apply to --journald, --kmsg and --syslog" run x --kmsg -j
usage dump "invalid --stream 'out': expected stdout, stderr or both" dump 1 --stream=out
usage tail "option '--st' is ambiguous: --stdout, --stderr, --stream" tail x --st
usage tail "option '--s' is ambiguous: --since-start, --syslog, --stdout, --stderr, --stream" tail x --s=1
# An abbreviation is not accepted
usage tail "unknown option '--since' (did you mean --since-start?)" tail x --since 1h
usage tail "unknown option '--since' (did you mean --since-start?)" tail x --since=1h
usage tail "unknown option '--dec' (did you mean --decode?)" tail x --dec
usage run "unknown option '--show' (did you mean --show-level?)" run x --show warn
usage dump "unknown option '--jou' (did you mean --journald?)" dump x --jou
usage dump "option '--j' is ambiguous: --journald, --json" dump x --j
usage tail "invalid --level 'loud': expected fatal, error, warn, info, debug or trace" tail x -f -F --follow --show-level loud
usage tail "--grep is given twice" tail x --grep a --grep b
ok "usage: no regular expression" fails 2 "tail: --grep '(': *" tail x --grep '('
usage run "invalid --show-level 'loud': expected fatal, error, warn, info, debug or trace" run a --show-level loud
usage level "missing program (--all: all of them)" level
usage level "missing program (--all: all of them)" level --json
usage level "missing program" level '' debug
usage level "missing program" level a ''
usage level "unexpected argument 'c'" level a info c
usage level "unexpected argument 'warn'" level a info warn
usage level "unexpected argument 'b'" level a nat=info b
usage level "--all and programs exclude each other" level --all a
usage level "--all and programs exclude each other" level a info --all
usage level "unknown option '--stdout'" level --stdout a
for level in nat=loud nat=6 nat= nat=info=info; do
	usage level "invalid level '$level': expected off, error, warn, info, debug, trace (or 0 to 5)" level a "$level"
	usage run "invalid --level '$level': expected off, error, warn, info, debug, trace (or 0 to 5)" run a --level "$level"
done
for level in =info a-b=info 'a b=info'; do
	usage level "invalid level '$level': expected COMPONENT=LEVEL" level a "$level"
	usage level "invalid level '$level': expected COMPONENT=LEVEL" level --all "$level"
done
usage run "invalid --level '': expected off, error, warn, info, debug, trace (or 0 to 5)" run a --level nat=info,
usage level "invalid tag 'tag:12': expected 16 hexadecimal digits after 'tag:'" level tag:12 info
usage stats "missing program (--all: all of them)" stats --json
usage stats "missing program" stats ''
usage stats "--all and programs exclude each other" stats --all 1
usage stats "--json, --openmetrics and --prometheus exclude each other" stats 1 --openmetrics --json
usage stats "--json, --openmetrics and --prometheus exclude each other" stats 1 --prometheus --openmetrics
usage stats "invalid --output '': expected a file" stats 1 -o ''
usage stats "option '--output' needs a value" stats 1 --output
usage stats "invalid tag 'tag:12': expected 16 hexadecimal digits after 'tag:'" stats 1 tag:12
usage stats "unknown option '--stdout'" stats 1 --stdout
usage stats "option '--json' takes no value" stats 1 --json=2
usage sites "missing program (--all: all of them)" sites -j
usage sites "--all and a program exclude each other" sites --all 1
usage sites "unknown option '--stdout'" sites 1 --stdout
usage sites "invalid tag 'tag:12': expected 16 hexadecimal digits after 'tag:'" sites tag:12
ok "usage: quoted text is escaped" fails 2 \
	"unknown verb '\\x1b[31m\\x0aü\\xff' (see 'bpfstream --help')" \
	"$(printf '\033[31m\nü\377')"

# Files

ok "run: no such file" fails 1 "$dir/nosuch.o: no such file" run "$dir/nosuch.o"
ok "run: a file below a file" fails 1 "$0/x.o: Not a directory" run "$0/x.o"
ok "run: a directory" fails 1 "$dir is not a BPF object: it is a directory" run "$dir"
mkfifo "$dir/fifo"
ok "run: a FIFO, which it does not wait for" fails 1 \
	"$dir/fifo is not a BPF object: it is not a regular file" run "$dir/fifo"
ok "run: a device" fails 1 "/dev/zero is not a BPF object: it is not a regular file" run /dev/zero
ok "run: a text" fails 1 "$0 is not a BPF object" run "$0"
ok "run: an executable" fails 1 "$tool is not a BPF object" run "$tool"
: >"$dir/empty.o"
ok "run: an empty file" fails 1 "$dir/empty.o is not a BPF object" run "$dir/empty.o"
for size in 63 64 1000 4000; do
	head -c $size $net >"$dir/cut.o"
	case $size in
	63) ok "run: an object cut in its header" fails 1 "$dir/cut.o is not a BPF object" \
		run "$dir/cut.o" ;;
	*) ok "run: an object cut after $size bytes" fails 1 \
		"$dir/cut.o is not a BPF object that libbpf can open: *" run "$dir/cut.o" ;;
	esac
done

# Objects

ok "run: an object without programs" fails 1 "$progs/no_prog.bpf.o has no BPF program" \
	run $progs/no_prog.bpf.o
ok "run: no such program" fails 1 "$net has no program 'zip'; it has: *" run $net --prog zip
ok "run: ... and names those that there are" eval "for p in xdp_log tcx_log of_syscall of_tc of_tp; do
	grep -qw \$p '$err' || exit 1; done"
ok "run: no such interface" fails 1 "no network interface 'nope0'" run $net --iface nope0
for level in level max-level; do
	ok "run: no variable for --$level" fails 1 "$progs/no_log.bpf.o has no variable \
'bpf_log_$(echo $level | tr - _)', which --$level sets: its programs do not log through \
bpf_stream/log.h" run $progs/no_log.bpf.o --$level info
done
done_testing
