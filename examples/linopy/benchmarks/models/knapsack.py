"""One binary variable an item, one capacity over all of them."""

from __future__ import annotations

from ..libraries import linopy, np, pd, xr
from ..registry import suite


@suite.subject(
    "knapsack", sizes=(100, 1000, 10_000, 100_000, 1_000_000), quick=(100, 10_000), long=(100_000, 1_000_000), features=("binary",)
)
def knapsack(n: int) -> linopy.Model:
    chance = np.random.default_rng(42)
    items = pd.RangeIndex(n, name="item")
    weights = xr.DataArray(chance.integers(1, 100, n), coords=[items])
    values = xr.DataArray(chance.integers(1, 100, n), coords=[items])
    model = linopy.Model()
    x = model.add_variables(coords=[items], name="x", binary=True)
    model.add_constraints((weights * x).sum() <= int(weights.sum()) // 2, name="capacity")
    model.add_objective(-(values * x).sum())
    return model
