"""One program in several layouts: they differ in the order of functions and in nothing else, and blocks draw from them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import Lines, read_lines, run


def functions(file: Path, section: str) -> list[str]:
    """The functions of a section, as they lie in the file."""
    sections = subprocess.run(["readelf", "-SW", file], capture_output=True, text=True, check=True).stdout
    _, _, place, _, size, *_ = next(line.split("]")[1].split() for line in sections.splitlines() if f"] {section} " in line)
    begin, end = int(place, 16), int(place, 16) + int(size, 16)
    shown = subprocess.run(["nm", "-n", file], capture_output=True, text=True, check=True).stdout
    lines = [line.split() for line in shown.splitlines()]
    named = [(int(line[0], 16), line[2]) for line in lines if len(line) == 3 and line[1] in "tTW"]
    return list(dict.fromkeys(name for place, name in named if begin <= place < end))  # some local names are there twice


@pytest.mark.parametrize("suffix", ["", ".so"])
def test_the_order_of_functions_differs(build: Path, suffix: str) -> None:
    files = [build / f"tests/inproc/inproc-new-layout-{number}{suffix}" for number in range(1, 5)]
    orders = [functions(file, ".text.layout") for file in files]
    drawn = sorted(orders[0])
    assert len(drawn) > 50
    assert "_Z4herev" in drawn, "the suite's own code"
    plain = [name for name in functions(build / f"tests/inproc/inproc-new{suffix}", ".text") if name in drawn]
    for order in (plain, *orders):
        assert sorted(order) == drawn, "nothing is lost, and nothing added"
    assert len({tuple(order) for order in (plain, *orders)}) == 5
    apart = [abs(orders[0].index(name) - orders[1].index(name)) for name in drawn]
    assert sum(apart) / len(apart) > len(drawn) / 10, "and by more than a few places"


def distances(lines: Lines, version: int) -> dict[int, float]:
    """How far two functions lay apart, by block."""
    metric = next(line["metric"] for line in lines.of_kind("metric") if line["name"] == "distance")
    series = next(line for line in lines.of_kind("series") if line["metric"] == metric and line["version"] == version)
    count = series["count"]
    value, block = (series[name] if isinstance(series[name], list) else [series[name]] * count for name in ("value", "block"))
    return dict(zip(block, value, strict=True))


@pytest.mark.parametrize("mode", ["exec", "inproc"])
def test_blocks_draw_and_say_which(build: Path, tmp_path: Path, mode: str) -> None:
    host, out = build / "tests/inproc/inproc-new", tmp_path / "run.jsonl"
    plan = ["--against", f"self={host}", "--layouts", "4", "--mode", mode, "--samples", "12", "--blocks", "12", "--budget", "60ms"]
    ended = run([host, "run", *plan, "-k", "layout", "-o", out], cwd=tmp_path)
    assert ended.code == 0, ended
    lines = read_lines(out)
    drawn = {line["block"]: line["layouts"] for line in lines.of_kind("block")}
    assert len(drawn) == 12
    for version in (0, 1):
        numbers = [layouts[version] for layouts in drawn.values()]
        assert {number: numbers.count(number) for number in numbers} == {1: 3, 2: 3, 3: 3, 4: 3}
        of_layout: dict[int, set[float]] = {}
        for block, distance in distances(lines, version).items():
            of_layout.setdefault(drawn[block][version], set()).add(distance)
        assert all(len(seen) == 1 for seen in of_layout.values()), "what is written is what was loaded"
        assert len(set.union(*of_layout.values())) == 4, "and each is another"


def test_what_is_not_there_is_refused_with_the_way_out(build: Path, tmp_path: Path) -> None:
    host = build / "tests/inproc/inproc-new"
    ended = run([host, "run", "--against", host, "--layouts", "5"], cwd=tmp_path)
    assert ended.code == 2, ended
    assert "inproc-new-layout-5" in ended.err
    assert "benchkit_layouts(target 5)" in ended.err
    ended = run([host, "run", "--layouts", "4"], cwd=tmp_path)
    assert ended.code == 2, ended
    assert "--against" in ended.err
    ended = run([build / "benchkit", "run", "--command", "t=true", "--against", "cmd:true", "--layouts", "4"], cwd=tmp_path)
    assert ended.code == 2, ended
    assert "only a program's own code" in ended.err


def test_aa_of_relinked_programs_draws_apart(build: Path, tmp_path: Path) -> None:
    host = build / "tests/inproc/inproc-new"
    naive = ["aa", "--relinked", "-k", "work", "--comparisons", "6", "--budget", "50ms", "-o", "naive"]
    ended = run([host, *naive], cwd=tmp_path)
    assert ended.code == 0, ended
    pairs = set()
    for file in sorted((tmp_path / "naive").iterdir()):
        drawn = {tuple(block["layouts"]) for block in read_lines(file).of_kind("block")}
        assert len(drawn) == 1, "each side has one layout for a whole comparison"
        pairs |= drawn
    assert all(base != head for base, head in pairs)
    assert len(pairs) > 2, "others in each comparison"
    ended = run([host, "aa", "--relinked", "--layouts", "3", "-k", "work", "--comparisons", "1"], cwd=tmp_path)
    assert ended.code == 2, "three a side are six, and there are four"
    assert "inproc-new-layout-5" in ended.err
