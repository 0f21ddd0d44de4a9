"""Supply by bus: a grouped sum, where every group is padded to the longest."""

from __future__ import annotations

from ..libraries import linopy, np, pd, xr
from ..registry import suite

GENERATORS = 2000
BUSES = 50
HOURS = 8


@suite.subject(
    "nodal_balance",
    dial="severity",
    description="Generators at one of 50 buses: at 0 each has 40 of 2000, at 100 the first has all but 49.",
)
def nodal_balance(severity: int) -> linopy.Model:
    generators = pd.RangeIndex(GENERATORS, name="gen")
    buses, times = pd.RangeIndex(BUSES, name="bus"), pd.RangeIndex(HOURS, name="time")
    number = np.arange(GENERATORS)
    moves = (np.random.default_rng(0).uniform(size=GENERATORS) < severity / 100) & (number >= BUSES)
    at = pd.Series(np.where(moves, 0, number % BUSES), index=generators, name="bus")
    demand = xr.DataArray(np.random.default_rng(1).uniform(10, 100, (BUSES, HOURS)), coords=[buses, times])
    model = linopy.Model()
    gen = model.add_variables(lower=0, coords=[generators, times], name="gen")
    supply = (1 * gen).groupby(at).sum()
    model.add_constraints(supply == demand, name="balance")
    model.add_objective(gen.sum())
    return model
