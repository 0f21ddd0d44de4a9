"""The models that are built, by size."""

from __future__ import annotations

import linopy
import numpy as np
import xarray as xr


def basic(n: int) -> linopy.Model:
    """Two dense n x n variables under two families of constraints; no data."""
    model = linopy.Model()
    index = [range(n), range(n)]
    x = model.add_variables(coords=index, dims=["i", "j"], name="x")
    y = model.add_variables(coords=index, dims=["i", "j"], name="y")
    model.add_constraints(x + y <= 10, name="upper")
    model.add_constraints(x - y >= -5, name="lower")
    model.add_objective(x.sum() + 2 * y.sum())
    return model


def knapsack(n: int) -> linopy.Model:
    """One binary variable an item, one capacity over all of them."""
    chance = np.random.default_rng(42)
    items = {"item": range(n)}
    weights = xr.DataArray(chance.integers(1, 100, n), coords=items, dims=["item"])
    values = xr.DataArray(chance.integers(1, 100, n), coords=items, dims=["item"])
    model = linopy.Model()
    x = model.add_variables(coords=[range(n)], dims=["item"], name="x", binary=True)
    model.add_constraints((weights * x).sum() <= int(weights.sum()) // 2, name="capacity")
    model.add_objective(-(values * x).sum())
    return model


MODELS = {
    "basic": (basic, (10, 50, 100, 250, 500, 1000)),
    "knapsack": (knapsack, (100, 1000)),
}
