"""The libraries that models are made with, imported when they are first used: a list of the cases needs none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import linopy
    import numpy as np
    import pandas as pd
    import xarray as xr
else:
    from benchkit.suite import lazy

    linopy, np, pd, xr = lazy("linopy"), lazy("numpy"), lazy("pandas"), lazy("xarray")

__all__ = ["linopy", "np", "pd", "xr"]
