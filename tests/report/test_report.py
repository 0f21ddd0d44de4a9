"""`benchkit report`: what the page is given is what `compare` says, and nothing of what names hold is ever run."""

from __future__ import annotations

import base64
import itertools
import json
import re
import shutil
import zlib
from pathlib import Path
from typing import Any

import pytest
from conftest import PYTHON, ROOT, run

DATA = ROOT / "tests/cli/data"
BLOCK = re.compile(r'<script type="application/octet-stream" id="benchkit-([a-z0-9-]+)">([A-Za-z0-9+/=]*)</script>')
VERDICTS = ["regressed", "improved", "same", "undecided"]
HOSTILE = [
    "</script><script>document.title='run'</script>",
    "<img src=x onerror=\"document.title='run'\">",
    "<!--benchkit:data-->",
    "abc\u202egnp.exe",
    "long-" + "x" * 10_000,
]


def blocks(page: str) -> dict[str, Any]:
    return {name: json.loads(zlib.decompress(base64.b64decode(text))) for name, text in BLOCK.findall(page)}


def report(build: Path, folder: Path, *words: str | Path) -> dict[str, Any]:
    page = folder / "page.html"
    ended = run([build / "benchkit", "report", *words, "-o", page], cwd=DATA)
    assert ended.code == 0, ended
    assert ended.out == f"{page}\n"
    return blocks(page.read_text())


def close(left: float | None, right: float | None) -> bool:
    """Whole numbers (bytes, counts) are whole, others have ten digits."""
    if left is None or right is None or right == int(right):
        return left == right
    return left == pytest.approx(right, rel=1e-9)


def test_what_has_no_ratio_has_its_difference(build: Path, tmp_path: Path) -> None:
    """As `compare` says it: of a case below 0 among others."""
    for version, factor in ((1, 1.0), (2, 1.4)):
        lines: list[dict[str, Any]] = [
            {"kind": "session", "format": 1, "session": 0, "sealed": True},
            {"kind": "version", "version": 0, "label": f"v{version}"},
            {"kind": "metric", "metric": 0, "name": "time", "unit": "ns", "better": "less"},
        ]
        for case, centre in enumerate((100.0, -50.0)):
            values = [factor * (centre + i / 10) for i in range(12)]
            place = {"kind": "series", "session": 0, "version": 0, "case": case, "metric": 0, "count": 12}
            lines.append({"kind": "case", "case": case, "id": f"c{case}"})
            lines.append({**place, "block": [i // 3 for i in range(12)], "value": values, "order": list(range(12))})
        (tmp_path / f"v{version}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    files = [tmp_path / "v1.jsonl", tmp_path / "v2.jsonl"]
    column = report(build, tmp_path, *files)["report"]["metrics"][0]["columns"][1]
    told = run([build / "benchkit", "compare", *files], cwd=tmp_path).out
    assert list(column["difference"]) == ["1"]
    assert column["difference"]["1"].split(" [")[0] in told, (column["difference"], told)
    assert column["effect"][1] is None


@pytest.mark.parametrize(
    "words",
    [
        ["v1.jsonl", "v2.jsonl"],
        ["v1.jsonl", "v2.jsonl", "v3.jsonl", "--threshold", "30%", "--alpha", "1%", "--metric", "time"],
        ["held1.jsonl", "held2.jsonl"],
        ["sizes1.jsonl", "sizes2.jsonl", "--stat", "mean", "--where", "n>=100"],
    ],
)
def test_every_number_and_verdict_is_that_of_compare(build: Path, tmp_path: Path, words: list[str]) -> None:
    told = json.loads(run([build / "benchkit", "compare", *words, "--format", "json"], cwd=DATA).out)
    page = report(build, tmp_path, *words)["report"]
    assert [metric["name"] for metric in page["metrics"]] == [comparison["metric"] for comparison in told]
    for metric, comparison in zip(page["metrics"], told, strict=True):
        assert metric["threshold"] == comparison["threshold"]
        assert metric["confidence"] == pytest.approx(1 - comparison["alpha"])
        assert [version["label"] for version in page["versions"]] == [column["title"] for column in comparison["columns"]]
        rows = [row for group in comparison["groups"] for row in group["rows"]]
        assert {row["case"] for row in rows} <= set(page["cases"]["id"])
        for row in rows:
            i = page["cases"]["id"].index(row["case"])
            for column, cell in zip(metric["columns"], row["cells"], strict=True):
                assert close(column["value"][i], cell.get("value"))
                judgement = cell.get("judgement")
                if judgement is None:
                    continue
                compared = judgement["outcome"] == "compared"
                assert column["verdict"][i] == (VERDICTS.index(judgement["verdict"]) if compared else -1)
                assert column["standing"].get(str(i)) == (None if compared else judgement["outcome"])
                assert close(column["effect"][i], cell.get("ratio", {}).get("value"))
                if compared:
                    assert column["level"][i] == pytest.approx(judgement["adjusted_level"], rel=5e-3)


def test_pivots_are_judged_as_compare_does(build: Path, tmp_path: Path) -> None:
    page = report(build, tmp_path, "v1.jsonl", "v2.jsonl")
    report_ = page["report"]
    told = json.loads(run([build / "benchkit", "compare", "v1.jsonl", "v2.jsonl", "--pivot", "impl", "--format", "json"], cwd=DATA).out)
    pivot = page[f"pivot-{report_['pivots'].index('impl')}"]
    ids = report_["cases"]["id"]
    assert pivot["values"] == ["set", "hash"]
    found = pivot["metrics"][0]["columns"][1]
    i = ids.index("hash-find[10]")
    assert ids[found["base"][i]] == "set-find[10]"
    assert found["base"][ids.index("set-find[10]")] == -1
    row = next(row for group in told[0]["groups"] for row in group["rows"] if row["dims"] == {"op": "find", "n": 10})
    cell = row["cells"][-1]
    assert close(found["effect"][i], cell["ratio"]["value"])
    assert VERDICTS[found["verdict"][i]] == cell["judgement"]["verdict"]


def test_samples_blocks_and_machines_are_those_of_the_files(build: Path, tmp_path: Path) -> None:
    page = report(build, tmp_path, "v1.jsonl", "v2.jsonl")
    report_ = page["report"]
    ids = report_["cases"]["id"]
    i = ids.index("set-find[10]")
    part = page[f"part-{report_['cases']['part'][i]}"]
    series = [one for one in part["samples"] if one["case"] == i]
    assert [one["column"] for one in series if one["metric"] == 0] == [0, 1]
    assert all(len(one["value"]) == len(one["block_steps"]) == len(one["order_steps"]) > 0 for one in series)
    lines = [json.loads(line) for line in (DATA / "v1.jsonl").read_text().splitlines()]
    (handle,) = [line["case"] for line in lines if line["kind"] == "case" and line["id"] == "set-find[10]"]
    (kept,) = [line for line in lines if line["kind"] == "series" and line["case"] == handle and line["metric"] == 0]
    assert list(itertools.accumulate(series[0]["block_steps"])) == kept["block"]
    assert list(itertools.accumulate(series[0]["order_steps"])) == kept["order"]
    assert all("cpu" in dict(version["machine"]) for version in report_["versions"])
    assert [dict(version["facts"])["file"] for version in report_["versions"]] == ["v1.jsonl", "v2.jsonl"]


def test_call_paths_that_grew_are_those_of_explain(build: Path, tmp_path: Path) -> None:
    page = report(build, tmp_path, "held1.jsonl", "held2.jsonl")
    case = page["report"]["cases"]["id"].index("build[100]")
    told = json.loads(
        run([build / "benchkit", "compare", "held1.jsonl", "held2.jsonl", "--explain", "build[100]", "--format", "json"], cwd=DATA).out
    )
    grew = told["explanations"][0]["grew"]
    (growth,) = [one for one in page["part-0"]["growth"] if one["case"] == case]
    found = [(path["after"] - path["before"], path["frames"]) for path in growth["paths"]]
    assert found[: len(grew)] == [(path["change"], path["functions"]) for path in grew]
    assert len(grew) > 0


def test_one_version_is_a_report_and_so_are_twelve(build: Path, tmp_path: Path) -> None:
    page = report(build, tmp_path, "sizes1.jsonl")["report"]
    assert len(page["versions"]) == 1
    assert page["metrics"][0]["columns"][0]["verdict"] == []
    assert [figure["view"] for figure in page["figures"]][:2] == ["scaling", "scaling"]
    for i in range(12):
        shutil.copy(DATA / "v1.jsonl", tmp_path / f"r{i}.jsonl")
    page = report(build, tmp_path, *(tmp_path / f"r{i}.jsonl" for i in range(12)), *(w for i in range(12) for w in ("-l", f"r{i}")))[
        "report"
    ]
    assert [version["label"] for version in page["versions"]] == [f"r{i}" for i in range(12)]
    assert "history" in [figure["view"] for figure in page["figures"]]


def test_names_are_data_wherever_they_stand(build: Path, tmp_path: Path) -> None:
    text = (DATA / "v1.jsonl").read_text()
    for tame, hostile in zip(["set-find[10]", "set-find[1000]", "hash-find[10]", "hash-find[1000]", "set-build[10]"], HOSTILE, strict=True):
        text = text.replace(json.dumps(tame), json.dumps(hostile))
    (tmp_path / "hostile.jsonl").write_text(text)
    page = tmp_path / "page.html"
    title = HOSTILE[0]
    ended = run([build / "benchkit", "report", tmp_path / "hostile.jsonl", "-o", page, "--title", title, "-l", HOSTILE[1]], cwd=tmp_path)
    assert ended.code == 0, ended
    html = page.read_text()
    data = blocks(html)
    assert set(HOSTILE) <= set(data["report"]["cases"]["id"])
    assert (data["report"]["title"], data["report"]["versions"][0]["label"]) == (HOSTILE[0], HOSTILE[1])
    assert len(re.findall(r"<script", html)) == len(data) + 1
    for hostile in HOSTILE:
        assert hostile not in html
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")


def test_the_gate_stands_in_the_page_and_in_the_exit_code(build: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    words = ["v1.jsonl", "v3.jsonl", "--fail-on", "time:5%"]
    told = run([build / "benchkit", "compare", *words], cwd=DATA)
    ended = run([build / "benchkit", "report", *words, "-o", page], cwd=DATA)
    assert (ended.code, ended.err) == (told.code, told.err)
    gate = blocks(page.read_text())["report"]["gate"]
    assert ended.code == 1
    assert gate[: len(ended.err.splitlines())] == ended.err.splitlines()


def test_python_hosts_have_it(build: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    code = f"import benchkit.cli, sys; sys.exit(benchkit.cli.main(lambda: [], argv=['report', 'v1.jsonl', '-o', {str(page)!r}]))"
    ended = run([PYTHON, "-c", code], cwd=DATA)
    assert ended.code == 0, ended
    assert len(blocks(page.read_text())["report"]["cases"]["id"]) > 0
