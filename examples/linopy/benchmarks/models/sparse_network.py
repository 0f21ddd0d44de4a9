"""Flow on a ring of buses through a dense incidence matrix: n + 1 stored terms a row, 3 of them not zero."""

from __future__ import annotations

from ..libraries import linopy, np, pd, xr
from ..registry import suite

HOURS = 24
CAPACITY = 100


@suite.subject("sparse_network", sizes=(10, 50, 100, 250, 500, 1000), quick=(10, 250), long=(1000,))
def sparse_network(n: int) -> linopy.Model:
    buses, lines = pd.RangeIndex(n, name="bus"), pd.RangeIndex(n, name="line")
    times = pd.RangeIndex(min(n, HOURS), name="time")
    line = np.arange(n)
    ring = np.zeros((n, n))
    ring[(line + 1) % n, line] = 1
    ring[line, line] = -1
    incidence = xr.DataArray(ring, coords=[buses, lines])
    demand = xr.DataArray(np.random.default_rng(42).uniform(10, 100, (n, len(times))), coords=[buses, times])
    model = linopy.Model()
    gen = model.add_variables(lower=0, coords=[buses, times], name="gen")
    flow = model.add_variables(lower=-CAPACITY, upper=CAPACITY, coords=[lines, times], name="flow")
    model.add_constraints(gen + (flow * incidence).sum("line") == demand, name="balance")
    model.add_objective(gen.sum())
    return model
