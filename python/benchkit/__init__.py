"""benchkit: measure, keep, compare.

A suite is a function that yields cases, and one line that hands them over::

    import benchkit, benchkit.cli

    def cases():
        yield benchkit.Case(id="sort[1000]", dims={"n": 1000}, run=partial(sort_case, 1000))

    benchkit.cli.main(cases)

Importing this package loads `_core` at most, and that only when something of it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._case import Case

if TYPE_CHECKING:
    from ._core import (
        CallPath,
        CaseResult,
        Error,
        Frame,
        MemoryReading,
        MemoryWindow,
        Peak,
        Probe,
        __version__,
        detach_memory_hooks,
        measure_peak,
        run_case,
    )
    from ._direct import Result, Table, compare, load, memory, time
    from ._plot import Figure, plot

__all__ = [
    "CallPath",
    "Case",
    "CaseResult",
    "Error",
    "Figure",
    "Frame",
    "MemoryReading",
    "MemoryWindow",
    "Peak",
    "Probe",
    "Result",
    "Table",
    "__version__",
    "compare",
    "detach_memory_hooks",
    "load",
    "measure_peak",
    "memory",
    "plot",
    "run_case",
    "time",
]

_DIRECT = frozenset({"Result", "Table", "compare", "load", "memory", "time"})
_IN_PLOT = frozenset({"Figure", "plot"})
_IN_CORE = frozenset(__all__) - _DIRECT - _IN_PLOT - {"Case"}


def __getattr__(name: str) -> Any:
    if name in _IN_CORE:
        from . import _core

        return getattr(_core, name)
    if name in _DIRECT:
        from . import _direct

        return getattr(_direct, name)
    if name in _IN_PLOT:
        from . import _plot

        return getattr(_plot, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
