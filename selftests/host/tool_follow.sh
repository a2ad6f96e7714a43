#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# From the text of programs to what bpfstream shows, without a kernel: tool_follow.c
set -u
. selftests/tap.sh
. selftests/unit.sh
libbpf=build/obj/libbpf-1.4/usr

# shows CASE TEXT: the terminal shows this, and the sanitizers report nothing
shows() {
	ASAN_OPTIONS=allocator_may_return_null=1 "$dir/follow" "$1" 2>&1 | grep -v WARNING: >"$dir/out"
	[ "$(cat "$dir/out")" = "$2" ] && return
	note <"$dir/out"
	return 1
}

sources=
for source in tools/bpfstream/follow/{follow,read,rings,order,keep,merge,losses}.c tools/bpfstream/show/*.c \
	tools/bpfstream/progs/{prog,ring,share,pins,where}.c tools/bpfstream/{msg,explain,opts,pipe,replace,stop}.c; do
	sources="$sources $source"
done
# shellcheck disable=SC2086 # words
ok "it builds, with sanitizers" silent gcc -std=gnu11 -g -O1 -Wall -Wextra -Werror \
	-fsanitize=address,undefined -fno-sanitize-recover=all -Iinclude -Itools/bpfstream -isystem $libbpf/include \
	-o "$dir/follow" selftests/host/tool_follow.c $sources $libbpf/lib/*/libbpf.a -lelf -lz

ok "a program is unloaded: its incomplete line comes before the notice, and is ended" shows last "one[1]: a line
one[1]: no end
bpfstream: program 1 (one) was unloaded
two[2]: of the other"
ok "one that goes while the last records are kept" shows kept "one[1]: 3
two[2]: 4
one[1]: no end
bpfstream: program 1 (one) was unloaded
two[2]: 5"
ok "no memory for so many: reported" shows too_many_kept "bpfstream: out of memory"

ok "records that arrive late are shown in their order" shows order "late[3]: no time
two[2]: INFO: 1
one[1]: INFO: 2
one[1]: plain after 2
two[2]: INFO: 3
one[1]: INFO: 4 of the future
two[2]: INFO: 5
late[3]: INFO: 5 is the last
two[2]: INFO: 6
one[1]: INFO: 7"
ok "more than may wait: it is all there" shows too_much "one[1]: ERROR 999999000000: the first
one[1]: ERROR 1000000000000: the last"

TZ=UTC0 && export TZ
ok "the clock is set while it runs" shows clock \
	"one[1]: 2023-11-14T22:13:20.000000000+00:00 INFO: x
one[1]: 2023-11-15T22:13:20.000000000+00:00 INFO: x"
ok "--peek: unread text is reported" shows truncated "bpfstream: program 1: more text than could be read
bpfstream: program 1: another reader took 2 messages during the peek
one[1]: peeked"
# The shell's 128 for a signal, and that of SIGINT
signals() {
	"$dir/follow" signals build/selftests/tool_progs/no_log.bpf.o "$dir/pin" >"$dir/out" 2>&1
	[ "$? $(cat "$dir/out")" = "130 stop is 1" ] && [ ! -e "$dir/pin" ] && return
	note <"$dir/out"
	return 1
}
ok "a second signal: it ends immediately, and its pins are removed" signals

# replaced SIGNAL STATUS FILES: with this signal before the file is replaced it exits so, and the directory has
# these files. Signals are as $signals has them: whoever runs this may ignore some.
signals=--default-signal
replaced() {
	mkdir -p "$dir/to" && rm -f "$dir/to/"* "$dir/to/".??*
	(exec env $signals "$dir/follow" replaced "$dir/to/x" "$1") >"$dir/out" 2>&1
	[ "$? $(ls -A "$dir/to")" = "$2 $3" ] && return
	find "$dir/to" -type f | note
	return 1
}
ok "a file is replaced" replaced 0 0 x
for signal in 1 2 15; do
	ok "... signal $signal before: it ends the tool, and nothing is left" replaced $signal $((128 + signal)) ""
done
signals=--ignore-signal=HUP
ok "... SIGHUP under nohup: it goes on" replaced 1 0 x

json() {
	"$dir/follow" json selftests/fuzz/corpus/text/* >"$dir/json" 2>"$dir/out" &&
		[ ! -s "$dir/out" ] && return
	note <"$dir/out"
	return 1
}
ok "--json: any text" json
# A strict parser of UTF-8 and JSON; one object a line
# shellcheck disable=SC2016 # of perl
ok "... each line is an object, by another's parser" silent perl -MJSON::PP -MEncode -ne '
	$object = JSON::PP->new->decode(decode("UTF-8", $_, Encode::FB_CROAK));
	ref $object eq "HASH" && $object->{id} && defined $object->{prog} or die "line $.";
	$kind = $object->{kind};
	$kind =~ /^(lost|gone)$/ and $object->{time_ns} && $object->{time} =~ /^\d.*T/ || die "line $.";
	$gone++ if $kind eq "gone" && $object->{event} eq "gone";
	$lost++ if $kind eq "lost" && $object->{stream} eq "stderr" && $object->{other} == 1 &&
		$object->{total} == 7 && "@{$object->{shared_with}}" eq "2 4294967295";
	$records++ if defined $object->{message};
	END { $gone > 10 && $lost == $gone && $records > $gone or die "$records, $lost lost, $gone gone"; }' "$dir/json"

# Text is copied eight bytes at a time: what needs an escape, or nearly does, at each place in them
perl -e 'for $c ("\"", "\\", "\t", "\x01", "\x1f", "\x7f", "\xc3\xa9", " ", "!", "#", "[", "]", "~") {
	print "a" x $_, $c, "b" x (18 - $_), "\n" for 1 .. 18; }' >"$dir/places"
"$dir/follow" json "$dir/places" >"$dir/json" 2>"$dir/out"
# shellcheck disable=SC2016 # of perl
ok "... no byte of a message is changed, wherever it stands" silent perl -MJSON::PP -e '
	open my $places, "<:utf8", shift; open my $json, "<", shift;
	while (<$json>) {
		my $have = decode_json($_)->{message} // next;
		chomp(my $want = <$places> // die "too many");
		$have eq $want or die "$_ is not $want";
	}
	eof $places or die "too few";' "$dir/places" "$dir/json"

# of the objects that the tool is linked of
objects=$(for source in $sources; do echo "build/obj/tool/${source#tools/bpfstream/}"; done | sed 's/c$/o/')
# shellcheck disable=SC2086 # words
gcc -std=gnu11 -O2 -w -Iinclude -Itools/bpfstream -isystem $libbpf/include -o "$dir/cost" selftests/host/show_cost.c $objects \
	$libbpf/lib/*/libbpf.a -lelf -lz
read -r text json <<END
$("$dir/cost")
END
note <<END
a record as text: $text ns, as JSON: $json ns
END
ok "--json: at most twice the cost of text" [ "${json:-9}" -le "$((2 * ${text:-0}))" ]
done_testing
