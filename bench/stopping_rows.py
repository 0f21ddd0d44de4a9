"""The rows about runs that stop when all is decided: what they save, and how often they err; by simulation, and with real processes."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kept import Kept
from verdict_peers import KERNELS
from verdict_rows import counted, wilson

if TYPE_CHECKING:
    from run import Bench, Report

CHANGES = (0, 2, 5, 20)  # percent
RULES = {"sequential": ["--until-decided"], "looks": ["--until-decided", "looks"]}
BUDGET = "2s"


def simulated_rows(report: Report, bench: Bench) -> None:
    shown = simulated(bench)
    simulated_savings(report, shown["power"])
    simulated_suites(report, shown["suites"])
    simulated_errors(report, bench)


def stopping_rows(report: Report, bench: Bench) -> None:
    real_savings(report, bench)
    real_power(report, bench)
    real_suite(report, bench)


def simulated(bench: Bench) -> dict:
    argv = [bench.build / "bench/bench_power_curves", "10" if bench.quick else "400"]
    measure = lambda: json.loads(subprocess.run(argv, capture_output=True, check=True, text=True).stdout)  # noqa: E731
    return Kept(bench.folder / "simulated.jsonl").of("400 runs", measure)


def add_savings(report: Report, what: str, used: dict[int, float], beside: str) -> None:
    saved = {change: 1 - share for change, share in used.items()}
    mean = sum(saved.values()) / len(saved)
    each = ", ".join(f"{share:.0%} at {change} %" for change, share in saved.items())
    met = mean >= 0.5 and saved[20] >= 0.8
    why = "what is small or lies near the threshold takes its time; how much of it depends on how quiet the machine is"
    report.add(what, "≥ 50 % in the mean, ≥ 80 % at 20 %", f"{mean:.0%}: {each}", beside, met, why)


def simulated_savings(report: Report, power: list[dict]) -> None:
    """The share of a budget that is left when a case is decided; one that never is has used all of it."""
    rows = {(row["design"], round(row["change"] * 10_000)): row for row in power}

    def share(what: str, design: str, percent: float) -> str:
        row = rows[design, round(percent * 100)]
        hits = row["regressed"] + row["same"] if what == "decided" else row[what]
        return f"{hits / row['runs']:.1%}"

    for design in RULES:
        beside = (
            f"wrong at a true 1 %: {share('wrong', design, 1)}, fixed {share('wrong', 'fixed', 1)}; decided at 0 and 2 %: "
            f"{share('decided', design, 0)} and {share('decided', design, 2)}, fixed {share('decided', 'fixed', 0)} and "
            f"{share('decided', 'fixed', 2)} (N = {rows[design, 100]['runs']} each)"
        )
        used = {change: rows[design, 100 * change]["used"] for change in CHANGES}
        add_savings(report, f"early stopping, threshold 1 %, simulated, {design}", used, beside)


def simulated_suites(report: Report, suites: list[dict]) -> None:
    for design in ("fixed", *RULES):
        rows = [row for row in suites if row["design"] == design]
        worst = max(rows, key=lambda row: row["false_share"])
        found = next(row for row in rows if row["changed"] == 1 and row["unchanged"] == 0)
        high = worst["false_share"] + 1.96 * worst["standard_error"]
        beside = f"the worst of {len(rows)} settings, N = {worst['runs']}; a lone change of 5 % found: {found['found']:.0%}"
        ours = f"{worst['false_share']:.1%} (up to {high:.1%})"
        what = f"suite of 200 cases × 3 metrics, simulated, {design}: false discoveries"
        report.add(what, "≤ 5 %", ours, beside, worst["false_share"] <= 0.05)
        worst = max(rows, key=lambda row: row["false_same_share"])
        high = worst["false_same_share"] + 1.96 * worst["false_same_standard_error"]
        usual = next(row for row in rows if row["changed"] == 20 and row["unchanged"] == 0)
        report.add(
            f"the same suite, {design}: false ones among the `same`",
            "≤ 5 %",
            f"{worst['false_same_share']:.1%} (up to {high:.1%})",
            f"the worst of {len(rows)} settings; of those that are the same {usual['same']:.0%} are called so",
            worst["false_same_share"] <= 0.05,
        )


def simulated_errors(report: Report, bench: Bench) -> None:
    """Where the assumptions of a rule are strained: a few planned blocks, and noise between runs that few cases have."""
    argv = [bench.build / "bench/bench_error_rates", "1" if bench.quick else "100"]
    shown = json.loads(subprocess.run(argv, capture_output=True, check=True, text=True).stdout)
    for row in shown["looks"]:
        wrong = row["looks"]
        low, high = wilson(round(wrong * row["runs"]), row["runs"])
        beside = f"one test of all of them: {row['one_test']:.1%}; steps taken for full: {row['full_steps']:.1%}"
        what = f"twelve looks at {row['planned']} blocks, level 5 %, simulated (N = {row['runs']}): false calls"
        report.add(what, "≤ 6 %", f"{wrong:.1%} ({low:.1%} to {high:.1%})", beside, wrong <= 0.06)
    # Of each noise the size of the suite at which it is worst.
    for noise in dict.fromkeys(row["noise"] for row in shown["unpaired"]):
        rows = [row for row in shown["unpaired"] if row["noise"] == noise]
        row = max(rows, key=lambda row: row["wrong"])
        others = ", ".join(f"{row['cases']} cases: {row['wrong'] / row['pairs']:.1%}" for row in rows)
        share = row["wrong"] / row["pairs"]
        low, high = wilson(row["wrong"], row["pairs"])
        of_what = f"files of different runs, {row['cases']} cases, simulated, noise {row['noise']} (N = {row['pairs']})"
        what = f"{of_what}: comparisons with a false call"
        why = "a tail that few cases have is learnt badly from the others; a paired run needs no such guess"
        report.add(what, "≤ 5 %", f"{share:.1%} ({low:.1%} to {high:.1%})", others, low <= 0.05, why)


def measure(bench: Bench, change: int, *options: str) -> tuple[float, list[tuple[str, str]]]:
    """Seconds from start to end, and the verdicts, each with its metric."""
    path = bench.folder / "stopping-run.jsonl"
    path.unlink(missing_ok=True)
    base, head = bench.build / "bench/bench_slowed_0", bench.build / f"bench/bench_slowed_{change}"
    began = time.perf_counter()
    subprocess.run([head, "run", "--against", f"base={base}", "-o", path, *options], capture_output=True, check=True)
    took = time.perf_counter() - began
    argv: list[str | Path] = [bench.build / "benchkit", "compare", path, "--format", "json"]
    shown = subprocess.run(argv, capture_output=True, check=True, text=True).stdout
    rows = [(table["metric"], row) for table in json.loads(shown) for group in table["groups"] for row in group["rows"]]
    return took, [(metric, row["cells"][1]["judgement"]["verdict"]) for metric, row in rows]


def real_savings(report: Report, bench: Bench) -> None:
    """Each kernel by itself, the command from start to end; a fixed run of the same budget beside it."""
    kept = Kept(bench.folder / "stopping.jsonl")
    rules = {"fixed": [], **RULES}
    took: dict[tuple[str, int], float] = {(rule, change): 0 for rule in rules for change in CHANGES}
    decided, wrong = dict.fromkeys(rules, 0), dict.fromkeys(rules, 0)
    kernels = KERNELS[:1] if bench.quick else KERNELS
    for kernel in kernels:
        for change in CHANGES:
            for rule, options in rules.items():
                plan = ["-k", f"{kernel}[0]", "--budget", BUDGET, "--seed", "1", *options]
                seconds, judged = kept.of(f"{kernel} {change} {rule}", lambda c=change, p=plan: measure(bench, c, *p))
                took[rule, change] += seconds
                verdicts = [verdict for _, verdict in judged]
                right = "same" if change == 0 else "regressed"
                decided[rule] += verdicts == [right]
                wrong[rule] += verdicts not in ([right], ["undecided"])
    runs = len(kernels) * len(CHANGES)
    for rule in RULES:
        used = {change: took[rule, change] / took["fixed", change] for change in CHANGES}
        beside = f"decided rightly {decided[rule]} of {runs}, fixed {decided['fixed']}; wrongly {wrong[rule]}, fixed {wrong['fixed']}"
        add_savings(report, f"early stopping, threshold 1 %, {BUDGET} a case, eight kernels, {rule}", used, beside)


def real_power(report: Report, bench: Bench) -> None:
    """What the row of the fixed rule asks (verdict_rows.py), asked of those that may stop early."""
    kept, seeds = Kept(bench.folder / "power.jsonl"), 1 if bench.quick else 3
    for rule, options in RULES.items():
        found = dict.fromkeys(KERNELS, 0)
        for seed in range(seeds):
            for kernel in KERNELS:
                plan = ["-k", f"{kernel}[0]", "--budget", "1s", "--threshold", "0.25%", "--seed", str(seed), *options]
                _, judged = kept.of(f"{kernel} {seed} {rule}", lambda p=plan: measure(bench, 1, *p))
                found[kernel] += [verdict for _, verdict in judged] == ["regressed"]
        each = ", ".join(f"{kernel} {count}/{seeds}" for kernel, count in found.items())
        what = f"a true 1 % found, `exec`, 1 s a case, `--threshold 0.25%`, {rule}"
        ours = f"{counted(sum(found.values()), seeds * len(KERNELS))}: {each}"
        report.add(what, "none: beside the fixed rule's", ours, "it may stop after any block" if rule == "sequential" else "-", met=True)


def real_suite(report: Report, bench: Bench) -> None:
    """200 cases against themselves: whatever is called is false. How often each allocates is exact, and cannot be called."""
    metrics = "time,cpu_time,allocations"
    plan = ["--until-decided", "--metric", metrics, "--budget", "20ms" if bench.quick else "100ms", "--seed", "1"]
    if bench.quick:
        plan += ["-k", "matrix"]
    took, judged = Kept(bench.folder / "suite.jsonl").of("suite", lambda: measure(bench, 0, *plan))
    called = sum(verdict in ("regressed", "improved") for _, verdict in judged)
    noisy = [verdict for metric, verdict in judged if metric in ("time", "cpu_time")]
    ours = f"{called} called of {len(judged)} equal ones"
    beside = f"of time and cpu_time {counted(called, len(noisy))}, and {noisy.count('same') / len(noisy):.0%} `same`; {took:.0f} s"
    report.add("suite of 200 cases × 3 metrics against itself, until decided, 100 ms a case", "none called", ours, beside, called == 0)
