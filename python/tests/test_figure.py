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
    with pytest.raises(benchkit.Error, match=r"picture\.gif: no picture ends in \.gif"):
        figure().save(tmp_path / "picture.gif")
    with pytest.raises(benchkit.Error, match=r"format='gif': no picture ends in \.gif"):
        figure().to_bytes("gif")
    with pytest.raises(benchkit.Error, match="nope") as told:
        benchkit.plot(DATA / "v1.jsonl", nope=3)
    assert "gave no answer" not in str(told.value)
    broken = figure()
    broken.option["xAxis"][0]["axisLabel"]["formatter"] = {"$": "eval"}
    with pytest.raises(benchkit.Error, match="unknown function"):
        broken.to_bytes("svg")


@pytest.mark.parametrize(
    "options", [{"output": "x.svg"}, {"o": "x.svg"}, {"open": True}, {"format": "svg"}, {"help": True}, {"view": "compare,change"}]
)
def test_what_makes_no_figure_is_refused_with_the_way_out(options: dict) -> None:
    with pytest.raises(benchkit.Error, match=r"\.save\(FILE\)|call plot for each"):
        benchkit.plot(DATA / "v1.jsonl", DATA / "v2.jsonl", **options)


def test_none_is_as_if_it_were_not_given() -> None:
    assert benchkit.plot(DATA / "v1.jsonl", DATA / "v2.jsonl", view="compare", stat=None, x=None).title


def test_a_statistic_of_others_is_a_metric_where_there_is_one(tmp_path: Path) -> None:
    assert "time" in str(benchkit.plot(DATA / "v1.jsonl", metric="max").option)
    own = tmp_path / "own.jsonl"
    own.write_text((DATA / "v1.jsonl").read_text().replace('"hits"', '"max"'))
    option = str(benchkit.plot(own, metric="max").option)
    assert "time" not in option
    assert "max" in option
