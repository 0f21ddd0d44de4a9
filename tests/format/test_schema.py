"""The shipped JSON Schemas say what is written: every line of real snapshots, every message of a real worker."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path

import jsonschema
import pytest
from conftest import BUILD, CLEAN_ENVIRONMENT, PYTHON, ROOT, run

SNAPSHOT = json.loads((ROOT / "docs/schema/snapshot-1.schema.json").read_text())
PROTOCOL = json.loads((ROOT / "docs/schema/worker-protocol-1.schema.json").read_text())


def check(schema: dict, document: dict, key: str) -> None:
    """Against the definition of its own kind: the error then says what is wrong with it."""
    kind = document[key]
    assert kind in schema["$defs"], f"{kind} is not in the schema"
    jsonschema.Draft202012Validator({**schema, "oneOf": [{"$ref": f"#/$defs/{kind}"}]}).validate(document)


def test_the_schemas_are_schemas() -> None:
    for schema in (SNAPSHOT, PROTOCOL):
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("language", ["cpp", "python"])
def test_every_line_of_a_snapshot(language: str, sealed: bool, tmp_path: Path) -> None:
    program = [BUILD / "programs/hostile"] if language == "cpp" else [PYTHON, ROOT / "tests/hostile/hostile.py"]
    options = [
        "--samples",
        "4",
        "--blocks",
        "2",
        "--budget",
        "8ms",
        "-k",
        "not (bomb or endless or slow)",
        *([] if sealed else ["--no-seal"]),
    ]
    ended = run([*program, "run", *options, "-o", "a.jsonl", "--metric", "time,cpu_time"], tmp_path)
    assert ended.code == 1, ended
    kinds = set()
    for line in (tmp_path / "a.jsonl").read_text().splitlines():
        document = json.loads(line)
        check(SNAPSHOT, document, "kind")
        kinds.add(document["kind"])
    assert {"session", "version", "metric", "case", "block", "outcome", "series" if sealed else "sample"} <= kinds


def test_the_golden_file() -> None:
    for line in (ROOT / "src/snapshot/testdata/golden-1.jsonl").read_text().splitlines():
        check(SNAPSHOT, json.loads(line), "kind")


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "sample", "session": 0, "version": 0, "case": 0, "metric": 0},
        {"kind": "sample", "session": 0, "version": 0, "case": 0, "metric": 0, "value": 1, "surprise": 2},
        {"kind": "outcome", "session": 0, "version": 0, "case": 0, "metric": 0, "status": "fine"},
        {"kind": "case", "case": -1, "id": "x"},
        {"kind": "case", "case": 0, "id": "x", "dims": {"n": [1]}},
    ],
)
def test_it_refuses(line: dict) -> None:
    with pytest.raises(jsonschema.ValidationError):
        check(SNAPSHOT, line, "kind")


class Worker:
    """A real worker, spoken to by hand: what docs/worker-protocol.md promises to other languages, seen from the runner's side."""

    def __init__(self, argv: list[object], cwd: Path) -> None:
        ours, theirs = socket.socketpair()
        theirs.set_inheritable(True)
        environment = {**CLEAN_ENVIRONMENT, "BENCHKIT_WORKER": str(theirs.fileno())}
        self.process = subprocess.Popen([str(word) for word in argv], cwd=cwd, env=environment, pass_fds=[theirs.fileno()])
        theirs.close()
        ours.settimeout(20)
        self.stream = ours.makefile("rw", encoding="utf-8", newline="\n")

    def hear(self) -> dict:
        message = json.loads(self.stream.readline())
        check(PROTOCOL, message, "type")
        return message

    def ask(self, message_type: str, **fields: object) -> dict:
        message = {"type": message_type, **fields}
        check(PROTOCOL, message, "type")
        self.stream.write(json.dumps(message) + "\n")
        self.stream.flush()
        return self.hear()


@pytest.mark.parametrize("language", ["cpp", "python"])
def test_a_conversation(language: str, tmp_path: Path) -> None:
    program = [BUILD / "programs/suite"] if language == "cpp" else [PYTHON, ROOT / "tests/cli/pysuite.py"]
    worker = Worker(program, tmp_path)
    hello = worker.hear()
    assert hello["protocol"] == 1
    assert hello["pid"] == worker.process.pid
    assert {meter["name"] for meter in hello["meters"]} >= {"time", "cpu_time"}
    cases = worker.ask("describe", options=[])["cases"]
    assert cases[0]["dims"]["n"] == 10
    assert worker.ask("take")["type"] == "refused", "no case is open"
    assert worker.ask("open", case="no such", meter="time")["status"] == "absent"
    assert worker.ask("open", case="sum[10]", meter="time")["type"] == "opened"
    calibrated = worker.ask("calibrate", target_ns=100_000)
    assert calibrated["iterations"] > 100
    sampled = worker.ask("take", iterations=calibrated["iterations"], count=3)
    assert sampled["iterations"] == calibrated["iterations"]
    assert [worker.hear()["type"] for _ in range(3)] == ["sampled", "sampled", "done"]
    assert worker.ask("close")["type"] == "done"
    assert worker.ask("open", case="broken", meter="")["type"] == "opened"
    assert worker.ask("once")["status"] == "error"
    assert worker.ask("open", case="sum[1000]", meter="cpu_time")["type"] == "opened"
    assert worker.ask("hello", protocol=1, program="x", pid=1)["type"] == "refused"
    worker.stream.write('{"type":"quit"}\n')
    worker.stream.flush()
    assert worker.process.wait(10) == 0


def test_a_worker_whose_runner_is_gone_ends(tmp_path: Path) -> None:
    worker = Worker([BUILD / "programs/suite"], tmp_path)
    worker.hear()
    worker.stream.close()
    assert worker.process.wait(10) == 86


WORKER_IN_ANOTHER_LANGUAGE = """#!/usr/bin/env perl
use strict; use warnings; use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);
my $fd = delete $ENV{BENCHKIT_WORKER} // die "start me by: benchkit --host ./suite.pl list\\n";
open(my $in, "<&=", $fd) or die; open(my $out, ">&=", $fd) or die; $out->autoflush(1);
sub say_line { print $out "$_[0]\\n"; }
say_line('{"type":"hello","protocol":1,"program":"perl","pid":' . $$ . ',"language":"perl",'
  . '"meters":[{"name":"time","metrics":[{"name":"time","unit":"ns","better":"less"}]}]}');
while (my $line = <$in>) {
  if ($line =~ /"type":"describe"/) { say_line('{"type":"cases","cases":[{"id":"sort","dims":{"n":50}}]}'); }
  elsif ($line =~ /"type":"open"/) { say_line('{"type":"opened"}'); }
  elsif ($line =~ /"type":"calibrate"/) { say_line('{"type":"calibrated","iterations":100}'); }
  elsif ($line =~ /"type":"take"/) {
    my ($count) = $line =~ /"count":(\\d+)/; $count = 5 if $count > 5;
    for (1 .. $count) {
      my $begin = clock_gettime(CLOCK_MONOTONIC);
      for (1 .. 100) { my @sorted = sort { $a <=> $b } map { $_ * 7919 % 101 } 1 .. 50; }
      my $ns = (clock_gettime(CLOCK_MONOTONIC) - $begin) * 1e9 / 100;
      say_line('{"type":"sampled","values":[' . $ns . '],"iterations":100}');
    }
    say_line('{"type":"done"}');
  }
  elsif ($line =~ /"type":"quit"/) { exit 0; }
  else { say_line('{"type":"done"}'); }
}
"""


def test_a_suite_in_another_language(tmp_path: Path) -> None:
    """The protocol is all that a language needs: here is Perl, which knows nothing of benchkit."""
    suite = tmp_path / "suite.pl"
    suite.write_text(WORKER_IN_ANOTHER_LANGUAGE)
    suite.chmod(0o755)
    ended = run([BUILD / "benchkit", "--host", suite, "run", "--budget", "30ms", "-o", "a.jsonl"], tmp_path)
    assert ended.code == 0, ended
    assert "1 measured" in ended.out
    assert os.path.getsize(tmp_path / "a.jsonl") > 500
