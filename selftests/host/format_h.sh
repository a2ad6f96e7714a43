#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpf_stream_format() and the names of symbols: their unit tests (format_h.c), with sanitizers
set -u
. selftests/tap.sh
. selftests/unit.sh

# As /proc/kallsyms: not sorted, with two names for an address, per-CPU offsets, lines that are not to be used
cat >"$dir/kallsyms" <<'END'
0000000000000010 A per_cpu_thing
ffffffff81000000 T first
ffffffff81000000 T _stext
ffffffff81000010 t second
ffffffff81000030 T _etext
ffffffff82000000 D data
ffffffff82000100 B _end
ffffffffc0002000 d mod_data	[mod]
ffffffffc0000030 t mod_two	[mod]
ffffffffc0000000 t mod_one	[mod]
ffffffffc0000008 t .Llabel	[mod]
ffffffffc0000010 U undefined	[mod]
0000000000000000 t zero	[mod]
ffffffffc0100040 t bpf_prog_0123456789abcdef_y	[bpf]
ffffffffc0100000 t bpf_prog_0123456789abcdef_x	[bpf]
ffffffffc0200000 t ftrace_trampoline	[__builtin__ftrace]
ffffffff81000008
ffffffff81000008 t
xffffff81000008 t no_address
ffffffff81000008 tt no_type
ffffffff81000008 t no_module	mod

END
printf 'ffffffff81000020' >>"$dir/kallsyms"

unit_tests format_h "$dir/kallsyms"
ok "another process has another key for %p" [ "$("$dir/format_h" hash)" != "$("$dir/format_h" hash)" ]
done_testing
