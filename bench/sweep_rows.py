"""The rows about sweeps: what the runner itself costs a sample, and how often a drifting machine makes a version look slower."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING

from verdict_rows import counted, wilson

if TYPE_CHECKING:
    from run import Bench, Report

VERSIONS = 20
CASES = 500
BLOCKS = 3
SAMPLES = 6  # a case, in each of the pairs that a version is in


def sweep_rows(report: Report, bench: Bench) -> None:
    overhead(report, bench)
    drift(report, bench)


def overhead(report: Report, bench: Bench) -> None:
    """A call of the fake suite takes no time: all that is spent is the runner's and its workers' own."""
    versions = [f"fake:v{i},cases={CASES}" for i in range(4 if bench.quick else VERSIONS)]
    folder = bench.folder / "sweep"
    how = ["--samples", str(SAMPLES), "--blocks", str(BLOCKS), "--seed", "1", "-o", str(folder)]
    subprocess.run(["rm", "-rf", folder], check=True)
    print(f"sweep: {len(versions)} versions × {CASES} cases, which takes less than a minute", flush=True)
    began = time.perf_counter()
    done = subprocess.run([bench.build / "benchkit", "sweep", *versions, *how], capture_output=True, text=True)
    took = time.perf_counter() - began
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    lines = [json.loads(line) for line in (folder / "sweep.jsonl").read_text().splitlines()]
    samples = sum(line["count"] for line in lines if line["kind"] == "series")
    each = took / samples
    blocks = f"{BLOCKS} blocks of {SAMPLES // BLOCKS} pairs"
    beside = f"{samples} samples in {took:.0f} s, {blocks}; starts, calibration, the table and the file included"
    what = f"sweep of {len(versions)} versions × {CASES} cases that take no time: the runner's own time a sample"
    why = "a block of few samples is mostly its setup"
    report.add(what, "≤ 1 ms", f"{each * 1e3:.2f} ms", beside, each <= 1e-3, why)


def drift(report: Report, bench: Bench) -> None:
    argv = [bench.build / "bench/bench_sweep_drift", "2" if bench.quick else "20"]
    shown = json.loads(subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True).stdout)
    steps = shown["steps"]
    beside = (
        f"a version after the other, by verdicts on different files: {counted(shown['sequential'], steps)}; "
        f"by intervals apart and more than 1 %: {counted(shown['sequential_intervals'], steps)}"
    )
    met = wilson(shown["interleaved"], steps)[1] <= 0.03
    what = "drifting machine, simulated (a neighbour takes 8 % for seconds at a time): steps falsely called slower, interleaved"
    report.add(what, "upper Wilson limit ≤ 3 %", counted(shown["interleaved"], steps), beside, met)
