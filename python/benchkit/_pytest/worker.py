"""pytest as a worker of benchkit's runner.

The runner says when a test is measured, and pytest how it is run: a test is started when the runner opens its case, and stands still at
its call of the fixture until the runner has all its samples. So its fixtures live as long as they are needed, and nothing has to be sent
from one process to another.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import IO, Any

import pytest

from .. import _core
from .._case import Case
from .._environment import packages, toolchain
from . import takeover
from .fixture import Benchmark, Call, MemoryBenchmark, MemoryNumbers
from .settings import UNUSED, Measured, Settings, case_of, expected_failure, extra_of, metrics_of, settings_of, uses_benchmark
from .stats import Exchange, Heard, Stats

#: A folder: how tests ended is told there, for pytest to go on with. The runner hears of what was measured alone.
TOLD = "BENCHKIT_PYTEST_TOLD"
_LOST = 86
_STATS_BUDGET = 0.1  # seconds


class Worker:
    """The plugin where BENCHKIT_WORKER is set."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.connection = _core.Connection(_core.take_worker_descriptor())
        os.environ.pop("BENCHKIT_WORKER", None)
        folder = os.environ.pop(TOLD, None)
        self.told: IO[str] | None = None if folder is None else open(os.path.join(folder, f"{os.getpid()}.jsonl"), "a")  # noqa: SIM115
        self.toolchain = toolchain()
        self.items: dict[str, pytest.Item] = {}
        self.settings: dict[str, Settings] = {}
        self.session: Any = None  # of the case that is open
        self.request = ""  # the runner's, that waits for the test to get to its benchmark
        self.failure: BaseException | None = None  # how the test ended
        self.reports: list[pytest.TestReport] = []  # the same for pytest
        self.raised = False  # what was measured failed, and the test was told
        self.benchmark: Benchmark | None = None  # of the test that is running
        self.group: str | None = None  # what the test said of itself
        self.extra_info: dict[str, Any] = {}
        self.memory: MemoryBenchmark | None = None

    @classmethod
    def register(cls, config: pytest.Config) -> None:
        takeover.take_over(config)
        config.pluginmanager.register(cls(config), "benchkit-worker")

    # ---- serving ----

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """What pytest has to say is said by the process that started this one."""
        reporter: Any = self.config.pluginmanager.getplugin("terminalreporter")
        if reporter is not None:
            reporter._tw._file = open(os.devnull, "w")  # noqa: SIM115

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for item in session.items:
            if not uses_benchmark(item):
                continue
            settings = settings_of(item)
            if settings.isolate or self.config.getoption("--benchkit-isolate"):
                self.items[item.nodeid] = item
                self.settings[item.nodeid] = settings
        code = self._serve()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # what else pytest does at its end (reports, caches) is the business of the process that started this one

    def _serve(self) -> int:
        all_cases = [case_of(item, self.settings[nodeid]) for nodeid, item in self.items.items()]
        suite = _core.Session("pytest", all_cases, self.toolchain, packages())
        self._answer(suite.exchange, "")
        line: str | None = self.connection.next()
        while line is not None:
            request = json.loads(line)
            if request.get("type") == "quit":
                return 0
            left_over = ""
            if request.get("type") == "open" and request.get("case") in self.items:
                left_over = self._run_test(self.items[request["case"]], line)
            else:
                self._answer(suite.exchange, line)
            line = left_over or self.connection.next()
        return _LOST

    def _answer(self, exchange: Exchange, line: str) -> None:
        for answer in exchange(line):
            self.connection.send(answer)

    # ---- one test, from open to close ----

    def _run_test(self, item: pytest.Item, open_line: str) -> str:
        """Returns the request that is left over: one that is not about this case."""
        self.session, self.request, self.failure = None, open_line, None
        self.reports, self.raised = [], False
        self.group, self.extra_info = self.settings[item.nodeid].group, {}
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        self._tell(item)
        if self.session is None:  # the runner still waits for the case to open
            failure = self.failure or pytest.skip.Exception(UNUSED)
            case = case_of(item, self.settings[item.nodeid], lambda: _raising(failure))
            self.session = _core.Session("pytest", [case], self.toolchain)
        elif self.request and json.loads(self.request).get("type") != "close":
            return self.request
        if self.request:
            self._answer(self.session.exchange, self.request)
        self.session = None
        return ""

    def _tell(self, item: pytest.Item) -> None:
        if self.told is None:
            return
        hook = item.config.hook
        reports = [hook.pytest_report_to_serializable(config=item.config, report=report) for report in self.reports]
        run = {"test": item.nodeid, "raised": self.raised, "used": self.session is not None, "reports": reports, "said": self._said(item)}
        self.told.write(json.dumps(run, default=str) + "\n")
        self.told.flush()

    def _said(self, item: pytest.Item) -> dict[str, Any]:
        """What the test says of its case, where that is more than was known before it ran."""
        if self.group == self.settings[item.nodeid].group and not self.extra_info:
            return {}
        case = case_of(item, self.settings[item.nodeid], group=self.group, extra_info=self.extra_info)
        return {"group": case.group, "labels": case.labels, **json.loads(extra_of(self.extra_info))}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports.append(report)

    @pytest.fixture(name="benchmark")
    def _benchmark(self, request: pytest.FixtureRequest) -> Iterator[Benchmark]:
        item: pytest.Item = request.node
        self.benchmark = Benchmark(item, partial(self._measure, item), self.settings[item.nodeid].group)
        yield self.benchmark
        self.benchmark._end()
        self.group, self.extra_info = self.benchmark.group, self.benchmark.extra_info
        self.benchmark = self.memory = None

    @pytest.fixture(name="benchkit")
    def _benchkit(self, benchmark: Benchmark) -> Benchmark:
        return benchmark

    @pytest.fixture(name="benchmark_memory")
    def _benchmark_memory(self, benchmark: Benchmark) -> MemoryBenchmark:
        self.memory = MemoryBenchmark(benchmark)
        return self.memory

    @pytest.fixture(name="benchmark_weave")
    def _benchmark_weave(self, benchmark: Benchmark) -> Any:
        return benchmark.weave

    def _measure(self, item: pytest.Item, call: Call) -> Any:
        """Serve the runner until it closes the case: that is answered when the test is over, for it may still fail."""
        __tracebackhide__ = True
        measured = Measured(call, self.settings[item.nodeid])
        meter = json.loads(self.request).get("meter", "")
        self.session = self._session_of(item, measured)
        heard = Heard(self.session.exchange)
        line: str | None = self.request
        while True:
            assert line is not None
            self._answer(heard.exchange, line)
            if heard.failed is not None:
                self.request, self.raised = "", True  # that was the answer
                self._raise(heard.failed)
            line = self.connection.next()
            if line is None:
                os._exit(_LOST)
            if json.loads(line).get("type") in ("close", "open", "quit"):
                self.request = line
                self._tell_test(measured, meter, heard)
                return measured.value()

    def _raise(self, failed: dict[str, Any]) -> None:
        __tracebackhide__ = True
        exception = self.session.take_exception()
        if exception is not None:
            raise exception
        if failed["status"] == "skipped":
            pytest.skip(failed["reason"])
        pytest.fail(failed["reason"], pytrace=False)

    def _tell_test(self, measured: Measured, meter: str, heard: Heard) -> None:
        """What the test may ask of its own numbers. A block has those of one meter; the others' are found out if they are asked for."""
        if self.benchmark is not None:
            if meter == "time":
                self.benchmark._stats = cache(lambda: _stats_of(heard))
            elif "time" in metrics_of(self.config):
                self.benchmark._stats = cache(partial(_stats_now, measured))
        if self.memory is not None:
            self.memory._numbers = cache(partial(_peak_once, measured))

    def _session_of(self, item: pytest.Item, measured: Measured) -> Any:
        """The calls that the test fixes are those of each process."""
        settings, call = self.settings[item.nodeid], measured.call
        single_calls = json.loads(self.request).get("meter", "") in self._single_call_meters()
        run = measured.run(single_calls)
        case = case_of(item, settings, lambda: self._watched(run), measured.reuse)
        fixed = (settings.repeats, 0, 0) if single_calls else (call.rounds, call.iterations, call.warmup_rounds)
        return _core.Session("pytest", [case], self.toolchain, "{}", (), *fixed)

    @contextmanager
    def _watched(self, run: Callable[[], Any]) -> Iterator[Any]:
        with run() as action:
            yield action
        if self.failure is not None:  # the test's own, behind its benchmark
            raise self.failure

    def _single_call_meters(self) -> set[str]:
        (hello,) = _core.Session("pytest", [], self.toolchain).exchange("")
        return {meter["name"] for meter in json.loads(hello)["meters"] if not meter.get("batches", True)}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if not report.passed and self.failure is None:
            if report.skipped and hasattr(report, "wasxfail"):
                self.failure = pytest.skip.Exception(expected_failure(report.wasxfail))
            elif call.excinfo is not None:
                self.failure = call.excinfo.value
            else:  # it passed, and was expected not to
                self.failure = pytest.fail.Exception(report.longreprtext, pytrace=False)
        return report


def _stats_of(heard: Heard) -> Stats:
    values, iterations = heard.samples()
    return Stats(values[0] if values else [], iterations)


def _stats_now(measured: Measured) -> Stats:
    """Times of a process that has another metric to measure."""
    _core.detach_memory_hooks()
    call = measured.call
    if not call.rounds:
        case = Case("stats", run=measured.run(False), reuse=measured.reuse)
        result = _core.run_case(case, budget=measured.settings.budget or _STATS_BUDGET)
        return Stats(result.samples, result.iterations)
    samples = []
    for _ in range(call.rounds):
        with measured.run(False)() as action:
            began = time.perf_counter_ns()
            for _ in range(call.iterations):
                action()
            samples.append((time.perf_counter_ns() - began) / call.iterations)
    return Stats(samples, call.iterations)


def _peak_once(measured: Measured) -> MemoryNumbers:
    try:
        with measured.run(True)() as action:
            peak = _core.measure_peak(action)
    finally:
        _core.detach_memory_hooks()  # the next case may be timed
    return MemoryNumbers(peak.peak_bytes, peak.allocated_bytes, peak.allocations)


@contextmanager
def _raising(failure: BaseException) -> Iterator[Any]:
    raise failure
    yield
