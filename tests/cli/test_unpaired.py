"""Two runs of linopy's suite, identical code, 208 cases without dims: read from files and compared, as a user would."""

from __future__ import annotations

import json
import random
from pathlib import Path

from conftest import COMMAND, ROOT, run

BASE, HEAD = (ROOT / f"src/compare/testdata/linopy-{number}.json" for number in (1, 2))


def verdicts(head: Path, folder: Path) -> dict[str, str]:
    ended = run([COMMAND, "compare", BASE, head, "--format", "json"], folder)
    assert ended.code == 0, ended
    [table] = json.loads(ended.out)
    return {row["case"]: row["cells"][1]["judgement"]["verdict"] for group in table["groups"] for row in group["rows"]}


def test_identical_code_is_hardly_ever_called_different(build: Path, tmp_path: Path) -> None:
    called = [case for case, verdict in verdicts(HEAD, tmp_path).items() if verdict in ("regressed", "improved")]
    assert len(called) <= 2, called


def test_most_doublings_are_found(build: Path, tmp_path: Path) -> None:
    found, draws = 0, 10
    for seed in range(draws):
        measured = json.loads(HEAD.read_text())
        doubled = random.Random(seed).sample(measured["benchmarks"], 10)
        for benchmark in doubled:
            benchmark["stats"]["data"] = [2 * value for value in benchmark["stats"]["data"]]
        (tmp_path / "doubled.json").write_text(json.dumps(measured))
        told = verdicts(tmp_path / "doubled.json", tmp_path)
        found += sum(told[benchmark["fullname"]] == "regressed" for benchmark in doubled)
    assert found >= 8 * draws * 0.9, "over 500 draws it is 8.3 of 10"
