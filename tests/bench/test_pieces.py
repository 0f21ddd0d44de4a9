"""A part of the bench keeps the rows that it has, whatever fails in it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

sys.path.insert(0, str(ROOT / "bench"))
from run import Report
from suite_rows import blocks_and_samples, first_block_of


def test_what_fails_is_a_row_and_the_others_go_on() -> None:
    report = Report()
    with report.piece("the first"):
        report.add("a", "1", "1", "-", True)
        subprocess.run([sys.executable, "-c", "raise SystemExit(3)"], check=True)
    with report.piece("the second"):
        raise SystemExit("['prog'] ended with 2\nthe reason | of it\n")
    with report.piece("the third"):
        report.add("b", "1", "1", "-", True)
    assert [(row[0], row[4]) for row in report.rows] == [("a", "yes"), ("the first", "**no**"), ("the second", "**no**"), ("b", "yes")]
    assert "exit status 3" in report.reasons[0][1]
    assert report.reasons[1] == ("the second", "the reason / of it")
    assert report.failed


def test_the_blocks_of_a_sealed_file(tmp_path: Path) -> None:
    """Its columns are lists, or one value that all share, or left out."""
    series = [
        {"kind": "series", "metric": 0, "case": 0, "count": 4, "block": [1, 1, 0, 0], "value": [4, 5, 6, 7], "order": 3},
        {"kind": "series", "metric": 0, "case": 1, "count": 3, "value": [1, 2, 3]},
        {"kind": "series", "metric": 1, "case": 0, "count": 2, "block": [0, 1], "value": 8},
    ]
    path = tmp_path / "sealed.jsonl"
    metrics = [{"kind": "metric", "metric": i, "name": name} for i, name in enumerate(("time", "peak"))]
    path.write_text("".join(json.dumps(line) + "\n" for line in [*metrics, *series]))
    assert blocks_and_samples(path) == (1, 3)
    first = [json.loads(line) for line in first_block_of(path, tmp_path).read_text().splitlines()][2:]
    assert [(line["count"], line["value"], line.get("block")) for line in first] == [(2, [4, 5], [1, 1]), (3, [1, 2, 3], None), (1, 8, [0])]
