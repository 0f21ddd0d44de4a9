"""The linopy example's cases as pytest-benchmem runs them. Collected by pytest from memory_rows.py, never by the project's own tests."""

from __future__ import annotations

import pytest
from benchmarks.cases import cases

CASES = [case for case in cases() if case.dims["n"] <= 250]


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_case(benchmark, case):
    with case.run() as action:
        benchmark(action)
