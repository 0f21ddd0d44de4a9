"""A limit on every window of time: a rolling sum, whose rows store as many terms as the window is long."""

from __future__ import annotations

from ..libraries import linopy, pd
from ..registry import suite

UNITS = 8
HOURS = 1000


@suite.subject("rolling", dial="severity", description="Width of a rolling window over 1000 hours: 0 is one hour, 100 is all of them.")
def rolling(severity: int) -> linopy.Model:
    window = max(1, round(1 + severity / 100 * (HOURS - 1)))
    model = linopy.Model()
    status = model.add_variables(
        lower=0, upper=1, coords=[pd.RangeIndex(UNITS, name="unit"), pd.RangeIndex(HOURS, name="time")], name="status"
    )
    model.add_constraints((1 * status).rolling(time=window).sum() <= window, name="window_limit")
    model.add_objective(status.sum())
    return model
