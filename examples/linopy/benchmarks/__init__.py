"""linopy's benchmarks: which models and patterns, which operations. `python -m benchmarks` has the command line."""

from . import models, patterns, phases
from .registry import suite

__all__ = ["models", "patterns", "phases", "suite"]
