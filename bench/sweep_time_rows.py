"""The rows about how long a sweep takes: two small cases of linopy, time and peak, environments made anew, beside pytest-benchmem.

Both have what uv downloaded before. What counts is the time for each release that gave data.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from run import Bench, Report

HERE = Path(__file__).parent
RELEASES = (("0.5.5", "0.6.0", "0.7.0"), ("0.6.7", "0.7.0", "0.8.0"))


def seconds_of(argv: list[str | Path], folder: Path) -> tuple[float, str]:
    environment = {**os.environ, "PATH": f"{HERE.parent / '.venv/bin'}:{os.environ['PATH']}"}
    began = time.perf_counter()
    done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return time.perf_counter() - began, done.stdout + done.stderr


def versions_with_data(path: Path) -> set[str]:
    """Releases for which every case has both metrics."""
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    labels = {line["version"]: line["label"] for line in lines if line["kind"] == "version"}
    have = {(line["version"], line["case"], line["metric"]) for line in lines if line["kind"] == "series"}
    return {label for number, label in labels.items() if sum(one[0] == number for one in have) >= 4}


def ours(python: str, folder: Path, releases: tuple[str, ...], output: str, *more: str) -> tuple[float, set[str]]:
    argv = [python, "-m", "sweep_suite", "sweep", *releases, "--as-of", "release", "--metric", "time,peak", "--cache", folder / "cache"]
    took, said = seconds_of([*argv, "-o", folder / output, *more], HERE)
    have = versions_with_data(folder / output / "sweep.jsonl")
    if not have and "--provision-only" not in more:
        raise SystemExit(said)
    return took, have


def by_benchmem(python: str, folder: Path, releases: tuple[str, ...]) -> tuple[float, set[str]]:
    argv: list[str | Path] = [Path(python).parent / "benchmem", "sweep", "linopy", *releases, "--suite", HERE / "sweep_suite"]
    took, _ = seconds_of([*argv, "--memory", "--out", folder / "benchmem"], folder)
    results = (folder / "benchmem").glob("*.json")
    return took, {path.stem for path in results if len(json.loads(path.read_text()).get("benchmarks", [])) == 2}


def sweep_time_rows(report: Report, bench: Bench) -> None:
    python = bench.pythons[0]
    for releases in RELEASES:
        folder = bench.folder / f"sweep-{releases[0]}"
        for trial in ("warm", "measured"):  # the first one fills uv's own cache
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            took, have = ours(python, folder, releases, "s")
            theirs, theirs_have = by_benchmem(python, folder, releases)
            print(f"{trial}: {took:.1f} s for {len(have)}, pytest-benchmem {theirs:.1f} s for {len(theirs_have)}", flush=True)
        again, _ = ours(python, folder, releases, "again", "--provision-only")
        each, theirs_each = took / max(len(have), 1), theirs / max(len(theirs_have), 1)
        report.add(
            f"a first sweep over linopy {', '.join(releases)}, two cases, time and peak, for each release with data",
            "≤ ½ of pytest-benchmem's, data for all",
            f"{each:.1f} s ({len(have)} of {len(releases)})",
            f"pytest-benchmem: {theirs_each:.1f} s ({len(theirs_have)} of {len(releases)})",
            len(have) == len(releases) and each <= theirs_each / 2,
            "each block imports linopy anew in a worker of each version (1.9 s), and fewer than two blocks a meter say nothing of a "
            "process; pytest-benchmem imports it twice a release",
        )
        report.add(
            "the same environments again, for each release",
            "≤ 1 s",
            f"{again / len(releases):.2f} s",
            "pytest-benchmem makes them anew",
            again / len(releases) <= 1,
        )
