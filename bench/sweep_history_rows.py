"""The rows about a sweep over a real history: ten commits of a C++ library, built and measured, and the two of them that changed something.

From scratch is what a loop over the commits does: a checkout, CMake, the build, each in a folder of its own.
Both begin with nothing compiled.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from run import Bench, Report

ROOT = Path(__file__).parent.parent
COMMITS = 10
MODULES = (28, 12, 0)  # beside the two files that most commits change
SLOWER, LARGER = 5, 2  # commits before the last one


def run(argv: list[str | Path], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def checked(argv: list[str | Path], folder: Path, **environment: str) -> str:
    done = run(argv, folder, **environment)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, argv))}:\n{done.stdout}{done.stderr}")
    return done.stdout


def make_history(folder: Path, prefix: Path, modules: int) -> Path:
    history = folder / "history"
    subprocess.run(["rm", "-rf", folder], check=True)
    checked([ROOT / "examples/cpp-history/make_repository", history, str(modules)], ROOT)
    configure(history, history / "build", prefix)
    checked(["cmake", "--build", "build", "--parallel", str(os.cpu_count())], history)
    return history


def configure(source: Path, build: Path, prefix: Path) -> None:
    checked(["cmake", "-S", source, "-B", build, "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_PREFIX_PATH={prefix}"], source)


def from_scratch(history: Path, prefix: Path) -> float:
    began = time.perf_counter()
    for i in range(COMMITS):
        source = history.parent / f"scratch/{i}"
        checked(["git", "worktree", "add", "--detach", source, f"HEAD~{COMMITS - 1 - i}"], history)
        configure(source, source / "build", prefix)
        checked(["cmake", "--build", "build", "--target", "history", "--parallel", str(os.cpu_count())], source)
    return time.perf_counter() - began


def caches(history: Path) -> dict[str, str]:
    return {"BENCHKIT_CACHE": str(history.parent / "cache"), "CCACHE_DIR": str(history.parent / "ccache")}


def short(history: Path, before_last: int) -> str:
    return checked(["git", "rev-parse", f"HEAD~{before_last}"], history)[:9]


def sweep_history_rows(report: Report, bench: Bench) -> None:
    prefix = bench.folder / "installed"
    subprocess.run(["rm", "-rf", prefix], check=True)
    checked(["cmake", "--install", bench.build, "--prefix", prefix], bench.folder)
    for modules in MODULES:
        history = make_history(bench.folder / f"modules-{modules}", prefix, modules)
        build_row(report, history, prefix, modules)
    found_rows(report, history)


def build_row(report: Report, history: Path, prefix: Path, modules: int) -> None:
    scratch = from_scratch(history, prefix)
    began = time.perf_counter()
    said = checked([history / "build/history", "sweep", f"HEAD~{COMMITS - 1}..HEAD", "--provision-only"], history, **caches(history))
    took = time.perf_counter() - began
    print(said, flush=True)
    report.add(
        f"{COMMITS} commits of a C++ library of {2 + modules} source files built for a sweep, nothing compiled before",
        "≤ ¼ of a build from scratch for each",
        f"{took:.1f} s ({took / scratch:.2f} of it)",
        f"from scratch, one after the other: {scratch:.1f} s",
        took <= scratch / 4,
        f"a commit changes two or three files of {2 + modules} and the suite's own: ten times that is more than a quarter already",
    )


def found_rows(report: Report, history: Path) -> None:
    program, cache = history / "build/history", caches(history)
    planted = {"total": short(history, SLOWER), "record": short(history, LARGER)}
    done = run([program, "sweep", f"HEAD~{COMMITS - 1}..HEAD", "--metric", "time,peak", "-o", "s"], history, **cache)
    print(done.stdout, flush=True)
    # Of each metric a table; its last column is the version in which a case first got worse.
    times, _, peaks = done.stdout.partition("\npeak ")
    found = {case: last_words(text, case) for case, text in (("total", times), ("record", peaks))}
    report.add(
        "the 3 % and the 64 bytes planted in it, by the table of one sweep at its default budget",
        "both commits",
        f"{sum(found[case] == planted[case] for case in planted)} of 2",
        ", ".join(f"{case}: {found[case] or 'none'} (true: {planted[case]})" for case in planted),
        found == planted,
    )
    searched = {}
    for case, metric in (("total", "time"), ("record", "peak")):
        words = ["--bisect", f"HEAD~{COMMITS - 1}..HEAD", "--case", case, "--metric", metric, "-o", f"b-{case}"]
        said = run([program, "sweep", *words], history, **cache).stdout
        print(said, flush=True)
        searched[case] = bool(re.search(rf"from {planted[case]}\b", said))
    report.add("the same two, searched by `--bisect`", "both commits", f"{sum(searched.values())} of 2", "-", all(searched.values()))


def last_words(table: str, case: str) -> str:
    """What stands last in a case's row, if it is a commit."""
    rows = [line.split() for line in table.splitlines() if line.split()[:1] == [case]]
    return rows[0][-1] if rows and re.fullmatch(r"[0-9a-f]{9}", rows[0][-1]) else ""
