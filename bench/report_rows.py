"""The rows about the report: how large it is, how long it takes to write, and how soon a Chromium shows it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from made_files import made_files
from plot_rows import median_of, snapshots

if TYPE_CHECKING:
    from run import Bench, Report

HERE = Path(__file__).parent
WHY_NOT_SEEN = "no Chromium here; $BENCHKIT_CHROMIUM names one"


def browser() -> str | None:
    named = os.environ.get("BENCHKIT_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def seen(page: Path) -> dict | None:
    """The times of the page in a Chromium; the best of three, for a browser's start is its own."""
    chromium = browser()
    if chromium is None:
        return None
    node = shutil.which("node") or HERE.parent / ".venv/bin/node"
    tries = [json.loads(subprocess.check_output([node, HERE / "report_speed.mjs", chromium, page])) for _ in range(3)]
    return min(tries, key=lambda one: one["first_picture"])


def written(bench: Bench, name: str, files: list[Path]) -> tuple[Path, float]:
    page = bench.folder / f"{name}.html"
    return page, median_of([bench.build / "benchkit", "report", *files, "-o", page], rounds=3)


def report_rows(report: Report, bench: Bench) -> None:
    page, took = written(bench, "usual", snapshots(bench.folder / "report-usual", 2, 1000, 40))
    size = page.stat().st_size
    report.add("report of 1,000 cases × 2 snapshots", "≤ 1.5 MB", f"{size / 1e6:.2f} MB, written in {took:.2f} s", "-", size <= 1.5e6)
    times = seen(page)
    told = f"table after {times['table']:.2f} s, a letter {times['letter'] * 1e3:.0f} ms" if times else WHY_NOT_SEEN
    report.add("the same, until typing filters the table", "≤ 1 s", told, "-", bool(times) and times["table"] + times["letter"] <= 1)

    page, took = written(bench, "large", made_files(bench.folder / "report-large", 2, 100_000, 4))
    times = seen(page)
    told = f"table after {times['table']:.2f} s, a letter {times['letter'] * 1e3:.0f} ms" if times else WHY_NOT_SEEN
    told += f" ({page.stat().st_size / 1e6:.0f} MB, written in {took:.1f} s)"
    report.add("report of 100,000 cases × 2 snapshots", "≤ 5 s", told, "-", bool(times) and times["table"] + times["letter"] <= 5)

    page, took = written(bench, "long", made_files(bench.folder / "report-long", 1, 1000, 5000))
    times = seen(page)
    told = f"first picture after {times['first_picture']:.2f} s" if times else WHY_NOT_SEEN
    told += f" ({page.stat().st_size / 1e6:.0f} MB, written in {took:.1f} s)"
    report.add("report of 1,000 series × 5,000 samples", "≤ 2 s", told, "-", bool(times) and times["first_picture"] <= 2)
