"""The rows about the pytest plugin, beside pytest-benchmark, on the same tests, in the same time.

The two take turns, each time in a fresh process of pytest:

- overhead a call: what a function of about 1 us is said to take, less what it takes in a block of a thousand calls that stand one behind
  the other, with no loop at all; the median of some rounds.
- the interval of its centre: what holds half of the medians that some processes say, each given the same time. An interval that is made of
  one process' samples would not do: pytest-benchmark times rounds of a few calls, so its samples are ticks of the clock, thousands of them
  nearly the same one, and such an interval has no width wherever the truth is.
- what a test takes beyond the time it was given; the median of some rounds.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from run import Bench, Report

FUNCTION = "def f():\n    return sum(range({n}))\n"
TESTS = FUNCTION + "\ndef test_f(benchmark):\n    benchmark(f)\n"
MANY = FUNCTION + "\nimport pytest\n@pytest.mark.parametrize('i', range(50))\ndef test_f(benchmark, i):\n    benchmark(f)\n"
UNROLLED = """
import time
{function}
exec("def block():\\n" + "    f()\\n" * 1000)
best = []
for _ in range(300):
    began = time.perf_counter_ns()
    block()
    best.append((time.perf_counter_ns() - began) / 1000)
best.sort()
print(best[len(best) // 2])
"""


def python(python: str, *words: str, cwd: Path) -> str:
    done = subprocess.run([python, *words], cwd=cwd, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"}, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def by_benchkit(interpreter: str, folder: Path, seconds: float, name: str) -> tuple[Path, float]:
    file = folder / f"benchkit-{name}.jsonl"
    words = ("-m", "pytest", "-q", "-p", "no:benchmark", f"--benchkit={file}", f"--benchkit-budget={seconds}s", f"test_{name}.py")
    began = time.perf_counter()
    python(interpreter, *words, cwd=folder)
    return file, time.perf_counter() - began


def by_pytest_benchmark(interpreter: str, folder: Path, seconds: float, name: str) -> tuple[Path, float]:
    file = folder / f"peer-{name}.json"
    words = (
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:benchkit",
        f"--benchmark-json={file}",
        f"--benchmark-max-time={seconds}",
        "--benchmark-min-rounds=1",
    )
    began = time.perf_counter()
    python(interpreter, *words, f"test_{name}.py", cwd=folder)
    return file, time.perf_counter() - began


def centre(interpreter: str, file: Path) -> float:
    """Median, in nanoseconds, of the file's one case: of either tool's samples, by benchkit's reader."""
    text = python(interpreter, "-m", "benchkit", "compare", str(file), "--format", "json", cwd=file.parent)
    (comparison,) = [one for one in json.loads(text) if one["metric"] == "time"]
    (row,) = comparison["groups"][0]["rows"]
    return row["cells"][0]["value"]


def startup(interpreter: str, folder: Path) -> float:
    (folder / "test_none.py").write_text("def test_nothing():\n    pass\n")
    began = time.perf_counter()
    python(interpreter, "-m", "pytest", "-q", "test_none.py", cwd=folder)
    return time.perf_counter() - began


@dataclass
class Seen:
    """What one tool said."""

    medians: list[float] = field(default_factory=list)  # ns, of a process each
    overheads: list[float] = field(default_factory=list)  # ns a call
    beyond: list[float] = field(default_factory=list)  # s a test

    def figures(self) -> dict[str, float]:
        quarters = statistics.quantiles(self.medians, n=4)
        return {
            "overhead": statistics.median(self.overheads),
            "spread": (quarters[2] - quarters[0]) / quarters[1],
            "beyond": statistics.median(self.beyond),
        }


def figures(interpreter: str, folder: Path, rounds: int, processes: int, seconds: float, n: int = 60) -> dict[str, dict[str, float]]:
    """By tool. `sum(range(n))` is what is measured, for so many seconds in each process; `rounds` of them with all else, too."""
    tools = {"benchkit": by_benchkit, "pytest-benchmark": by_pytest_benchmark}
    seen = {tool: Seen() for tool in tools}
    (folder / "test_one.py").write_text(TESTS.format(n=n))
    (folder / "test_many.py").write_text(MANY.format(n=n))
    empty = min(startup(interpreter, folder) for _ in range(3))
    for i in range(processes):
        for tool in sorted(tools, reverse=i % 2 == 1):  # neither is always the first
            measure = tools[tool]
            true_ns = float(python(interpreter, "-c", UNROLLED.format(function=FUNCTION.format(n=n)), cwd=folder)) if i < rounds else 0
            file, _took = measure(interpreter, folder, seconds, "one")
            seen[tool].medians.append(centre(interpreter, file))
            file.unlink()
            if i < rounds:
                seen[tool].overheads.append(seen[tool].medians[-1] - true_ns)
                file, took = measure(interpreter, folder, 0.02, "many")
                file.unlink()
                seen[tool].beyond.append((took - empty) / 50 - 0.02)
        print(f"       pytest: process {i + 1} of {processes}", end="\r", flush=True)
    return {tool: one.figures() for tool, one in seen.items()}


def plugin_rows(report: Report, bench: Bench) -> None:
    processes = 4 if bench.quick else 21
    seen = figures(bench.pythons[0], bench.folder, rounds=2 if bench.quick else 5, processes=processes, seconds=1.0)
    ours, theirs = seen["benchkit"], seen["pytest-benchmark"]
    centre_is = f"the interval of its centre, in equal time: half of the medians of {processes} processes lie within"
    why = "on a machine with neighbours a sample of some milliseconds meets interruptions that rounds of microseconds escape"
    for what, key, target, shown, met in (
        ("overhead of a call of 1 µs", "overhead", "≤ ⅓ of pytest-benchmark's", "{:.1f} ns", ours["overhead"] <= theirs["overhead"] / 3),
        (centre_is, "spread", "narrower", "{:.2%}", ours["spread"] < theirs["spread"]),
        ("what a test takes beyond its budget", "beyond", "no more", "{:.4f} s", ours["beyond"] <= theirs["beyond"]),
    ):
        peer = f"pytest-benchmark: {shown.format(theirs[key])}"
        report.add(f"pytest: {what}", target, shown.format(ours[key]), peer, met, why if key == "spread" else "not known yet")
