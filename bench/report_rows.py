"""The rows about the report: how large it is, how long it takes to write, and how soon a Chromium shows it."""

from __future__ import annotations

import json
import os
import random
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


def asv_results(folder: Path, benchmarks: int, commits: int) -> Path:
    """What `asv run` leaves behind, made up: results of so many benchmarks at so many commits, in the files that `asv publish` reads."""
    shutil.rmtree(folder, ignore_errors=True)
    repository, results = folder / "repository", folder / "results"
    (results / "made").mkdir(parents=True)
    config = {"version": 1, "project": "made", "repo": str(repository), "branches": ["main"], "environment_type": "virtualenv"}
    (folder / "asv.conf.json").write_text(json.dumps({**config, "results_dir": "results", "html_dir": "html", "show_commit_url": "/"}))
    machine = {"machine": "made", "os": "made up", "arch": "x86_64", "cpu": "made up", "num_cpu": "2", "ram": "8"}
    (results / "made/machine.json").write_text(json.dumps({**machine, "version": 1}))
    names = [f"test_find.Find.time_find_kind{i % 4}_{10 ** (i % 6)}_{i}" for i in range(benchmarks)]
    one = {"code": "def time(self): ...", "param_names": [], "params": [], "type": "time", "unit": "seconds", "version": "1", "timeout": 60}
    (results / "benchmarks.json").write_text(json.dumps({**{name: {**one, "name": name} for name in names}, "version": 2}))
    git = ["git", "-C", repository, "-c", "user.name=made", "-c", "user.email=made@example.org"]
    subprocess.run(["git", "init", "-q", "-b", "main", repository], check=True)
    columns = ["result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b", "stats_q_25", "stats_q_75"]
    for number in range(commits):
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", f"v{number}"], check=True)
        commit = subprocess.check_output([*git, "rev-parse", "HEAD"], text=True).strip()
        chance, at = random.Random(number), 1_700_000_000_000 + number
        values = {name: 1e-6 * (1 + i % 7) * chance.lognormvariate(0, 0.02) for i, name in enumerate(names)}
        rows = {name: [[v], [], "1", at, 0.1, [0.98 * v], [1.02 * v], [0.99 * v], [1.01 * v]] for name, v in values.items()}
        told = {"commit_hash": commit, "env_name": "made", "date": at, "params": {**machine, "python": "3.11"}, "python": "3.11"}
        rest = {"requirements": {}, "env_vars": {}, "result_columns": columns, "results": rows, "durations": {}, "version": 2}
        (results / "made" / f"{commit[:8]}-made.json").write_text(json.dumps({**told, **rest}))
    return folder / "asv.conf.json"


def asv_published(bench: Bench) -> str:
    """Size and seconds of the site that asv makes of as many benchmarks and commits."""
    command = Path(bench.pythons[0]).parent / "asv"
    if not command.exists():
        return "asv publish: not installed"
    config = asv_results(bench.folder / "asv", 1000, 2)
    took = median_of([command, "publish", "--config", config, "--no-pull"], rounds=3)
    pages = [file for file in (config.parent / "html").rglob("*") if file.is_file()]
    graphs = sum("graphs" in file.parts for file in pages)
    if graphs < 1000:
        raise SystemExit(f"asv publish has drawn {graphs} of 1,000 benchmarks")
    size = sum(file.stat().st_size for file in pages)
    return f"asv publish: {size / 1e6:.2f} MB in {len(pages)} files, written in {took:.2f} s; needs a web server"


def report_rows(report: Report, bench: Bench) -> None:
    page, took = written(bench, "usual", snapshots(bench.folder / "report-usual", 2, 1000, 40))
    size = page.stat().st_size
    ours = f"{size / 1e6:.2f} MB, written in {took:.2f} s"
    report.add("report of 1,000 cases × 2 snapshots", "≤ 1.5 MB", ours, asv_published(bench), size <= 1.5e6)
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
