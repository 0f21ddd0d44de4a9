"""superset.tsv: what ancestors and peers do, the command line that does it here, and the file that proves it."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

HEADER, *ROWS = [line.split("\t") for line in (ROOT / "tests/superset.tsv").read_text().splitlines()]


def test_the_table_is_whole() -> None:
    assert HEADER == ["what", "command", "proof"]
    assert all(len(row) == 3 for row in ROWS), [row for row in ROWS if len(row) != 3]
    names = [row[0] for row in ROWS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("row", [row for row in ROWS if any(row[1:])], ids=lambda row: row[0])
def test_what_is_claimed_is_proven(row: list[str]) -> None:
    _, command, proof = row
    assert command, "a proof of nothing"
    assert proof, "a claim without a proof"
    text = (ROOT / proof).read_text()
    if proof.endswith(".txt"):  # a transcript proves what is typed in it, not what happens to be printed
        text = "\n".join(line for line in text.splitlines() if line.startswith("$"))
    else:
        assert re.search(r"_test\.cpp$|/test_\w+\.py$", proof), f"{proof} tests nothing"
    assert command in text
