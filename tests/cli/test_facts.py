"""What a run says of what it measured, seen in its file."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from conftest import COMMAND, PYTHON, run


def lines_of(path: Path, kind: str) -> list[dict]:
    return [line for line in map(json.loads, path.read_text().splitlines()) if line["kind"] == kind]


def test_an_uncommitted_tree_is_measured_and_said(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "code").write_text("committed")
    git("add", "code")
    git("commit", "-qm", "first")
    measured = ["run", "--command", "true=true", "--samples", "2", "--blocks", "1", "-o"]
    assert run([COMMAND, *measured, "clean.jsonl"], tmp_path).code == 0
    (tmp_path / "code").write_text("edited")
    assert run([COMMAND, *measured, "dirty.jsonl"], tmp_path).code == 0
    [clean], [dirty] = (lines_of(tmp_path / name, "version") for name in ("clean.jsonl", "dirty.jsonl"))
    assert not clean["dirty"]
    assert dirty["dirty"]
    assert dirty["commit"] == clean["commit"]
    assert dirty["label"] == clean["label"] + "-dirty"


def test_child_processes_are_counted(tmp_path: Path) -> None:
    """The command's child burns 50 ms of CPU time, by its own account: a slow machine makes it no less."""
    (tmp_path / "burn.py").write_text("import time\nwhile time.process_time() < 0.05:\n    pass\n")
    (tmp_path / "parent.sh").write_text(f"{PYTHON} burn.py\n:\n")
    ended = run(
        [COMMAND, "run", "--command", "burn=sh parent.sh", "--metric", "cpu_time", "--samples", "2", "--blocks", "1", "-o", "a.jsonl"],
        tmp_path,
    )
    assert ended.code == 0, ended
    [series] = lines_of(tmp_path / "a.jsonl", "series")
    values = series["value"] if isinstance(series["value"], list) else [series["value"]]
    assert min(values) >= 50e6


def test_commands_around_a_command_run_for_both_versions(tmp_path: Path) -> None:
    """Each call finds the one word that --prepare has just written and takes it away, or fails; --setup and --cleanup are once a worker."""
    (tmp_path / "prepare.sh").write_text("test -e made && test ! -e word && echo x >> prepared && echo x > word")
    around = ["--setup", "sh -c 'echo x >> set_up; touch made'", "--prepare", "sh prepare.sh", "--cleanup", "sh -c 'echo x >> cleaned'"]
    pair = ["--command", "takes=rm word", "--against", "old=cmd:unlink word"]
    ended = run([COMMAND, "run", *pair, *around, "--samples", "3", "--blocks", "2", "-o", "a.jsonl"], tmp_path)
    assert ended.code == 0, ended
    lines = {name: len((tmp_path / name).read_text().split()) for name in ("set_up", "prepared", "cleaned")}
    assert lines["set_up"] == lines["cleaned"] >= 4
    assert lines["prepared"] >= 12
    kept = json.loads((tmp_path / "a.jsonl").read_text().split("\n", 1)[0])["command_cases"]
    assert kept["prepare"] == "sh prepare.sh"


LIMITED = """
from contextlib import contextmanager

import benchkit
import benchkit.cli

@contextmanager
def filling(n):
    yield lambda: bytearray(n)

def cases():
    yield benchkit.Case("small", run=lambda: filling(1_000_000), limits=["peak:1MiB", "rss:1TiB"])
    yield benchkit.Case("large", run=lambda: filling(3_000_000), limits=["peak:1MiB"])
    yield benchkit.Case("odd", run=lambda: filling(1), limits=["peak:large"])
    yield benchkit.Case("wrong", run=lambda: filling(1), limits=["peak:5ms"])

benchkit.cli.main(cases)
"""


def test_a_case_above_its_limit_has_failed(tmp_path: Path) -> None:
    (tmp_path / "suite.py").write_text(LIMITED)
    ended = run([PYTHON, "suite.py", "run", "--metric", "peak", "-o", "a.jsonl"], tmp_path)
    assert ended.code == 1, ended
    assert re.search(r"FAILED large: error: peak 2.861 MiB is above its limit of 1 MiB\n", ended.err), ended
    assert 'FAILED odd: error: its limits cannot be read: "large" is no limit' in ended.err
    assert 'FAILED wrong: error: its limits do not fit: "5 ms" is no amount of peak' in ended.err
    assert "1 measured, 3 failed" in ended.out
    outcomes = {line["case"]: line for line in lines_of(tmp_path / "a.jsonl", "outcome")}
    ids = {line["id"]: line["case"] for line in lines_of(tmp_path / "a.jsonl", "case")}
    details = outcomes[ids["large"]]["details"]
    assert details == {"metric": "peak", "limit": 2**20, "value": details["value"], "unit": "B"}
    assert 3_000_000 <= details["value"] < 3_010_000
    assert ids["large"] in {line["case"] for line in lines_of(tmp_path / "a.jsonl", "series")}, "samples are kept"
    assert run([PYTHON, "suite.py", "run", "--metric", "peak", "-k", "small"], tmp_path).code == 0
    assert "peak:1MiB" in run([PYTHON, "suite.py", "show", "small"], tmp_path).out
    assert 'broken odd: its limits cannot be read: "large" is no limit' in run([PYTHON, "suite.py", "list"], tmp_path).err


def test_a_programs_limit_is_that_of_all(tmp_path: Path) -> None:
    sleep = ["run", "--command", "sleep=sleep 0.02", "--budget", "60ms", "--max"]
    assert run([COMMAND, *sleep, "time:10s"], tmp_path).code == 0
    ended = run([COMMAND, *sleep, "time:1ms,time:5ms"], tmp_path)
    assert ended.code == 1, ended
    assert re.search(r"FAILED sleep: error: time [0-9.]+ ms is above its limit of 1 ms\n", ended.err), ended
    assert ended.err.count("FAILED") == 1


OBJECTS = """
from contextlib import contextmanager
from itertools import repeat

import benchkit
import benchkit.cli

class Thing:
    __slots__ = ("name",)

@contextmanager
def making(n):
    yield lambda: [Thing() for _ in repeat(None, n)]  # integers would count, too

benchkit.cli.main([benchkit.Case("things", run=lambda: making(2000))])
"""


def test_python_objects_counted_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "suite.py").write_text(OBJECTS)

    def allocations(file: str, *options: str) -> tuple[float, dict]:
        metrics = ["--metric", "allocations,time", "--samples", "2", "--blocks", "2"]
        ended = run([PYTHON, "suite.py", "run", *metrics, "-o", file, *options], tmp_path)
        assert ended.code == 0, ended
        names = {line["metric"]: line["name"] for line in lines_of(tmp_path / file, "metric")}
        [series] = [line for line in lines_of(tmp_path / file, "series") if names[line["metric"]] == "allocations"]
        [session] = lines_of(tmp_path / file, "session")
        value = series["value"]
        return (value if isinstance(value, (int, float)) else max(value)), {"session": session, "table": ended.out}

    by_arena, _ = allocations("arenas.jsonl")
    one_by_one, told = allocations("objects.jsonl", "--python-allocator")
    assert by_arena < 500
    assert 2000 <= one_by_one < 3000
    condition = told["session"]["conditions"]["python-allocator"]
    assert "PYTHONMALLOC=malloc" in condition["note"]
    assert {"peak", "cold_peak", "allocations"} <= set(condition["metrics"])
    memory, time = told["table"].split("time (median")
    assert "counted one by one" in memory
    assert "counted one by one" not in time
    compared = run([COMMAND, "compare", "arenas.jsonl", "objects.jsonl", "--metric", "allocations"], tmp_path).out
    assert "counted differently" in compared
    assert run([PYTHON, "suite.py", "run", "--python-allocator"], tmp_path).code == 2


def test_the_timing_pass_keeps_pythons_own_allocator(tmp_path: Path) -> None:
    """What the worker's environment says, by the case itself."""
    (tmp_path / "suite.py").write_text(
        "import contextlib, os, benchkit, benchkit.cli\n"
        "def told(probe):\n"
        "    probe.report('by_malloc', os.environ.get('PYTHONMALLOC') == 'malloc')\n"
        "@contextlib.contextmanager\n"
        "def case():\n"
        "    yield told\n"
        "benchkit.cli.main([benchkit.Case('told', run=case, probe=True)])\n"
    )
    metrics = ["--metric", "time,peak", "--python-allocator", "--samples", "2", "--no-seal", "-o", "a.jsonl"]
    ended = run([PYTHON, "suite.py", "run", *metrics], tmp_path)
    assert ended.code == 0, ended
    names = {line["metric"]: line["name"] for line in lines_of(tmp_path / "a.jsonl", "metric")}
    meters = {line["block"]: line["meter"] for line in lines_of(tmp_path / "a.jsonl", "block")}
    reported = [line for line in lines_of(tmp_path / "a.jsonl", "sample") if names[line["metric"]] == "by_malloc"]
    assert {(meters[line.get("block", 0)], line["value"]) for line in reported} == {("time", 0), ("memory", 1)}


def test_a_notebook_compares_with_what_was_measured_first(tmp_path: Path) -> None:
    for i, name in enumerate(("z", "a", "m")):
        (tmp_path / f"{name}.jsonl").write_text("")
        os.utime(tmp_path / f"{name}.jsonl", (1_700_000_000 + i, 1_700_000_000 + i))
    assert run([COMMAND, "notebook", "--write-only"], tmp_path).code == 0
    cells = json.loads((tmp_path / "benchmarks.ipynb").read_text())["cells"]
    assert re.findall(r'"(.)\.jsonl"', cells[1]["source"]) == ["z", "a", "m"]


# Once it ended every suite that was started in a source tree: `pip install -e .` leaves such a folder there, which is first on the path.
def test_a_source_tree_that_was_installed_is_no_distribution(tmp_path: Path) -> None:
    for name in ("foo.egg-info", "bar-1.2.egg-info", "baz-3.4.dist-info"):
        (tmp_path / name).mkdir()
    done = run([PYTHON, "-c", "from benchkit._environment import packages; print(packages())"], tmp_path)
    assert done.code == 0, done
    found = json.loads(done.out)
    assert "foo" not in found
    assert (found["bar"], found["baz"]) == ("1.2", "3.4")
