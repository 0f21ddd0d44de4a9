"""What counting costs Python: call-heavy code, temporaries and a linopy model, plain, in a window, and under memray, in turn.

Prints JSON: for each work and arm the median of the ratios to plain, round by round, with its 95 % interval (order statistics).
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import benchkit

try:
    import memray
except ImportError:
    memray = None
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examples/linopy"))
try:
    # The suite would import it when it is first used, and that is not to be measured.
    import linopy  # noqa: F401
    import numpy
    from benchmarks import suite

    basic = suite.subjects["basic"].build
except ImportError:
    numpy = basic = None

Work = Callable[[], object]


def calls() -> None:
    def one(x: int) -> int:
        return x

    for i in range(200_000):
        one(i)


def temporaries() -> None:
    for _ in range(20_000):
        bytearray(8_000)


def numpy_temporaries() -> None:
    a = numpy.ones(1_000)
    for _ in range(10_000):
        a * 2.0 + 1.0


def linopy_build() -> None:
    basic(100)


def tracker(native_traces: bool = False) -> AbstractContextManager:
    return memray.Tracker(os.path.join(tempfile.mkdtemp(), "track.bin"), native_traces=native_traces)


def timed(work: Work, around: Callable[[], AbstractContextManager]) -> float:
    with around():
        began = time.perf_counter()
        work()
        return time.perf_counter() - began


def interval(ratios: list[float]) -> dict[str, float]:
    """The median and the order statistics that enclose it in 95 of 100 cases."""
    ordered, n = sorted(ratios), len(ratios)
    away = max(0, math.floor(n / 2 - 0.98 * math.sqrt(n)))
    return {"median": ordered[n // 2], "low": ordered[away], "high": ordered[n - 1 - away]}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    arms: dict[str, Callable[[], AbstractContextManager]] = {
        "plain": nullcontext,
        "window": benchkit.MemoryWindow,
        "attributed": lambda: benchkit.MemoryWindow(attribute=True),
    }
    if memray is not None:
        arms["memray"] = tracker
        arms["memray native"] = lambda: tracker(native_traces=True)
    works: list[Work] = [calls, temporaries]
    if basic is not None:
        works += [numpy_temporaries, linopy_build]
    result: dict[str, dict[str, dict[str, float]]] = {}
    for work in works:
        work()
        ratios: dict[str, list[float]] = {name: [] for name in arms}
        for _ in range(rounds):
            times = {}
            for name in random.sample(list(arms), len(arms)):
                if name not in ("window", "attributed"):
                    benchkit.detach_memory_hooks()
                times[name] = timed(work, arms[name])
            for name, took in times.items():
                ratios[name].append(took / times["plain"])
        result[work.__name__] = {name: interval(values) for name, values in ratios.items()}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
