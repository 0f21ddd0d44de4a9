"""Pictures as they are drawn: SVG by its text, PNG by what a person would see of a difference.

BENCHKIT_ACCEPT=1 writes the golden files anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import benchkit
import numpy as np
import pytest
from conftest import ROOT, run
from perception import SEEN, WIDTH, difference, golden, small
from PIL import Image

DATA = ROOT / "tests/cli/data"
GOLDEN = Path(__file__).parent / "golden"
ACCEPT = os.environ.get("BENCHKIT_ACCEPT") == "1"
PICTURES = {
    "scaling": ["sizes1.jsonl", "sizes2.jsonl", "--view", "scaling"],
    "compare": ["v1.jsonl", "v2.jsonl", "--view", "compare"],
    "scatter": ["v1.jsonl", "v2.jsonl", "--view", "scatter"],
    "sweep": ["v1.jsonl", "v2.jsonl", "v3.jsonl", "--view", "sweep"],
    "history": ["v1.jsonl", "v2.jsonl", "v3.jsonl", "--view", "history"],
    "distribution": ["v1.jsonl", "--view", "distribution", "-k", "set"],
    "order": ["v1.jsonl", "--view", "order"],
    "memory": ["held1.jsonl", "held2.jsonl", "--view", "memory"],
    "pareto": ["v1.jsonl", "v2.jsonl", "--view", "pareto"],
    "power": ["v1.jsonl", "v2.jsonl", "--view", "power"],
}
PAPERS = ("light", "dark")


def draw(build: Path, folder: Path, name: str, paper: str, *endings: str) -> list[bytes]:
    files = [folder / f"{name}-{paper}.{ending}" for ending in endings]
    words = [*PICTURES[name], *(["--dark"] if paper == "dark" else []), *(word for file in files for word in ("-o", file))]
    ended = run([build / "benchkit", "plot", *words], cwd=DATA)
    assert ended.code == 0, ended
    return [file.read_bytes() for file in files]


@pytest.fixture(scope="module")
def drawn(build: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[bytes]]:
    """Each picture as SVG and PNG, on each paper; as many at a time as there are CPUs."""
    folder = tmp_path_factory.mktemp("drawn")
    wanted = [(name, paper) for name in PICTURES for paper in PAPERS]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pictures = pool.map(lambda one: draw(build, folder, *one, "svg", "png"), wanted)
        return dict(zip(wanted, pictures, strict=True))


def test_every_view_has_its_golden_pictures() -> None:
    listed = (ROOT / "src/plot/views/views.def").read_text()
    assert set(re.findall(r"BENCHKIT_VIEW\((\w+)\)", listed)) == set(PICTURES)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", PICTURES)
def test_svg_is_as_it_was(name: str, paper: str, drawn: dict[tuple[str, str], list[bytes]]) -> None:
    svg, _ = drawn[name, paper]
    file = GOLDEN / f"{name}-{paper}.svg"
    if ACCEPT:
        file.write_bytes(svg)
    assert svg.decode() == file.read_text()


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", PICTURES)
def test_png_looks_as_it_did(name: str, paper: str, drawn: dict[tuple[str, str], list[bytes]]) -> None:
    """Other releases of the libraries that draw may round otherwise; nobody sees that."""
    _, png = drawn[name, paper]
    now, file = small(png), GOLDEN / f"{name}-{paper}.png"
    if ACCEPT:
        file.write_bytes(golden(now))
    assert difference(now, small(file.read_bytes())) < SEEN
    assert difference(now, Image.new("RGB", now.size, now.getpixel((0, 0)))) > SEEN, "nothing is drawn"


def with_another_mark(option: dict[str, Any]) -> None:
    mark = next(series for series in option["series"] if series["type"] == "scatter")["data"][0]
    mark["value"][0] += 0.03 * (max(abs(mark["value"][0]), 1))


def with_another_colour(option: dict[str, Any]) -> None:
    next(series for series in option["series"] if series["type"] == "scatter")["itemStyle"]["color"] = "#2ca02c"


@pytest.mark.parametrize("plant", [with_another_mark, with_another_colour])
def test_one_mark_that_moved_or_has_another_colour_is_seen(plant: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    figure = benchkit.plot(DATA / "v1.jsonl", DATA / "v2.jsonl", view="compare")
    before = small((GOLDEN / "compare-light.png").read_bytes())
    found = []
    for file in (tmp_path / "same.png", tmp_path / "changed.png"):
        figure.save(file)
        found.append(difference(small(file.read_bytes()), before))
        plant(figure.option)
    assert found[0] < SEEN / 2
    assert found[1] > SEEN * 2


def test_what_nobody_sees_is_no_difference() -> None:
    """Each channel of each pixel a little off, at random, as other libraries round."""
    golden_picture = small((GOLDEN / "compare-light.png").read_bytes())
    chance = np.random.default_rng(1)
    noise = chance.integers(-3, 4, (*reversed(golden_picture.size), 3))
    noisy = Image.fromarray(np.clip(np.asarray(golden_picture, dtype=int) + noise, 0, 255).astype("uint8"))
    assert difference(noisy, golden_picture) < SEEN
    assert difference(golden_picture.resize((WIDTH, golden_picture.height + 1)), golden_picture) == float("inf")


def test_a_page_holds_all_it_needs(build: Path, tmp_path: Path) -> None:
    (page,) = draw(build, tmp_path, "compare", "light", "html")
    text = page.decode()
    assert "default-src 'none'" in text
    assert 'src="' not in text.replace("data:", "")
    assert text.count("<script") == 2
    assert len(page) < 1_000_000


def test_several_pictures_in_one_call(build: Path, tmp_path: Path) -> None:
    """Each is what it would be alone."""
    views = ["compare", "scatter", "sweep"]
    words = ["v1.jsonl", "v2.jsonl", "--view", ",".join(views), "-o", tmp_path / "all.svg"]
    ended = run([build / "benchkit", "plot", *words], cwd=DATA)
    assert ended.out.split() == [str(tmp_path / f"all-{view}.svg") for view in views]
    assert (tmp_path / "all-compare.svg").read_text() == (GOLDEN / "compare-light.svg").read_text()


def test_the_library_that_draws_is_loaded_when_it_is_needed(build: Path, tmp_path: Path) -> None:
    nowhere = {"BENCHKIT_DRAWING": str(tmp_path / "none.so")}
    shown = run([build / "benchkit", "plot", "v1.jsonl", "v2.jsonl"], cwd=DATA, **nowhere)
    assert shown.code == 0, shown
    refused = run([build / "benchkit", "plot", "v1.jsonl", "v2.jsonl", "-o", tmp_path / "a.svg"], cwd=DATA, **nowhere)
    assert refused.code == 2
    assert "no picture can be drawn" in refused.err
