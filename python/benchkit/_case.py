"""Case: the atom of a suite."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any


class Case:
    """One thing to measure.

    Args:
        id: unique in its suite; nobody parses it.
        dims: what the case varies over: texts, integers, reals or booleans by name.
        run: gives a context manager: what is before its `yield` is setup, what it yields is called and measured, what is
            after it is teardown.
        reuse: one setup serves many calls; False: a fresh setup for every single call, e.g. for one that changes its input. Each
            call is then timed by itself, and a call of less than some 10 us is mostly clock (which is a warning).
        work: what one call works through, as {"items": 1000, "bytes": 8000}; gives rates.
        labels: numbers that describe the case.
        skip: a reason not to run it.
        group: a heading in tables, nothing else.
        limits: "METRIC:LIMIT" texts, as ["peak:10MiB", "time:5ms"]; `run` calls the case failed if its number is above one. A metric
            that a run does not measure is not judged there.
        timeout: seconds that one answer of the worker may take; None: the run's `--timeout`.
        threads: how many threads call the action at once, on one setup.
        body_hash: changes when the case's own code does.
        keep_result: results live until the batch has ended, not only until the next call; the memory that they fill is new each
            time, and touching it is measured.
        max_states: results alive at once where `keep_result` is True.
        probe: the action takes a `benchkit.Probe`.

    Nothing is checked here: a case that cannot run becomes a record that says why, and the others go on.

    """

    __slots__ = (
        "_place", "body_hash", "dims", "group", "id", "keep_result", "labels", "limits", "max_states", "probe", "reuse", "run", "skip",
        "threads", "timeout", "work",
    )  # fmt: skip

    def __init__(
        self,
        id: str,
        dims: Mapping[str, str | int | float | bool] | None = None,
        run: Callable[[], AbstractContextManager[Callable[..., Any]]] | None = None,
        *,
        reuse: bool = True,
        work: Mapping[str, float] | None = None,
        labels: Mapping[str, float] | None = None,
        skip: str = "",
        group: str = "",
        limits: Iterable[str] = (),
        timeout: float | None = None,
        threads: int = 1,
        body_hash: str = "",
        keep_result: bool = False,
        max_states: int = 8192,
        probe: bool = False,
    ) -> None:
        self.id = id
        self.dims = dims
        self.run = run
        self.reuse = reuse
        self.work = work
        self.labels = labels
        self.skip = skip
        self.group = group
        self.limits = limits
        self.timeout = timeout
        self.threads = threads
        self.body_hash = body_hash
        self.keep_result = keep_result
        self.max_states = max_states
        self.probe = probe
        caller = sys._getframe(1)
        self._place = f"{caller.f_code.co_filename}:{caller.f_lineno}"

    def __repr__(self) -> str:
        return f"Case({self.id!r}, dims={self.dims!r})"
