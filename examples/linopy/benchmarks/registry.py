"""linopy's suite: what its cases vary over. `models` and `patterns` add the subjects, `phases` the operations."""

from __future__ import annotations

from benchkit.suite import Dial, Suite

suite = Suite(
    "linopy",
    dials=[
        Dial("n", kind="model", option="--size"),
        Dial(
            "severity",
            kind="pattern",
            option="--severity",
            values="severities",
            low=0,
            high=100,
            sizes=(0, 25, 50, 75, 100),
            quick=(0, 50, 100),
            described=True,
            default_features=(),
        ),
    ],
    features=("continuous", "binary", "integer", "quadratic", "sos", "piecewise", "masked"),
    default_features=("continuous",),
    subject_dim="spec",
    operation_dim="phase",
    param_id="{subject}-{axis}={value}",
    imports=("linopy", "dask.array", "netCDF4", "highspy"),  # what the first model, file and solver would import
)
