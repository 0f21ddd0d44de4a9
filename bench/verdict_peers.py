"""What bench/verdicts measures of the other tools: trials of the eight kernels, and the rule by which each tool's users tell a change.

Peers that have no rule of their own are given the one that their users go by:

- Google Benchmark: two runs of ten repetitions, and the U test of its compare.py at 5 % (computed here, by the exact distribution);
- benchstat: on the same numbers;
- a criterion-like rule on the same numbers: Welch's t at 5 %, and an estimate beyond 1 %;
- hyperfine: 1 outside of what it prints as `±` of the ratio;
- pytest-benchmark: `--benchmark-compare-fail=mean:1%`, which looks at slowdowns alone.
"""

from __future__ import annotations

import csv
import json
import math
import os
import shutil
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
KERNELS = ("sort", "hash", "scan", "branch", "chase", "string", "matrix", "allocation")
PLANTED = 0.01
REPETITIONS = 10


# ---- what the tools measured ----


def run(argv: Sequence[str | Path], **environment: str) -> str:
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{argv} ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def is_planted(trial: int, kernel: str) -> bool:
    return (trial + KERNELS.index(kernel)) % 2 == 0


def planted_environment(trial: int) -> dict[str, str]:
    return {f"PLANTED_{kernel}": str(PLANTED) for kernel in KERNELS if is_planted(trial, kernel)}


@dataclass
class Peers:
    """Trials of the other tools; each gives the samples of both sides by kernel."""

    build: Path
    python: str
    folder: Path
    counts: dict[str, float] = field(default_factory=dict)

    def google(self, trial: int) -> dict:
        argv = [self.build / "bench/bench_verdicts_google", "--benchmark_format=json", f"--benchmark_repetitions={REPETITIONS}"]
        argv += [f"--benchmark_min_time={0.5 / REPETITIONS}", "--benchmark_enable_random_interleaving=true"]
        sides = []
        for environment in ({}, planted_environment(trial)):
            rows = json.loads(run(argv, **environment))["benchmarks"]
            times: dict[str, list[float]] = {}
            for row in rows:
                if row["run_type"] == "iteration":
                    times.setdefault(row["run_name"], []).append(row["real_time"])
            sides.append(times)
        self.counts = {kernel: statistics.median(times) for kernel, times in sides[0].items()}
        return {kernel: [side[kernel] for side in sides] for kernel in KERNELS}

    def calls_of(self, kernel: str, seconds: float) -> int:
        return max(1, round(seconds * 1e9 / self.counts[kernel]))

    def hyperfine(self, trial: int) -> dict:
        runs, out = 20, self.folder / "hyperfine.json"
        results = {}
        for kernel in KERNELS:
            argv = f"{self.build}/bench/bench_verdicts_calls {kernel} {self.calls_of(kernel, 0.5 / runs)}"
            shares = ("0", str(PLANTED) if is_planted(trial, kernel) else "0")
            run(["hyperfine", "-N", "--runs", str(runs), "--export-json", out, *(f"{argv} {share}" for share in shares)])
            results[kernel] = [result["times"] for result in json.loads(out.read_text())["results"]]
        return results

    def pytest_benchmark(self, trial: int) -> dict:
        counts = ",".join(f"{kernel}={self.calls_of(kernel, 0.0005)}" for kernel in KERNELS)
        fixed = {"VERDICTS_LIBRARY": str(self.build / "bench/libbench_verdicts_called.so"), "VERDICTS_COUNTS": counts}
        out = self.folder / "pytest.json"
        argv = [self.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", HERE / "verdicts/pytest_kernels.py"]
        argv += [f"--benchmark-json={out}", "--benchmark-max-time=0.5", "--benchmark-min-rounds=20", "--rootdir", self.folder]
        means = []
        for environment in ({}, planted_environment(trial)):
            run(argv, **fixed, **environment)
            benchmarks = json.loads(out.read_text())["benchmarks"]
            means.append({row["params"]["kernel"]: row["stats"]["mean"] for row in benchmarks})
        return {kernel: [[side[kernel]] for side in means] for kernel in KERNELS}

    def trial(self, trial: int) -> dict:
        measured = {"google": self.google(trial)}
        if shutil.which("hyperfine"):
            measured["hyperfine"] = self.hyperfine(trial)
        if subprocess.run([self.python, "-c", "import pytest_benchmark"], capture_output=True, check=False).returncode == 0:
            measured["pytest-benchmark"] = self.pytest_benchmark(trial)
        return measured


# ---- their rules ----


def ranks_as_small(count: int, sum_of_ranks: int) -> float:
    """The share of all ways to put `count` of 2 `count` samples first whose U is no larger: the U test's exact distribution."""
    ways = [[0] * (count * count + 1) for _ in range(count + 1)]
    ways[0][0] = 1
    for other in range(2 * count):
        for taken in range(min(other, count - 1), -1, -1):
            for u in range(count * count + 1 - (other - taken)):
                ways[taken + 1][u + other - taken] += ways[taken][u]
    return sum(ways[count][: sum_of_ranks + 1]) / sum(ways[count])


@cache
def critical_u(count: int) -> int:
    """The largest U that is called at 5 %, two-sided; -1: none."""
    u = -1
    while 2 * ranks_as_small(count, u + 1) <= 0.05:
        u += 1
    return u


def by_u_test(base: list[float], head: list[float]) -> int:
    above = sum((b > a) + 0.5 * (b == a) for a in base for b in head)
    smaller = min(above, len(base) * len(head) - above)
    return 0 if smaller > critical_u(len(base)) else 1 if above > len(base) * len(head) / 2 else -1


def t_tail(t: float, degrees: float) -> float:
    """Student's t, one-sided, by Simpson's rule: good to more digits than are asked for."""
    scale = math.gamma((degrees + 1) / 2) / (math.sqrt(degrees * math.pi) * math.gamma(degrees / 2))
    steps, width = 2000, t / 2000
    density = [scale * (1 + (i * width) ** 2 / degrees) ** (-(degrees + 1) / 2) for i in range(steps + 1)]
    return 0.5 - width / 3 * (density[0] + density[-1] + 4 * sum(density[1:-1:2]) + 2 * sum(density[2:-1:2]))


def by_welch(base: list[float], head: list[float]) -> int:
    parts = [statistics.variance(side) / len(side) for side in (base, head)]
    means = [statistics.mean(side) for side in (base, head)]
    spread = sum(parts)
    degrees = spread**2 / sum(part**2 / (len(side) - 1) for part, side in zip(parts, (base, head), strict=True))
    t = (means[1] - means[0]) / math.sqrt(spread)
    called = 2 * t_tail(abs(t), degrees) < 0.05 and abs(means[1] / means[0] - 1) > 0.01
    return (1 if t > 0 else -1) if called else 0


def by_hyperfine(base: list[float], head: list[float]) -> int:
    means = [statistics.mean(side) for side in (base, head)]
    ratio = means[1] / means[0]
    shares = [statistics.stdev(side) / mean for side, mean in zip((base, head), means, strict=True)]
    return 0 if abs(ratio - 1) <= ratio * math.hypot(*shares) else 1 if ratio > 1 else -1


def by_compare_fail(base: list[float], head: list[float]) -> int:
    return 1 if statistics.mean(head) > 1.01 * statistics.mean(base) else 0


# By name: what it judges, and how; 1 is slower, -1 faster.
RULES: dict[str, tuple[str, Callable[[list[float], list[float]], int]]] = {
    "Google Benchmark and its U test": ("google", by_u_test),
    "Welch's t and 1 %": ("google", by_welch),
    "hyperfine": ("hyperfine", by_hyperfine),
    "pytest-benchmark, mean:1%": ("pytest-benchmark", by_compare_fail),
}
NAMES = (*RULES, "benchstat")


def find_benchstat(folder: Path) -> str | None:
    found = shutil.which("benchstat")
    if found or not shutil.which("go"):
        return found
    place = folder / "go/benchstat"
    if not place.exists():
        environment = {**os.environ, "GOBIN": str(place.parent.absolute())}
        argv = ["go", "install", "golang.org/x/perf/cmd/benchstat@latest"]
        subprocess.run(argv, env=environment, capture_output=True, check=False, timeout=300)
    return str(place) if place.exists() else None


def by_benchstat(program: str, folder: Path, measured: dict) -> dict[str, int]:
    """All kernels of a trial at once, from numbers in Go's form."""
    files = []
    for side in (0, 1):
        files.append(folder / f"benchstat-{side}.txt")
        lines = [f"Benchmark{kernel.title()} 1 {value:.3f} ns/op" for kernel in KERNELS for value in measured[kernel][side]]
        files[-1].write_text("\n".join(lines) + "\n")
    called = dict.fromkeys(KERNELS, 0)
    for row in csv.reader(run([program, "-format", "csv", *files]).splitlines()):
        if row and row[0].lower() in called and len(row) > 5 and row[5] != "~":
            called[row[0].lower()] = -1 if row[5].startswith("-") else 1
    return called


@dataclass
class Count:
    """What became of a tool's comparisons."""

    false: int = 0
    identical: int = 0
    found: int = 0
    planted: int = 0
    errors: list[float] = field(default_factory=list)

    def add(self, called: int, planted: bool) -> None:
        if planted:
            self.planted += 1
            self.found += called > 0
        else:
            self.identical += 1
            self.false += called != 0


def counts_of_peers(trials: Sequence[dict], folder: Path) -> dict[str, Count]:
    counts: dict[str, Count] = {}
    benchstat = find_benchstat(folder)
    for trial, measured in enumerate(trials):
        for name, (tool, rule) in RULES.items():
            for kernel in KERNELS if tool in measured else ():
                base, head = measured[tool][kernel]
                count = counts.setdefault(name, Count())
                count.add(rule(base, head), is_planted(trial, kernel))
                if not is_planted(trial, kernel):
                    middle = statistics.mean if tool == "hyperfine" else statistics.median
                    count.errors.append(abs(math.log(middle(head) / middle(base))))
        for kernel, called in (by_benchstat(benchstat, folder, measured["google"]) if benchstat else {}).items():
            counts.setdefault("benchstat", Count()).add(called, is_planted(trial, kernel))
    return counts
