"""A run that is killed or interrupted: what is on disk reads, loses one sample at most, and can be resumed.

tests of the driver (src/runner/kill_test.cpp) end it at every point where it writes; here real processes are killed at random moments.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import BUILD, CLEAN_ENVIRONMENT, PYTHON, ROOT, read_lines, run

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
    for number in range(20):
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
