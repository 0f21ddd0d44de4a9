"""The rows about searching for the commit of a step, by simulation."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from run import Bench, Report


def sweep_bisect_rows(report: Report, bench: Bench) -> None:
    shown = subprocess.run([bench.build / "bench/bench_bisection", "200"], capture_output=True, check=True, text=True).stdout
    said = json.loads(shown)
    fixed = f"binary search of {said['halves_samples']} samples, both levels told: {said['halves_right']} of {said['searches']}"
    report.add(
        "searches among 1,000 commits for a step of 2 %, noise 1 %, neither known: right ones",
        "≥ 95 %",
        f"{said['right']} of {said['searches']}",
        fixed,
        said["right"] >= 0.95 * said["searches"],
    )
    report.add(
        "the same, samples of a search, those of the two ends among them",
        "≤ 40 on the average",
        f"{said['mean']:.1f} (median {said['median']}, most {said['most']})",
        f"{said['halves_samples']}",
        said["mean"] <= said["halves_samples"] / 4,
        "ten bits at half a bit a sample are twenty, twelve are for the ends and some ten make the answer sure; a few searches that begin "
        "with too small a guess of the noise take twice as many",
    )
