"""Runs that go on until all is decided, with real processes: a nap three times as long is a change on any machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from conftest import BUILD, CLEAN_ENVIRONMENT, Ended, read_lines, run

BENCHKIT = BUILD / "benchkit"
NAPS = ["--command", "nap=sleep 0.03", "--against", "short=cmd:sleep 0.01", "--label", "long"]


def verdicts(path: Path, *more: str) -> list[str]:
    shown = run([BENCHKIT, "compare", path, "--format", "json", *more], cwd=path.parent)
    assert shown.code == 0, shown
    return [
        row["cells"][1]["judgement"]["verdict"] for table in json.loads(shown.out) for group in table["groups"] for row in group["rows"]
    ]


def measure(path: Path, *more: str) -> Ended:
    return run([BENCHKIT, "run", *NAPS, "-o", path, *more], cwd=path.parent)


def count_blocks(path: Path) -> int:
    return len(read_lines(path).of_kind("block"))


def test_it_ends_when_all_is_decided_and_the_file_says_on_which_terms(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    ended = measure(path, "--until-decided", "--budget", "12s", "--alpha", "4%")
    assert ended.code == 0, ended
    assert "regressed" in ended.out
    assert "Decided in " in ended.out
    assert count_blocks(path) < 12, "the budget would have held many more"
    session = read_lines(path).of_kind("session")[0]
    assert session["options"]["verdicts"] == {"design": "sequential", "threshold": [], "alpha": 0.04, "power": 0.8}
    assert verdicts(path) == ["regressed"]


def test_a_file_is_judged_as_it_was_measured_unless_asked_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    ended = measure(path, "--until-decided", "--budget", "12s", "--threshold", "time:900%")
    assert ended.code == 0, ended
    assert verdicts(path) == ["same"]
    assert verdicts(path, "--threshold", "10%") == ["regressed"]


def test_planned_looks(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    ended = measure(path, "--until-decided", "looks", "--blocks", "20", "--budget", "4s")
    assert ended.code == 0, ended
    assert "Decided in " in ended.out
    planned = read_lines(path).of_kind("session")[0]["planned_blocks"]
    assert planned == 20
    assert count_blocks(path) in {planned * look // 12 for look in range(1, 12)}
    assert verdicts(path) == ["regressed"]


def test_ctrl_c_and_resume(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    argv = [str(word) for word in [BENCHKIT, "run", *NAPS, "-o", path, "--until-decided", "--budget", "12s"]]
    process = subprocess.Popen(
        argv, cwd=tmp_path, env=CLEAN_ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 30
    while not (path.exists() and '"kind":"block"' in path.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, out + err
    assert f"run --resume {path}" in out
    before = count_blocks(path)
    ended = run([BENCHKIT, "run", "--resume", path], cwd=tmp_path)
    assert ended.code == 0, ended
    assert "Decided in " in ended.out
    assert before <= count_blocks(path) < 14, "it went on with what it had"
    assert verdicts(path) == ["regressed"]


def test_a_fixed_run_says_what_it_could_have_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    ended = measure(path, "--budget", "1s", "--power", "90%")
    assert ended.code == 0, ended
    assert "time: changes that would be called with a power of 90%: " in ended.out
    undecided = measure(tmp_path / "b.jsonl", "--until-decided", "--budget", "12s")
    assert "would be called" not in undecided.out
