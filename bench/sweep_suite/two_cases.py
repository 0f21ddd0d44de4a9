"""Two small things that linopy does, as benchkit and pytest-benchmem both run them: a model built, and its matrices made."""

from __future__ import annotations


def model(n: int = 10):
    import linopy
    import numpy as np
    import pandas as pd

    made = linopy.Model()
    rows = pd.RangeIndex(n, name="i")
    x = made.add_variables(lower=0, coords=[rows], name="x")
    y = made.add_variables(lower=0, coords=[rows], name="y")
    made.add_constraints(2 * x + y >= pd.Series(np.arange(n, dtype=float), rows), name="c")
    made.add_objective((x + 2 * y).sum())
    return made


def matrices(made):
    return made.matrices.A
