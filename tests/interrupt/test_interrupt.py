"""A run that is killed or interrupted: what is on disk reads, loses one sample at most, and can be resumed.

tests of the driver (src/runner/kill_test.cpp) end it at every point where it writes; here real processes are killed at random moments.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import BUILD, CLEAN_ENVIRONMENT, PYTHON, ROOT, read_lines, run, wait_for

SUITE = BUILD / "programs/suite"
SAMPLES, BLOCKS = 24, 4
OPTIONS = ["--samples", SAMPLES, "--blocks", BLOCKS, "--budget", "60ms", "-k", "sum or max", "--seed", "5"]
SEED = int(os.environ.get("BENCHKIT_TEST_SEED", "20261124"))


def start(path: Path, program: list[object], options: list[object]) -> subprocess.Popen:
    argv = [str(word) for word in [*program, "run", *options, "-o", path]]
    return subprocess.Popen(
        argv, cwd=path.parent, env=CLEAN_ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def finished_samples(path: Path) -> dict[tuple[str, int], list[tuple[int, float]]]:
    """(case, block) -> the samples of a finished block, as the file has them."""
    lines = read_lines(path)
    finished = {line["block"] for line in lines.of_kind("block") if line["status"] == "complete"}
    found: dict[tuple[str, int], list[tuple[int, float]]] = {}
    for line in lines.of_kind("sample"):
        if line.get("block", 0) in finished:
            found.setdefault((lines.case_ids[line["case"]], line.get("block", 0)), []).append((line.get("order", 0), line["value"]))
    for line in lines.of_kind("series"):
        if line.get("partial"):
            continue
        count = line["count"]
        columns = {
            name: line[name] if isinstance(line.get(name), list) else [line.get(name, 0)] * count for name in ("value", "block", "order")
        }
        for value, block, order in zip(columns["value"], columns["block"], columns["order"], strict=True):
            found.setdefault((lines.case_ids[line["case"]], block), []).append((order, value))
    return found


def processes_of(program: Path) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if Path(os.readlink(entry / "exe")) == program:
                    found.append(entry.name)
            except OSError:
                continue
    return found


def check_whole_lines(path: Path) -> None:
    text = path.read_text()
    for line in text[: text.rfind("\n") + 1].splitlines():
        json.loads(line)


def test_killed_at_random_moments(tmp_path: Path) -> None:
    began = time.monotonic()
    whole = start(tmp_path / "whole.jsonl", [SUITE], OPTIONS)
    assert whole.wait(60) == 0, whole.stderr.read()
    takes = time.monotonic() - began

    chance = random.Random(SEED)
    interrupted = 0
    for number in range(80):  # a moment after the run's end tells nothing: another one is drawn
        if interrupted == 20:
            break
        path = tmp_path / f"{number}.jsonl"
        process = start(path, [SUITE], OPTIONS)
        time.sleep(chance.uniform(0, takes))
        process.kill()
        process.wait(10)
        if not path.exists():
            continue
        check_whole_lines(path)
        before = finished_samples(path)
        if read_lines(path).of_kind("session")[0].get("sealed"):
            continue
        interrupted += 1
        ended = run([SUITE, "run", "--resume", path], cwd=tmp_path)
        assert ended.code == 0, ended
        after = finished_samples(path)
        for key, samples in before.items():
            assert after[key] == samples, f"{key}: a finished block was measured again"
        by_case: dict[str, int] = {}
        for (case_id, _), samples in after.items():
            by_case[case_id] = by_case.get(case_id, 0) + len(samples)
        assert by_case == {"sum[10]": SAMPLES, "sum[1000]": SAMPLES, "max[10]": SAMPLES, "max[1000]": SAMPLES}
    assert interrupted >= 8, "most moments lie within the run"
    deadline = time.monotonic() + 5
    while processes_of(SUITE.resolve()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_of(SUITE.resolve()) == [], "workers outlived the command that was killed"


@pytest.mark.parametrize("language", ["cpp", "python"])
def test_ctrl_c(language: str, tmp_path: Path) -> None:
    program = [SUITE] if language == "cpp" else [PYTHON, ROOT / "tests/cli/pysuite.py"]
    path = tmp_path / "a.jsonl"
    process = start(path, program, ["--budget", "2s", "--blocks", "20", "-k", "sum"])
    deadline = time.monotonic() + 20
    while not (path.exists() and '"kind":"sample"' in path.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, out + err
    assert f"run --resume {path}" in out
    assert "Traceback" not in err
    check_whole_lines(path)
    assert path.read_text().endswith("\n"), "the file is whole"
    assert not read_lines(path).of_kind("session")[0].get("sealed")
    shown = run([BUILD / "benchkit", "compare", path], cwd=tmp_path)
    assert shown.code in (0, 2), shown  # 2: no block was finished yet


def test_a_second_ctrl_c_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    process = start(path, [SUITE], ["--budget", "3s", "-k", "sum"])
    while not (path.exists() and '"kind":"sample"' in path.read_text()):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode in (130, -signal.SIGINT)
    check_whole_lines(path)


def test_resume_without_a_name_takes_the_newest_interrupted_run(tmp_path: Path) -> None:
    for _ in range(2):
        argv = [str(SUITE), "run", "--budget", "3s", "-k", "sum[10]"]
        process = subprocess.Popen(argv, cwd=tmp_path, env=CLEAN_ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1.1)  # names of files hold the second
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    files = sorted((tmp_path / ".benchkit").iterdir())
    assert len(files) == 2
    ended = run([SUITE, "run", "--resume"], cwd=tmp_path)
    assert ended.code == 0, ended
    assert read_lines(files[1]).of_kind("session")[0]["sealed"]
    assert not read_lines(files[0]).of_kind("session")[0].get("sealed")


SLOW_TO_START = """
import time
time.sleep(0.4)
import contextlib, benchkit, benchkit.cli
print("printed while it starts", flush=True)

@contextlib.contextmanager
def one():
    yield lambda: None

def cases():
    yield benchkit.Case("a", {}, one)
    yield benchkit.Case("b", {}, one)

if __name__ == "__main__":
    benchkit.cli.main(cases)
"""


def test_ctrl_c_while_a_later_worker_starts(tmp_path: Path) -> None:
    """Most of the time of a suite with a slow import and cheap cases: it must be as good a moment as any other."""
    (tmp_path / "slow.py").write_text(SLOW_TO_START)
    path = tmp_path / "a.jsonl"
    process = start(path, [PYTHON, "slow.py"], ["--budget", "10ms", "--blocks", "8"])
    wait_for(lambda: path.exists() and '"kind":"block"' in path.read_text())
    time.sleep(0.1)  # the next worker imports
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, out + err
    assert "2 measured" in out
    assert re.search(r"Interrupted after \d of 8 blocks", out), out
    assert f"run --resume {path}" in out
    assert "Traceback" not in err
    ended = run([PYTHON, "slow.py", "run", "--resume", path], cwd=tmp_path)
    assert ended.code == 0, ended
    assert read_lines(path).of_kind("session")[0]["sealed"]
    assert read_lines(path).of_kind("outcome") == [], "what is printed while a suite starts is no case's"


@pytest.mark.parametrize("command", ["list", "show", "smoke", "run"])
def test_ctrl_c_while_the_suite_starts(command: str, tmp_path: Path) -> None:
    (tmp_path / "worker.sh").write_text("#!/bin/sh\ntouch started\nexec sleep 20\n")
    (tmp_path / "worker.sh").chmod(0o755)
    argv = [BUILD / "benchkit", "--host", "./worker.sh", command, *(["a"] if command == "show" else [])]
    process = subprocess.Popen(
        [str(word) for word in argv], cwd=tmp_path, env=CLEAN_ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for((tmp_path / "started").exists)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, out + err
    assert "interrupted" in (out if command == "smoke" else err)
    assert "0 passed" in out or command != "smoke", "smoke keeps its summary"


def test_a_run_that_goes_on_cannot_be_resumed_and_is_not_the_newest_interrupted_one(tmp_path: Path) -> None:
    path = tmp_path / ".benchkit" / "a.jsonl"
    path.parent.mkdir()
    process = start(path, [SUITE], ["--budget", "5s", "-k", "sum"])
    wait_for(lambda: path.exists() and '"kind":"sample"' in path.read_text())
    named = run([SUITE, "run", "--resume", path], cwd=tmp_path)
    assert named.code == 2
    assert f"this run is still going on, in process {process.pid}" in named.err
    newest = run([SUITE, "run", "--resume"], cwd=tmp_path)
    assert newest.code == 2
    assert "there is no interrupted run" in newest.err
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    check_whole_lines(path)


def test_of_two_runs_with_one_name_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    both = [start(path, [SUITE], ["--budget", "20ms", "-k", "sum"]) for _ in range(2)]
    texts = [process.communicate(timeout=60) for process in both]
    assert sorted(process.returncode for process in both) == [0, 2], texts
    assert any("the file exists already" in err for _, err in texts)
    assert read_lines(path).of_kind("session")[0]["sealed"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_run_left_unsealed_on_purpose_is_complete(tmp_path: Path) -> None:
    options = ["--budget", "10ms", "-k", "sum", "--no-seal", "-o", tmp_path / ".benchkit/a.jsonl"]
    assert run([SUITE, "run", *options], cwd=tmp_path).code == 0
    assert "this run is complete" in run([SUITE, "run", "--resume", ".benchkit/a.jsonl"], cwd=tmp_path).err
    assert "no interrupted run" in run([SUITE, "run", "--resume"], cwd=tmp_path).err


def test_another_program_does_not_go_on(tmp_path: Path) -> None:
    program = tmp_path / "suite"
    shutil.copy(SUITE, program)
    path = tmp_path / "a.jsonl"
    process = start(path, [program], ["--budget", "2s", "-k", "sum", "--memory-limit", "1GB"])
    wait_for(lambda: path.exists() and '"kind":"sample"' in path.read_text())
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert read_lines(path).of_kind("session")[0]["options"]["memory_limit_bytes"] == 1_000_000_000
    with program.open("ab") as file:
        file.write(b"another build")
    ended = run([program, "run", "--resume", path], cwd=tmp_path)
    assert ended.code == 2
    assert "the code has changed since: the program" in ended.err


def test_redacted_commands_cannot_be_resumed_and_are_not_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    process = start(path, [BUILD / "benchkit"], ["--redact", "--command", "nap=sleep 0.05", "--budget", "20s"])
    wait_for(lambda: path.exists() and '"kind":"sample"' in path.read_text())
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "--resume" not in out
    assert "--redact left the commands out of the file" in out
    assert "--redact left the commands out of it" in run([BUILD / "benchkit", "run", "--resume", path], cwd=tmp_path).err


def test_a_measured_command_does_not_outlive_a_runner_that_is_killed(tmp_path: Path) -> None:
    process = start(tmp_path / "a.jsonl", [BUILD / "benchkit"], ["--command", "nap=sleep 55.125"])

    def naps() -> list[str]:
        return [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit() and words_of(entry)[1:] == ["55.125"]]

    wait_for(naps)
    process.kill()
    process.communicate()
    wait_for(lambda: not naps(), 5)


def words_of(entry: Path) -> list[str]:
    try:
        return (entry / "cmdline").read_text().split("\0")[:-1]
    except OSError:
        return []
