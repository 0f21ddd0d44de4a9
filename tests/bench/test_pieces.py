"""A part of the bench keeps the rows that it has, whatever fails in it."""

from __future__ import annotations

import subprocess
import sys

from conftest import ROOT

sys.path.insert(0, str(ROOT / "bench"))
from run import Report


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
