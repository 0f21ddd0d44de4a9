"""Direct use: a function measured here and now, two of them compared, result files as a table."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from . import _core, _tools
from ._case import Case
from ._environment import packages, toolchain

_NAME = "benchkit"


class Table:
    """Samples as one tidy table: version, case, each dim, metric, unit, block, sample, value.

    Whatever takes Arrow's PyCapsule interface takes it: `polars.DataFrame(table)`, `pyarrow.table(table)`,
    `pandas.DataFrame.from_arrow(table)`.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._results = _tools.Results(list(paths))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._results.__arrow_c_stream__(requested_schema)

    def to_df(self, library: str | None = None) -> Any:
        """A data frame of `library`, "pandas" or "polars"; else of the one that is installed, pandas first."""
        if library not in (None, "pandas", "polars"):
            raise ValueError(f'library is {library!r}: it is "pandas" or "polars"')
        if library != "polars":
            try:
                import pandas
            except ImportError:
                if library == "pandas":
                    raise
            else:
                return pandas.DataFrame(self._results.columns())
        try:
            import polars
        except ImportError:
            if library == "polars":
                raise
            raise ImportError("a data frame needs pandas or polars, and neither is installed; columns() needs nothing") from None
        return polars.DataFrame(self)

    def columns(self) -> dict[str, list[Any]]:
        """The table as a list a column; None where a case has no such dim."""
        return self._results.columns()

    @property
    def warnings(self) -> list[str]:
        """What is to be known before the numbers are trusted."""
        return self._results.warnings

    def __repr__(self) -> str:
        return self._results.table().rstrip("\n")

    def _repr_html_(self) -> str:
        return self._results.html()


class Result(Table):
    """What was measured in this process. Its snapshot lives as long as it does, unless `to_snapshot` keeps it."""

    def __init__(self, folder: tempfile.TemporaryDirectory[str], path: str) -> None:
        super().__init__([path])
        self._folder = folder
        self._path = path

    def to_snapshot(self, path: str | os.PathLike[str]) -> None:
        """Keep it as a file that every command reads. Raises FileExistsError where there is one already."""
        with open(path, "xb") as kept, open(self._path, "rb") as file:
            shutil.copyfileobj(file, kept)

    def samples(self, metric: str | None = None) -> dict[str, list[float]]:
        """By version: per call, in the metric's unit, in the order in which they were taken. The first metric if none is named."""
        columns = self.columns()
        wanted = metric or columns["metric"][0]
        if wanted not in columns["metric"]:
            raise KeyError(f"{wanted!r} was not measured: {', '.join(dict.fromkeys(columns['metric']))} were")
        found: dict[str, list[float]] = {}
        for version, name, value in zip(columns["version"], columns["metric"], columns["value"], strict=True):
            if name == wanted:
                found.setdefault(version, []).append(value)
        return found


def time(function: Callable[..., Any], *args: Any, budget: str = "500ms", samples: int = 0, label: str = "", **kwargs: Any) -> Result:
    """Measure how long `function(*args, **kwargs)` takes.

    Args:
        function: called many times.
        args: its own.
        budget: time that it may take in all.
        samples: exactly so many.
        label: what tables call it; else the commit.
        kwargs: its own; one called as an argument here goes into a lambda.

    What it raises is raised. All is measured in one process, so its interval knows nothing of what differs from process to process.

    """
    return _measure(["time"], function, args, kwargs, budget, samples, label)


def memory(function: Callable[..., Any], *args: Any, label: str = "", samples: int = 0, **kwargs: Any) -> Result:
    """Measure what `function(*args, **kwargs)` allocates: peak, allocated, allocations. As `time`."""
    return _measure(["peak", "allocated", "allocations"], function, args, kwargs, "", samples, label)


def compare(
    functions: Mapping[str, Callable[[], Any]], *, metric: str | Iterable[str] = "time", budget: str = "", samples: int = 0
) -> Result:
    """Measure functions in pairs, in random order, and compare each with the first one.

    Args:
        functions: by the label that tables have.
        metric: one, or several.
        budget: time for all of them together; 500 ms for each pair and metric unless given.
        samples: exactly so many pairs.

    All is measured in one process, and the table says so.

    """
    if len(functions) < 2:
        raise ValueError("compare takes two functions or more, by label: compare({'old': f, 'new': g})")
    for label in functions:
        if not isinstance(label, str) or not label:
            raise ValueError(f"{label!r} is no label: it is the version's name in tables, so a text that is not empty")
    metrics = [metric] if isinstance(metric, str) else list(metric)
    if not metrics:
        raise ValueError("metric is empty: name one, such as 'time' or 'peak'")
    _check_amounts(budget, samples)
    folder = tempfile.TemporaryDirectory(prefix="benchkit-")
    path = os.path.join(folder.name, "compare.jsonl")
    sessions = {label: _session(_case("compare", function)) for label, function in functions.items()}
    try:
        _tools.side_by_side([(label, session.exchange) for label, session in sessions.items()], path, metrics, budget, samples)
    except _core.Error:
        for session in sessions.values():
            exception = session.take_exception()
            if exception is not None:
                raise exception from None
        raise
    return Result(folder, path)


def load(snapshots: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> Table:
    """Result files, one or several, of benchkit or of any tool that it reads, as one tidy table.

    Samples of cases that failed, or that were above a limit, are left out as in every comparison; the table's `warnings` say which.
    """
    paths = [snapshots] if isinstance(snapshots, (str, os.PathLike)) else list(snapshots)
    return Table(os.fspath(path) for path in paths)


def _measure(metrics: list[str], function: Callable[..., Any], args: Any, kwargs: Any, budget: str, samples: int, label: str) -> Result:
    if not callable(function):
        raise TypeError(f"{function!r} cannot be called: give the function and its arguments, f, x, and not f(x)")
    _check_amounts(budget, samples)
    folder = tempfile.TemporaryDirectory(prefix="benchkit-")
    path = os.path.join(folder.name, "result.jsonl")
    recording = _tools.Recording(
        _NAME, [_NAME], _session().exchange, metrics=metrics, budget=budget, samples=samples, label=label, path=path
    )
    case = _case(_name(function), partial(function, *args, **kwargs) if args or kwargs else function)
    for meter in recording.meters:
        session = _session(case)
        turn = recording.measure(session.exchange, meter.name, samples=samples)
        exception = session.take_exception()
        if exception is not None:
            raise exception
        if turn.status != "ok":
            raise _core.Error(turn.reason)
    recording.end_case(_session(case).exchange)
    recording.finish()
    return Result(folder, path)


def _check_amounts(budget: object, samples: object) -> None:
    if not isinstance(budget, str):
        raise ValueError(f"budget is {budget!r}: it is a text with a unit, such as '500ms' or '2s'")
    if not isinstance(samples, int) or isinstance(samples, bool) or samples < 0:
        raise ValueError(f"samples is {samples!r}: it is a whole number, and 0 leaves it to the budget")


def _session(*cases: Case) -> _core.Session:
    return _core.Session(_NAME, list(cases), toolchain(), packages() if cases else "{}")


def _case(name: str, function: Callable[[], Any]) -> Case:
    return Case(name, run=partial(_run, function))


@contextmanager
def _run(function: Callable[[], Any]) -> Iterator[Callable[[], Any]]:
    yield function


def _name(function: Callable[..., Any]) -> str:
    while isinstance(function, partial):
        function = function.func
    return getattr(function, "__qualname__", None) or repr(function)
