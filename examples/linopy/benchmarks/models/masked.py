"""Transport where few of the routes exist: variables and constraints behind a mask."""

from __future__ import annotations

from ..libraries import linopy, np, pd, xr
from ..registry import suite

ROUTES_AN_ORIGIN = 20
SUPPLY = 5


@suite.subject("masked", sizes=(10, 50, 100, 500, 1000), quick=(10, 100), long=(1000,), features=("continuous", "masked"))
def masked(n: int) -> linopy.Model:
    chance = np.random.default_rng(42)
    origin, dest = pd.RangeIndex(n, name="origin"), pd.RangeIndex(n, name="dest")
    exists = np.zeros((n, n), dtype=bool)
    for row in exists:
        row[chance.choice(n, size=min(ROUTES_AN_ORIGIN, n), replace=False)] = True
    routes = xr.DataArray(exists, coords=[origin, dest])
    cost = xr.DataArray(chance.uniform(1, 10, (n, n)), coords=[origin, dest])
    model = linopy.Model()
    x = model.add_variables(lower=0, coords=[origin, dest], name="x", mask=routes)
    model.add_constraints(x.sum("dest") <= SUPPLY * n, name="supply", mask=routes.any("dest"))
    model.add_constraints(x.sum("origin") == SUPPLY, name="demand", mask=routes.any("origin"))
    model.add_objective((cost * x).sum())
    return model
