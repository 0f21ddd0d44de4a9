"""Fragments of modelling code whose data climb from a harmless shape to the worst, in the order of their ids."""

from . import cumsum, kvl_cycles, merge_balance, nodal_balance, rolling

__all__ = ["cumsum", "kvl_cycles", "merge_balance", "nodal_balance", "rolling"]
