"""Every view of 1, 10 and 300 cases, in one version and in twelve, with missing cells, zeros and changes of both signs."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import run

OF_ONE = ("scaling", "distribution", "order", "pareto", "history")
OF_MANY = ("scaling", "compare", "scatter", "sweep", "history", "order", "pareto")


def snapshot(version: int, cases: int) -> Iterator[str]:
    """Times that fell, stayed and rose, and peaks of which a third is zero; of twelve versions each lacks some cases."""
    chance = random.Random(version)
    yield json.dumps({"kind": "session", "format": 1, "session": 0, "machine": {"cpu": "made up"}, "sealed": True})
    yield json.dumps({"kind": "version", "version": 0, "label": f"1.{version}.0"})
    for metric, (name, unit) in enumerate((("time", "ns"), ("peak", "B"))):
        yield json.dumps({"kind": "metric", "metric": metric, "name": name, "unit": unit, "better": "less"})
    for case in range(cases):
        size = 10 ** (case % 5)
        dims = {"model": f"model{case // 20}", "phase": f"phase{case // 5 % 4}", "n": size}
        name = "a name that is long enough to be shortened wherever it stands & <tagged>" if case == 3 else f"test_{dims['phase']}"
        yield json.dumps({"kind": "case", "case": case, "id": f"benchmarks/test_all.py::{name}[{dims['model']}-n={size}]", "dims": dims})
        if case > 0 and (case + version) % 7 == 3:
            continue
        level = 1e3 * size * (1 + (case % 3 - 1) * version / 20)
        times = [level * chance.lognormvariate(0, 0.02) for _ in range(6)]
        place = {"kind": "series", "session": 0, "version": 0, "case": case, "count": 6, "block": [0, 0, 1, 1, 2, 2]}
        order = [6 * case + i for i in range(6)]
        yield json.dumps({**place, "metric": 0, "value": times, "order": order})
        yield json.dumps({**place, "metric": 1, "value": [0.0 if case % 3 == 0 else 64.0 * size] * 6, "order": order})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("any")
    for cases in (1, 10, 300):
        for version in range(12):
            (made / f"{cases}-{version:02}.jsonl").write_text("".join(line + "\n" for line in snapshot(version, cases)))
    return made


def check(file: Path) -> None:
    """It is XML, all its numbers are numbers, and no text begins outside of it."""
    text = file.read_text()
    root = ElementTree.fromstring(text)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    assert not re.search(r"NaN|Infinity|undefined|null", re.sub(r">[^<]*<", "><", text)), file
    words = [one for one in root.iter("{http://www.w3.org/2000/svg}text") if one.text]
    assert len(words) > 3, file
    for word in words:
        placed = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)", word.attrib.get("transform", ""))
        if not placed and "x" not in word.attrib:
            continue  # it stands upright
        x, y = map(float, placed.groups()) if placed else (float(word.attrib["x"]), float(word.attrib["y"]))
        assert 0 <= x <= width, (file, word.text, x)
        assert 0 <= y <= height, (file, word.text, y)
    assert sum(one.attrib["d"].count("M") for one in root.iter("{http://www.w3.org/2000/svg}path")) > 3, file


@pytest.mark.parametrize("cases", [1, 10, 300])
@pytest.mark.parametrize(("versions", "views"), [(1, OF_ONE), (12, OF_MANY)])
def test_every_view_is_drawn(cases: int, versions: int, views: tuple[str, ...], build: Path, folder: Path, tmp_path: Path) -> None:
    files = sorted(folder.glob(f"{cases}-*.jsonl"))[:versions]
    shown = [view for view in views if not (view == "scaling" and cases == 1)]  # one size is none
    ended = run([build / "benchkit", "plot", *files, "--view", ",".join(shown), "-o", tmp_path / "of.svg"], cwd=tmp_path)
    assert ended.code == 0, ended
    for view in shown:
        check(tmp_path / f"of-{view}.svg")


@pytest.mark.parametrize("view", ["history", "pareto"])
def test_what_lies_close_together_is_on_no_axis_of_logarithms(view: str, build: Path, folder: Path, tmp_path: Path) -> None:
    """It would stand in a corner, between a power of ten and the next."""
    ended = run([build / "benchkit", "plot", folder / "1-00.jsonl", "--view", view, "-o", tmp_path / "one.json"], cwd=tmp_path)
    assert ended.code == 0, ended
    option = json.loads((tmp_path / "one.json").read_text())["option"]
    axes = [axis["type"] for kind in ("xAxis", "yAxis") for axis in option[kind]]
    assert "log" not in axes
    times = option["yAxis" if view == "history" else "xAxis"][0]
    assert times["min"] < 999 < times["max"] < 1.2 * times["min"]
    ended = run([build / "benchkit", "plot", folder / "10-00.jsonl", "--view", view, "-o", tmp_path / "ten.json"], cwd=tmp_path)
    assert ended.code == 0, ended
    assert '"log"' in (tmp_path / "ten.json").read_text()


@pytest.mark.parametrize("width", [20, 80, 120])
def test_characters_stay_within_their_terminal(width: int, build: Path, folder: Path, tmp_path: Path) -> None:
    files = sorted(folder.glob("10-*.jsonl"))
    views = ",".join(view for view in OF_MANY)
    ended = run([build / "benchkit", "plot", *files, "--view", views], cwd=tmp_path, COLUMNS=str(width), NO_COLOR="1")
    assert ended.code == 0, ended
    assert "\x1b" not in ended.out
    assert max(len(line) for line in ended.out.splitlines()) <= width


def test_names_in_characters_keep_what_tells_them_apart(build: Path, folder: Path, tmp_path: Path) -> None:
    ended = run([build / "benchkit", "plot", folder / "10-00.jsonl", "--view", "distribution"], cwd=tmp_path, COLUMNS="80", NO_COLOR="1")
    assert ended.code == 0, ended
    names = [re.split(r"  +", line)[0] for line in ended.out.splitlines() if "samples" in line and "…" in line]
    assert len(names) == 9
    assert len(set(names)) == 9, names


def test_large_shares_are_no_powers_of_ten(build: Path, folder: Path, tmp_path: Path) -> None:
    ended = run([build / "benchkit", "plot", folder / "10-00.jsonl", folder / "10-11.jsonl", "--view", "power"], cwd=tmp_path)
    assert ended.code == 0, ended
    assert re.search(r" \d{4,}%", ended.out), ended
    assert "e+" not in ended.out
