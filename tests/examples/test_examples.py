"""The examples as their users run them: listed, called once, measured, compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import COMMAND, PYTHON, ROOT, read_lines, run


@pytest.fixture(params=["py-plain", "cpp-containers", "cpp-suite"])
def client(request: pytest.FixtureRequest, build: Path) -> tuple[list[object], Path]:
    if request.param.startswith("cpp-"):
        return [build / f"examples/{request.param}/{request.param}"], ROOT
    return [PYTHON, "-m", "benchmarks"], ROOT / "examples/py-plain"


def test_every_case_runs_once(client: tuple[list[object], Path]) -> None:
    argv, folder = client
    cases = json.loads(run([*argv, "list", "--cases", "--format", "json"], cwd=folder).out)
    assert len(cases) > 5
    ended = run([*argv, "smoke"], cwd=folder)
    assert ended.code == 0, ended
    assert f"{len(cases)} passed, 0 failed" in ended.out + ended.err, ended


def test_a_run_is_measured_and_compared(client: tuple[list[object], Path], tmp_path: Path) -> None:
    argv, folder = client
    files = [tmp_path / f"{i}.jsonl" for i in range(2)]
    for file in files:
        ended = run([*argv, "run", "--budget", "5ms", "-o", file], cwd=folder)
        assert ended.code == 0, ended
        assert read_lines(file).values(), "samples of every case"
    ended = run([COMMAND, "compare", *files, "--format", "json"], cwd=tmp_path)
    assert ended.code == 0, ended
    assert ended.out.count('"case"') >= len(read_lines(files[0]).values())
