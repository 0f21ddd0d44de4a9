"""Sums and products of variables that broadcast: the operators, in this order, are the workload."""

from __future__ import annotations

from ..libraries import linopy, np, pd, xr
from ..registry import suite


@suite.subject("expression_arithmetic", sizes=(10, 50, 100, 250, 500, 1000), quick=(10, 250), long=(1000,))
def expression_arithmetic(n: int) -> linopy.Model:
    model = linopy.Model()
    i, j = pd.RangeIndex(n, name="i"), pd.RangeIndex(n, name="j")
    x = model.add_variables(coords=[i, j], name="x")
    y = model.add_variables(coords=[i], name="y")
    z = model.add_variables(coords=[j], name="z")
    coefficients = xr.DataArray(np.linspace(-1, 1, n * n).reshape(n, n), coords=[i, j])
    first = x * coefficients + y - z
    second = 2 * x - 3 * y + z
    model.add_constraints(first + second <= 100, name="combined")
    model.add_constraints(first.sum("j") >= -10, name="row_sum")
    model.add_objective((first + second).sum())
    return model
