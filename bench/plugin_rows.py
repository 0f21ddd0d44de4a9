"""The pytest plugin beside pytest-benchmark, on the same tests, in the same time.

Run: .venv/bin/python bench/pytest_plugin.py [--rounds 5] [--seconds 1]; needs pytest-benchmark.

Three figures, each the median of some rounds in which the two take turns:

- overhead a call: what a function of about 1 us is said to take, less what it takes in a block of a thousand calls that stand one behind
  the other, with no loop at all.
- the interval of its median, at 95 %, by the same estimator (benchkit's) from both tools' samples.
- what a test takes beyond the time it was given.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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


def python(*words: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, *words], cwd=cwd, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def by_benchkit(folder: Path, seconds: float, name: str) -> tuple[Path, float]:
    file = folder / f"benchkit-{name}.jsonl"
    began = time.perf_counter()
    python("-m", "pytest", "-q", "-p", "no:benchmark", f"--benchkit={file}", f"--benchkit-budget={seconds}s", f"test_{name}.py", cwd=folder)
    return file, time.perf_counter() - began


def by_pytest_benchmark(folder: Path, seconds: float, name: str) -> tuple[Path, float]:
    file = folder / f"peer-{name}.json"
    began = time.perf_counter()
    python(
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:benchkit",
        f"--benchmark-json={file}",
        f"--benchmark-max-time={seconds}",
        "--benchmark-min-rounds=1",
        f"test_{name}.py",
        cwd=folder,
    )
    return file, time.perf_counter() - began


def centre(file: Path) -> dict[str, float]:
    """Median, and its interval's ends, in nanoseconds, of the file's one case."""
    text = python("-m", "benchkit", "compare", str(file), "--format", "json", cwd=file.parent)
    (comparison,) = [one for one in json.loads(text) if one["metric"] == "time"]
    (row,) = comparison["groups"][0]["rows"]
    cell = row["cells"][0]
    low, high = cell["interval"]
    return {"median": cell["value"], "low": low, "high": high}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("-n", type=int, default=60, help="sum(range(n)) is what is measured")
    options = parser.parse_args()
    tools = {"benchkit": by_benchkit, "pytest-benchmark": by_pytest_benchmark}
    seen: dict[str, dict[str, list[float]]] = {tool: {"overhead": [], "width": [], "beyond": []} for tool in tools}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_one.py").write_text(TESTS.format(n=options.n))
        (folder / "test_many.py").write_text(MANY.format(n=options.n))
        empty = min(_startup(folder) for _ in range(3))
        for _ in range(options.rounds):
            for tool, measure in tools.items():
                true_ns = float(python("-c", UNROLLED.format(function=FUNCTION.format(n=options.n)), cwd=folder))
                file, _took = measure(folder, options.seconds, "one")
                numbers = centre(file)
                file.unlink()
                seen[tool]["overhead"].append(numbers["median"] - true_ns)
                seen[tool]["width"].append((numbers["high"] - numbers["low"]) / numbers["median"])
                file, took = measure(folder, 0.02, "many")
                file.unlink()
                seen[tool]["beyond"].append((took - empty) / 50 - 0.02)
    print(f"{'':20}{'overhead a call':>18}{'interval':>12}{'beyond the budget, a test':>28}")
    for tool, figures in seen.items():
        overhead, width, beyond = (statistics.median(figures[key]) for key in ("overhead", "width", "beyond"))
        print(f"{tool:20}{overhead:>15.1f} ns{width:>11.3%}{beyond * 1e3:>25.2f} ms")


def _startup(folder: Path) -> float:
    (folder / "test_none.py").write_text("def test_nothing():\n    pass\n")
    began = time.perf_counter()
    python("-m", "pytest", "-q", "test_none.py", cwd=folder)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
