"""What a wheel must do wherever it is installed: tools/pythons runs it in each Python. Needs the package and pytest alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import benchkit
import pytest

SUITE = """
from contextlib import contextmanager
import benchkit, benchkit.cli

def outer(n):
    return inner(n)

def inner(n):
    return [bytearray(1 << 16) for _ in range(n)]

@contextmanager
def run():
    yield lambda: outer(16)

benchkit.cli.main([benchkit.Case("grow", {"n": 16}, run)])
"""
TEST = """
def test_sum(benchmark):
    assert benchmark(sum, range(1000)) == 499500
"""


def python(*words: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, *words], cwd=cwd, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds a suite and its results: time and memory, twice."""
    folder = tmp_path_factory.mktemp("wheel")
    (folder / "suite.py").write_text(SUITE)
    for name in ("a", "b"):
        python(
            "suite.py", "run", "--metric", "time,peak", "--attribute", "--samples", "6", "--label", name, "-o", f"{name}.jsonl", cwd=folder
        )
    return folder


def test_time_and_memory_in_this_process() -> None:
    assert len(next(iter(benchkit.time(sum, range(100), samples=5).samples().values()))) == 5
    assert benchkit.measure_peak(lambda: bytearray(1 << 20)).peak_bytes >= 1 << 20
    assert min(next(iter(benchkit.memory(bytearray, 1 << 20).samples("peak").values()))) >= 1 << 20


def test_files_are_compared(folder: Path) -> None:
    shown = json.loads(python("-m", "benchkit", "compare", "a.jsonl", "b.jsonl", "--format", "json", cwd=folder))
    assert {table["metric"] for table in shown} >= {"time", "peak"}
    assert set(benchkit.load(folder / "a.jsonl").columns()["metric"]) >= {"time", "peak"}


def test_the_frames_of_python_stand_in_the_call_paths(folder: Path) -> None:
    folded = python("-m", "benchkit", "memory", "a.jsonl", "grow", "--format", "folded", cwd=folder)
    assert "outer" in folded
    assert "inner" in folded


def test_pytest_measures_with_it(folder: Path) -> None:
    (folder / "test_sum.py").write_text(TEST)
    options = ("-q", "-p", "no:cacheprovider", "--benchkit-metric", "time,peak", "--benchkit-budget", "50ms")
    for words in ((), ("--benchkit-isolate", "--benchkit-blocks", "2")):
        file = folder / f"pytest{len(words)}.jsonl"
        python("-m", "pytest", *options, f"--benchkit={file}", *words, "test_sum.py", cwd=folder)
        assert set(benchkit.load(file).columns()["metric"]) >= {"time", "peak"}


def test_a_picture_is_drawn(folder: Path) -> None:
    python("-m", "benchkit", "plot", "a.jsonl", "b.jsonl", "-o", "picture.svg", cwd=folder)
    assert (folder / "picture.svg").read_text().startswith("<svg")
