"""Generators that run in one of five modes: a special ordered set of type 1 for each."""

from __future__ import annotations

from ..libraries import linopy, np, pd, xr
from ..registry import suite

MODES = 5


@suite.subject(
    "sos",
    sizes=(10, 100, 1000, 10_000),
    quick=(10, 1000),
    long=(10_000,),
    features=("continuous", "sos"),
    lacks=("to_highspy", "to_mosek"),  # linopy hands native sets to Gurobi and Xpress only; its reformulation is another model
    gate=lambda: hasattr(linopy.Model, "add_sos_constraints"),
)
def sos(n: int) -> linopy.Model:
    generators, modes = pd.RangeIndex(n, name="gen"), pd.RangeIndex(MODES, name="mode")
    cap = xr.DataArray(np.linspace(20, 100, MODES), coords=[modes])
    cost = xr.DataArray(np.linspace(1, 8, MODES), coords=[modes])
    model = linopy.Model()
    y = model.add_variables(lower=0, upper=100, coords=[generators, modes], name="y")
    model.add_constraints(y <= cap, name="mode_cap")
    model.add_constraints(y.sum() >= 40 * n, name="demand")
    model.add_sos_constraints(y, sos_type=1, sos_dim="mode")
    model.add_objective((cost * y).sum())
    return model
