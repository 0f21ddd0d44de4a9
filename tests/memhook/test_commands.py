"""Memory of programs that were not built for it: the hooks are preloaded, children are counted, the peak is that of the sum."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import run

MB = 1_000_000
PYTHON = sys.executable


def measure(build: Path, folder: Path, code: str, *options: str) -> dict[str, list[float]]:
    """Metric to samples of `python -c code`."""
    script = folder / "victim.py"
    script.write_text(code)
    file = folder / "memory.jsonl"
    ended = run([build / "benchkit", "run", "--command", f"victim={PYTHON} {script}", "--budget", "200ms", "-o", file, *options], folder)
    assert ended.code == 0, ended
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    names = {line["metric"]: line["name"] for line in lines if line["kind"] == "metric"}
    seen: dict[str, list[float]] = {}
    for line in lines:
        if line["kind"] == "series":
            values = line["value"] if isinstance(line["value"], list) else [line["value"]] * line["count"]
            seen.setdefault(names[line["metric"]], []).extend(values)
    return seen


def test_a_program_is_seen_whole(build: Path, tmp_path: Path) -> None:
    seen = measure(build, tmp_path, "x = bytearray(30_000_000)", "--metric", "peak,allocated,allocations,largest,rss")
    assert all(30 * MB < value < 45 * MB for value in seen["peak"]), seen["peak"]
    assert set(seen["largest"]) == {30 * MB + 1}
    assert min(seen["allocated"]) >= min(seen["peak"])
    assert min(seen["allocations"]) > 100
    assert min(seen["rss"]) > 30 * MB


CHILD = "import subprocess, sys\nx = bytearray(10_000_000)\n"
ONE = "subprocess.run([sys.executable, '-c', 'y = bytearray(40_000_000)'], check=True)\n"


def test_children_one_after_the_other_are_no_sum(build: Path, tmp_path: Path) -> None:
    seen = measure(build, tmp_path, CHILD + ONE + ONE, "--metric", "peak")
    assert set(seen["processes"]) == {3}
    assert all(50 * MB < value < 80 * MB for value in seen["peak"]), seen["peak"]


def test_children_at_once_are(build: Path, tmp_path: Path) -> None:
    both = (
        "child = [sys.executable, '-c', 'import time; y = bytearray(40_000_000); time.sleep(0.3)']\n"
        "for one in [subprocess.Popen(child), subprocess.Popen(child)]: one.wait()\n"
    )
    assert all(90 * MB < value < 120 * MB for value in measure(build, tmp_path, CHILD + both, "--metric", "peak")["peak"])


def test_a_killed_child_is_held_no_longer(build: Path, tmp_path: Path) -> None:
    code = (
        "import os\n"
        "def child(n):\n"
        "    if os.fork() == 0:\n"
        "        y = bytearray(n)\n"
        "        os.kill(os.getpid(), 9)\n"
        "    os.wait()\n"
        "for _ in range(5): child(30_000_000)\n"
        "z = bytearray(5_000_000)\n"
    )
    assert all(30 * MB < value < 50 * MB for value in measure(build, tmp_path, code, "--metric", "peak")["peak"])


def test_a_static_program_cannot_be_seen_and_says_so(build: Path, tmp_path: Path) -> None:
    (tmp_path / "still.cpp").write_text("int main() { return *new int(0); }\n")
    linked = subprocess.run(["g++", "-static", "-o", "still", "still.cpp"], cwd=tmp_path, capture_output=True, text=True)
    if linked.returncode != 0:
        pytest.skip(linked.stderr)
    ended = run([build / "benchkit", "run", "--command", "still=./still", "--metric", "peak", "--budget", "20ms"], tmp_path)
    assert ended.code == 1
    assert "statically linked or setuid" in ended.err
