"""docs/github-workflow.yml does what it says: its steps are run in a real repository, as a runner runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import BUILD, CLEAN_ENVIRONMENT, ROOT, Ended

WORKFLOW = ROOT / "docs/github-workflow.yml"
STEPS = yaml.safe_load(WORKFLOW.read_text())["jobs"]["compare"]["steps"]
INSTALL = "Install benchkit"  # needs the network; here this build is installed instead
BUILT = """cmake_minimum_required(VERSION 3.22)
project(client LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(benchkit CONFIG REQUIRED)
add_subdirectory(benchmarks)
"""


def git(folder: Path, *words: str) -> str:
    own = ["-c", "user.name=t", "-c", "user.email=t@t"]
    return subprocess.run(["git", *own, *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def installed(build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    prefix = tmp_path_factory.mktemp("installed")
    subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(prefix)], check=True, capture_output=True)
    return prefix


def environment_of(folder: Path, base: str, installed: Path) -> dict[str, str]:
    """What the runner sets, the workflow's own `env`, and a budget for people who wait."""
    own = yaml.safe_load(WORKFLOW.read_text())["env"]
    return {
        **CLEAN_ENVIRONMENT,
        **{name: str(value) for name, value in own.items()},
        "BUDGET": "60ms",
        "LIMITS": "allocations:0",  # exact, so that the noise of this machine decides nothing
        "BASE_COMMIT": base,
        "RUNNER_TEMP": str(folder / "temp"),
        "GITHUB_STEP_SUMMARY": str(folder / "page.md"),
        "CMAKE_PREFIX_PATH": str(installed),
        "PATH": f"{installed / 'bin'}:{os.environ['PATH']}",
    }


def play(repository: Path, environment: dict[str, str]) -> dict[str, Ended]:
    """Every step with a `run`, by bash as the runner calls it; after a failure only those that say so."""
    ended: dict[str, Ended] = {}
    failed = False
    for step in STEPS:
        if "run" not in step or step["name"] == INSTALL or (failed and "!cancelled()" not in str(step.get("if", ""))):
            continue
        script = repository.parent / "step.sh"
        script.write_text(step["run"])
        done = subprocess.run(["bash", "-e", str(script)], cwd=repository, env=environment, capture_output=True, text=True, check=False)
        ended[step["name"]] = Ended(done.returncode, done.stdout, done.stderr)
        failed = failed or done.returncode != 0
    return ended


def test_the_steps_compare_base_and_head(installed: Path, tmp_path: Path) -> None:
    repository = tmp_path / "client"
    shutil.copytree(ROOT / "examples/cpp-containers", repository / "benchmarks")
    (repository / "CMakeLists.txt").write_text(BUILT)
    main = repository / "benchmarks/main.cpp"
    text = main.read_text().replace("{10, 1000, 100'000}", "{10, 1000}")
    main.write_text(text)
    git(repository.parent, "init", "-q", str(repository))
    base = commit(repository, "base")
    (tmp_path / "temp").mkdir()
    call = "return Set(numbers.begin(), numbers.end()); }; },"
    assert text.count(call) == 1
    main.write_text(text.replace(call, "auto copy = numbers; return Set(copy.begin(), copy.end()); }; },", 1))
    commit(repository, "head copies what it sorts")

    ended = play(repository, environment_of(tmp_path, base, installed))
    for name in ("Build base and head", "Measure both in turn", "Write a test report"):
        assert ended[name].code == 0, f"{name}\n{ended[name]}"
    gate = ended["Gate"]
    assert gate.code == 1, gate
    assert gate.out.count("::error title=benchkit%3A regressed::") == 6
    assert "set-build[1000] (allocations, head vs base)" in gate.err
    assert "## benchkit: 6 do not pass" in (tmp_path / "page.md").read_text()
    assert (repository / "benchmarks.xml").read_text().count("<failure ") == 6
    for kept in STEPS[-1]["with"]["path"].split():
        assert (repository / kept).stat().st_size > 0


def test_what_the_workflow_says_of_itself() -> None:
    assert STEPS[0]["with"]["fetch-depth"] == 0, "the base is in the history"
    assert all("${{" not in step["run"] for step in STEPS if "run" in step), "what a pull request may name comes by the environment, quoted"


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="actionlint is not here")
def test_actionlint_finds_nothing() -> None:
    done = subprocess.run(["actionlint", str(WORKFLOW)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
