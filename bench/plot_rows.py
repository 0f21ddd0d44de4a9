"""The rows about pictures: a fresh process each, beside pytest-benchmem's page of the same number of cases.

Seconds of the processor, user's and system's: a picture is drawn by one thread that waits for nothing, so that on an idle machine they are
those of the clock, and on a shared one they stay what they are.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from run import Bench, Report

VIEWS = ("scaling", "compare", "scatter", "sweep", "history", "distribution", "order", "pareto")
WHY = (
    "ECharts under Duktape lays out the page, at some milliseconds for each axis that has labels, "
    "and the pixels of a high picture take as long again"
)


def snapshot(version: int, cases: int, samples: int) -> str:
    """Two metrics of cases with two names and a size each."""
    chance = random.Random(version)
    version_line = {"kind": "version", "version": 0, "label": f"v{version}"}
    lines: list[dict] = [{"kind": "session", "format": 1, "session": 0, "machine": {"cpu": "made up"}, "sealed": True}, version_line]
    for metric, unit in (("time", "ns"), ("peak", "B")):
        lines.append({"kind": "metric", "metric": len(lines) - 2, "name": metric, "unit": unit, "better": "less"})
    names = [(f"model{i // 30}", f"phase{i // 5 % 6}", 10 ** (i % 5)) for i in range(cases)]
    for i, (model, phase, n) in enumerate(names):
        dims = {"model": model, "phase": phase, "n": n}
        lines.append({"kind": "case", "case": i, "id": f"benchmarks/test_{phase}.py::test_{phase}[{model}-n={n}]", "dims": dims})
    for i, (_, _, n) in enumerate(names):
        level = 1e3 * n * (1 + i // 5 % 7) * (1 + 0.1 * version * (i % 3 == 0))
        columns = {"block": [k // 6 for k in range(samples)], "order": [i * samples + k for k in range(samples)]}
        values = [level * chance.lognormvariate(0, 0.02) for _ in range(samples)]
        place = {"kind": "series", "session": 0, "version": 0, "case": i, "count": samples}
        lines.append({**place, "metric": 0, "value": values, **columns})
        lines.append({**place, "metric": 1, "count": 2, "value": [64.0 * n] * 2, "block": [0, 1]})
    return "".join(json.dumps(line) + "\n" for line in lines)


def median_of(argv: Sequence[str | Path], rounds: int = 5) -> float:
    """Of the seconds of the processor; the first round warms the page cache."""
    took = []
    for _ in range(rounds + 1):
        with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{argv} ended with {process.returncode}")
        took.append(usage.ru_utime + usage.ru_stime)
    return statistics.median(took[1:])


def snapshots(folder: Path, versions: int, cases: int, samples: int) -> list[Path]:
    folder.mkdir(exist_ok=True)
    files = [folder / f"v{version}.jsonl" for version in range(versions)]
    for version, file in enumerate(files):
        file.write_text(snapshot(version, cases, samples))
    return files


def plot_rows(report: Report, bench: Bench) -> None:
    folder = bench.folder / "plots"
    files = snapshots(folder, 12, 200, 30)
    plot = [bench.build / "benchkit", "plot"]
    two = [*plot, *files[:2]]
    for ending, target in (("svg", 0.6), ("png", 0.8)):
        took = {view: median_of([*two, "--view", view, "-o", folder / f"{view}.{ending}"]) for view in VIEWS}
        slow, most = max(took.items(), key=lambda one: one[1])
        within = sum(one <= target for one in took.values())
        ours = f"{statistics.median(took.values()):.2f} s in the middle; {within} of {len(took)} within; {most:.2f} s the slowest ({slow})"
        report.add(f"`plot -o FILE.{ending}` of 200 cases, each view", f"≤ {target} s", ours, "-", most <= target, WHY)
    took = median_of([*plot, *files, "--view", "sweep", "-o", folder / "map.png"])
    report.add("heat map of 200 cases × 12 versions as PNG", "≤ 2.5 s", f"{took:.2f} s", "-", took <= 2.5)
    ten = ["compare", "scatter"] * 5
    took = median_of([*two, "-k", "model0", *(word for view in ten for word in ("--view", view)), "-o", folder / "ten.svg"])
    report.add("ten pictures in one call", "≤ 2 s", f"{took:.2f} s", "-", took <= 2)
    peer_rows(report, bench)


def peer_rows(report: Report, bench: Bench) -> None:
    """Files of pytest-benchmark with 1,000 ids, as pages."""
    command = Path(bench.pythons[0]).parent / "benchmem"
    made = bench.folder / "foreign-plot"
    subprocess.run([sys.executable, Path(__file__).parent / "make_foreign.py", made, "2", "1000", "20"], check=True)
    files = [made / f"pytest-{i}.json" for i in range(2)]
    page, peers = bench.folder / "ours.html", bench.folder / "peer.html"
    ours = median_of([bench.build / "benchkit", "plot", *files, "--view", "scatter", "-o", page])
    told = "not installed"
    if command.exists():
        theirs = median_of([command, "plot", *files, "--view", "scatter", "-o", peers], 3)
        told = f"benchmem plot: {theirs:.2f} s (× {theirs / ours:.0f}), {peers.stat().st_size / 1e6:.1f} MB"
    report.add("a page of 1,000 cases", "≤ pytest-benchmem", f"{ours:.2f} s, {page.stat().st_size / 1e6:.1f} MB", told, ours <= 1.9)
