"""The pytest plugin, as pytest loads it: its options, and nothing else until one of them is given."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ._pytest.fixture import Benchmark

_BARE = ("--benchkit", "--benchkit-compare")  # options that may stand without a value
_MEASURE = "measure the tests that use `benchmark` or `benchkit`"
_MARKER = "benchkit(max_peak, max_time, ..., repeats, warmup, calls, isolate, group): limits of a test, and how benchkit measures it"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Every name begins with --benchkit: whatever else an option is called belongs to the suite."""
    group = parser.getgroup("benchkit", "benchmarks measured by benchkit")
    several: dict[str, Any] = {"action": "append", "default": []}

    def option(name: str, what: str, **settings: Any) -> None:
        group.addoption(f"--benchkit{name}", help=what, **settings)

    option("", f"{_MEASURE}; FILE keeps the snapshot [.benchkit/TIME-pytest.jsonl]", nargs="?", const="", metavar="FILE")
    option("-metric", "what to measure: time,cpu_time,peak,allocated,allocations,rss [time]", metavar="NAME", **several)
    option("-budget", "time for each test in each of its passes [500ms]", metavar="TIME", default="")
    option("-samples", "exactly so many samples a test", metavar="N", type=int, default=0)
    option("-max", "a test whose number is above it fails: peak:10MiB,time:5ms", metavar="METRIC:LIMIT", **several)
    option("-compare", "show what changed since a snapshot, or the newest one", nargs="?", const="", metavar="FILE")
    option("-fail-on", "fail where a metric is worse than there: time:5%%,peak:1MiB; with --benchkit-isolate", metavar="LIMIT", **several)
    option("-strict", "with --benchkit-fail-on: what is undecided fails as well", action="store_true")
    option("-isolate", "measure in fresh processes, each of which runs pytest again: gives verdicts", action="store_true")
    option("-blocks", "with --benchkit-isolate: so many fresh processes [3 to 10]", metavar="N", type=int, default=0)
    option("-attribute", "keep which call paths held the bytes at each test's peak", action="store_true")
    option("-label", "name of this version in tables [the git commit]", metavar="TEXT", default="")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, parser: pytest.Parser, args: list[str]) -> None:
    """`pytest --benchkit tests` measures the folder `tests`, and does not take it for a file's name."""
    if not any(bare in args for bare in _BARE):
        return
    for bare, after in pairwise(args):
        if bare in _BARE and after.endswith(".jsonl") and not after.startswith("-"):
            raise pytest.UsageError(f"{bare} {after}: a file's name goes into the same word, {bare}={after}")
    args[:] = [f"{word}=" if word in _BARE else word for word in args]
    early_config.known_args_namespace = parser.parse_known_args(args)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARKER)
    if os.environ.get("BENCHKIT_WORKER"):
        from ._pytest.worker import Worker as Plugin
    elif config.getoption("--benchkit") is not None:
        from ._pytest.session import Measuring as Plugin  # type: ignore[assignment]
    else:
        _refuse_lone_options(config)
        return
    Plugin.register(config)


def _refuse_lone_options(config: pytest.Config) -> None:
    """--benchkit alone turns measuring on: whoever gives another option meant to."""
    given = [
        name
        for name in ("metric", "budget", "samples", "max", "fail-on", "strict", "isolate", "blocks", "attribute", "label")
        if config.getoption(f"--benchkit-{name}")
    ]
    if config.getoption("--benchkit-compare") is not None:
        given.append("compare")
    if given:
        raise pytest.UsageError(f"--benchkit-{given[0]} goes with --benchkit, which measures")


class _Once:
    """What the fixture is while nothing is measured: it calls."""

    def __init__(self) -> None:
        self.extra_info: dict[str, Any] = {}
        self.group: str | None = None

    def __call__(self, target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return target(*args, **kwargs)

    def pedantic(
        self,
        target: Callable[..., Any],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        setup: Callable[[], Any] | None = None,
        teardown: Callable[..., Any] | None = None,
        **_rounds: int,
    ) -> Any:
        kwargs = kwargs or {}
        if setup is not None:
            args, kwargs = setup() or (args, kwargs)
        result = target(*args, **kwargs)
        if teardown is not None:
            teardown(*args, **kwargs)
        return result


@pytest.fixture(name="benchkit")
def _benchkit() -> Benchmark | _Once:
    """Measures a function under --benchkit; else calls it once."""
    return _Once()
