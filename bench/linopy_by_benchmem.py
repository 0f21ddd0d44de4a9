"""The linopy example's cases as pytest-benchmem runs them. Collected by pytest from memory_rows.py, never by the project's own tests."""

from __future__ import annotations

from benchkit.pytest import parametrize
from benchmarks import suite

PHASES = ("build", "matrices", "to_lp")
SPECS = ("basic", "knapsack")


@parametrize([case for phase in PHASES for case in suite.resolved_cases(phase) if case.subject.name in SPECS and case.value <= 250])
def test_case(benchmark, case):
    with case.run() as action:
        benchmark(action)
