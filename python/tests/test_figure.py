"""Figures in Python."""

from pathlib import Path

import benchkit
import pytest

DATA = Path(__file__).parents[2] / "tests/cli/data"


def figure() -> benchkit.Figure:
    files = DATA / "v1.jsonl", DATA / "v2.jsonl"
    return benchkit.plot(*files, view="compare", metric="time", where=["n>=10"], label=["old", "new"], dark=True)


def test_a_figure_shows_itself() -> None:
    bundle = figure()._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert bundle["text/html"].startswith("<iframe srcdoc=")
    assert "new against old" in bundle["text/plain"]


def test_its_option_can_be_changed_and_saved(tmp_path: Path) -> None:
    one = figure()
    one.option["title"][0]["text"] = "a title of mine"
    one.save(tmp_path / "picture.svg")
    assert "a title of mine" in (tmp_path / "picture.svg").read_text()
    one.save(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes()[1:4] == b"PNG"


def test_what_is_wrong_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(benchkit.Error, match=r"none\.jsonl"):
        benchkit.plot(tmp_path / "none.jsonl")
    with pytest.raises(benchkit.Error, match="gif"):
        figure().save(tmp_path / "picture.gif")
    broken = figure()
    broken.option["xAxis"][0]["axisLabel"]["formatter"] = {"$": "eval"}
    with pytest.raises(benchkit.Error, match="unknown function"):
        broken.to_bytes("svg")
