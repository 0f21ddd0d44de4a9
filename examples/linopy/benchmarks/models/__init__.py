"""Models that climb in size, in the order of their ids."""

from . import basic, expression_arithmetic, knapsack, masked, milp, piecewise, pypsa_scigrid, qp, sos, sparse_network, storage

__all__ = [
    "basic",
    "expression_arithmetic",
    "knapsack",
    "masked",
    "milp",
    "piecewise",
    "pypsa_scigrid",
    "qp",
    "sos",
    "sparse_network",
    "storage",
]
