# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
"""Checks of selftests/host/metrics.sh on the metrics of a real run (selftests/metrics/real).

check.py counts OPENMETRICS JSON: what the parser of prometheus_client finds is what stats --json has,
    and sums over all series count each loss once
check.py labels OPENMETRICS: print the values of the label "text"
check.py same FILE FILE: two files in Prometheus's text format have the same bpf_stream_ series
check.py rules DIRECTORY RULES: print a test for promtool of the alerts that must fire, and of those that must not
"""
import json
import sys

from prometheus_client import parser
from prometheus_client.openmetrics.parser import text_string_to_metric_families

CAUSES = ["full", "no_memory", "busy", "invalid", "too_long", "other"]
STREAMS = ["stdout", "stderr"]


def read(path):
    """The families by name"""
    with open(path, encoding="utf-8") as file:
        families = list(text_string_to_metric_families(file.read()))
    assert len({family.name for family in families}) == len(families)
    for family in families:
        assert family.documentation, family.name
        series = [(sample.name, tuple(sorted(sample.labels.items()))) for sample in family.samples]
        assert len(set(series)) == len(series), family.name
    return {family.name: family for family in families}


def objects(programs):
    """One program of each object, the first one: programs that share their counts are listed in shared_with"""
    return [program for program in programs if all(program["id"] < other for other in program["shared_with"])]


def total(program):
    return sum(program[stream]["lost"] for stream in STREAMS)


def equal(name, got, want):
    if got != want:
        sys.exit(f"{name}: {got}, but stats --json has {want}")


def check_counts(path, json_path):
    families = read(path)
    with open(json_path, encoding="utf-8") as file:
        programs = json.load(file)
    by_id = {str(program["id"]): program for program in programs}
    for family in families.values():
        for sample in family.samples:
            assert {"program", "id", "tag"} <= set(sample.labels), sample
            equal(sample.name, sample.labels["program"], by_id[sample.labels["id"]]["name"])

    lost = families["bpf_stream_lost_messages"].samples
    equal("lost, all", sum(sample.value for sample in lost), sum(map(total, objects(programs))))
    equal("objects", len(lost), 12 * len(objects(programs)))
    for sample in lost:
        stream, cause = sample.labels["stream"], sample.labels["cause"]
        assert cause in CAUSES and stream in STREAMS
        equal(f"lost {stream} {cause}", sample.value, by_id[sample.labels["id"]][stream][cause])
    suppressed = families["bpf_stream_suppressed_messages"].samples
    equal("suppressed", sum(sample.value for sample in suppressed),
          sum(program["suppressed"] for program in objects(programs)))
    for sample in families["bpf_stream_pending_bytes"].samples:
        equal("pending", sample.value, by_id[sample.labels["id"]][sample.labels["stream"]]["pending"])
    equal("programs", len(families["bpf_stream_program"].samples), len(programs))
    for sample in families["bpf_stream_sink"].samples:
        sink = sample.labels["bpf_stream_sink"]
        equal("sink " + sink, sample.value, int(by_id[sample.labels["id"]].get("sink", "unused") == sink))
    print(int(sum(sample.value for sample in lost)))


def labels(path):
    for family in read(path).values():
        for sample in family.samples:
            print(sample.labels["text"])


def samples_of(path):
    """An empty label is none; node_exporter adds such where another series of the family has the label."""
    with open(path, encoding="utf-8") as file:
        return sorted((sample.name, sorted(label for label in sample.labels.items() if label[1]), sample.value)
                      for family in parser.text_fd_to_metric_families(file)
                      for sample in family.samples if sample.name.startswith("bpf_stream_"))


def same(one, other):
    assert samples_of(one) and samples_of(one) == samples_of(other)


def series_of(path):
    """The samples of a file in Prometheus's text format"""
    with open(path, encoding="utf-8") as file:
        return dict(line.rstrip("\n").rsplit(" ", 1) for line in file if not line.startswith("#"))


def labels_of(program, maps, **more):
    one = {"program": program["name"], "id": str(program["id"]), "tag": maps[program["id"]]["tag"]}
    return {**one, **more}


def old_losses():
    """An object that lost messages before the first minute. In minute 71 its program with the lowest id is unloaded and
    another one gets the labels, from 80 to 91 nothing is scraped, and in 130 it loses more."""
    name = "bpf_stream_lost_messages_total"
    return [{"series": name + '{program="first",id="7",tag="a",map="3",stream="stdout",cause="full"}', "values": "330x70 stale"},
            {"series": name + '{program="second",id="9",tag="b",map="3",stream="stdout",cause="full"}',
             "values": "_x70 330x8 stale _x10 330x38 340x30"}]


def rules(directory, path):
    """In the first minute the series have the values of the first snapshot, then for an hour those of the second."""
    before, after = series_of(directory + "/0.prom"), series_of(directory + "/1.prom")
    with open(directory + "/0.json", encoding="utf-8") as file:
        was = {program["id"]: total(program) for program in json.load(file)}
    with open(directory + "/1.json", encoding="utf-8") as file:
        programs = json.load(file)
    maps = {int(sample.labels["id"]): sample.labels for sample in read(directory + "/1.om")["bpf_stream_program"].samples}

    lose = [program for program in objects(programs) if total(program) > was.get(program["id"], 0)]
    quiet = [program for program in objects(programs) if not total(program)]
    elsewhere = [program for program in objects(programs) if program.get("sink") in ("trace_pipe", "nowhere")]
    leak = [(program, stream) for program in programs for stream in STREAMS
            if program[stream]["charged"] - program[stream]["pending"] > program[stream]["capacity"] / 2]
    full = [(program, stream) for program in programs for stream in STREAMS if program[stream]["pending"] > 80000]
    # The run is of no use unless there is one of each.
    assert len(lose) == 3 and quiet and elsewhere and leak and full

    def test(minute, alert, expected):
        return {"eval_time": f"{minute}m", "alertname": alert, "exp_alerts": [
            {"exp_labels": {**labels, "severity": severity}, "exp_annotations": {"summary": summary, "description": description}}
            for labels, severity, summary, description in expected]}

    def name(program):
        return f"BPF program {program['name']} ({program['id']})"

    lost = [(labels_of(program, maps, map=maps[program["id"]]["map"]), "warning", name(program) + " loses messages",
             f"bpfstream stats {program['id']} has the causes. A full stream or ring needs a reader, or fewer messages.")
            for program in lose]
    leaked = [(labels_of(program, maps, stream=stream), "warning",
               f"half of the capacity of {stream} of {name(program)} is gone",
               "Messages that are too long take it until the program is loaded again.") for program, stream in leak]
    rings = [program for program in objects(programs) if program.get("ring") and program["ring"]["pending"] > 200000]
    unread = [(labels, "warning", f"nobody reads the messages of {name(program)}",
               "Messages are lost when the stream or the ring is full. Start bpfstream.service, or read them otherwise.")
              for program, labels in [(program, labels_of(program, maps, stream=stream)) for program, stream in full] +
              [(program, labels_of(program, maps, ring=maps[program["id"]]["ring"])) for program in rings]]
    away = [(labels_of(program, maps, map=maps[program["id"]]["map"], bpf_stream_sink=program["sink"]), "info",
             f"messages of {name(program)} go to {program['sink']}",
             "The kernel has no streams, or the loader did not resolve them: docs/loaders.md.") for program in elsewhere]
    stale = [({"file": "/var/lib/prometheus/node-exporter/bpfstream.prom"}, "warning", "the metrics of BPF programs are old",
              "systemctl status bpfstream-metrics.timer bpfstream-metrics.service")]
    tests = [test(0, alert, []) for alert in ("BpfStreamMessagesLost", "BpfStreamCapacityLeaked", "BpfStreamElsewhere")]
    tests += [test(1, "BpfStreamMessagesLost", lost), test(1, "BpfStreamCapacityLeaked", leaked),
              test(1, "BpfStreamElsewhere", away), test(1, "BpfStreamNotRead", []), test(7, "BpfStreamNotRead", unread),
              # nothing is lost any more; what has leaked stays
              test(30, "BpfStreamMessagesLost", []), test(30, "BpfStreamCapacityLeaked", leaked),
              # the file has the time of its first minute
              test(3, "BpfStreamMetricsStale", []), test(6, "BpfStreamMetricsStale", stale)]
    inputs = [{"series": series, "values": f"{before.get(series, '_')} {value}+0x60"} for series, value in after.items()]
    inputs.append({"series": 'node_textfile_mtime_seconds{file="/var/lib/prometheus/node-exporter/bpfstream.prom"}',
                   "values": "0+0x60"})
    # JSON is YAML.
    # docs/metrics.md: the losses of an object for each of its programs
    join = [{"expr": "bpf_stream_program_info * on (instance, map) group_left sum by (instance, map) (bpf_stream_lost_messages_total)",
             "eval_time": "2m", "exp_samples": [
                 {"labels": "{" + ",".join(f'{name}="{value}"' for name, value in maps[program["id"]].items()) + "}",
                  "value": total(program)} for program in programs]}]
    json.dump({"rule_files": [path], "evaluation_interval": "1m",
               "tests": [{"interval": "1m", "input_series": inputs, "alert_rule_test": tests, "promql_expr_test": join},
                         {"interval": "1m", "input_series": old_losses(), "alert_rule_test": [
                             test(75, "BpfStreamMessagesLost", []), test(95, "BpfStreamMessagesLost", []),
                             test(135, "BpfStreamMessagesLost", [
                                 ({"program": "second", "id": "9", "tag": "b", "map": "3"}, "warning",
                                  "BPF program second (9) loses messages",
                                  "bpfstream stats 9 has the causes. A full stream or ring needs a reader, or fewer messages.")])]}]},
              sys.stdout, indent=1)


{"counts": check_counts, "labels": labels, "same": same, "rules": rules}[sys.argv[1]](*sys.argv[2:])
