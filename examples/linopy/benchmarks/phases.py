"""What is done with a model. Each is a context manager that yields the action; what stands before the `yield` is not measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from benchkit.suite import Variant

from .libraries import inspect, linopy, pathlib, tempfile
from .registry import suite

if TYPE_CHECKING:
    Build = Callable[[], linopy.Model]
    Action = Callable[[], object]

MATRIX_BLOCKS = ("A", "b", "c", "lb", "ub", "sense", "vlabels", "clabels")
SOLVERS = {"highs": "to_highspy", "gurobi": "to_gurobipy", "mosek": "to_mosek", "xpress": "to_xpress"}


def touch(model: linopy.Model) -> None:
    """Read every block of the matrices: reading is what computes them."""
    blocks = model.matrices
    for name in MATRIX_BLOCKS:
        getattr(blocks, name)
    if model.is_quadratic:
        _ = blocks.Q


@cache
def quiet() -> dict[str, Any]:
    """The argument that keeps `Model.to_file` from showing its progress, if this linopy has it."""
    return {"progress": False} if "progress" in inspect.signature(linopy.Model.to_file).parameters else {}


@contextmanager
def folder() -> Iterator[pathlib.Path]:
    with tempfile.TemporaryDirectory() as name:
        yield pathlib.Path(name)


@suite.operation("build", node="benchmarks/test_build.py::test_build")
@contextmanager
def build(build: Build) -> Iterator[Action]:
    _ = linopy.Model  # imported before the clock starts
    yield build


@suite.operation("matrices", node="benchmarks/test_matrices.py::test_matrices")
@contextmanager
def matrices(build: Build) -> Iterator[Action]:
    yield partial(touch, build())


@suite.operation("to_netcdf", node="benchmarks/test_netcdf.py::test_to_netcdf")
@contextmanager
def to_netcdf(build: Build) -> Iterator[Action]:
    model = build()
    with folder() as place:
        yield partial(model.to_netcdf, place / "model.nc")


@suite.operation("from_netcdf", node="benchmarks/test_netcdf.py::test_from_netcdf")
@contextmanager
def from_netcdf(build: Build) -> Iterator[Action]:
    model = build()
    with folder() as place:
        model.to_netcdf(place / "model.nc")
        yield partial(linopy.read_netcdf, place / "model.nc")


@suite.operation("pipeline", node="benchmarks/test_pipeline.py::test_pipeline", applies="to_lp", opt_in="--pipeline")
@contextmanager
def pipeline(build: Build) -> Iterator[Action]:
    options = quiet()
    with folder() as place:

        def build_touch_write() -> None:
            model = build()
            touch(model)
            model.to_file(place / "model.lp", **options)

        yield build_touch_write


@suite.operation("to_lp", node="benchmarks/test_to_lp.py::test_to_lp")
@contextmanager
def to_lp(build: Build) -> Iterator[Action]:
    model = build()
    with folder() as place:
        yield partial(model.to_file, place / "model.lp", **quiet())


def has_function(name: str) -> bool:
    return hasattr(linopy.io, name)


def not_installed(solver: str) -> str | None:
    return None if solver in linopy.solvers.available_solvers else f"{solver} not installed"


@suite.operation(
    "to_solver",
    node="benchmarks/test_to_solver.py::test_to_solver",
    variants=[
        Variant(solver, applies=function, gate=partial(has_function, function), missing=partial(not_installed, solver))
        for solver, function in SOLVERS.items()
    ],
    variant_dim="solver",
    param_id="{solver}-{subject}-{axis}={value}",
)
@contextmanager
def to_solver(build: Build, solver: str) -> Iterator[Action]:
    yield partial(getattr(linopy.io, SOLVERS[solver]), build())
