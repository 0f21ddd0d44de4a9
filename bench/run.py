"""Measures benchkit beside its peers and writes docs/benchmarks.md: `run.py [--only PART]... [--quick] BUILD OUTPUT LIBRARIES [PYTHON...]`.

Each PYTHON has benchkit and pytest-benchmark installed; LIBRARIES is one that has what tests/memhook/requirements.txt names, too. Commands
are started in turn, round after round, so that what disturbs the machine disturbs all of them. A part is a section of the page; those that
are not measured stay as they are. `--only verdicts` is all whose names begin so. What takes long of them is kept in BUILD/kept, and gone on
with until the programs change. `--quick` tries a little of each long part, to see that every row works, and writes nothing.
Rows that cannot be had say so, and the others go on.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from linopy_rows import linopy_rows
from made_files import made_files
from memory_rows import memory_rows, parity_rows
from plot_rows import plot_rows
from plugin_rows import plugin_rows
from report_rows import report_rows
from stopping_rows import simulated_rows, stopping_rows
from suite_rows import suite_rows
from sweep_bisect_rows import sweep_bisect_rows
from sweep_history_rows import sweep_history_rows
from sweep_rows import sweep_rows
from sweep_time_rows import sweep_time_rows
from unpaired_rows import unpaired_rows
from verdict_rows import aa_rows, layout_rows, same_rows

HERE = Path(__file__).parent


@dataclass
class Report:
    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    reasons: list[tuple[str, str]] = field(default_factory=list)
    failed: bool = False

    def add(self, what: str, target: str, ours: str, peer: str, met: bool, why: str = "not known yet") -> None:
        """`why`: what makes the target hard to meet; the page shows it where it is missed."""
        self.rows.append((what, target, ours, peer, "yes" if met else "**no**"))
        if not met:
            self.reasons.append((what, why))
        print(f"{'met   ' if met else 'MISSED'} {what}: {ours} (target {target}; {peer})", flush=True)

    @contextlib.contextmanager
    def piece(self, what: str) -> Iterator[None]:
        """Some rows of a part. If they cannot be had, a row says so, and the others go on."""
        print(f"       {what}", flush=True)
        try:
            yield
        except (Exception, SystemExit) as error:
            traceback.print_exc()
            last = ([line for line in str(error).splitlines() if line.strip()] or [type(error).__name__])[-1]
            self.add(what, "-", "could not be measured", "-", False, last.strip()[:200].replace("|", "/"))
            self.failed = True


def start_and_wait(argv: Sequence[str], folder: Path) -> float:
    """Seconds from start to end of a process whose output goes nowhere."""
    actions = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)]
    with contextlib.chdir(folder):
        began = time.perf_counter()
        pid = os.posix_spawn(argv[0], argv, os.environ, file_actions=actions)
        _, status = os.waitpid(pid, 0)
        took = time.perf_counter() - began
    if status != 0:
        raise SystemExit(f"{argv} ended with status {status}")
    return took


def time_commands(commands: dict[str, Sequence[str]], rounds: int, folder: Path) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in commands}
    for argv in commands.values():
        start_and_wait(argv, folder)  # warm the page cache
    for _ in range(rounds):
        for name, argv in commands.items():
            times[name].append(start_and_wait(argv, folder))
    return times


def ms(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms"


def spread(values: list[float]) -> float:
    """Interquartile range over the median."""
    quarters = statistics.quantiles(values, n=4)
    return (quarters[2] - quarters[0]) / statistics.median(values)


def compare_json(command: Path, snapshot: Path) -> dict[str, float]:
    shown = subprocess.run([command, "compare", snapshot, "--format", "json"], capture_output=True, check=True, text=True).stdout
    return {row["case"]: row["cells"][0]["value"] for group in json.loads(shown)[0]["groups"] for row in group["rows"]}


def starts(report: Report, build: Path, python: str, folder: Path) -> None:
    command = str(build / "benchkit")
    small = [str(file) for file in made_files(folder / "small", 2, 5, 20)]
    times = time_commands(
        {
            "version": [command, "--version"],
            "compare": [command, "compare", *small],
            "empty": [python, "-c", "pass"],
            "import": [python, "-c", "import benchkit"],
            "core": [python, "-c", "import benchkit._core"],
        },
        40,
        folder,
    )
    middle = {name: statistics.median(values) for name, values in times.items()}
    report.add("`benchkit --version`", "≤ 10 ms", ms(middle["version"]), "-", middle["version"] <= 0.010)
    report.add("`compare` of two small files", "≤ 10 ms", ms(middle["compare"]), "-", middle["compare"] <= 0.010)
    extra, core = middle["import"] - middle["empty"], middle["core"] - middle["empty"]
    peer = f"empty interpreter: {ms(middle['empty'])}"
    report.add("`import benchkit`, beyond an empty interpreter", "≤ 10 ms", ms(extra), peer, extra <= 0.010)
    report.add("`import benchkit._core`, beyond an empty interpreter", "≤ 10 ms", ms(core), peer, core <= 0.010)


def loops(report: Report, build: Path, folder: Path) -> None:
    snapshot = folder / "loop.jsonl"
    subprocess.run([build / "bench/bench_loop", "run", "--budget", "1s", "-o", snapshot], check=True, capture_output=True)
    ours = compare_json(build / "benchkit", snapshot)
    shown = subprocess.run(
        [build / "bench/bench_loop_google", "--benchmark_format=json", "--benchmark_repetitions=5"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    theirs = {row["run_name"]: row["real_time"] for row in json.loads(shown)["benchmarks"] if row.get("aggregate_name") == "median"}
    google = "Google Benchmark: {:.2f} ns"
    report.add("loop: an empty action", "0.00 ns", f"{ours['empty']:.2f} ns", google.format(theirs["empty"]), ours["empty"] < 0.005)
    report.add(
        "loop: a sink",
        "≤ Google Benchmark",
        f"{ours['sink']:.2f} ns",
        google.format(theirs["sink"]),
        ours["sink"] <= theirs["sink"] + 0.005,
    )
    beyond = ours["fresh state"] - ours["sink"]
    paused = theirs["fresh_state"] - theirs["sink"]
    report.add("loop: fresh state for every call, beyond the action", "≤ 25 ns", f"{beyond:.2f} ns", google.format(paused), beyond <= 25)


def python_loops(report: Report, pythons: Sequence[str]) -> None:
    for python in pythons:
        shown = subprocess.run([python, HERE / "python_loop.py"], capture_output=True, check=True, text=True).stdout
        result = json.loads(shown)
        plugin = result["pytest-benchmark"]
        peer = f"timeit: {result['timeit']:.1f} ns; pytest-benchmark: " + (f"{plugin:.1f} ns" if plugin else "not installed")
        what = f"an empty function, Python {result['python']}"
        report.add(what, "≤ timeit + 1 ns", f"{result['benchkit']:.1f} ns", peer, result["benchkit"] <= result["timeit"] + 1)


def whole_runs(report: Report, build: Path, folder: Path) -> None:
    ours = [str(build / "bench/bench_kernels"), "run", "--budget", "10ms"]
    programs: dict[str, Sequence[str]] = {"benchkit": ours}
    nanobench = build / "bench/bench_kernels_nanobench"
    if nanobench.exists():
        programs["nanobench"] = [str(nanobench)]
    middle = {name: statistics.median(times) for name, times in time_commands(programs, 25, folder).items()}
    limit = middle.get("nanobench", 0.040)
    peer = f"nanobench: {ms(limit)}" if nanobench.exists() else "nanobench could not be fetched; 40 ms is from an earlier run"
    what = "three micro cases, `run --budget 10ms`, start to finish"
    why = (
        "three cases at 10 ms each are 30 ms of measuring; the rest is the start of two processes, of the worker and of the three "
        "calibrations, which nanobench does not have, since it measures in the process that prints"
    )
    report.add(what, "≤ nanobench's default", ms(middle["benchkit"]), peer, middle["benchkit"] <= limit, why)


def commands(report: Report, build: Path, folder: Path) -> None:
    program = str(build / "bench/bench_one_ms")
    ours: list[float] = []
    theirs: list[float] = []
    for i in range(5):
        snapshot = folder / f"command-{i}.jsonl"
        argv = [build / "benchkit", "run", "--command", f"ms={program}", "--budget", "1s", "--no-seal", "-o", snapshot]
        subprocess.run(argv, check=True, capture_output=True)
        lines = [json.loads(line) for line in snapshot.read_text().splitlines()]
        ours += [line["value"] * 1e-9 for line in lines if line["kind"] == "sample"]
        out = folder / f"hyperfine-{i}.json"
        subprocess.run(
            ["hyperfine", "-N", "--warmup", "5", "--runs", "300", "--export-json", out, program], check=True, capture_output=True
        )
        theirs += json.loads(out.read_text())["results"][0]["times"]
    middle, peer = statistics.median(ours), statistics.median(theirs)
    what = "a command of 1 ms"
    report.add(f"{what}: overhead", "≤ hyperfine -N", ms(middle - 0.001), f"hyperfine: {ms(peer - 0.001)}", middle <= peer)
    text = f"hyperfine: {spread(theirs):.1%}"
    report.add(
        f"{what}: spread (interquartile range / median)", "≤ hyperfine -N", f"{spread(ours):.1%}", text, spread(ours) <= spread(theirs)
    )


def comparisons(report: Report, build: Path, folder: Path) -> None:
    files = [str(file) for file in made_files(folder / "big", 20, 1000, 20)]
    command = str(build / "benchkit")
    times = time_commands({"two": [command, "compare", *files[:2]], "twenty": [command, "compare", *files]}, 15, folder)
    two, twenty = (statistics.median(times[name]) for name in ("two", "twenty"))
    report.add("`compare` of 2 × 1,000 cases × 20 samples", "≤ 50 ms", ms(two), "-", two <= 0.050)
    report.add("`compare` of 20 × 1,000 cases × 20 samples", "≤ 250 ms", ms(twenty), "-", twenty <= 0.250)
    many = str(build / "bench/bench_many")
    long = [str(file) for file in made_files(folder / "many", 2, 10_000, 5)]
    programs = {"list": [many, "list"], "show": [many, "show", "case[9999]"], "compare": [command, "compare", *long]}
    for name, took in time_commands(programs, 9, folder).items():
        middle = statistics.median(took)
        report.add(f"`{name}` on 10,000 cases", "≤ 200 ms: instant", ms(middle), "-", middle <= 0.200)


def foreign_rows(report: Report, build: Path, python: str, folder: Path) -> None:
    """Files of pytest-benchmark, compared by its own command, by pytest-benchmem's and by ours; and many cases in a format of our own."""
    subprocess.run([sys.executable, HERE / "make_foreign.py", folder / "foreign", "2", "1000", "20"], check=True)
    command, beside_python = str(build / "benchkit"), Path(python).parent
    files = [str(folder / f"foreign/pytest-{i}.json") for i in range(2)]
    programs: dict[str, Sequence[str]] = {"benchkit": [command, "compare", *files]}
    for name in ("pytest-benchmark", "benchmem"):
        if (beside_python / name).exists():
            programs[name] = [str(beside_python / name), "compare", *files]
    middle = {name: statistics.median(times) for name, times in time_commands(programs, 9, folder).items()}
    ours = middle.pop("benchkit")
    peer = "; ".join(f"{name} compare: {ms(took)} (× {took / ours:.0f})" for name, took in middle.items()) or "none installed"
    met = ours <= 0.050 and middle.get("benchmem", 60 * ours) >= 60 * ours
    report.add("`compare` of 2 pytest-benchmark files of 1,000 × 20", "≤ 50 ms, ≥ 60 × pytest-benchmem", ms(ours), peer, met)
    huge = [command, "compare", *map(str, made_files(folder / "huge", 2, 100_000, 20))]
    took = statistics.median(time_commands({"huge": huge}, 5, folder)["huge"])
    peak = peak_mib(huge)
    report.add(
        "`compare` of 2 × 100,000 cases × 20 samples", "≤ 1 s, ≤ 1 GiB", f"{ms(took)}, {peak:.0f} MiB", "-", took <= 1 and peak <= 1024
    )


def peak_mib(argv: Sequence[str]) -> float:
    """Resident memory at its highest."""
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss / 1024


@dataclass
class Bench:
    """What there is to measure with."""

    build: Path
    libraries: str
    pythons: Sequence[str]
    folder: Path
    quick: bool = False


def loop_rows(report: Report, bench: Bench) -> None:
    starts(report, bench.build, bench.pythons[0], bench.folder)
    loops(report, bench.build, bench.folder)
    python_loops(report, bench.pythons)
    whole_runs(report, bench.build, bench.folder)
    commands(report, bench.build, bench.folder)


def reading_rows(report: Report, bench: Bench) -> None:
    comparisons(report, bench.build, bench.folder)
    foreign_rows(report, bench.build, bench.pythons[0], bench.folder)


PARTS: dict[str, tuple[str, Callable[[Report, Bench], None]]] = {
    "loop": ("Starting, and the timing loop", loop_rows),
    "reading": ("Reading and comparing", reading_rows),
    "memory": ("Memory", lambda report, bench: memory_rows(report, bench.build, bench.libraries, bench.folder)),
    "memory:parity": ("Memory: peaks beside memray's", parity_rows),
    "plots": ("Pictures", plot_rows),
    "pytest": ("The pytest plugin", plugin_rows),
    "linopy": ("A whole suite: linopy's", suite_rows),
    "report": ("The report", report_rows),
    "sweep:bisect": ("Sweeps: which commit it was, simulated", sweep_bisect_rows),
    "sweep:history": ("Sweeps: the commits of a C++ library", sweep_history_rows),
    "sweep:time": ("Sweeps: the time they take", sweep_time_rows),
    "sweep:runner": ("Sweeps: the runner itself, and a machine that drifts", sweep_rows),
    "verdicts:aa": ("Verdicts: false ones, and a true 1 %", aa_rows),
    "verdicts:same": ("Verdicts: what is the same", same_rows),
    "verdicts:layouts": ("Verdicts: the code linked anew", layout_rows),
    "verdicts:simulated": ("Verdicts: stopping early, and many cases at once, simulated", simulated_rows),
    "verdicts:stopping": ("Verdicts: stopping early, and many cases at once", stopping_rows),
    "verdicts:unpaired": ("Verdicts: files of different runs", unpaired_rows),
    "verdicts:linopy": ("Verdicts: a suite of linopy, in pairs with itself", linopy_rows),
}

INTRODUCTION = """# benchkit beside its peers

Made by `make bench` (`bench/run.py`); peers run in the same run, on the same work. Do not edit: run it again, or a part of it
(`tools/bench --only memory`).
"""


def section(title: str, report: Report, machine: str, load: float) -> str:
    lines = [
        f"## {title}",
        "",
        f"{time.strftime('%Y-%m-%d')}, {machine}; load when it began: {load:.1f}.",
        "",
        "| what | target | benchkit | beside it | met |",
        "| --- | --- | ---: | --- | --- |",
    ]
    lines += [f"| {' | '.join(row)} |" for row in report.rows]
    lines += ["", f"{len(report.rows) - len(report.reasons)} of {len(report.rows)} targets met."]
    if report.reasons:
        lines += ["", "Missed, and why:", "", *(f"- {what}: {why}" for what, why in report.reasons)]
    return "\n".join(lines) + "\n"


def machine_of(build: Path) -> str:
    info = json.loads(subprocess.run([build / "benchkit", "info", "--format", "json"], capture_output=True, check=True, text=True).stdout)
    return (
        f"{info['cpu']}, {info['usable_cpus']} CPUs, {info['virtualisation'] or 'bare metal'}, {info['kernel']}, {info['system']}, "
        f"Python {platform.python_version()}"
    )


def kept_folder(build: Path) -> Path:
    """What these programs, asked by these scripts, were measured at before."""
    programs = [build / "benchkit", *(path for path in sorted((build / "bench").iterdir()) if path.is_file() and os.access(path, os.X_OK))]
    scripts = sorted(path for path in HERE.rglob("*") if path.suffix in {".py", ".json"})
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in [*programs, *scripts])).hexdigest()
    return build / "kept" / digest[:12]


def parts_of(only: Sequence[str]) -> list[str]:
    """Those that are named, by themselves or by what stands before their colon; all, if none is."""
    unknown = [one for one in only if not any(one in (name, name.split(":")[0]) for name in PARTS)]
    if unknown:
        raise SystemExit(f"no such part: {unknown[0]}; there are {', '.join(PARTS)}")
    return [name for name in PARTS if not only or name in only or name.split(":")[0] in only]


def measure_part(name: str, bench: Bench) -> Report:
    """In a folder of its own, which is kept where a part goes on with what it has."""
    title, rows = PARTS[name]
    report = Report()
    if ":" in name and not bench.quick:
        folder = kept_folder(bench.build) / name.split(":")[1]
        folder.mkdir(parents=True, exist_ok=True)
        with report.piece(title):
            rows(report, replace(bench, folder=folder))
    else:
        with tempfile.TemporaryDirectory() as temporary, report.piece(title):
            rows(report, replace(bench, folder=Path(temporary)))
    return report


def write_page(output: Path, measured: dict[str, str]) -> None:
    """`measured`: sections by their titles. The page's others stay."""
    text = output.read_text() if output.exists() else ""
    sections = {part.split("\n", 1)[0]: f"## {part.rstrip()}\n" for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]}
    sections |= measured
    titles = [title for title, _ in PARTS.values()]
    output.write_text("\n".join([INTRODUCTION, *(sections[title] for title in titles if title in sections)]))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures benchkit beside its peers.")
    parser.add_argument("--only", action="append", default=[], metavar="PART", help=f"a part; may be repeated: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="a little of the long parts, to see that they work; nothing is written")
    parser.add_argument("build", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("libraries")
    parser.add_argument("pythons", nargs="+")
    options = parser.parse_args()
    build, output = options.build.resolve(), options.output.resolve()
    machine = machine_of(build)
    bench = Bench(build, options.libraries, options.pythons, build, options.quick)
    failed = False
    for name in parts_of(options.only):
        load, began = os.getloadavg()[0], time.monotonic()
        report = measure_part(name, bench)
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
        title, _ = PARTS[name]
        if not options.quick:
            write_page(output, {title: section(title, report, machine, load)})
        failed = failed or report.failed
    sys.exit(failed)


if __name__ == "__main__":
    main()
