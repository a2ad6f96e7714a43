#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The metrics of bpfstream stats, from real programs in a virtual machine, as others read them: promtool, the parser of
# prometheus_client, node_exporter; and the example's alerts fire.
set -u
. selftests/tap.sh
dir=$(mktemp -d) || exit 1
exporter=
trap '[ -z "$exporter" ] || kill $exporter; rm -rf "$dir"' EXIT
rules=examples/metrics/bpf_stream.rules.yml
tools=$(tools/setup/prometheus) || exit 1
promtool=$tools/promtool
export PYTHONPATH=$tools PYTHONDONTWRITEBYTECODE=1

# passes COMMAND...: it succeeds; prints nothing, or with OUTPUT=1 something
passes() {
	"$@" >"$dir/out" 2>&1 && [ "${OUTPUT:-0}" = "$([ ! -s "$dir/out" ]; echo $?)" ] && return
	head -n 30 "$dir/out" | note
	return 1
}
check() { passes python3 selftests/metrics/check.py "$@"; }
from() { "${@:2}" <"$1"; }
# promtool reads OpenMetrics with times alone, to import them
imports() {
	awk '/^#/ { print; next } { print $0, 1700000000 }' "$1" >"$dir/timed" &&
		OUTPUT=1 passes "$promtool" tsdb create-blocks-from openmetrics "$dir/timed" "$dir/tsdb"
}

# Labels with hostile bytes

# shellcheck disable=SC2046 # flags
ok "labels.c builds, with sanitizers" passes gcc -std=gnu11 -g -Wall -Wextra -Werror -fsanitize=address,undefined \
	-fno-sanitize-recover=all -Iinclude -iquote tools/bpfstream -o "$dir/labels" selftests/metrics/labels.c \
	tools/bpfstream/show/{metrics,buf,escape,times}.c
for format in openmetrics prometheus; do
	ok "labels: $format" eval '"$dir/labels" $format >"$dir/labels.$format" 2>&1 || { note <"$dir/labels.$format"; false; }'
done
# shellcheck disable=SC2034 # for eval
want='plain

quote " backslash \ both \"
ends in a backslash \
newline\x0aforged{text="x"} 1
\x1b[31m \x0d 	 tab \x7f
ä €, no UTF-8: \xff \xc0\xaf \xed\xa0\x80
\xc2\x9b C1
{},=# "'
ok "labels: a parser finds what the screen would show" eval 'OUTPUT=1 check labels "$dir/labels.openmetrics" &&
	[ "$(cat "$dir/out")" = "$want" ] || { note <"$dir/out"; false; }'
ok "labels: promtool takes them in OpenMetrics" imports "$dir/labels.openmetrics"
ok "labels: promtool takes them in Prometheus's format" from "$dir/labels.prometheus" passes "$promtool" check metrics

# Real programs: before their losses (0) and after (1)

ok "a run in a virtual machine" eval 'selftests/vm/run "$(selftests/kernel-table main)" selftests/metrics/real >"$dir/real" 2>"$dir/out" ||
	{ note <"$dir/out"; false; }'
awk -v dir="$dir" '/^==> / { file = dir "/" $2; next } { print >file }' "$dir/real"
for i in 0 1; do
	ok "$i: promtool has nothing to say against Prometheus's format" from "$dir/$i.prom" passes "$promtool" check metrics
	ok "$i: promtool imports OpenMetrics" imports "$dir/$i.om"
	ok "$i: OpenMetrics has the counts of stats --json, each loss once" eval 'OUTPUT=1 check counts "$dir/$i.om" "$dir/$i.json"'
	ok "$i: both formats have the same samples" cmp -s <(grep -v '^#' "$dir/$i.om") <(grep -v '^#' "$dir/$i.prom")
done
ok "1: messages were lost" test "$(cat "$dir/out")" -gt 30000
# Each checker finds faults
ok "promtool finds a fault" eval '! sed "s/^# TYPE.*_level .*/# TYPE bpf_stream_level gauges/" "$dir/1.prom" | "$promtool" check metrics >/dev/null 2>&1'
ok "... and does not take OpenMetrics for Prometheus's format" eval '! "$promtool" check metrics <"$dir/1.om" >/dev/null 2>&1'
sed 's/\(cause="full"} \)16667/\116668/' "$dir/1.om" >"$dir/wrong"
ok "a wrong count is found" eval '! OUTPUT=1 check counts "$dir/wrong" "$dir/1.json" >"$dir/found" && grep -q "stats --json has" "$dir/found"'
sed '/^# EOF/d' "$dir/1.om" >"$dir/wrong"
ok "a missing end is found" eval '! OUTPUT=1 check counts "$dir/wrong" "$dir/1.json" >"$dir/found" && grep -q EOF "$dir/found"'

# node_exporter's textfile collector

fetch() { # the metrics of node_exporter, which listens soon
	python3 - "$1" >"$dir/scraped" 2>"$dir/out" <<-'END'
		import sys, time, urllib.request
		for attempt in range(100):
		    try:
		        print(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/metrics").read().decode(), end="")
		        break
		    except OSError:
		        time.sleep(0.1)
		else:
		    sys.exit("nothing listens")
	END
}
scrape() { # FILE: what is scraped from a directory with this file, as bpfstream.prom
	rm -rf "$dir/textfile" && mkdir "$dir/textfile" && cp "$1" "$dir/textfile/bpfstream.prom"
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	"$tools/prometheus-node-exporter" --web.listen-address="127.0.0.1:$port" --collector.disable-defaults \
		--collector.textfile --collector.textfile.directory="$dir/textfile" >"$dir/exporter" 2>&1 &
	exporter=$!
	fetch "$port" || note <"$dir/exporter"
	kill $exporter
	wait $exporter
	exporter=
}
scrape "$dir/1.prom"
ok "node_exporter takes the file" grep -qx 'node_textfile_scrape_error 0' "$dir/scraped"
ok "... has its series, with their labels and values" check same "$dir/1.prom" "$dir/scraped"
ok "... and the time of the file" grep -q '^node_textfile_mtime_seconds{file=".*/bpfstream.prom"}' "$dir/scraped"
scrape "$dir/1.om"
ok "... and does not take OpenMetrics" grep -qx 'node_textfile_scrape_error 1' "$dir/scraped"

# The example's alerts

ok "the alert rules are valid" eval OUTPUT=1 passes "$promtool" check rules $rules
alerts() { # RULES: the alerts that must fire on the series of the run do, and no others
	python3 selftests/metrics/check.py rules "$dir" "$1" >"$dir/test.yml" && OUTPUT=1 passes "$promtool" test rules "$dir/test.yml"
}
ok "they fire on the series of the run, and not on those before" alerts "$PWD/$rules"
sed 's/0\.5/0.6/' $rules >"$dir/other.yml"
ok "... which another threshold would not do" eval '! alerts "$dir/other.yml" >/dev/null'
done_testing
