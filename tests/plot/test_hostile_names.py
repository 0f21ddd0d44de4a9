"""Whatever stands in a file's names: there is a picture of it, and an XML parser reads it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import run

NAMES = ("a\x00b", "a\x1b[2Jb", "a\ufffeb", "a\uffffb", "a\u202eb", "a\nb")
VIEWS = ("scaling", "distribution", "order", "history", "pareto", "compare", "scatter", "sweep")


def write(file: Path, label: str, factor: float) -> Path:
    """Two metrics of a case for each name."""
    lines: list[dict[str, object]] = [
        {"kind": "session", "format": 1, "session": 0, "machine": {"cpu": "made up"}, "sealed": True},
        {"kind": "version", "version": 0, "label": label},
        {"kind": "metric", "metric": 0, "name": "time\x02", "unit": "ns", "better": "less"},
        {"kind": "metric", "metric": 1, "name": "peak", "unit": "B", "better": "less"},
    ]
    for case, name in enumerate(NAMES):
        lines.append({"kind": "case", "case": case, "id": name, "dims": {"n": 10**case, "text\x03": "\x04"}})
        for metric in (0, 1):
            values = [factor * (100 + i + 7 * case * metric) for i in range(6)]
            place = {"kind": "series", "session": 0, "version": 0, "case": case, "metric": metric, "count": 6}
            lines.append({**place, "block": [0, 0, 1, 1, 2, 2], "value": values, "order": list(range(6))})
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_there_is_a_picture_of_every_name(ending: str, build: Path, tmp_path: Path) -> None:
    files = [write(tmp_path / "1.jsonl", "v1\x1b[31m", 1), write(tmp_path / "2.jsonl", "v2\u202e\nx", 1.5)]
    ended = run([build / "benchkit", "plot", *files, "--view", ",".join(VIEWS), "-o", tmp_path / f"of.{ending}"], cwd=tmp_path)
    assert ended.code == 0, ended
    for view in VIEWS:
        picture = tmp_path / f"of-{view}.{ending}"
        assert picture.stat().st_size > 1000
        if ending == "svg":
            words = "".join(ElementTree.fromstring(picture.read_text()).itertext())
            assert "\u202e" not in words
