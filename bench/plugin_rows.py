"""The rows about the pytest plugin, beside pytest-benchmark, on the same tests, in the same time.

Three figures, each the median of some rounds in which the two take turns:

- overhead a call: what a function of about 1 us is said to take, less what it takes in a block of a thousand calls that stand one behind
  the other, with no loop at all.
- the interval of its median, at 95 %, by the same estimator (benchkit's) from both tools' samples.
- what a test takes beyond the time it was given.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
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


def centre(interpreter: str, file: Path) -> dict[str, float]:
    """Median, and its interval's ends, in nanoseconds, of the file's one case."""
    text = python(interpreter, "-m", "benchkit", "compare", str(file), "--format", "json", cwd=file.parent)
    (comparison,) = [one for one in json.loads(text) if one["metric"] == "time"]
    (row,) = comparison["groups"][0]["rows"]
    cell = row["cells"][0]
    low, high = cell["interval"]
    return {"median": cell["value"], "low": low, "high": high}


def startup(interpreter: str, folder: Path) -> float:
    (folder / "test_none.py").write_text("def test_nothing():\n    pass\n")
    began = time.perf_counter()
    python(interpreter, "-m", "pytest", "-q", "test_none.py", cwd=folder)
    return time.perf_counter() - began


def figures(interpreter: str, folder: Path, rounds: int, seconds: float = 1.0, n: int = 60) -> dict[str, dict[str, float]]:
    """By tool. `sum(range(n))` is what is measured."""
    tools = {"benchkit": by_benchkit, "pytest-benchmark": by_pytest_benchmark}
    seen: dict[str, dict[str, list[float]]] = {tool: {"overhead": [], "width": [], "beyond": []} for tool in tools}
    (folder / "test_one.py").write_text(TESTS.format(n=n))
    (folder / "test_many.py").write_text(MANY.format(n=n))
    empty = min(startup(interpreter, folder) for _ in range(3))
    for _ in range(rounds):
        for tool, measure in tools.items():
            true_ns = float(python(interpreter, "-c", UNROLLED.format(function=FUNCTION.format(n=n)), cwd=folder))
            file, _took = measure(interpreter, folder, seconds, "one")
            numbers = centre(interpreter, file)
            file.unlink()
            seen[tool]["overhead"].append(numbers["median"] - true_ns)
            seen[tool]["width"].append((numbers["high"] - numbers["low"]) / numbers["median"])
            file, took = measure(interpreter, folder, 0.02, "many")
            file.unlink()
            seen[tool]["beyond"].append((took - empty) / 50 - 0.02)
    return {tool: {what: statistics.median(values) for what, values in of_tool.items()} for tool, of_tool in seen.items()}


def plugin_rows(report: Report, bench: Bench) -> None:
    seen = figures(bench.pythons[0], bench.folder, rounds=3 if bench.quick else 5)
    ours, theirs = seen["benchkit"], seen["pytest-benchmark"]
    for what, key, target, shown, met in (
        ("overhead of a call of 1 µs", "overhead", "≤ ⅓ of pytest-benchmark's", "{:.1f} ns", ours["overhead"] <= theirs["overhead"] / 3),
        ("the interval of its median, in equal time", "width", "narrower", "{:.2%}", ours["width"] < theirs["width"]),
        ("what a test takes beyond its budget", "beyond", "no more", "{:.4f} s", ours["beyond"] <= theirs["beyond"]),
    ):
        report.add(f"pytest: {what}", target, shown.format(ours[key]), f"pytest-benchmark: {shown.format(theirs[key])}", met)
