"""A real network: the German grid of pypsa's examples, cut to its first hours. It has 24 of them: larger sizes are one model."""

from __future__ import annotations

from .. import pypsa_examples
from ..libraries import linopy
from ..registry import suite


@suite.subject("pypsa_scigrid", sizes=(10, 50, 100, 200), quick=(), long=(100, 200), requires=("pypsa",))
def pypsa_scigrid(n: int) -> linopy.Model:
    network = pypsa_examples.load("scigrid_de")
    network.set_snapshots(network.snapshots[:n])
    network.optimize.create_model()
    return network.model
