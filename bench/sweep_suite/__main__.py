"""As benchkit runs them."""

from __future__ import annotations

from contextlib import contextmanager

import benchkit
import benchkit.cli

from .two_cases import matrices, model


@contextmanager
def build():
    yield model


@contextmanager
def matrices_of_a_model():
    made = model()
    yield lambda: matrices(made)


def cases():
    yield benchkit.Case("build", {}, build)
    yield benchkit.Case("matrices", {}, matrices_of_a_model)


if __name__ == "__main__":
    benchkit.cli.main(cases, install_spec=lambda version: f"linopy=={version}", imports=["linopy"])
