"""The rows about a suite of a real library, measured in pairs with itself: what is called different is wrong, and most should be the same.

The suite is examples/linopy, a tenth of its cases: one subject's, of the smaller sizes; both sides are one environment.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from suite_rows import told
from verdict_rows import counted

if TYPE_CHECKING:
    from run import Bench, Report

PLAN = ("-k", "basic", "--where", "n<=250", "--metric", "time,peak", "--seed", "1")
CALLED = ("regressed", "improved")


def verdicts_at(bench: Bench, path: Path, threshold: str) -> list[tuple[str, str]]:
    """Metrics and verdicts of one run at a threshold, of all that could be compared: no skipped case says anything."""
    argv: list[str | Path] = [
        bench.build / "benchkit",
        "compare",
        path,
        "--metric",
        "time,peak",
        "--threshold",
        threshold,
        "--format",
        "json",
    ]
    shown = subprocess.run(argv, capture_output=True, check=True, text=True).stdout
    return [
        (table["metric"], row["cells"][1]["judgement"]["verdict"])
        for table in json.loads(shown)
        for group in table["groups"]
        for row in group["rows"]
        if row["cells"][1]["judgement"]["outcome"] == "compared"
    ]


def linopy_rows(report: Report, bench: Bench) -> None:
    path = bench.folder / "linopy.jsonl"
    if not path.exists():
        plan = [*PLAN, *(["--blocks", "3", "--budget", "500ms"] if bench.quick else ["--blocks", "24", "--budget", "6s"])]
        environment = Path(bench.libraries).parent.parent
        argv = [bench.libraries, "-m", "benchmarks", "run", "--against", f"base=python:{environment}", *plan]
        unsealed = bench.folder / "linopy-run.jsonl"
        unsealed.unlink(missing_ok=True)
        told("linopy beside itself", [*argv, "-o", str(unsealed)])
        unsealed.rename(path)
    at_2, at_10 = (verdicts_at(bench, path, threshold) for threshold in ("2%", "10%"))
    false = [metric for metric, verdict in at_2 if verdict in CALLED]
    same = [metric for metric, verdict in at_10 if verdict == "same"]
    each = {metric: sum(one == metric for one, _ in at_10) for metric in ("time", "peak")}
    report.add(
        "a suite of linopy, in pairs with itself, time and peak: false verdicts at 2 %",
        "none",
        counted(len(false), len(at_2)),
        f"`same` at 2 %: {sum(verdict == 'same' for _, verdict in at_2)}",
        not false,
    )
    report.add(
        "the same, `same` at 10 %",
        "≥ 80 %",
        counted(len(same), len(at_10)) + ": " + ", ".join(f"{metric} {same.count(metric)}/{of}" for metric, of in each.items()),
        "none of the others ever says so",
        len(same) >= 0.8 * len(at_10),
        "the peaks of to_lp (threads of polars) differ by half from process to process, and of the largest models six seconds "
        "hold four blocks",
    )
