"""What a test asks for by its markers and parameters."""

from __future__ import annotations

import json
import math
import operator
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import pytest

from .._case import Case
from .fixture import Call

FIXTURES = frozenset({"benchmark", "benchkit", "benchmark_memory"})
UNUSED = "the test never called its benchmark fixture"
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


def metrics_of(config: pytest.Config) -> list[str]:
    """Those that are measured of every test."""
    return [name for word in config.getoption("--benchkit-metric") for name in word.split(",") if name] or ["time"]


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


def given_case(item: pytest.Item) -> Case | None:
    """The benchkit case that is one of the test's parameters: what is measured is that case, whatever the test is called."""
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return None
    return next((value for value in callspec.params.values() if isinstance(value, Case)), None)


def dims_of(item: pytest.Item) -> dict[str, Any]:
    """The parameters by name, behind the dims of a case among them: what is no number or text goes by its name, or by its place, as in
    pytest's own ids.
    """
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return {}
    case = given_case(item)
    dims: dict[str, Any] = {} if case is None else dict(case.dims or {})
    for name, value in callspec.params.items():
        if value is not case or case is None:
            dims.setdefault(name, _dim(name, value, callspec.indices.get(name, 0)))
    return dims


def _dim(name: str, value: Any, index: int) -> str | int | float | bool:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if value is None:
        return "None"
    own = getattr(value, "__name__", getattr(value, "name", None))
    if isinstance(own, str) and not isinstance(value, (int, float)):
        return own
    number = number_of(value)
    if number is None:
        return f"{name}{index}"
    if isinstance(number, int) and not -(2**63) <= number < 2**63:
        return str(number)
    return number if math.isfinite(number) else str(number)


def number_of(value: Any) -> bool | int | float | None:
    """The plain number that a value is, whatever its type is called (numpy's scalars, Fraction, Decimal); None: it is none."""
    if isinstance(value, (bool, int)):
        return value
    kind = type(value)
    if hasattr(kind, "__len__"):  # an array of one element is not its element
        return None
    if kind.__name__ in ("bool_", "bool") and kind.__module__ == "numpy":
        return bool(value)
    try:
        return operator.index(value)
    except TypeError:
        pass
    try:
        return float(value) if hasattr(kind, "__float__") else None
    except (TypeError, ValueError, OverflowError):
        return None


def labels_of(extra_info: dict[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
    """Numbers describe the case; the rest is kept as it is, or as text where JSON has no word for it."""
    labels: dict[str, float] = {}
    rest: dict[str, Any] = {}
    for name, value in extra_info.items():
        number = number_of(value)
        if number is not None and not isinstance(number, bool) and abs(number) <= sys.float_info.max:  # so neither NaN nor infinite
            labels[str(name)] = number
        else:
            rest[str(name)] = _readable(value)
    return labels, rest


def _readable(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(name): _readable(one) for name, one in value.items()}
    return [_readable(one) for one in value] if isinstance(value, (list, tuple)) else value


class Measured:
    """A call as cases, and what it returned last."""

    def __init__(self, call: Call, settings: Settings) -> None:
        self.call = call
        self.settings = settings
        self.result: Any = None
        self.has_result = False
        self.calls = 0  # that were made for the result as well

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
        self.calls += 1
        self.result = target(*args, **kwargs)
        self.has_result = True

    def _several(self, action: Callable[[], Any]) -> Callable[[], None]:
        calls = self.settings.calls

        def several() -> None:
            for _ in range(calls):
                action()

        return several

    def value(self) -> Any:
        """What the function returns to the test: of its last call, or of one more. A pass of single calls may need fewer than `pedantic`
        promised the test: it has the others here.
        """
        while self.call.iterations == 1 and self.calls < self.call.rounds:
            with self.run(False)() as action:
                action()
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


def case_of(
    item: pytest.Item,
    settings: Settings,
    run: Callable[[], Any] = nothing,
    reuse: bool = True,
    group: str | None = None,
    extra_info: dict[str, Any] | None = None,
) -> Case:
    """The test as a case. What a case among its parameters says holds for it, and what the test says itself goes before that."""
    given = given_case(item)
    labels, _ = labels_of(extra_info or {})
    case = Case(
        item.nodeid,
        dims_of(item),
        run,
        reuse=reuse,
        limits=settings.limits,
        group=group or settings.group or "",
        labels=labels,
    )
    if given is not None:
        case.labels = {**(given.labels or {}), **labels}
        case.work, case.body_hash, case.timeout = given.work, given.body_hash, given.timeout
        case.limits = (*settings.limits, *given.limits)
        case.group = case.group or given.group
    return case


def extra_of(extra_info: dict[str, Any]) -> str:
    """What of it is no label, as the fields that the file has for it."""
    _, rest = labels_of(extra_info)
    return json.dumps({"extra_info": rest} if rest else {}, default=str)


def expected_failure(reason: str) -> str:
    return f"expected to fail: {reason}" if reason else "expected to fail"
