"""The rows about a whole suite: linopy's (examples/linopy), its quick tier of 208 cases, beside pytest with pytest-benchmark and -benchmem.

Starting: the suite's own tooling of before is not here. What stands for its collection is the least that it did: drivers that import linopy
and pypsa at their top, as the suite's did, and give pytest the same ids as pytest.param. A registry, a conftest and a selection, which it
had too, are left out, in its favour; our side has them, and benchkit's plugin. The two are started in turn, in one interpreter, and what is
compared is the median of the ratios.

Measuring: the peers run the same cases by the suite's own pytest drivers; one run for time, and one for memory with its timing cut to one
round. What of theirs is an interval is of one process, for they have no other; ours is over blocks, each a process of its own, and the
width within one process stands beside it. All widths are half the interval of the median, at 95 %, as a share of it, by benchkit's
estimator; the median of the cases is shown.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from run import Bench, Report

HERE = Path(__file__).parent
LINOPY = HERE.parent / "examples/linopy"
IDS = HERE.parent / "tests/linopy_suite/ids"
CASES = 208
# A variable that keeps Python from writing bytecode would make every start compile what it imports.
ENVIRONMENT = {**{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}, "NO_COLOR": "1"}
# The least that the target asks for: with a budget alone a slow machine would give a slow case one block.
PLAN = ("--metric", "time,peak", "--blocks", "3", "--samples", "6")
ONE_ROUND = ("--benchmark-min-rounds=1", "--benchmark-max-time=0", "--benchmark-min-time=0", "--benchmark-warmup=off")

# What drivers look like that have no registry which can be listed without what it measures.
EAGER = """
import linopy, pytest

@pytest.mark.parametrize("case", [pytest.param((name, i), id=name) for i, name in enumerate({names!r})])
def {function}(benchmark, case):
    benchmark(lambda: case)
"""


def timed(argv: Sequence[str | Path], cwd: Path, accept: Sequence[int] = (0,)) -> float:
    began = time.perf_counter()
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    took = time.perf_counter() - began
    if done.returncode not in accept:
        raise SystemExit(f"{argv} ended with {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return took


def by_turns(ways: dict[str, tuple[Sequence[str | Path], Path]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each round, after one that is not counted: it warms the caches of files."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for i in range(rounds + 1):
        for name in sorted(ways, reverse=i % 2 == 1):  # none is always the first
            seconds = timed(*ways[name])
            if i > 0:
                took[name].append(seconds)
        print(f"       starting: round {i} of {rounds}", end="\r", flush=True)
    return took


def eager_drivers(folder: Path) -> Path:
    """Test files with the suite's ids, as a client without benchkit would have them."""
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for node in (IDS / "default.txt").read_text().splitlines():
        path, _, rest = node.partition("::")
        function, bracket, name = rest.partition("[")
        if bracket:  # the others are pypsa's own model, below
            names[Path(path).name, function].append(name.removesuffix("]"))
    package = folder / "eager"
    package.mkdir()
    for (file, function), of_it in names.items():
        with (package / file).open("a") as module:
            module.write(EAGER.format(names=of_it, function=function))
    (package / "test_pypsa.py").write_text('import pytest\npypsa = pytest.importorskip("pypsa")\n')
    return package


def starting(report: Report, python: Path, folder: Path, rounds: int) -> None:
    collect = (python, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider")
    plugin = ("-p", "benchkit._pytest_plugin")  # an installed package brings it along
    eager = eager_drivers(folder)
    took = by_turns(
        {
            "list": ((python, "-m", "benchmarks", "list"), LINOPY),
            "import": ((python, "-c", "import linopy"), LINOPY),
            "collect": ((*collect, *plugin, "benchmarks"), LINOPY),
            "eager": ((*collect, "--rootdir", str(eager), str(eager)), eager),
        },
        rounds,
    )
    middle = {name: statistics.median(values) for name, values in took.items()}
    ratio = statistics.median(ours / theirs for ours, theirs in zip(took["collect"], took["eager"], strict=True))
    report.add(
        "linopy's suite: `python -m benchmarks list`", "≤ 0.3 s", f"{middle['list']:.2f} s",
        f"`import linopy` alone: {middle['import']:.2f} s", middle["list"] <= 0.3,
    )  # fmt: skip
    report.add(
        "the same: `pytest --collect-only`", "≤ the suite's own drivers of before", f"{middle['collect']:.2f} s, × {ratio:.2f}",
        f"the least that those did, importing linopy and pypsa and giving the same ids as pytest.param: {middle['eager']:.2f} s",
        ratio <= 1,
    )  # fmt: skip


def half_widths(bench: Bench, path: Path, metric: str) -> list[float]:
    """Of each case's median, as a share of it."""
    argv: list[str | Path] = [bench.build / "benchkit", "compare", path, "--metric", metric, "--format", "json"]
    shown = json.loads(subprocess.run(argv, capture_output=True, check=True, text=True).stdout)
    widths = []
    for table in [one for one in shown if one["metric"] == metric]:
        for group in table["groups"]:
            for row in group["rows"]:
                cell: dict[str, Any] = row["cells"][0]
                if cell.get("interval"):
                    low, high = cell["interval"]
                    widths.append((high - low) / 2 / cell["value"])
    return widths


def blocks_of(series: dict[str, Any]) -> list[int]:
    """Of each sample. One number stands for all, and none for 0."""
    block: int | list[int] = series.get("block", 0)
    return block if isinstance(block, list) else [block] * series["count"]


def blocks_and_samples(path: Path) -> tuple[int, int]:
    """The fewest that a case has under a metric, cold ones and those of exact memory left out: two passes that agree say all."""
    fewest: list[tuple[int, int]] = []
    metrics: dict[int, str] = {}
    for line in map(json.loads, path.read_text().splitlines()):
        if line["kind"] == "metric":
            metrics[line["metric"]] = line["name"]
        if line["kind"] == "series" and metrics[line["metric"]] == "time":
            blocks = blocks_of(line)
            fewest.append((len(set(blocks)), len(blocks)))
    return min(blocks for blocks, _ in fewest), min(samples for _, samples in fewest)


def first_block_of(path: Path, folder: Path) -> Path:
    """The same file, with the samples of one process a case alone."""
    kept = folder / "first.jsonl"
    with kept.open("w") as out:
        for line in path.read_text().splitlines():
            record = json.loads(line)
            if record["kind"] == "series":
                blocks = blocks_of(record)
                places = [i for i, block in enumerate(blocks) if block == blocks[0]]
                record = {key: [value[i] for i in places] if isinstance(value, list) else value for key, value in record.items()}
                record["count"] = len(places)
            out.write(json.dumps(record) + "\n")
    return kept


def told(name: str, argv: Sequence[str | Path]) -> float:
    """Seconds; they are printed, for much of the suite takes minutes."""
    print(f"       {name}: began at {time.strftime('%H:%M:%S')}", flush=True)
    seconds = timed(argv, LINOPY)
    print(f"       {name}: {seconds:.0f} s", flush=True)
    return seconds


def middle_of(widths: list[float]) -> str:
    """With the number of the cases that have one: a few samples of one process have no interval."""
    return f"{statistics.median(widths):.1%} ({len(widths)} cases)" if widths else "no case has one"


def whole_suite(report: Report, bench: Bench, python: Path) -> None:
    folder = bench.folder
    ours, time_file, memory_file = folder / "suite.jsonl", folder / "suite-time.json", folder / "suite-memory.json"
    for path in (ours, time_file, memory_file):
        path.unlink(missing_ok=True)
    selected = ("--quick", "-k", "basic") if bench.quick else ("--quick",)
    words = (python, "-m", "pytest", "benchmarks", *selected, "-q", "-p", "no:cacheprovider")
    our_s = told("benchkit", (python, "-m", "benchmarks", "run", *selected, *PLAN, "-o", ours))
    time_s = told("pytest-benchmark", (*words, f"--benchmark-json={time_file}"))
    memory_s = told("pytest-benchmem", (*words, "--benchmark-memory", *ONE_ROUND, f"--benchmark-json={memory_file}"))
    widths = half_widths(bench, ours, "time")
    within = half_widths(bench, first_block_of(ours, folder), "time")
    theirs = half_widths(bench, time_file, "time")
    blocks, samples = blocks_and_samples(ours)
    report.add(
        "the same, its quick tier: time and peak of 208 cases, from start to end", "≤ ½ of pytest-benchmark and pytest-benchmem",
        f"{our_s:.0f} s, {blocks} blocks and {samples} samples a case or more",
        f"{time_s:.0f} s + {memory_s:.0f} s (its timing cut to one round)",
        our_s <= (time_s + memory_s) / 2 and blocks >= 3 and samples >= 5 and len(widths) == (12 if bench.quick else CASES),
    )  # fmt: skip
    report.add(
        "the same: half the interval of a case's median time", "no wider", f"{middle_of(widths)} over processes",
        f"pytest-benchmark: {middle_of(theirs)}, within-process; ours within the first process of each: {middle_of(within)}",
        bool(widths and theirs) and statistics.median(widths) <= statistics.median(theirs),
    )  # fmt: skip


def suite_rows(report: Report, bench: Bench) -> None:
    python = bench.build.parent / "bench-linopy/bin/python"
    with report.piece("starting"):
        starting(report, python, bench.folder, rounds=2 if bench.quick else 9)
    with report.piece("the whole suite"):
        whole_suite(report, bench, python)
