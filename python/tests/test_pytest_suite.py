"""A suite's cases as pytest's tests: ids, what the options select, and what is refused. Each test has a small project of its own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """
from contextlib import contextmanager
from benchkit.suite import Dial, Suite

suite = Suite("sorting", dials=[Dial("n", option="--size")])

@suite.subject("random", sizes=(10, 20, 30, 40), quick=(10,), long=(40,))
def random(n):
    return list(range(n))

@suite.subject("elsewhere", sizes=(10,), requires=("no_such_module",))
def elsewhere(n):
    raise AssertionError("it is not built")

@suite.subject("newer", sizes=(10,), gate=lambda: False)
def newer(n):
    raise AssertionError("it is not built")

@suite.operation("copy", node="test_sorting.py::test_copy")
@contextmanager
def copy(build):
    data = build()
    yield lambda: len(list(data))

@suite.operation("twice", node="test_sorting.py::test_twice", opt_in="--twice")
@contextmanager
def twice(build):
    yield lambda: build() + build()
"""
CONFTEST = """
import pytest
from benchkit.pytest import add_suite_options, use_suite
from suite import suite

def pytest_addoption(parser):
    add_suite_options(parser, suite)

def pytest_configure(config):
    use_suite(config, suite)

@pytest.fixture
def benchmark():
    return lambda action: print(f"measured {action()}")
"""
STAND_IN = """
import pytest

@pytest.fixture
def benchmark():
    return lambda action: action()
"""
DRIVERS = """
from benchkit.pytest import parametrize
from suite import suite

@parametrize(suite, "copy")
def test_copy(benchmark, case):
    with case.run() as action:
        benchmark(action)

@parametrize(suite, "twice", argument="given")
def test_twice(benchmark, given):
    with given.run() as action:
        benchmark(action)

def test_of_its_own():
    pass
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in (("suite.py", SUITE), ("conftest.py", CONFTEST), ("test_sorting.py", DRIVERS), ("pytest.ini", "[pytest]\n")):
        (tmp_path / name).write_text(text)
    return tmp_path


def run_pytest(folder: Path, *options: str) -> tuple[int, str]:
    argv = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", "-v", *options]
    # The projects have a `benchmark` of their own, which pytest-benchmark would not bear.
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def outcomes(told: str) -> dict[str, str]:
    lines = [line.split() for line in told.splitlines() if "::" in line and line.startswith("test_")]
    return {words[0].split("::", 1)[1]: words[1] for words in lines}


def test_a_case_is_a_test_of_its_id(project: Path) -> None:
    code, told = run_pytest(project)
    assert code == 0, told
    assert outcomes(told) == {
        "test_copy[random-n=10]": "PASSED",
        "test_copy[random-n=20]": "PASSED",
        "test_copy[random-n=30]": "PASSED",
        "test_copy[random-n=40]": "SKIPPED",
        "test_copy[elsewhere-n=10]": "SKIPPED",
        "test_of_its_own": "PASSED",
    }
    assert "5 deselected" in told, "the cases of an operation that was not asked for"


def test_reasons_stand_at_the_test(project: Path) -> None:
    _, told = run_pytest(project)
    assert "test_sorting.py:5: long sweep needs --long: skipping random n=40" in told
    assert "test_sorting.py:5: could not import 'no_such_module': No module named 'no_such_module'" in told


@pytest.mark.parametrize(
    ("options", "ran"),
    [
        (["--quick"], ["random-n=10"]),
        (["--long"], ["random-n=10", "random-n=20", "random-n=30", "random-n=40"]),
        (["--size", "20", "--size=40"], ["random-n=20", "random-n=40"]),
        (["--quick", "--size", "40"], ["random-n=40"]),
        (["--quick", "--long"], ["random-n=10"]),
    ],
)
def test_options_select(project: Path, options: list[str], ran: list[str]) -> None:
    code, told = run_pytest(project, "-k", "copy", *options)
    assert code == 0, told
    assert [name for name, outcome in outcomes(told).items() if outcome == "PASSED"] == [f"test_copy[{param}]" for param in ran]


def test_an_operation_can_be_asked_for(project: Path) -> None:
    _, told = run_pytest(project, "--twice", "--size", "10")
    assert outcomes(told)["test_twice[random-n=10]"] == "PASSED"


def test_nothing_is_in_the_way_of_the_action(project: Path) -> None:
    _, told = run_pytest(project, "-s", "--quick", "-k", "copy")
    assert "measured 10" in told


def test_a_value_that_no_subject_has_is_wrong_usage(project: Path) -> None:
    code, told = run_pytest(project, "--size", "11")
    assert code == 4
    assert "n=11" in told
    assert "10, 20, 30, 40" in told
    code, told = run_pytest(project, "--size", "ten")
    assert code == 4
    assert "ten" in told


def test_cases_of_no_suite(project: Path) -> None:
    (project / "conftest.py").write_text("")
    (project / "test_sorting.py").write_text("""
from contextlib import contextmanager
from benchkit import Case
from benchkit.pytest import parametrize

@contextmanager
def nothing():
    yield lambda: None

def cases():
    yield Case(id="one", run=nothing)
    yield Case(id="two", run=nothing, skip="not today")

@parametrize(cases)
def test_case(case):
    with case.run() as action:
        action()
""")
    code, told = run_pytest(project)
    assert code == 0, told
    assert outcomes(told) == {"test_case[one]": "PASSED", "test_case[two]": "SKIPPED"}
    assert "not today" in told


def test_a_module_without_what_its_tests_need_is_skipped_and_nothing_is_imported(project: Path) -> None:
    (project / "test_need.py").write_text("""
import sys
from benchkit.pytest import skip_without

skip_without("colorsys")

def test_there():
    assert "colorsys" not in sys.modules
""")
    (project / "test_needs_more.py").write_text("""
from benchkit.pytest import skip_without

skip_without("colorsys", "no_such_module")

def test_never():
    pass
""")
    _, told = run_pytest(project, "test_need.py", "test_needs_more.py")
    assert "SKIPPED [1] test_needs_more.py:4: could not import 'no_such_module': No module named 'no_such_module'" in told, told
    assert "1 passed, 1 skipped" in told, told


def test_two_suites_in_one_run_leave_each_other_alone(project: Path) -> None:
    (project / "other.py").write_text(
        SUITE.replace('"sorting", dials=[Dial("n", option="--size")]', '"other"').replace('opt_in="--twice"', "")
    )
    (project / "test_other.py").write_text("""
from benchkit.pytest import parametrize
from other import suite

@parametrize(suite, "copy")
def test_other(case):
    pass
""")
    _, told = run_pytest(project, "--size", "20")
    assert outcomes(told)["test_other[random-n=10]"] == "PASSED"


def test_the_page_about_it_runs(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/pytest.md").read_text()
    for name, text in re.findall(r"^```python\n# (\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(text)
    (tmp_path / "stand_in.py").write_text(STAND_IN)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTEST_ADDOPTS": "-p stand_in -p no:cacheprovider -rp"}
    (commands,) = re.findall(r"^```console\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    told = []
    for command in commands.splitlines():
        argv = [sys.executable, "-m", *shlex.split(command.removeprefix("$ "))]
        done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        told.append(done.stdout)
    assert "test_sorting.py::test_sort[descending-n=100]" in told[0]
    assert [text.count("\nPASSED ") for text in told[1:]] == [2, 2, 3]
