"""Pictures as they are drawn: SVG by its text, PNG by what a person would see of a difference.

BENCHKIT_ACCEPT=1 writes the golden files anew.
"""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import pytest
from conftest import ROOT, run

DATA = ROOT / "tests/cli/data"
GOLDEN = Path(__file__).parent / "golden"
ACCEPT = os.environ.get("BENCHKIT_ACCEPT") == "1"
PICTURES = {
    "scaling": ["sizes1.jsonl", "sizes2.jsonl", "--view", "scaling"],
    "compare": ["v1.jsonl", "v2.jsonl", "--view", "compare"],
    "scatter": ["v1.jsonl", "v2.jsonl", "--view", "scatter", "--dark"],
    "sweep": ["v1.jsonl", "v2.jsonl", "v3.jsonl", "--view", "sweep"],
    "history": ["v1.jsonl", "v2.jsonl", "v3.jsonl", "--view", "history"],
    "distribution": ["v1.jsonl", "--view", "distribution", "-k", "set"],
    "order": ["v1.jsonl", "--view", "order"],
    "memory": ["held1.jsonl", "held2.jsonl", "--view", "memory"],
    "pareto": ["v1.jsonl", "v2.jsonl", "--view", "pareto"],
    "power": ["v1.jsonl", "v2.jsonl", "--view", "power"],
}
SIDE = 96  # pixels of a golden thumbnail, along its width


def draw(build: Path, folder: Path, name: str, *endings: str) -> list[bytes]:
    files = [folder / f"{name}.{ending}" for ending in endings]
    ended = run([build / "benchkit", "plot", *PICTURES[name], *(word for file in files for word in ("-o", file))], cwd=DATA)
    assert ended.code == 0, ended
    return [file.read_bytes() for file in files]


def grey(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and rows of brightness of an 8 bit PNG with red, green and blue (and alpha)."""
    at, packed, width, height, channels = 8, b"", 0, 0, 0
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", data[:10])
            assert depth == 8
            channels = {2: 3, 6: 4}[colour]
        elif kind == b"IDAT":
            packed += data
        at += 12 + length
    raw, stride, rows, before = zlib.decompress(packed), width * channels, [], bytearray(width * channels)
    for y in range(height):
        kind, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        for x in range(stride):
            left, up = row[x - channels] if x >= channels else 0, before[x]
            corner = before[x - channels] if x >= channels else 0
            if kind == 4:
                estimate = left + up - corner
                nearest = min((abs(estimate - one), order, one) for order, one in enumerate((left, up, corner)))[2]
            else:
                nearest = (0, left, up, (left + up) // 2)[kind]
            row[x] = (row[x] + nearest) & 255
        rows.append(bytes(sum(row[x : x + 3]) // 3 for x in range(0, stride, channels)))
        before = row
    return width, height, rows


def thumbnail(png: bytes) -> list[list[int]]:
    """The mean brightness of squares, SIDE of them in a row."""
    width, height, rows = grey(png)
    step = width / SIDE
    result = []
    for y in range(int(height / step)):
        lines = rows[int(y * step) : int((y + 1) * step)]
        spans = [(int(x * step), int((x + 1) * step)) for x in range(SIDE)]
        result.append([sum(sum(line[low:high]) for line in lines) // (len(lines) * (high - low)) for low, high in spans])
    return result


@pytest.mark.parametrize("name", PICTURES)
def test_svg_is_as_it_was(name: str, build: Path, tmp_path: Path) -> None:
    (svg,) = draw(build, tmp_path, name, "svg")
    golden = GOLDEN / f"{name}.svg"
    if ACCEPT:
        golden.write_bytes(svg)
    assert svg.decode() == golden.read_text()


@pytest.mark.parametrize("name", ["scaling"])
def test_png_looks_as_it_did(name: str, build: Path, tmp_path: Path) -> None:
    """Other releases of the libraries that draw may round otherwise; nobody sees that."""
    (png,) = draw(build, tmp_path, name, "png")
    now = thumbnail(png)
    golden = GOLDEN / f"{name}.pgm"
    if ACCEPT:
        rows = "\n".join(" ".join(str(value) for value in row) for row in now)
        golden.write_text(f"P2\n{SIDE} {len(now)}\n255\n{rows}\n")
    lines = golden.read_text().splitlines()[3:]
    before = [[int(word) for word in line.split()] for line in lines]
    assert len(now) == len(before)
    differences = [abs(a - b) for new, old in zip(now, before, strict=True) for a, b in zip(new, old, strict=True)]
    assert sum(differences) / len(differences) < 1
    assert max(differences) < 40
    assert min(min(row) for row in now) < 150 < max(max(row) for row in now), "nothing is drawn"


def test_a_page_holds_all_it_needs(build: Path, tmp_path: Path) -> None:
    (page,) = draw(build, tmp_path, "compare", "html")
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
    assert (tmp_path / "all-compare.svg").read_text() == (GOLDEN / "compare.svg").read_text()


def test_the_library_that_draws_is_loaded_when_it_is_needed(build: Path, tmp_path: Path) -> None:
    nowhere = {"BENCHKIT_DRAWING": str(tmp_path / "none.so")}
    shown = run([build / "benchkit", "plot", "v1.jsonl", "v2.jsonl"], cwd=DATA, **nowhere)
    assert shown.code == 0, shown
    refused = run([build / "benchkit", "plot", "v1.jsonl", "v2.jsonl", "-o", tmp_path / "a.svg"], cwd=DATA, **nowhere)
    assert refused.code == 2
    assert "no picture can be drawn" in refused.err
