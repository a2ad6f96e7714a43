# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# shellcheck shell=sh disable=SC2034 # variables for scripts that source this
# Sourced by the tests of the tool: run it, and check its output.
. selftests/tap.sh

progs=build/selftests/tool_progs
tool=${BPF_STREAM_TOOL:-build/bpfstream} helper=build/selftests/tool_helper
dir=$(mktemp -d) || exit 1
out=$dir/out err=$dir/err
# whole_script: succeeds where a script runs as a whole: on 7.2 of amd64, and with FULL=1. On other kernels it leaves
# out what cannot depend on the kernel.
case ${FULL:+full},$(uname -r -m) in
full,* | ,7.2.*' x86_64') whole_script() { true; } ;;
*) whole_script() { false; } ;;
esac
trap 'rm -rf "$dir"' EXIT

show() { # its output, as comments
	echo "exit status $status (${want_status:-}${want_status:+ }wanted)" | note
	head -c 2000 "$out" | sed 's/^/stdout: /' | note
	head -c 2000 "$err" | sed 's/^/stderr: /' | note
	return 1
}

# run_tool ARGUMENT...: run it; sets $out, $err, $status
run_tool() {
	"$tool" "$@" >"$out" 2>"$err"
	status=$?
}

# starts_or_is TEXT WANT: the texts are equal; if WANT ends in "*", TEXT starts with the rest of WANT
starts_or_is() {
	case $2 in
	*'*') case $1 in "${2%?}"*) return 0 ;; esac ;;
	*) [ "$1" = "$2" ] && return ;;
	esac
	echo "# wanted: $2"
	return 1
}

# fails STATUS SENTENCE ARGUMENT...: it exits with STATUS, and prints this sentence and nothing else, apart
# from lines about programs that are not attached.
fails() {
	want_status=$1 want=$2
	shift 2
	run_tool "$@"
	said=$(grep -v "^bpfstream: program '[a-z_]*' is not attached: " "$err")
	if [ "$status" != "$want_status" ] || [ -s "$out" ] ||
		! starts_or_is "$said" "bpfstream: $want"; then
		show
	fi
}

same() { # same TEXT WANT
	[ "$1" = "$2" ] && return
	printf 'is:     %s\nwanted: %s\n' "$1" "$2" | note
	return 1
}

# not_in FILE REGEX: no line matches
not_in() {
	! grep -E -- "$2" "$1" >"$dir/found" && return
	note <"$dir/found"
	return 1
}

# A process takes 20 ms of an emulated processor, so what is done again and again is done by the shell itself.
# has_text TEXT FILE: a line contains the text
has_text() {
	[ -e "$2" ] || return
	# emptied first, because an error, as of /proc/PID/status of a process that has just ended, leaves it as it is
	while has_line='' && IFS= read -r has_line || [ -n "$has_line" ]; do
		case $has_line in *"$1"*) return 0 ;; esac
	done <"$2"
	return 1
}
# nap SECONDS: sleep
if [ -n "${BASH_VERSION:-}" ]; then
	mkfifo "$dir/silence" && exec 9<>"$dir/silence"
	# shellcheck disable=SC3028 # bash has it
	case $SHELLOPTS in *posix*) posix=yes ;; *) posix= ;; esac
	# In its POSIX mode bash ends the read with a SIGALRM, which may come just before the read, and then it waits for
	# ever; otherwise with select().
	# shellcheck disable=SC3040,SC3045 # bash has them
	nap() {
		set +o posix
		read -r -t "$1" <&9 || :
		[ -z "$posix" ] || set -o posix
	}
else
	nap() { sleep "$1"; }
fi
# within COMMAND...: it succeeds in the next 15 seconds. The limit is generous, because other machines may
# be emulated on the same processors.
within() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 160 ] || return 1
		if [ $tries -lt 20 ]; then nap 0.05; else nap 0.1; fi
	done
}

# Whether this kernel must have streams: by its version, without asking the tool or the kernel.
have_streams() {
	release=$(uname -r)
	major=${release%%.*} minor=${release#*.}
	minor=${minor%%[!0-9]*}
	[ "$major" -gt 6 ] || { [ "$major" = 6 ] && [ "$minor" -ge 17 ]; }
}
no_streams="kernel $(uname -r) has no BPF streams (Linux 6.17 and later have them); \
programs print to /sys/kernel/tracing/trace_pipe instead, or to a ring, if they are compiled with \
'-include bpf_stream/ring.h'"

# Nothing is left over: as many programs, links and maps as at the start (count_before). The kernel frees
# them shortly after their last user has ended.
before=
count() { "$helper" count; }
# programs of the last command may not be freed yet
count_before() {
	until
		before=$(count)
		nap 0.2
		as_before
	do :; done
}
as_before() { [ "$(count)" = "$before" ]; }
nothing_left() {
	within as_before && return
	printf 'is:     %s\nbefore: %s\n' "$(count)" "$before" | note
	return 1
}

# Remove old output first: a command in the background may not have opened its files yet when the next
# command runs.
forget() {
	: >"$out"
	: >"$err"
}
# start TEXT ARGUMENT...: run it in the background, and wait until its stderr has the text, or one of two (A|B)
start() {
	start_line=$1
	shift
	forget
	"$tool" "$@" >"$out" 2>"$err" &
	run=$!
	up "$start_line"
}
up() { within has_one "${1#^}" "$err" || { status=none show; }; }
has_one() { has_text "${1%|*}" "$2" || { [ "$1" != "${1#*|}" ] && has_text "${1#*|}" "$2"; }; }
# start_linked N ARGUMENT...: the same, but wait for N links; for programs that take too long to load with -v
links() { "$helper" links; }
linked() { [ "$(links)" -ge "$want_links" ] || ended; }
start_linked() {
	want_links=$(($(links) + $1))
	shift
	forget
	"$tool" "$@" >"$out" 2>"$err" &
	run=$!
	within linked
	ended && { status=none show; }
}
ended() { [ ! -e "/proc/$run" ] || has_text "State:	Z" "/proc/$run/status" 2>/dev/null; }
# freeze PID: stop it, and wait until it has stopped, which is some time after the signal
freeze() {
	kill -STOP "$1"
	within has_text "State:	T" "/proc/$1/status"
}
# stop SIGNAL: end it with the signal, else with SIGKILL; sets $status
stop() {
	kill "-$1" "$run"
	finish
}
finish() {
	within ended || kill -9 "$run"
	wait "$run" 2>/dev/null
	status=$?
}

# fire NUMBER: make the programs of modes.bpf.c print, and those of with_components.bpf.c (LEVELS, TASK)
BOTH=2000000001 FULL=2000000002 LONG=2000000003 HOSTILE=2000000004 NO_NEWLINE=2000000005
REST=2000000006 LEVELS=2000000007 OTHER=2000000008 FORGED=2000000009 CONTINUED=2000000010
TOO_LONG=2000000011 TASK=2000000012 CUT=2000000013
fire() { kill -0 "$1" 2>/dev/null || true; }

# stderr without the lines of the tool and of libbpf
said_by_programs() { grep -v '^bpfstream: \|^libbpf: ' "$err"; }
# A file without the times of records
timeless() { sed -E 's/^([A-Z]+) [0-9]+ /\1 /' "$@"; }

# all_numbers [FILE]: it has 00000 to 16665, a line each, which fill a stream, and nothing else
all_numbers() {
	differs=$(seq -w 0 16665 | cmp - "${1:-$out}" 2>&1)
	[ -z "$differs" ] && return
	{
		echo "$differs"
		head -n 2 "${1:-$out}"
	} | note
	return 1
}

hostile='esc \x1b[31m bel \x07 cr \x0d c1 \xc2\x9b lone \x9b bad \xff\xc0\xaf del \x7f good ä €'
hostile="$hostile tab	 bs \\x1b"
