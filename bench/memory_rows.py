"""The rows about memory: what counting costs, what it takes to begin, how right it is, and the peers beside it."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from run import Bench, Report

HERE = Path(__file__).parent
LINOPY = HERE.parent / "examples/linopy"
# The same as linopy_by_benchmem.py has.
EXAMPLE_CASES = ("--where", "n<=250", "-k", "(basic or knapsack) and (test_build or test_matrices or test_to_lp)")
HEAPTRACK = Path("/usr/lib/heaptrack/libheaptrack_preload.so")


def from_json(argv: Sequence[str | Path], **environment: str) -> dict:
    done = subprocess.run(argv, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{argv} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def memory_rows(report: Report, build: Path, libraries: str, folder: Path) -> None:
    """`libraries`: a Python that has what tests/memhook/requirements.txt names, and benchkit."""
    memray = from_json([libraries, HERE / "churn_memray.py", build / "bench/libbench_churn_work.so", "15"])
    counting(report, build, memray)
    attribution(report, build, memray)
    attaching(report, build, folder)
    python_work(report, libraries)
    peak_errors(report, build)
    memory_pass(report, libraries, folder)


def counting(report: Report, build: Path, memray: dict, rounds: int = 15) -> None:
    """Natively: the peers are told by what they add to their own bare arm."""
    churn = build / "bench/bench_churn"
    peers = f"memray: +{memray['memray'] - memray['bare']:.0f} ns"
    if HEAPTRACK.exists():
        under = from_json([churn, "1", str(rounds), "bare"], LD_PRELOAD=str(HEAPTRACK), DUMP_HEAPTRACK_OUTPUT="/dev/null")["bare"]
        without = from_json([churn, "1", str(rounds), "bare"])["bare"]
        peers += f"; heaptrack: +{under - without:.0f} ns"
    else:
        peers += "; heaptrack not installed"
    for threads, target in ((1, "≤ +8 ns a malloc+free pair"), (2, "≤ 1.5 × bare")):
        arms = from_json([churn, str(threads), str(rounds)])
        bare, counted = arms["bare"], arms["counted"]
        met = counted - bare <= 8 if threads == 1 else counted <= 1.5 * bare
        ours = f"+{counted - bare:.1f} ns" if threads == 1 else f"× {counted / bare:.2f}"
        beside = f"bare: {bare:.1f} ns; hooked, no window: {arms['idle']:.1f} ns; exact: {arms['exact']:.1f} ns"
        why = (
            "a pair is two hooks, two marks beside the heap and two updates of the thread's numbers; "
            "what the caches do to them is the machine's"
        )
        report.add(
            f"memory: counting, {threads} thread{'s' * (threads > 1)}",
            target,
            ours,
            f"{beside}; {peers}" if threads == 1 else beside,
            met,
            why,
        )


def attaching(report: Report, build: Path, folder: Path, processes: int = 9) -> None:
    objects = folder / "objects"
    objects.mkdir()
    for i in range(200):
        shutil.copy(build / "bench/libbench_attach_victim.so", objects / f"object{i}.so")
    seen = [from_json([build / "bench/bench_attach", objects]) for _ in range(processes)]
    middle = {name: statistics.median(one[name] for one in seen) for name in seen[0]}
    what = f"memory: {{}}, {middle['objects']:.0f} loaded objects"
    first, again, window = middle["first_ns"], middle["again_ns"], middle["window_ns"]
    report.add(what.format("first attach"), "≤ 10 ms", f"{first / 1e6:.2f} ms", "-", first <= 10e6)
    report.add(what.format("attach again"), "≤ 1 ms", f"{again / 1e6:.3f} ms", "-", again <= 1e6)
    report.add(what.format("a window, opened and closed"), "≤ 1 µs", f"{window / 1e3:.2f} µs", "-", window <= 1e3)


def attribution(report: Report, build: Path, memray: dict) -> None:
    """memray's stacks are those of one depth, that of a call from Python."""
    native = f"memray native: +{memray['native'] - memray['bare']:.0f} ns"
    for frames, what, limit in (("kept", "with frame pointers", 100), ("omitted", "without frame pointers", 250)):
        arms = from_json([build / f"bench/bench_attribution_{frames}", "15"])
        added = {
            (arm, work): arms[f"{arm} {work}"] - arms[f"bare {work}"]
            for arm in ("counted", "attributed")
            for work in ("at depth 14", "at depth 34", "from depth 0 to 14")
        }
        ours = added["attributed", "at depth 14"]
        others = (
            ("counted", added["counted", "at depth 14"]),
            ("from depth 0 to 14 for each", added["attributed", "from depth 0 to 14"]),
            ("at depth 34", added["attributed", "at depth 34"]),
        )
        peers = "; ".join([f"{name}: +{cost:.0f} ns" for name, cost in others] + [native])
        report.add(f"memory: attribution at depth 14, {what}", f"≤ {limit} ns a pair", f"+{ours:.0f} ns", peers, ours <= limit)


def parity_rows(report: Report, bench: Bench) -> None:
    """By the project's own test, which skips what memray itself has several figures for. It needs what `make test` builds."""
    results = bench.folder / "parity.xml"
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "equal_to_the_byte", "--junit-xml", str(results)]
    environment = {**os.environ, "BENCHKIT_PARITY_RUNS": "5"}
    subprocess.run([*argv, str(HERE.parent / "tests/memhook/test_parity.py")], env=environment, check=False, stdout=subprocess.DEVNULL)
    cases = list(ElementTree.parse(results).iter("testcase"))
    found = {name: [(case, case.find(name)) for case in cases if case.find(name) is not None] for name in ("failure", "error", "skipped")}
    differ = [case.get("name") for name in ("failure", "error") for case, _ in found[name]]
    unlike_itself = [case for case, skipped in found["skipped"] if "memray gives itself" in skipped.get("message", "")]
    not_run = [f"{case.get('name')} ({skipped.get('message')})" for case, skipped in found["skipped"] if case not in unlike_itself]
    differ += [f"{name}: not run" for name in not_run]
    equal = len(cases) - len(differ) - len(unlike_itself)
    report.add(
        "memory: workloads whose peak is memray's by the `memray` account, to the byte",
        "≥ 20, all",
        f"{equal} of {len(cases) - len(unlike_itself)}" + (f"; not {', '.join(map(str, differ))}" if differ else ""),
        f"memray 1.20, five processes each: {len(unlike_itself)} more for which it gives itself several figures",
        equal >= 20 and not differ,
    )


def python_work(report: Report, libraries: str, rounds: int = 40) -> None:
    result = from_json([libraries, HERE / "memory_loop.py", str(rounds)])
    rows = (
        ("call-heavy Python", "calls", 1.02, "high"),
        ("20,000 native temporaries", "temporaries", 1.05, "median"),
        ("20,000 numpy temporaries", "numpy_temporaries", 1.05, "median"),
        ("a linopy model build", "linopy_build", 1.03, "median"),
    )
    for what, name, limit, figure in rows:
        window, memray = result[name]["window"], result[name]["memray"]
        target = f"≤ × {limit}" + (", upper end of the interval" if figure == "high" else "")
        ours = f"× {window['median']:.3f} [{window['low']:.3f}, {window['high']:.3f}]"
        report.add(f"memory: {what}, in a window", target, ours, f"memray: × {memray['median']:.2f}", window[figure] <= limit)
    attributed, native = result["linopy_build"]["attributed"], result["linopy_build"]["memray native"]
    ours = f"× {attributed['median']:.3f} [{attributed['low']:.3f}, {attributed['high']:.3f}]"
    beside = f"memray with native stacks: × {native['median']:.2f}"
    report.add("memory: a linopy model build, attributed", "≤ × 1.1", ours, beside, attributed["median"] <= 1.1)


def peak_errors(report: Report, build: Path) -> None:
    for threads in (1, 2, 4, 8):
        seen = from_json([build / "bench/bench_peak_error", str(threads)])
        error = abs(seen["peak"] - seen["truth"])
        share = error / seen["truth"]
        ours = "0 B" if error == 0 else f"{error:,.0f} B ({share:.4%})"
        beside = f"of {seen['truth'] / 2**20:.0f} MiB; the bound that it states: {seen['bound']:,} B"
        met = error == 0 if threads == 1 else share <= 0.0005
        target = "0 B" if threads == 1 else "≤ 0.05 %"
        report.add(f"memory: error of a peak, {threads} thread{'s' * (threads > 1)}", target, ours, beside, met)


def memory_pass(report: Report, libraries: str, folder: Path, rounds: int = 3) -> None:
    """The linopy example's memory pass from start to end, beside pytest-benchmem's on the same cases with its timing cut to one round."""
    ours = [libraries, "-m", "benchmarks", "run", "--metric", "peak", *EXAMPLE_CASES, "-o", str(folder / "pass.jsonl")]
    theirs = [libraries, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(HERE / "linopy_by_benchmem.py")]
    theirs += ["--benchmark-memory", "--benchmark-min-rounds=1", "--benchmark-max-time=0", "--benchmark-min-time=0"]
    took: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(rounds):
        (folder / "pass.jsonl").unlink(missing_ok=True)
        for name, argv in (("ours", ours), ("theirs", theirs)):
            began = time.perf_counter()
            environment = {**os.environ, "PYTHONPATH": str(LINOPY)}
            done = subprocess.run(argv, cwd=LINOPY, capture_output=True, text=True, env=environment, check=False)
            took[name].append(time.perf_counter() - began)
            if done.returncode != 0:
                raise SystemExit(f"{argv} ended with {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    middle = {name: statistics.median(values) for name, values in took.items()}
    beside = f"pytest-benchmem: {middle['theirs']:.1f} s (its timing cut to one round)"
    met = middle["ours"] <= middle["theirs"] / 2
    report.add("memory: the pass over the linopy example, n ≤ 250", "≤ ½ of pytest-benchmem", f"{middle['ours']:.1f} s", beside, met)
