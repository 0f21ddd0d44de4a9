"""A portfolio: a diagonal quadratic risk less the return, under one budget."""

from __future__ import annotations

from ..libraries import linopy, np, pd, xr
from ..registry import suite

MOST_OF_AN_ASSET = 0.3


@suite.subject("qp", sizes=(10, 100, 1000, 5000, 20_000), quick=(10, 1000), long=(5000, 20_000), features=("continuous", "quadratic"))
def qp(n: int) -> linopy.Model:
    chance = np.random.default_rng(42)
    assets = pd.RangeIndex(n, name="asset")
    risk = xr.DataArray(chance.uniform(0.5, 2, n), coords=[assets])
    gain = xr.DataArray(chance.uniform(0.05, 0.15, n), coords=[assets])
    model = linopy.Model()
    x = model.add_variables(lower=0, upper=MOST_OF_AN_ASSET, coords=[assets], name="x")
    model.add_constraints(x.sum() == 1, name="budget")
    model.add_objective((risk * x * x).sum() - (gain * x).sum())
    return model
