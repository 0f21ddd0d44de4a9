"""The ids of linopy's suite, and which of them run: byte for byte what they were before benchkit."""

from __future__ import annotations

import json
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest
from conftest import read_lines, run
from linopy_facts import CLIENT, HERE, PYTHON, copy_of_the_client, ids, models, needs_linopy, skipped

# The name of a list of facts, and the flags that it was made with.
FLAGS = {
    "default": [],
    "quick": ["--quick"],
    "long": ["--long"],
    "quick-long": ["--quick", "--long"],
    "size-10": ["--size", "10"],
    "size-1000": ["--size", "1000"],
    "severity-50": ["--severity", "50"],
    "size-10-severity-50": ["--size", "10", "--severity", "50"],
    "quick-size-10": ["--quick", "--size", "10"],
    "quick-severity-50": ["--quick", "--severity", "50"],
    "pipeline": ["--pipeline"],
    "quick-pipeline": ["--quick", "--pipeline"],
    "long-pipeline": ["--long", "--pipeline"],
    "codspeed": ["--codspeed"],
    "quick-codspeed": ["--codspeed", "--quick"],
    "long-codspeed": ["--codspeed", "--long"],
    "codspeed-pipeline": ["--codspeed", "--pipeline"],
}
# Which list the collected ids are in: tiers and values do not deselect.
COLLECTED = {
    **{name: name for name in ("quick", "long", "size-10", "severity-50", "size-10-severity-50")},
    **{name: name for name in ("pipeline", "quick-pipeline", "codspeed", "quick-codspeed")},
    **{"long-pipeline": "pipeline", "long-codspeed": "codspeed", "codspeed-pipeline": "codspeed"},
}
CARBON = "benchmarks/test_pypsa_carbon_management.py::"
NO_DATA = "pypsa example data unavailable: "
PHASES = ("build", "matrices", "to_netcdf", "from_netcdf", "pipeline", "to_lp", "to_solver")

Seen = dict[str, tuple[str, str]]


def collect(flags: dict[str, list[str]], *options: str) -> dict[str, Seen]:
    with tempfile.TemporaryDirectory() as folder:
        argv = [PYTHON, HERE / "collect.py", *options]
        ended = run(argv, cwd=copy_of_the_client(Path(folder)), stdin=json.dumps(flags), timeout=300)
    assert ended.code == 0, ended
    return {name: {node: (outcome, reason) for node, outcome, reason in seen} for name, seen in json.loads(ended.out).items()}


@cache
def collected() -> dict[str, Seen]:
    """Every combination of flags, in one process."""
    return collect(FLAGS)


def without_data(seen: Seen, nodes: list[str]) -> list[str]:
    """The list less the tests that pypsa's example data could not be had for."""
    return [node for node in nodes if not seen[node][1].startswith(NO_DATA)]


@needs_linopy
@pytest.mark.parametrize("name", FLAGS)
def test_collected_ids(name: str) -> None:
    assert list(collected()[name]) == ids(COLLECTED.get(name, "default"))


@needs_linopy
@pytest.mark.parametrize("name", [name for name in FLAGS if (HERE / f"ids/run-{name}.txt").exists()])
def test_ids_that_run(name: str) -> None:
    seen = collected()[name]
    assert [node for node, (outcome, _) in seen.items() if outcome == "passed"] == without_data(seen, ids(f"run-{name}"))
    assert {node.startswith(CARBON) for node, (_, reason) in seen.items() if reason.startswith(NO_DATA)} <= {True}
    assert {outcome for outcome, _ in seen.values()} <= {"passed", "skipped"}


@needs_linopy
@pytest.mark.parametrize("name", ["default", "quick", "size-10-severity-50"])
def test_reasons_of_what_is_skipped(name: str) -> None:
    seen = collected()[name]
    reasons = {node: reason for node, (outcome, reason) in seen.items() if outcome == "skipped"}
    known = skipped(name)
    assert {node: reason for node, reason in reasons.items() if not reason.startswith(NO_DATA)} == known
    assert list(known) == [node for node in reasons if node in known]


@needs_linopy
def test_without_pypsa_its_end_to_end_tests_are_not_there_and_its_model_is_skipped() -> None:
    seen = collect({"quick": ["--quick"]}, "--without", "pypsa")["quick"]
    assert list(seen) == [node for node in ids("quick") if not node.startswith(CARBON)]
    reasons = {reason for node, (_, reason) in seen.items() if "pypsa_scigrid" in node and "to_solver" not in node}
    assert reasons == {"could not import 'pypsa': No module named 'pypsa'"}


@needs_linopy
def test_ids_that_run_under_codspeed_beside_gurobi() -> None:
    seen = collect({"": ["--quick", "--codspeed"]}, "--with", "gurobipy", "--without", "pypsa")[""]
    assert [node for node, (outcome, _) in seen.items() if outcome == "passed"] == ids("run-quick-codspeed-gurobi")


def listed(expression: str) -> list[str]:
    """What is said of the suite by a Python that has neither linopy nor numpy."""
    code = f"import json, sys; from benchmarks import suite; print(json.dumps({expression}))"
    ended = run([sys.executable, "-c", code], cwd=CLIENT)
    assert ended.code == 0, ended
    return json.loads(ended.out)


def test_cases_are_the_collected_ids() -> None:
    of_cases = [node for node in ids("pipeline") if not node.startswith(CARBON)]
    assert listed("[case.id for case in suite.cases()]") == of_cases


@pytest.mark.parametrize("phase", PHASES)
def test_cases_of_a_phase(phase: str) -> None:
    assert listed(f"[case.id for case in suite.cases({phase!r})]") == ids(f"phase-{phase}")


def test_features_are_of_models_alone() -> None:
    with_features = listed("{name: subject.features for name, subject in suite.subjects.items() if subject.features}")
    assert set(with_features) == {*(line["spec"] for line in models()), "pypsa_scigrid"} - {
        "cumsum",
        "kvl_cycles",
        "merge_balance",
        "nodal_balance",
        "rolling",
    }
    assert with_features["basic"] == ["continuous"]


def test_the_registry_imports_nothing_that_is_measured() -> None:
    heavy = ("linopy", "numpy", "pandas", "xarray", "pypsa", "pytest")
    assert listed(f"[suite.cases() and name for name in {heavy} if name in sys.modules]") == []


@needs_linopy
def test_smoke_is_pytest_s_and_passes_its_arguments_on(tmp_path: Path) -> None:
    folder = copy_of_the_client(tmp_path)
    ended = run([PYTHON, "-m", "benchmarks", "smoke", "-k", "basic and build"], cwd=folder)
    assert ended.code == 0, ended
    assert "2 passed, 5 skipped" in ended.out, ended


@needs_linopy
def test_the_command_line_of_before_measures(tmp_path: Path) -> None:
    folder = copy_of_the_client(tmp_path)
    words = ["run", "--quick", "--phase", "build", "--size", "10", "--severity", "0", "--metric", "both", "--rounds", "3"]
    more = ["--json", "now.jsonl", "-k", "basic or cumsum", "--budget", "20ms", "--blocks", "1"]
    ended = run([PYTHON, "-m", "benchmarks", *words, *more], cwd=folder)
    assert ended.code == 0, ended
    assert "note: --metric both is read as --metric time,peak" in ended.err
    cases = [f"benchmarks/test_build.py::test_build[{case}]" for case in ("basic-n=10", "cumsum-severity=0")]
    assert sorted(read_lines(folder / "now.jsonl").values()) == cases
