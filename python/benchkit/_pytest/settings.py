"""What a test asks for by its markers and parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import pytest

from .._case import Case
from .fixture import Call

FIXTURES = frozenset({"benchmark", "benchkit", "benchmark_memory"})
_KNOWN = frozenset({"repeats", "warmup", "calls", "isolate", "group", "profile_native"})
_BYTES = frozenset({"peak", "allocated", "largest", "leaked", "reserved", "rss"})


class Settings(NamedTuple):
    """A test's own."""

    limits: tuple[str, ...] = ()
    repeats: int = 0  # passes of single calls; 0: until they agree
    warmup: int = 0  # calls before, which nothing watches
    calls: int = 1  # calls that one pass of memory holds
    isolate: bool = False
    group: str | None = None
    budget: float = 0.0  # seconds; 0: the run's


def uses_benchmark(item: pytest.Item) -> bool:
    return not FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


def settings_of(item: pytest.Item) -> Settings:
    """Raises ValueError for a marker that makes no sense."""
    said: dict[str, Any] = {}
    for name in ("benchmem", "benchkit"):  # the latter has the last word
        for marker in reversed(list(item.iter_markers(name))):
            if marker.args:
                raise ValueError(f"@pytest.mark.{name} takes no positional arguments: {marker.args!r}")
            said.update(marker.kwargs)
    limits = []
    for key, value in said.items():
        if key.startswith("max_"):
            limits.append(_limit(key.removeprefix("max_"), value))
        elif key not in _KNOWN:
            known = ", ".join(sorted(_KNOWN - {"profile_native"}))
            raise ValueError(f"@pytest.mark.benchkit has no {key!r}: known are max_METRIC, {known}")
    benchmark: dict[str, Any] = {}
    for marker in reversed(list(item.iter_markers("benchmark"))):
        benchmark.update(marker.kwargs)
    return Settings(
        tuple(limits),
        _count(said, "repeats", 0),
        _count(said, "warmup", 0),
        _count(said, "calls", 1),
        bool(said.get("isolate", False)),
        said.get("group", benchmark.get("group")),
        float(benchmark.get("max_time", 0.0)),
    )


def _count(said: dict[str, Any], name: str, least: int) -> int:
    value = said.get(name)
    if value is None:
        return least
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"@pytest.mark.benchkit({name}={value!r}): it must be a whole number of {least} or more")
    return value


def _limit(metric: str, value: Any) -> str:
    """A limit as the command line has it: a plain number is of bytes, where the metric is."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{metric}:{value}B" if metric in _BYTES else f"{metric}:{value}"
    return f"{metric}:{value}"


def dims_of(item: pytest.Item) -> dict[str, Any]:
    """The parameters by name: what is no number or text goes by its name, or by its place, as in pytest's own ids."""
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return {}
    return {name: _dim(name, value, callspec.indices.get(name, 0)) for name, value in callspec.params.items()}


def _dim(name: str, value: Any, index: int) -> str | int | float | bool:
    if isinstance(value, (bool, int, float, str)):
        return value
    if value is None:
        return "None"
    own = getattr(value, "__name__", getattr(value, "name", None))
    return own if isinstance(own, str) else f"{name}{index}"


def labels_of(extra_info: dict[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
    """Numbers describe the case; the rest is kept as it is, or as text where JSON has no word for it."""
    labels = {str(k): v for k, v in extra_info.items() if isinstance(v, (int, float)) and not isinstance(v, bool)}
    return labels, {str(k): v for k, v in extra_info.items() if str(k) not in labels}


class Measured:
    """A call as cases, and what it returned last."""

    def __init__(self, call: Call, settings: Settings) -> None:
        self.call = call
        self.settings = settings
        self.result: Any = None
        self.has_result = False

    @property
    def reuse(self) -> bool:
        return self.call.setup is None and self.call.teardown is None

    def run(self, single_calls: bool) -> Callable[[], Any]:
        """The `run` of a case, for a meter of single calls or for another one."""
        return partial(self._run_once if not self.reuse else self._run_reused, single_calls)

    @contextmanager
    def _run_reused(self, single_calls: bool) -> Iterator[Callable[[], Any]]:
        target, args, kwargs = self.call.target, self.call.args, self.call.kwargs
        action = partial(target, *args, **kwargs) if args or kwargs else target
        for _ in range(self.settings.warmup):
            action()
        if self.call.iterations == 1:  # each call counts, so none is made for the result alone
            action = partial(self._keep, target, args, kwargs)
        yield self._several(action) if single_calls and self.settings.calls > 1 else action

    @contextmanager
    def _run_once(self, _single_calls: bool) -> Iterator[Callable[[], Any]]:
        args, kwargs = self.call.arguments()
        yield partial(self._keep, self.call.target, args, kwargs)
        if self.call.teardown is not None:
            self.call.teardown(*args, **kwargs)

    def _keep(self, target: Callable[..., Any], args: Any, kwargs: Any) -> None:
        self.result = target(*args, **kwargs)
        self.has_result = True

    def _several(self, action: Callable[[], Any]) -> Callable[[], None]:
        calls = self.settings.calls

        def several() -> None:
            for _ in range(calls):
                action()

        return several

    def value(self) -> Any:
        """What the function returns to the test: of its last call, or of one more."""
        if self.has_result:
            return self.result
        args, kwargs = self.call.arguments()
        result = self.call.target(*args, **kwargs)
        if self.call.teardown is not None:
            self.call.teardown(*args, **kwargs)
        return result


@contextmanager
def nothing() -> Iterator[Callable[[], None]]:
    """The `run` of a case that is only described."""
    yield lambda: None


def case_of(item: pytest.Item, settings: Settings, run: Callable[[], Any] = nothing, reuse: bool = True) -> Case:
    return Case(item.nodeid, dims_of(item), run, reuse=reuse, limits=settings.limits, group=settings.group or "")
