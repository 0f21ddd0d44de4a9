"""What is done with a model: each a context manager that yields the action."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import linopy

Builder = Callable[[int], linopy.Model]
Action = Callable[[], object]

MATRIX_BLOCKS = ("A", "b", "c", "lb", "ub", "sense", "vlabels", "clabels")
# Asked once, so that the measured region has no branch on it.
QUIET = {"progress": False} if "progress" in inspect.signature(linopy.Model.to_file).parameters else {}


@contextmanager
def build(builder: Builder, n: int) -> Iterator[Action]:
    yield lambda: builder(n)


@contextmanager
def matrices(builder: Builder, n: int) -> Iterator[Action]:
    model = builder(n)

    def touch() -> None:
        blocks = model.matrices
        for name in MATRIX_BLOCKS:
            getattr(blocks, name)
        if model.is_quadratic:
            _ = blocks.Q

    yield touch


@contextmanager
def to_lp(builder: Builder, n: int) -> Iterator[Action]:
    model = builder(n)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.lp"
        yield lambda: model.to_file(path, **QUIET)


OPERATIONS = {
    "build": ("benchmarks/test_build.py::test_build", build),
    "matrices": ("benchmarks/test_matrices.py::test_matrices", matrices),
    "to_lp": ("benchmarks/test_to_lp.py::test_to_lp", to_lp),
}
