"""Writes made-up results of pytest-benchmark: `make_foreign.py FOLDER FILES CASES ROUNDS`."""

from __future__ import annotations

import json
import random
import statistics
import sys
from pathlib import Path


def benchmark(i: int, rounds: int, chance: random.Random) -> dict:
    data = [1e-6 * (1 + i % 7) * chance.lognormvariate(0, 0.02) for _ in range(rounds)]
    low, _, high = statistics.quantiles(data, n=4)
    stats = {
        "min": min(data), "max": max(data), "mean": statistics.mean(data), "stddev": statistics.stdev(data), "rounds": rounds,
        "median": statistics.median(data), "iqr": high - low, "q1": low, "q3": high, "iqr_outliers": 0, "stddev_outliers": 0,
        "outliers": "0;0", "ld15iqr": min(data), "hd15iqr": max(data), "ops": 1 / statistics.mean(data), "total": sum(data), "data": data,
        "iterations": 10,
    }  # fmt: skip
    peaks = [4096 * (1 + i % 5)] * 3
    return {
        "group": None, "name": f"test_find[kind{i % 4}-{i}]", "fullname": f"bench/test_find.py::test_find[kind{i % 4}-{i}]",
        "params": {"kind": f"kind{i % 4}", "row": i}, "param": f"kind{i % 4}-{i}",
        "extra_info": {"benchmem": {"peak_bytes": peaks, "allocations": [i % 9] * 3, "total_bytes": peaks}},
        "options": {"disable_gc": False, "timer": "perf_counter", "min_rounds": 5, "max_time": 1.0, "min_time": 5e-6, "warmup": False},
        "stats": stats,
    }  # fmt: skip


def main() -> None:
    folder, files, cases, rounds = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        chance = random.Random(number)
        result = {
            "machine_info": {"node": "box", "machine": "x86_64", "system": "Linux", "release": "6.1", "python_version": "3.11.7"},
            "commit_info": {"id": f"{number:040x}", "dirty": False, "branch": "main"},
            "benchmarks": [benchmark(i, rounds, chance) for i in range(cases)],
            "datetime": "2026-11-25T00:00:00+00:00",
            "version": "5.3.1",
        }
        (folder / f"pytest-{number}.json").write_text(json.dumps(result, indent=4))


if __name__ == "__main__":
    main()
