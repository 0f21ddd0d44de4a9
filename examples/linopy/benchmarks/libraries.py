"""What models and their files are made with, imported when it is first used: a list of the cases does not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import inspect
    import pathlib
    import tempfile

    import linopy
    import numpy as np
    import pandas as pd
    import xarray as xr
else:
    from benchkit.suite import lazy

    inspect, pathlib, tempfile = lazy("inspect"), lazy("pathlib"), lazy("tempfile")
    linopy, np, pd, xr = lazy("linopy"), lazy("numpy"), lazy("pandas"), lazy("xarray")

__all__ = ["inspect", "linopy", "np", "pathlib", "pd", "tempfile", "xr"]
