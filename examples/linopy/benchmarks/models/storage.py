"""Storage units over a week: what is in them now hangs on what was in them an hour ago."""

from __future__ import annotations

from ..libraries import linopy, pd
from ..registry import suite

HOURS = 168
KEPT_AN_HOUR = 0.99
EFFICIENCY = 0.95


@suite.subject(
    "storage",
    sizes=(10, 50, 100, 250, 500, 1000),
    quick=(10, 250),
    long=(1000,),
    description="Storage units over a week; their balance couples each hour with the one before through .shift().",
)
def storage(n: int) -> linopy.Model:
    model = linopy.Model()
    cells = [pd.RangeIndex(n, name="storage"), pd.RangeIndex(HOURS, name="time")]
    soc = model.add_variables(lower=0, upper=100, coords=cells, name="soc")
    charge = model.add_variables(lower=0, upper=50, coords=cells, name="charge")
    discharge = model.add_variables(lower=0, upper=50, coords=cells, name="discharge")
    balance = soc - KEPT_AN_HOUR * soc.shift(time=1) - EFFICIENCY * charge + discharge / EFFICIENCY
    model.add_constraints(balance == 0, name="soc_balance")
    model.add_objective((charge + discharge).sum())
    return model
