"""From the worker to the terminal: `run --attribute` with a worker that is a script, so that what it says is known."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from conftest import BUILD, COMMAND, PYTHON, ROOT, read_lines, run

WORKER = """#!{python}
import json, os, socket
runner = socket.socket(fileno=int(os.environ.pop("BENCHKIT_WORKER"))).makefile("rw", encoding="utf-8")
def say(kind, **fields):
    print(json.dumps({{"type": kind, **fields}}), file=runner, flush=True)
metrics = [{{"name": "peak", "unit": "B", "better": "less"}}]
say("hello", protocol=1, program="script", pid=os.getpid(), language="script",
    meters=[{{"name": "memory", "metrics": metrics, "batches": False, "attributes": True}}])
for line in runner:
    asked = json.loads(line)
    if asked["type"] == "quit":
        break
    if asked["type"] == "describe":
        say("cases", cases=[{{"id": "sort"}}, {{"id": "find"}}])
    elif asked["type"] == "open":
        case = asked["case"]
        say("opened")
    elif asked["type"] == "calibrate":
        say("calibrated", iterations=1, cold={{"values": [900.0]}})
    elif asked["type"] == "take":
        say("sampled", values=[700.0])
        say("sampled", values=[700.0])
        say("done", **({{"call_paths": {paths}}} if asked.get("attribute") else {{}}))
    else:
        say("done")
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Its paths go from a Python function through main() of a real program to a file that is not there."""
    program = BUILD / "programs/suite"
    names = subprocess.run(["nm", str(program)], capture_output=True, text=True, check=True).stdout
    main = int(re.search(r"^([0-9a-f]+) T main$", names, re.MULTILINE)[1], 16)
    paths = {
        "peak": 700,
        "frames": [["run", "/home/me/suite.py", 7], ["", "", 0, str(program), main + 8], ["", "", 0, "/no/such/lib.so", 64]],
        "paths": [[600, 3, [0, 1, 2]], [90, 1, [0, 1]]],
        "rest": [10, 2],
    }
    script = tmp_path / "suite"
    script.write_text(WORKER.format(python=PYTHON, paths=paths))
    script.chmod(0o755)
    return script


MEASURE = ["run", "--metric", "peak", "--budget", "20ms", "-o", "a.jsonl"]


def names(path: Path) -> list[list[str]]:
    """The frames of the first attributed case."""
    return read_lines(path).of_kind("paths")[0]["frames"]


def test_the_whole_way(suite: Path, tmp_path: Path) -> None:
    ended = run([COMMAND, "--host", suite, *MEASURE, "--attribute"], tmp_path)
    assert ended.code == 0, ended
    assert f"2 attributed · who held the bytes: {suite} memory a.jsonl" in ended.out
    lines = read_lines(tmp_path / "a.jsonl")
    assert sorted(line["case"] for line in lines.of_kind("paths")) == [0, 1], "one a case, however many blocks"
    assert names(tmp_path / "a.jsonl")[1][0] == "main"
    assert names(tmp_path / "a.jsonl")[2] == ["", "", 0, "/no/such/lib.so", 64]
    shown = run([COMMAND, "memory", "a.jsonl", "sort"], tmp_path)
    assert shown.code == 0, shown
    assert "run › main" in shown.out
    assert "lib.so+0x40" in shown.out
    assert "(paths too small or too deep to be kept)" in shown.out
    assert "counted" not in shown.out, "the peak is the one that the samples have"


def test_without_the_symbols_library_it_goes_on_and_says_so(suite: Path, tmp_path: Path) -> None:
    ended = run([COMMAND, "--host", suite, *MEASURE, "--attribute"], tmp_path, BENCHKIT_SYMBOLS="/no/such/module.so")
    assert ended.code == 0, ended
    assert ended.out.count("native code gets no names: libbenchkit-symbols.so is not there") == 1, "once, not once a case"
    assert re.search(r"run › suite\+0x[0-9a-f]+", run([COMMAND, "memory", "a.jsonl", "sort"], tmp_path).out)


def test_redacted_paths_name_no_folders(suite: Path, tmp_path: Path) -> None:
    ended = run([COMMAND, "--host", suite, *MEASURE, "--attribute", "--redact"], tmp_path)
    assert ended.code == 0, ended
    text = (tmp_path / "a.jsonl").read_text()
    assert "suite.py" in text
    assert "/home/me" not in text
    assert str(ROOT) not in text


def test_unasked_nothing_is_attributed(suite: Path, tmp_path: Path) -> None:
    ended = run([COMMAND, "--host", suite, *MEASURE], tmp_path)
    assert ended.code == 0, ended
    assert not read_lines(tmp_path / "a.jsonl").of_kind("paths")
    refused = run([COMMAND, "memory", "a.jsonl"], tmp_path)
    assert refused.code == 2
    assert "run --metric peak --attribute" in refused.err


def test_programs_cannot_be_attributed(tmp_path: Path) -> None:
    ended = run([COMMAND, "run", "--metric", "peak", "--attribute", "--command", "x=true"], tmp_path)
    assert ended.code == 2
    assert "--attribute: this suite has no metric that can be attributed" in ended.err


def test_speedscope_is_what_its_readers_expect(suite: Path, tmp_path: Path) -> None:
    """The rules of its schema that concern profiles of type "sampled"."""
    assert run([COMMAND, "--host", suite, *MEASURE, "--attribute"], tmp_path).code == 0
    assert run([COMMAND, "memory", "a.jsonl", "--format", "speedscope", "-o", "a.json"], tmp_path).code == 0
    document = json.loads((tmp_path / "a.json").read_text())
    frames = document["shared"]["frames"]
    assert all(isinstance(frame["name"], str) for frame in frames)
    assert 0 <= document["activeProfileIndex"] < len(document["profiles"]) == 2
    for profile in document["profiles"]:
        assert profile["type"] == "sampled"
        assert profile["unit"] == "bytes"
        assert len(profile["samples"]) == len(profile["weights"])
        assert all(0 <= frame < len(frames) for stack in profile["samples"] for frame in stack)
        assert profile["endValue"] - profile["startValue"] == sum(profile["weights"]) == 700


def test_a_real_suite_begins_at_its_own_calls(tmp_path: Path) -> None:
    """What the worker does around a measured call is left out; the sum of the paths is the peak."""
    host = BUILD / "examples/cpp-containers/cpp-containers"
    ended = run([host, *MEASURE, "--attribute", "-k", "unordered_set-build[1000]"], tmp_path)
    assert ended.code == 0, ended
    [paths] = read_lines(tmp_path / "a.jsonl").of_kind("paths")
    assert paths["peak"] > 1000 * 8
    assert sum(path[0] for path in paths["paths"]) + paths.get("rest", [0, 0])[0] == paths["peak"]
    functions = [frame[0] for frame in paths["frames"]]
    assert not any("WorkerSession" in function or function == "main" for function in functions), functions
    assert any("_M_rehash" in function for function in functions), functions


def test_a_python_suite_names_its_functions(tmp_path: Path) -> None:
    (tmp_path / "suite.py").write_text(
        "from contextlib import contextmanager\n"
        "import benchkit, benchkit.cli\n"
        "def hold():\n"
        "    return bytearray(3_000_000)\n"
        "@contextmanager\n"
        "def held():\n"
        "    yield hold\n"
        "benchkit.cli.main([benchkit.Case('hold', run=held)])\n"
    )
    ended = run([PYTHON, "suite.py", *MEASURE, "--attribute"], tmp_path)
    assert ended.code == 0, ended
    shown = json.loads(run([COMMAND, "memory", "a.jsonl", "hold", "--format", "json"], tmp_path).out)
    text = json.dumps(shown)
    assert '"hold"' in text
    assert '"line": 4' in text or '"line":4' in text
    [paths] = read_lines(tmp_path / "a.jsonl").of_kind("paths")
    assert paths["paths"][0][0] >= 3_000_000
