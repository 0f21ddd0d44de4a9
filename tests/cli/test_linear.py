"""The cost of compare grows as the cases and the files do. Ratios of CPU time: what the machine does beside it is in neither."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from conftest import COMMAND

LINES = 50  # series that differ; more would only make the test slower


def write_files(folder: Path, cases: int, files: int) -> list[Path]:
    paths = []
    for number in range(files):
        chance = random.Random(number)
        series = [[round(1000 * chance.lognormvariate(0, 0.02), 3) for _ in range(20)] for _ in range(LINES)]
        path = folder / f"{cases}-{number}.jsonl"
        with path.open("w") as out:
            out.write('{"kind":"session","format":1,"session":0,"machine":{"cpu":"A"},"design":"solo","sealed":true}\n')
            out.write(f'{{"kind":"version","version":0,"label":"v{number}"}}\n')
            out.write('{"kind":"metric","metric":0,"name":"time","unit":"ns","better":"less"}\n')
            for i in range(cases):
                out.write(f'{{"kind":"case","case":{i},"id":"find[{i}]","dims":{{"op":"find","impl":"kind{i % 4}","row":{i}}}}}\n')
            blocks = [i // 4 for i in range(20)]
            for i in range(cases):
                place = f'"session":0,"version":0,"case":{i},"metric":0'
                out.write(f'{{"kind":"series",{place},"count":20,"value":{series[i % LINES]},"block":{blocks}}}\n')
        paths.append(path)
    return paths


def cpu_seconds(argv: list[str], runs: int = 2) -> float:
    """The least of some runs."""
    least = float("inf")
    for _ in range(runs):
        pid = os.posix_spawn(argv[0], argv, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
        _, status, usage = os.wait4(pid, 0)
        assert status == 0
        least = min(least, usage.ru_utime + usage.ru_stime)
    return least


@pytest.mark.parametrize("form", ["table", "json"])
def test_ten_times_the_cases_cost_ten_times_as_much(build: Path, tmp_path: Path, form: str) -> None:
    few, many = (write_files(tmp_path, cases, 2) for cases in (3_000, 30_000))
    cost = [cpu_seconds([str(COMMAND), "compare", *map(str, files), "--format", form]) for files in (few, many)]
    assert cost[1] < 15 * cost[0], cost


def test_four_times_the_files_cost_four_times_as_much(build: Path, tmp_path: Path) -> None:
    files = write_files(tmp_path, 4_000, 8)
    cost = [cpu_seconds([str(COMMAND), "compare", *map(str, files[:count])]) for count in (2, 8)]
    assert cost[1] < 6 * cost[0], cost
