"""The rows about files of different runs: two runs of one suite of linopy, identical code, which no pairs hold together.

The files are those of src/compare/testdata. What differs between runs is estimated from the pair itself; so a change of ten cases must be
told from that by what all the others do.
"""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from kept import Kept

if TYPE_CHECKING:
    from run import Bench, Report

DATA = Path(__file__).parent.parent / "src/compare/testdata"
DOUBLED = 10
CALLED = ("regressed", "improved")


def verdicts(bench: Bench, base: Path, head: Path, *options: str) -> dict[str, str]:
    argv: list[str | Path] = [bench.build / "benchkit", "compare", base, head, "--format", "json", *options]
    shown = subprocess.run(argv, capture_output=True, check=True, text=True).stdout
    rows = [row for table in json.loads(shown) for group in table["groups"] for row in group["rows"]]
    return {row["case"]: row["cells"][1]["judgement"]["verdict"] for row in rows}


def families() -> dict[str, list[str]]:
    """The cases of each function of the suite that has ten or more."""
    found: dict[str, list[str]] = {}
    for benchmark in json.loads((DATA / "linopy-2.json").read_text())["benchmarks"]:
        found.setdefault(benchmark["fullname"].split("[")[0].split("::")[-1], []).append(benchmark["fullname"])
    return {name: cases for name, cases in found.items() if len(cases) >= DOUBLED}


def judged_with_doubled(bench: Bench, doubled: set[str]) -> tuple[int, int]:
    """These cases of the second run take twice as long: how many are found, and how many others are called."""
    run = json.loads((DATA / "linopy-2.json").read_text())
    for benchmark in run["benchmarks"]:
        if benchmark["fullname"] in doubled:
            benchmark["stats"]["data"] = [2 * value for value in benchmark["stats"]["data"]]
    path = bench.folder / "doubled.json"
    path.write_text(json.dumps(run))
    told = verdicts(bench, DATA / "linopy-1.json", path)
    found = sum(verdict == "regressed" for case, verdict in told.items() if case in doubled)
    false = sum(verdict in CALLED for case, verdict in told.items() if case not in doubled)
    return found, false


def draw(bench: Bench, seed: int) -> tuple[int, int]:
    """Ten cases that are drawn."""
    benchmarks = json.loads((DATA / "linopy-2.json").read_text())["benchmarks"]
    return judged_with_doubled(bench, {benchmark["fullname"] for benchmark in random.Random(seed).sample(benchmarks, DOUBLED)})


def opaque(bench: Bench, number: int) -> Path:
    """One of the two runs with names that say nothing, and no params: no case is of a family."""
    run = json.loads((DATA / f"linopy-{number}.json").read_text())
    for place, benchmark in enumerate(run["benchmarks"]):
        stats = benchmark["stats"]
        benchmark.clear()
        benchmark.update({"name": f"t{place:03}", "fullname": f"t{place:03}", "stats": stats})
    path = bench.folder / f"opaque-{number}.json"
    path.write_text(json.dumps(run))
    return path


def opaque_row(report: Report, bench: Bench) -> None:
    pair = opaque(bench, 1), opaque(bench, 2)
    false = {}
    for threshold in ("1%", "10%"):
        told = verdicts(bench, *pair, "--threshold", threshold).values()
        false[threshold] = sum(verdict in CALLED for verdict in told)
    ours = ", ".join(f"{count} at {threshold}" for threshold, count in false.items())
    beside = "the tail of the noise is told from the ratios alone"
    report.add("the same pair with names that say nothing, no params: false verdicts", "≤ 2 of 208", ours, beside, max(false.values()) <= 2)


def by_minima(threshold: float) -> int:
    """What the usual rule calls: minima that differ by more."""
    least = []
    for number in (1, 2):
        run = json.loads((DATA / f"linopy-{number}.json").read_text())
        least.append({row["fullname"]: min(row["stats"]["data"]) for row in run["benchmarks"]})
    return sum(abs(least[1][name] / value - 1) > threshold for name, value in least[0].items())


def unpaired_rows(report: Report, bench: Bench) -> None:
    told = list(verdicts(bench, DATA / "linopy-1.json", DATA / "linopy-2.json").values())
    false = sum(verdict in CALLED for verdict in told)
    ours = f"{false} of {len(told)}; {told.count('same')} `same`, {told.count('undecided')} undecided"
    beside = f"minima that differ by more than 10 %: {by_minima(0.1)}"
    report.add("two runs of linopy's suite, identical code, unpaired: false verdicts", "≤ 2 of 208", ours, beside, false <= 2)
    opaque_row(report, bench)
    draws = 10 if bench.quick else 500
    kept = Kept(bench.folder / "doubled.jsonl")
    results = [kept.of(str(seed), lambda seed=seed: draw(bench, seed)) for seed in range(draws)]
    found = sum(result[0] for result in results) / draws
    false_mean = sum(result[1] for result in results) / draws
    ours = f"{found:.2f} of {DOUBLED} on average of {draws} draws"
    least = min(result[0] for result in results)
    beside = f"at least {least}; of the other {len(told) - DOUBLED} are called {false_mean:.2f} on average"
    report.add("the same pair, ten cases doubled: found", "≥ 8 of 10", ours, beside, found >= 8)
    by_family = {name: judged_with_doubled(bench, set(cases)) for name, cases in families().items()}
    sizes = {name: len(cases) for name, cases in families().items()}
    report.add(
        "the same pair, all cases of one function doubled: found",
        "none: it may have been a bad day for such work, and is undecided",
        ", ".join(f"{name} {found} of {sizes[name]}" for name, (found, _) in by_family.items()),
        f"others that are called: {sum(false for _, false in by_family.values())}; `run --against` tells both apart",
        met=True,
    )
