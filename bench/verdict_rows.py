"""The rows about verdicts: how often each tool calls a change where there is none, and how often it finds one of a known size.

A trial is one comparison of the eight kernels of bench/verdicts by each tool, a second a kernel for both sides, the tools in turn; in each
trial half of the kernels are slower by a planted 1 % on one side, the other half in the next. The peers have a trial for OURS_AT_A_TIME of
ours: theirs take three times as long. What was measured stays in the folder, and the next run goes on with it.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kept import Kept
from verdict_peers import NAMES, PLANTED, Count, Peers, counts_of_peers, run

if TYPE_CHECKING:
    from run import Bench, Report

TRIALS = 100  # of ours: 400 comparisons of equals, and 50 of a planted change for each kernel
OURS_AT_A_TIME = 11
SEED = "7"


@dataclass
class Series:
    """A number of comparisons that `aa` makes, some at a time."""

    name: str
    argv: Sequence[str]
    budget: str = "1s"  # a case

    def measure(self, bench: Bench, comparisons: int) -> dict:
        """The first `comparisons` of them; what is there already is read."""
        argv = [bench.build / "bench/bench_verdicts", "aa", "--seed", SEED, "--format", "json", *self.argv]
        argv += ["--budget", "200ms" if bench.quick else self.budget, "--comparisons", str(comparisons), "-o", bench.folder / self.name]
        [metric] = json.loads(run(argv, XDG_STATE_HOME=str(bench.folder / "state")))["metrics"]
        return metric


SHARP = ("--threshold", "0.25%", "--inject", f"{PLANTED:.0%}")
MODES = {mode: Series(mode, ("--mode", mode, *SHARP)) for mode in ("inproc", "exec")}
SAME = {mode: Series(f"same-{mode}", ("--mode", mode, "--threshold", "2%"), "2s") for mode in ("inproc", "exec")}
# The threshold is below what a relink does, or a comparison that ignores it would look as good. Half of the kernels are slowed.
RELINKED = ("--mode", "exec", "--relinked", "--threshold", "0.25%", "--inject", "5%")
DRAWN, NAIVE = Series("layouts-sharp", (*RELINKED, "--layouts", "20")), Series("naive-sharp", RELINKED, "500ms")


def wilson(hits: int, trials: int) -> tuple[float, float]:
    if trials == 0:
        return 0, 1
    z, share = 1.959964, hits / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return (0 if hits == 0 else centre - half), (1 if hits == trials else centre + half)


def counted(hits: int, trials: int) -> str:
    low, high = wilson(hits, trials)
    return f"{hits / max(trials, 1):.1%} ({hits} of {trials}; {low:.1%} to {high:.1%})"


def of_peers(counts: dict[str, Count], hits: str, trials: str) -> str:
    texts = []
    for name, count in counts.items():
        if of := getattr(count, trials):
            low, high = wilson(getattr(count, hits), of)
            texts.append(f"{name}: {getattr(count, hits) / of:.0%} of {of} ({low:.0%} to {high:.0%})")
    texts += [f"{name} could not be had" for name in NAMES if name not in counts]
    return "; ".join(texts)


def by_kernel(metric: dict, what: str, only_hits: bool = False) -> str:
    counts = {row["case"]: row[what] for row in metric["cases"]}
    return ", ".join(f"{kernel} {one['count']}/{one['of']}" for kernel, one in counts.items() if one["count"] or not only_hits)


def false_verdicts(report: Report, mode: str, metric: dict, peers: dict[str, Count]) -> None:
    alarms = metric["all"]["false_alarms"]
    count, of = alarms["count"], alarms["of"]
    where = by_kernel(metric, "false_alarms", only_hits=True)
    report.add(
        f"A/A, false verdicts, `{mode}`, 1 s a case, `--threshold 0.25%`",
        "≤ 1 %, upper limit ≤ 2.5 %, N ≥ 400",
        counted(count, of) + (f": {where}" if where else ""),
        of_peers(peers, "false", "identical"),
        count <= 0.01 * of and wilson(count, of)[1] <= 0.025 and of >= 400,
        "the interval needs 400 comparisons to be so narrow" if of < 400 else "not known yet",
    )


def power(report: Report, mode: str, metric: dict, peers: dict[str, Count]) -> None:
    found = {row["case"]: row["found"] for row in metric["cases"]}
    everything, wrong = metric["all"]["found"], metric["all"]["wrong"]
    weakest = min(found, key=lambda kernel: found[kernel]["count"] / max(found[kernel]["of"], 1))
    report.add(
        f"a true 1 % found, `{mode}`, 1 s a case, `--threshold 0.25%`",
        "≥ 95 % of each kernel, N ≥ 50 each",
        f"{counted(everything['count'], everything['of'])}: {by_kernel(metric, 'found')}; {wrong} called wrongly",
        of_peers(peers, "found", "planted"),
        all(one["count"] >= 0.95 * one["of"] and one["of"] >= 50 for one in found.values()),
        f"the blocks of {weakest} differ by too much for 1 s",
    )


def aa_rows(report: Report, bench: Bench) -> None:
    trials, at_a_time = (2, 1) if bench.quick else (TRIALS, OURS_AT_A_TIME)
    peers, kept = Peers(bench.build, bench.pythons[0], bench.folder), Kept(bench.folder / "peers.jsonl")
    measured = {}
    for number, upto in enumerate(range(at_a_time, trials + at_a_time, at_a_time)):
        for mode, series in MODES.items():
            measured[mode] = series.measure(bench, min(upto, trials))
        kept.of(str(number), lambda number=number: peers.trial(number))
    counts = counts_of_peers(list(kept.values.values()), bench.folder)
    for mode, most in (("inproc", 0.001), ("exec", 0.005)):
        false_verdicts(report, mode, measured[mode], counts)
        power(report, mode, measured[mode], counts)
        error = measured[mode]["all"]["median_error"]
        others = "; ".join(f"{name}: {statistics.median(count.errors):.2%}" for name, count in counts.items() if count.errors)
        report.add(f"median A/A error, `{mode}`, 1 s a case", f"≤ {most:.1%}", f"{error:.3%}", others, error <= most)


def same_rows(report: Report, bench: Bench) -> None:
    for mode, series in SAME.items():
        everything = series.measure(bench, 1 if bench.quick else 6)["all"]
        same, of = everything["same"], everything["false_alarms"]["of"]
        what = f"A/A called `same`, `{mode}`, 2 s a case, `--threshold 2%`"
        report.add(what, "≥ 90 %", counted(same, of), "none of the others ever says so", same >= 0.9 * of)


def layout_rows(report: Report, bench: Bench) -> None:
    """38 comparisons of eight kernels, half of them slowed: 152 of equals. 5.1 minutes with layouts, 2.5 without."""
    count = 1 if bench.quick else 38
    at_a_time = 1 if bench.quick else 10
    for upto in range(at_a_time, count + at_a_time, at_a_time):  # in turn
        drawn, naive = (series.measure(bench, min(upto, count))["all"] for series in (DRAWN, NAIVE))
    alarms, found = drawn["false_alarms"], drawn["found"]
    what = "A against A relinked, false verdicts, `exec`, `--layouts 20`, 1 s a case, `--threshold 0.25%`"
    beside = f"one layout a side, half a second: {counted(naive['false_alarms']['count'], naive['false_alarms']['of'])}"
    met = alarms["count"] <= 0.05 * alarms["of"] and alarms["of"] >= 150
    report.add(what, "≤ 5 %, N ≥ 150", counted(alarms["count"], alarms["of"]), beside, met)
    report.add(
        "the same, a planted 5 %: found",
        "≥ 80 %: what is blind errs never",
        f"{counted(found['count'], found['of'])}; {drawn['wrong']} called wrongly",
        f"one layout a side: {counted(naive['found']['count'], naive['found']['of'])}",
        found["count"] >= 0.8 * found["of"],
    )
