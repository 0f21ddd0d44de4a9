"""Generators whose fuel is a piecewise linear function of their power, all with the same breakpoints."""

from __future__ import annotations

import warnings

from ..libraries import linopy, pd
from ..registry import suite

POWER = [0, 30, 60, 100]
FUEL = [0, 36, 84, 170]


@suite.subject(
    "piecewise",
    sizes=(10, 100, 1000, 5000),
    quick=(10, 1000),
    long=(5000,),
    features=("continuous", "piecewise"),
    gate=lambda: hasattr(linopy.Model, "add_piecewise_formulation") and hasattr(linopy, "EvolvingAPIWarning"),
)
def piecewise(n: int) -> linopy.Model:
    model = linopy.Model()
    generators = pd.RangeIndex(n, name="gen")
    power = model.add_variables(lower=0, upper=POWER[-1], coords=[generators], name="power")
    fuel = model.add_variables(lower=0, coords=[generators], name="fuel")
    model.add_constraints(power.sum() >= 50 * n, name="demand")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", linopy.EvolvingAPIWarning)
        model.add_piecewise_formulation((power, POWER), (fuel, FUEL))
    model.add_objective(fuel.sum())
    return model
