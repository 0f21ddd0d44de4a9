"""The examples as their users run them: listed, called once, measured, compared."""

from __future__ import annotations

import json
import subprocess
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


def test_a_sweep_over_commits_finds_the_planted_bytes(build: Path, tmp_path: Path) -> None:
    """The example's last commits: HEAD~2 makes a struct 64 bytes larger. Its 3 % are for a quiet machine (bench/)."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=history, check=True, capture_output=True, text=True).stdout.strip()

    history, prefix = tmp_path / "history", tmp_path / "installed"
    steps: list[list[object]] = [
        ["cmake", "--install", build, "--prefix", prefix],
        [ROOT / "examples/cpp-history/make_repository", history],
        ["cmake", "-S", history, "-B", history / "build", "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_PREFIX_PATH={prefix}"],
        ["cmake", "--build", history / "build"],
    ]
    for step in steps:
        subprocess.run([str(word) for word in step], check=True, capture_output=True)
    cmake = history / "CMakeLists.txt"
    cmake.write_text(cmake.read_text() + "add_compile_definitions(UNUSED)\n")
    subprocess.run(["git", "commit", "-qam", "another build"], cwd=history, check=True)
    place = {"BENCHKIT_CACHE": str(tmp_path / "cache")}
    ended = run(["./build/history", "sweep", "HEAD~4", "HEAD~3", "HEAD", "--metric", "peak", "--blocks", "3", "-o", "s"], history, **place)
    assert ended.code == 0, ended
    rows = {line.split()[0]: line.split()[1:] for line in ended.out.splitlines() if line.startswith(("total", "record"))}
    assert rows["record"][-1] == "HEAD~3", ended
    assert rows["total"][-1] == "=", ended
    sizes = {line["version"]: line["value"] for line in read_lines(history / "s/sweep.jsonl").of_kind("series") if line["case"] == 1}
    assert sizes[1] - sizes[0] == 64, ended
    ended = run(["./build/history", "sweep", "--bisect", "HEAD~4..HEAD", "--case", "record", "--metric", "peak"], history, **place)
    assert ended.code == 0, ended
    assert f"x2.00 from {git('rev-parse', 'HEAD~3')[:9]}" in ended.out, ended
