"""Kirchhoff's voltage law: flows times a cycle matrix, summed over a dense dimension however few of its entries are not zero."""

from __future__ import annotations

from ..libraries import linopy, np, pd, xr
from ..registry import suite

BRANCHES = 300
CYCLES = 100
HOURS = 168
CAPACITY = 100


@suite.subject(
    "kvl_cycles", dial="severity", description="Sparsity of a cycle matrix: at 0 all 300 branches are in each cycle, at 100 only 3 are."
)
def kvl_cycles(severity: int) -> linopy.Model:
    members = max(3, round(BRANCHES - severity / 100 * (BRANCHES - 3)))
    chance = np.random.default_rng(0)
    times, branches, cycles = (
        pd.RangeIndex(HOURS, name="time"),
        pd.RangeIndex(BRANCHES, name="branch"),
        pd.RangeIndex(CYCLES, name="cycle"),
    )
    signs = np.zeros((BRANCHES, CYCLES))
    for cycle in range(CYCLES):
        chosen = chance.choice(BRANCHES, size=members, replace=False)
        signs[chosen, cycle] = chance.choice([-1, 1], size=members)
    matrix = xr.DataArray(signs, coords=[branches, cycles])
    model = linopy.Model()
    flow = model.add_variables(lower=-CAPACITY, upper=CAPACITY, coords=[times, branches], name="flow")
    model.add_constraints((flow * matrix).sum("branch") == 0, name="kvl")
    model.add_objective(flow.sum())
    return model
