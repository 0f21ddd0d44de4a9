"""Two dense variables under two families of constraints; no data."""

from __future__ import annotations

from ..libraries import linopy, pd
from ..registry import suite


@suite.subject("basic", sizes=(10, 50, 100, 250, 500, 1000, 1600), quick=(10, 250), long=(1000, 1600))
def basic(n: int) -> linopy.Model:
    model = linopy.Model()
    square = [pd.RangeIndex(n, name="i"), pd.RangeIndex(n, name="j")]
    x = model.add_variables(coords=square, name="x")
    y = model.add_variables(coords=square, name="y")
    model.add_constraints(x + y <= 10, name="upper")
    model.add_constraints(x - y >= -5, name="lower")
    model.add_objective(x.sum() + 2 * y.sum())
    return model
