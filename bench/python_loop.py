"""What a call of an empty Python function costs by benchkit, timeit and (where it is installed) pytest-benchmark; prints JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import timeit
from contextlib import contextmanager
from pathlib import Path

import benchkit

ROUNDS = 5


def empty() -> None:
    pass


@contextmanager
def case():
    yield empty


def by_benchkit() -> float:
    return benchkit.run_case(benchkit.Case("empty", run=case), budget=0.3).median


def by_timeit() -> float:
    return sorted(timeit.repeat(empty, number=500_000, repeat=15))[7] / 500_000 * 1e9


def by_pytest_benchmark() -> float | None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_empty.py").write_text("def empty():\n    pass\n\ndef test_empty(benchmark):\n    benchmark(empty)\n")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json=out.json", "test_empty.py"]
        if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode != 0:
            return None
        return json.loads(Path(folder, "out.json").read_text())["benchmarks"][0]["stats"]["median"] * 1e9


def main() -> None:
    ours, theirs = zip(*((by_benchkit(), by_timeit()) for _ in range(ROUNDS)), strict=True)
    result = {"benchkit": sorted(ours)[ROUNDS // 2], "timeit": sorted(theirs)[ROUNDS // 2], "pytest-benchmark": by_pytest_benchmark()}
    print(json.dumps({"python": sys.version.split()[0], **result}))


if __name__ == "__main__":
    main()
