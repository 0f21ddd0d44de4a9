"""What takes long is measured once, however often the script that wanted it was killed."""

from __future__ import annotations

import sys
from pathlib import Path

from conftest import ROOT

sys.path.insert(0, str(ROOT / "bench"))
from kept import Kept


def refuse() -> object:
    raise AssertionError("measured once more")


def test_what_is_there_is_not_measured_again(tmp_path: Path) -> None:
    assert Kept(tmp_path / "new/kept.jsonl").of("one", lambda: [1, 2]) == [1, 2]
    kept = Kept(tmp_path / "new/kept.jsonl")
    assert kept.of("one", refuse) == [1, 2]
    assert ("one" in kept, "two" in kept) == (True, False)


def test_a_line_that_was_cut_off_costs_itself_alone(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    Kept(path).add("one", None)
    Kept(path).add("two", "test_stats")
    path.write_text(path.read_text()[:-5])
    kept = Kept(path)
    assert kept.values == {"one": None}
    kept.add("two", "")
    kept.add("three", 3)
    assert Kept(path).values == {"one": None, "two": "", "three": 3}
