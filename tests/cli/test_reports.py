"""compare --format junit|github, as far as a parser can stand in for what reads them; of one mind with the table and the gate."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import COMMAND, Ended, run
from made_snapshots import Made, noisy

HOSTILE = [
    "a<b> & \"c\" 'd' ]]> <!-- -->",
    "new\nline\r\ttab \x1b[31m\x00",
    "::error::not mine",
    "##[error]nor mine",
    "100%25, a:b",
    "pipe | `code` *bold* __init__ [link](javascript:x) </details> $x$",
    "größe 測試 \u202e turned \ufffe \uffff",
    "x" * 5000,
]


@pytest.fixture
def pair(tmp_path: Path) -> list[Path]:
    """Ten cases as they were, two slower, one faster, two odd; and the hostile ones, all slower."""
    before: dict[str, dict[str, list[float] | str]] = {}
    after: dict[str, dict[str, list[float] | str]] = {}
    for i in range(40):
        before[f"same[{i}]"] = {"time": noisy(100, f"b{i}"), "peak": [1e6, 1e6, 1e6]}
        after[f"same[{i}]"] = {"time": noisy(100, f"h{i}"), "peak": [1e6, 1e6, 1e6]}
    for name, factor in (("slower[1]", 2), ("slower[2]", 1.5), ("faster", 0.5)):
        before[name] = {"time": noisy(100, name), "peak": [1e6, 1e6, 1e6]}
        after[name] = {"time": noisy(100 * factor, name + "h"), "peak": [1e6 * factor] * 3}
    before["gone"] = {"time": noisy(100, "gone")}
    after["young"] = {"time": noisy(100, "young")}
    before["broken"], after["broken"] = {"time": noisy(100, "broken")}, {"time": "signal"}
    for i, name in enumerate(HOSTILE):
        before[name] = {"time": [100.0] * 3}
        after[name] = {"time": [200.0 + i] * 3}
    return [Made("v1", before).write(tmp_path), Made("v2", after).write(tmp_path)]


def compare(folder: Path, files: list[Path], *options: str, **environment: str) -> Ended:
    return run([COMMAND, "compare", *files, *options], folder, **environment)


# What the readers of this format agree on: attributes that must be there, and that may.
ATTRIBUTES = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}),
    "testsuite": ({"name", "tests", "failures", "errors"}, {"skipped", "time", "timestamp", "hostname"}),
    "properties": (set(), set()),
    "property": ({"name", "value"}, set()),
    "testcase": ({"name", "classname"}, {"time"}),
    "failure": (set(), {"type", "message"}),
    "skipped": (set(), {"type", "message"}),
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "testcase": {"failure", "skipped"},
}


def read_junit(text: str) -> ET.Element:
    root = ET.fromstring(text.encode())
    assert root.tag == "testsuites"
    for element in root.iter():
        needed, allowed = ATTRIBUTES[element.tag]
        assert needed <= set(element.attrib) <= needed | allowed, element.attrib
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
    seen = Counter((case.get("classname"), case.get("name")) for case in root.iter("testcase"))
    assert max(seen.values()) == 1, "of two tests of one name readers drop one"
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))
        assert all(len(case) <= 1 for case in suite.iter("testcase"))
        assert all(float(case.get("time", "0")) >= 0 for case in suite.iter("testcase"))
    for count in ("tests", "failures"):
        assert int(root.get(count, "")) == sum(int(suite.get(count, "")) for suite in root)
    return root


def outcomes(folder: Path, files: list[Path], *options: str) -> dict[str, list[tuple[str, str]]]:
    """What the table says, by metric: (outcome, case) of each row that is compared."""
    found = {}
    for comparison in json.loads(compare(folder, files, *options, "--format", "json").out):
        rows = [row for group in comparison["groups"] for row in group["rows"]]
        judged = [(row["case"], row["cells"][1]["judgement"]) for row in rows]
        found[comparison["metric"]] = [(one["verdict"] if one["outcome"] == "compared" else one["outcome"], case) for case, one in judged]
    return found


def test_junit_agrees_with_table_and_gate(pair: list[Path], tmp_path: Path) -> None:
    options = ("--threshold", "5%", "--fail-on", "5%")
    table = outcomes(tmp_path, pair, *options)
    ended = compare(tmp_path, pair, *options, "--format", "junit")
    assert ended.code == 1, ended
    root = read_junit(ended.out)
    assert [suite.get("name") for suite in root] == ["peak: v2 vs v1", "time: v2 vs v1"]
    for suite in root:
        rows = table[suite.get("name", "").split(":")[0]]
        failing = [outcome for outcome, _ in rows if outcome in ("regressed", "vanished", "failed")]
        assert [failure.get("type") for failure in suite.iter("failure")] == failing
        skipped = [outcome for outcome, _ in rows if outcome in ("undecided", "new")]
        assert [one.get("message", "").split(":")[0] for one in suite.iter("skipped")] == skipped
        assert len(suite.findall("testcase")) == len(rows)
    assert len(list(root.iter("failure"))) == len(ended.err.splitlines()), "what the gate names"
    messages = {failure.get("message"): failure.text for failure in root.iter("failure")}
    assert "regressed: x2.00, beyond 5%" in messages
    [slower] = [case for case in root[1].iter("testcase") if case.get("name") == "slower[1]"]
    assert re.match(r"regressed: (x2\.\d\d|\+99\.\d%) \[.*\], beyond 5%$", slower[0].get("message", ""))
    assert re.search(r"\nv1: 100\.\d ns ±\d\.\d% \(5 samples, 5 blocks\)\nv2: \d+\.\d ns ", slower[0].text or "")
    [young] = [case for case in root[1].iter("testcase") if case.get("name") == "young"]
    assert young[0].get("message") == "new"
    [broken] = [case for case in root[1].iter("testcase") if case.get("name") == "broken"]
    assert broken[0].get("message") == "failed: it says signal"


def test_where_a_case_turned_stands_in_every_format(tmp_path: Path) -> None:
    """Nine versions: one case is slower from the fifth on and has less memory from the sixth on; another is always the same."""
    files = []
    for i in range(9):
        turned = {"time": noisy(130 if i >= 4 else 100, f"t{i}"), "peak": [1e6 if i < 5 else 5e5] * 3}
        files.append(Made(f"v{i}", {"turned": turned, "same": {"time": noisy(100, f"s{i}"), "peak": [1e6] * 3}}).write(tmp_path))
    expected = {("time", "turned", "v4"): 1.3, ("peak", "turned", "v5"): 0.5}
    in_json = {}
    for comparison in json.loads(compare(tmp_path, files, "--history", "--format", "json").out):
        for row in (row for group in comparison["groups"] for row in group["rows"]):
            for turn in row.get("turns", []):
                in_json[comparison["metric"], row["case"], comparison["columns"][turn["column"]]["title"]] = turn
    assert {place: turn["change"] for place, turn in in_json.items()} == pytest.approx(expected, rel=0.01)
    lines = csv.DictReader(io.StringIO(compare(tmp_path, files, "--history", "--format", "csv").out))
    in_csv = {(line["metric"], line["case"], line["column"]): line for line in lines if line["turn"] or line["turn_level"]}
    assert {place: (float(line["turn"]), float(line["turn_level"])) for place, line in in_csv.items()} == {
        place: pytest.approx((turn["change"], turn["adjusted_level"])) for place, turn in in_json.items()
    }
    root = read_junit(compare(tmp_path, files, "--history", "--format", "junit").out)
    in_junit = {
        (suite.get("name", "").split(":")[0], *turn.get("value", "").split(": "))
        for suite in root
        for turn in suite.iterfind("properties/property[@name='turn']")
    }
    assert {(metric, case, re.sub(r"\.\d+%", "%", text)) for metric, case, text in in_junit} == {
        ("time", "turned", "+30% from v4 on"),
        ("peak", "turned", "-50% from v5 on"),
    }
    assert ("turn", "turned: -50.0% from v5 on") in [
        (one.get("name"), one.get("value")) for one in root.iterfind("testsuite[@name='peak: v5 vs v0']/properties/property")
    ]
    for line in csv.DictReader(io.StringIO(compare(tmp_path, files, "--format", "csv").out)):
        assert line["turn"] == "", "nobody asked for it"


def test_json_holds_what_the_gate_made_of_each_case(pair: list[Path], tmp_path: Path) -> None:
    ended = compare(tmp_path, pair, "--metric", "peak", "--fail-on", "peak:60%", "--format", "json", "-k", "slower")
    [slower, less] = [row["cells"][1] for row in json.loads(ended.out)[0]["groups"][0]["rows"]]
    assert (less["judgement"]["verdict"], less["gate"]["verdict"]) == ("regressed", "same")
    assert slower["gate"]["verdict"] == "regressed"
    assert slower["gate"]["limit"] == {"amount": 0.6, "relative": True}


def test_junit_under_strict_fails_what_is_undecided(pair: list[Path], tmp_path: Path) -> None:
    files = pair
    for strict, tag in ((["--strict"], "failure"), ([], "skipped")):
        ended = compare(tmp_path, files, "--fail-on", "time:0.01%", "-k", "same", *strict, "--format", "junit")
        assert ended.code == (3 if strict else 0), ended
        cases = read_junit(ended.out).findall("testsuite[@name='time: v2 vs v1']/testcase")
        assert [(one.tag, one.get("message", "")[:9]) for case in cases for one in case] == [(tag, "undecided")] * 40


def test_junit_without_a_gate_fails_what_the_table_calls_regressed(pair: list[Path], tmp_path: Path) -> None:
    ended = compare(tmp_path, pair, "--threshold", "60%", "--format", "junit", "-k", "slower", "--metric", "peak")
    assert ended.code == 0, "nothing was asked to fail"
    assert [case.get("name") for case in read_junit(ended.out).iter("testcase") if len(case)] == ["slower[1]"]


def test_junit_keeps_hostile_ids_apart_and_whole(pair: list[Path], tmp_path: Path) -> None:
    root = read_junit(compare(tmp_path, pair, "--metric", "time", "--format", "junit").out)
    names = [case.get("name", "") for case in root.iter("testcase")][-len(HOSTILE) - 1 : -1]
    assert names[0] == HOSTILE[0]
    assert names[1] == "new\\nline\\x0d\\ttab \\x1b[31m\\x00"
    assert names[6] == "größe 測試 \\u202e turned \\ufffe \\uffff"
    assert names[7] == HOSTILE[7]


def test_junit_of_cases_that_share_an_id(tmp_path: Path) -> None:
    results = [{"command": "find", "times": [0.1, 0.2], "parameters": {"n": n}} for n in ("1", "2", "2")]
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps({"results": results}))
    root = read_junit(compare(tmp_path, [tmp_path / "a.json", tmp_path / "b.json"], "--format", "junit").out)
    assert [case.get("name") for case in root.iter("testcase")] == ["find", "find n=2", "find n=2 occurrence=2"]


@dataclass
class Annotation:
    kind: str
    title: str
    message: str


def unescaped(text: str, *more: str) -> str:
    for character in ("\r", "\n", *more, "%"):  # percent last, as the runner does it
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def annotations(text: str) -> list[Annotation]:
    """As the runner takes them off the standard output: each line that begins so, whoever wrote it."""
    found = []
    for line in text.splitlines():
        if line.lstrip().startswith("::"):
            match = re.fullmatch(r"::(error|warning|notice) title=([^:,]*)::(.*)", line)
            assert match, line
            found.append(Annotation(match[1], unescaped(match[2], ":", ","), unescaped(match[3])))
    return found


def test_github_annotations_agree_with_the_gate(pair: list[Path], tmp_path: Path) -> None:
    page = tmp_path / "summary.md"
    page.write_text("# an earlier step\n")
    ended = compare(tmp_path, pair, "--fail-on", "5%", "--format", "github", "--metric", "peak", GITHUB_STEP_SUMMARY=str(page))
    assert ended.code == 1, ended
    found = annotations(ended.out)
    assert len(found) == len(ended.out.splitlines()), "nothing else on the standard output"
    assert [(one.kind, one.title, one.message) for one in found] == [
        ("error", "benchkit: regressed", "slower[1] (peak, v2 vs v1): x2.00, beyond 5%"),
        ("error", "benchkit: regressed", "slower[2] (peak, v2 vs v1): +50.0%, beyond 5%"),
        ("notice", "benchkit: improved", "faster (peak, v2 vs v1): -50.0%, beyond 5%"),
    ]
    text = page.read_text()
    assert text.startswith("# an earlier step\n## benchkit: 2 do not pass\n")
    assert "| regressed | slower[1] | peak | v2 vs v1 | x2.00, beyond 5% |" in text
    assert text.count("<details>") == text.count("</details>") == 2


def test_github_without_a_page_writes_all_to_the_standard_output(pair: list[Path], tmp_path: Path) -> None:
    options = ("--fail-on", "peak:5%", "--metric", "peak", "--format", "github")
    page = tmp_path / "summary.md"
    apart = compare(tmp_path, pair, *options, GITHUB_STEP_SUMMARY=str(page))
    together = compare(tmp_path, pair, *options, GITHUB_STEP_SUMMARY="")
    assert together.out == page.read_text() + "\n" + apart.out
    assert annotations(together.out) == annotations(apart.out)


def test_github_hostile_ids_stay_in_their_line(pair: list[Path], tmp_path: Path) -> None:
    ended = compare(tmp_path, pair, "--fail-on", "time:5%", "--format", "github", "--metric", "time", "-k", "mine or turned or a:b or line")
    messages = [one.message for one in annotations(ended.out) if one.kind == "error"]
    assert [message.split(" (time, v2 vs v1): ")[0] for message in messages] == [
        "new\\nline\\x0d\\ttab \\x1b[31m\\x00", "::error::not mine", "##[error]nor mine", "100%25, a:b",
        "größe 測試 \\u202e turned \\ufffe \\uffff",
    ]  # fmt: skip


def test_github_page_takes_nothing_of_an_id_for_its_own(pair: list[Path], tmp_path: Path) -> None:
    page = tmp_path / "summary.md"
    compare(tmp_path, pair, "--format", "github", "--metric", "time", "-k", "pipe or a<b", GITHUB_STEP_SUMMARY=str(page))
    text = page.read_text()
    assert "a&lt;b> & \"c\" 'd' ]]> &lt;!-- --> |" in text
    assert "pipe \\| \\`code\\` \\*bold\\* \\_\\_init\\_\\_ [link\\](javascript:x) &lt;/details> \\$x\\$ |" in text
    assert text.count("<details>") == text.count("</details>")


def test_github_tells_how_many_there_are_beyond_what_is_shown(tmp_path: Path) -> None:
    cases = {f"case[{i}]": {"peak": [1.0, 1.0, 1.0]} for i in range(5000)}
    grown = {case: {"peak": [2.0, 2.0, 2.0]} for case in cases}
    page = tmp_path / "summary.md"
    files = [Made("v1", cases).write(tmp_path), Made("v2", grown).write(tmp_path)]
    ended = compare(tmp_path, files, "--fail-on", "5%", "--format", "github", GITHUB_STEP_SUMMARY=str(page))
    found = annotations(ended.out)
    assert len(found) == 10
    assert found[-1].message == "and 4991 more: see the job summary"
    assert "and 4800 more" in page.read_text()
    long = {f"{i}" + "x" * 300: {"peak": [1.0, 1.0]} for i in range(5000)}
    files = [Made("w1", long).write(tmp_path), Made("w2", long).write(tmp_path)]
    page.unlink()
    assert compare(tmp_path, files, "--format", "github", GITHUB_STEP_SUMMARY=str(page)).code == 0
    assert page.stat().st_size < 2**20
    assert "1 of 1 tables are too large for this page" in page.read_text()


def test_github_page_that_cannot_be_written_is_an_error(pair: list[Path], tmp_path: Path) -> None:
    ended = compare(tmp_path, pair, "--format", "github", GITHUB_STEP_SUMMARY=str(tmp_path))
    assert ended.code == 2, ended
    assert "the summary could not be written: Is a directory" in ended.err
