"""What counting costs Python: call-heavy code and native temporaries, plain, in a window, and under memray, in turn. Prints JSON."""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import benchkit

try:
    import memray
except ImportError:
    memray = None


def calls() -> None:
    def one(x: int) -> int:
        return x

    for i in range(200_000):
        one(i)


def temporaries() -> None:
    for _ in range(20_000):
        bytearray(8_000)


def tracker() -> AbstractContextManager:
    return memray.Tracker(os.path.join(tempfile.mkdtemp(), "track.bin"))


def timed(work: Callable[[], None], around: Callable[[], AbstractContextManager]) -> float:
    with around():
        began = time.perf_counter()
        work()
        return time.perf_counter() - began


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    arms: dict[str, Callable[[], AbstractContextManager]] = {"plain": nullcontext, "window": benchkit.MemoryWindow}
    if memray is not None:
        arms["memray"] = tracker
    result: dict[str, dict[str, float]] = {}
    for work in (calls, temporaries):
        ratios: dict[str, list[float]] = {name: [] for name in arms}
        for _ in range(rounds):
            times = {}
            for name in random.sample(list(arms), len(arms)):
                if name != "window":
                    benchkit.detach_memory_hooks()
                times[name] = timed(work, arms[name])
            for name, took in times.items():
                ratios[name].append(took / times["plain"])
        result[work.__name__] = {name: statistics.median(values) for name, values in ratios.items()}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
