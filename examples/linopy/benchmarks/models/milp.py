"""Facility location: how many units to open where, and which customer is served from where."""

from __future__ import annotations

from ..libraries import linopy, np, pd, xr
from ..registry import suite

CAPACITY_OF_A_UNIT = 100
UNITS = 5


@suite.subject("milp", sizes=(10, 25, 50, 100, 200), quick=(10, 50), long=(200,), features=("continuous", "integer"))
def milp(n: int) -> linopy.Model:
    chance = np.random.default_rng(42)
    facility, customer = pd.RangeIndex(n, name="facility"), pd.RangeIndex(n, name="customer")
    transport = xr.DataArray(chance.uniform(1, 20, (n, n)), coords=[facility, customer])
    fixed = xr.DataArray(chance.uniform(50, 200, n), coords=[facility])
    demand = xr.DataArray(chance.uniform(20, 80, n), coords=[customer])
    model = linopy.Model()
    y = model.add_variables(lower=0, upper=UNITS, coords=[facility], name="y", integer=True)
    x = model.add_variables(lower=0, coords=[facility, customer], name="x")
    model.add_constraints(x.sum("customer") - CAPACITY_OF_A_UNIT * y <= 0, name="capacity")
    model.add_constraints(x.sum("facility") == demand, name="demand")
    model.add_objective((transport * x).sum() + (fixed * y).sum())
    return model
