"""The fixture `benchmark`, with the face that pytest-benchmark gave it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from .stats import Stats


class Call(NamedTuple):
    """What a test hands over to be measured."""

    target: Callable[..., Any]
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = {}
    setup: Callable[[], Any] | None = None
    teardown: Callable[..., Any] | None = None
    rounds: int = 0  # 0: as many as the budget allows
    iterations: int = 0  # 0: found by calibration
    warmup_rounds: int = 0

    def arguments(self) -> tuple[Sequence[Any], Mapping[str, Any]]:
        """Those of the next call: `setup` may give them."""
        given = self.setup() if self.setup is not None else None
        if not given:
            return self.args, self.kwargs
        if self.args or self.kwargs:
            raise TypeError("`setup` gives the arguments, and so do `args` or `kwargs`: leave one of them out")
        args, kwargs = given
        return args, kwargs


class Benchmark:
    """Measures one function of its test, once.

    Attributes:
        extra_info: what the snapshot keeps with the case: numbers are its labels.
        group: the heading under which tables show it.
        stats: what was measured in time, in seconds; None before.

    """

    def __init__(self, node: pytest.Item, measure: Callable[[Call], Any], group: str | None) -> None:
        self.name = node.name
        self.fullname = node.nodeid
        self.enabled = True
        self.disabled = False
        callspec = getattr(node, "callspec", None)
        self.param = callspec.id if callspec is not None else None
        self.params = callspec.params if callspec is not None else None
        self.extra_info: dict[str, Any] = {}
        self.group = group
        self._stats: Callable[[], Stats] | None = None  # once measured
        self._measure = measure
        self._used = ""
        self._undo: list[Callable[[], None]] = []

    def __call__(self, target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Measure `target(*args, **kwargs)`, and return what it returns."""
        __tracebackhide__ = True
        self._use("benchmark(...)", target)
        return self._measure(Call(target, args, kwargs))

    def pedantic(
        self,
        target: Callable[..., Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        setup: Callable[[], Any] | None = None,
        teardown: Callable[..., Any] | None = None,
        rounds: int = 1,
        warmup_rounds: int = 0,
        iterations: int = 1,
    ) -> Any:
        """Measure `rounds` samples of `iterations` calls. `setup` and `teardown` stand around each call and are not measured."""
        __tracebackhide__ = True
        self._use("benchmark.pedantic(...)", target)
        for name, value, least in (("iterations", iterations, 1), ("rounds", rounds, 1), ("warmup_rounds", warmup_rounds, 0)):
            if not isinstance(value, int) or value < least:
                raise ValueError(f"`{name}` is {value!r}: it must be a whole number of {least} or more")
        if iterations > 1 and setup is not None:
            raise ValueError("`setup` stands before every call, so `iterations` can only be 1")
        return self._measure(Call(target, args, kwargs or {}, setup, teardown, rounds, iterations, warmup_rounds))

    def weave(self, target: Any, **options: Any) -> None:
        """Measure a function of somebody else's (a dotted name, or what aspectlib takes) when the test's code calls it."""
        try:
            import aspectlib
        except ImportError as error:
            raise ImportError("benchmark.weave needs aspectlib: pip install aspectlib") from error

        def measured(function: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                return self(function, *args, **kwargs)

            return call

        self._undo.append(aspectlib.weave(target, measured, **options).rollback)

    patch = weave

    @property
    def stats(self) -> Stats | None:
        return None if self._stats is None else self._stats()

    @property
    def used(self) -> bool:
        return bool(self._used)

    def _use(self, how: str, target: Any) -> None:
        if self._used:
            raise RuntimeError(f"the fixture measures one function of a test, and {self._used} was called already: write another test")
        if not callable(target):
            raise TypeError(f"{how} takes a function and its arguments, not {target!r}: write benchmark(f, x), not benchmark(f(x))")
        self._used = how

    def _end(self) -> None:
        while self._undo:
            self._undo.pop()()


class MemoryBenchmark:
    """The fixture `benchmark_memory`: `benchmark`, with memory measured too whatever --benchkit-metric says."""

    def __init__(self, benchmark: Benchmark) -> None:
        self._benchmark = benchmark
        self._numbers: Callable[[], MemoryNumbers] | None = None  # once measured

    @property
    def extra_info(self) -> dict[str, Any]:
        return self._benchmark.extra_info

    @property
    def result(self) -> MemoryNumbers | None:
        """None before."""
        return None if self._numbers is None else self._numbers()

    @property
    def peak_bytes(self) -> int | None:
        """The least peak of all passes; None before."""
        return None if self.result is None else self.result.peak_bytes

    def __call__(self, target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        return self._benchmark(target, *args, **kwargs)

    def pedantic(self, target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        return self._benchmark.pedantic(target, *args, **kwargs)


class MemoryNumbers(NamedTuple):
    """The least of all passes."""

    peak_bytes: int
    total_bytes: int
    allocations: int
