"""A running sum: the terms of a row grow with its place, and every row is padded to the last one's."""

from __future__ import annotations

from ..libraries import linopy, pd
from ..registry import suite

ROWS = 64
LONGEST = 200


@suite.subject("cumsum", dial="severity", description="Length of a running sum: 0 is 2 steps, 100 is 200, each row padded to the longest.")
def cumsum(severity: int) -> linopy.Model:
    steps = max(2, round(severity / 100 * LONGEST))
    model = linopy.Model()
    x = model.add_variables(coords=[pd.RangeIndex(ROWS, name="row"), pd.RangeIndex(steps, name="t")], name="x")
    model.add_constraints((1 * x).cumsum("t") == 0, name="cumulative")
    model.add_objective((1 * x).sum())
    return model
