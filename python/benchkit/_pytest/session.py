"""Measuring in pytest's own process: each test when its turn comes, by benchkit's engine, into one snapshot."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Generator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from .. import _core, _tools
from .._doors import COMMAND
from .._environment import packages, toolchain
from . import takeover
from .fixture import Benchmark, Call, MemoryBenchmark, MemoryNumbers
from .settings import UNUSED, Measured, Settings, case_of, expected_failure, extra_of, metrics_of, settings_of, uses_benchmark
from .stats import Heard, Stats

if TYPE_CHECKING:
    from .isolated import Isolated

_MEMORY = ["peak", "allocated", "allocations"]
_NOISY = frozenset({"time", "cpu_time", "rss"})  # the others may be exact, and then two runs are enough
_LEAST_TESTS = 8  # compare/noise_floor.hpp
LEAST_BLOCKS = 3  # compare/evidence.hpp


class Outcome:
    """How a test has gone so far, in the words of a snapshot."""

    def __init__(self) -> None:
        self.status = "ok"
        self.reason = ""
        self.traceback = ""
        self.benchmark: Benchmark | None = None
        self.settings = Settings()

    def take(self, report: pytest.TestReport) -> None:
        """The first phase that did not pass tells it."""
        if report.passed or self.status != "ok":
            return
        if report.skipped:
            self.status = "skipped"
            where = report.longrepr
            if hasattr(report, "wasxfail"):
                self.reason = expected_failure(report.wasxfail)
            elif isinstance(where, tuple):
                self.reason = str(where[2]).removeprefix("Skipped: ")
        else:
            self.status = "error"
            crash = getattr(report.longrepr, "reprcrash", None)
            self.reason = (crash.message if crash is not None else str(report.longrepr)).splitlines()[0]
            self.traceback = report.longreprtext


class Measuring:
    """The plugin under --benchkit."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.toolchain = toolchain()
        self.packages = packages()
        self.recording: Any = None
        self.outcomes: dict[str, Outcome] = {}
        self.isolated: Isolated | None = None
        self.told: list[str] = []
        self.path: str = config.getoption("--benchkit") or ""
        self.reference = ""
        self.known: list[_tools.CaseOutcome] = []  # what the reference holds
        self.wants_memory = False

    @classmethod
    def register(cls, config: pytest.Config) -> None:
        """Throws UsageError for what cannot be together."""
        refuse_company(config)
        plugin = cls(config)
        plugin.check()
        takeover.take_over(config)
        config.pluginmanager.register(plugin, "benchkit-measuring")

    # ---- before the tests ----

    def check(self) -> None:
        """What is wrong with the options is said before anything is measured."""
        option = self.config.getoption
        if option("--benchkit-fail-on") and option("--benchkit-compare") is None:
            raise pytest.UsageError("--benchkit-fail-on needs something to be worse than: add --benchkit-compare[=SNAPSHOT]")
        if option("--benchkit-fail-on") and not option("--benchkit-isolate"):
            raise pytest.UsageError(
                "--benchkit-fail-on: within one process nothing can be told to be worse, so it would always pass; add --benchkit-isolate"
            )
        if option("--benchkit-strict") and not option("--benchkit-fail-on"):
            raise pytest.UsageError("--benchkit-strict says what --benchkit-fail-on makes of what is undecided: add that")
        for name in ("--benchkit-samples", "--benchkit-blocks"):
            if option(name) < 0:
                raise pytest.UsageError(f"{name} {option(name)}: it is a whole number of 1 or more")
        if self.path and os.path.exists(self.path):
            raise pytest.UsageError(f"--benchkit={self.path}: there is a file already; name another one, or remove it")
        self.reference = self._reference()
        try:
            if self.reference:
                self.known = _tools.outcomes(self.reference)
            self.path = self._record().path
        except _core.Error as error:
            raise pytest.UsageError(_as_options(str(error))) from None

    def _reference(self) -> str:
        """What --benchkit-compare compares with; the newest snapshot where it names none."""
        given: str | None = self.config.getoption("--benchkit-compare")
        if given is None:
            return ""
        known = sorted(glob.glob(".benchkit/*.jsonl"), key=os.path.getmtime)
        if not given:
            if not known:
                raise pytest.UsageError(
                    "--benchkit-compare: there is no snapshot in .benchkit yet; run with --benchkit alone first, or name one"
                )
            return known[-1]
        if not os.path.exists(given):
            there = f"there are {', '.join(known[-5:])}" if known else "run with --benchkit=FILE first"
            raise pytest.UsageError(f"--benchkit-compare={given}: no such snapshot; {there}")
        return given

    def refuse_idle_gate(self) -> None:
        """A gate that nothing could make fail is not begun."""
        option = self.config.getoption
        limits = [one for word in option("--benchkit-fail-on") for one in word.split(",")]
        if not limits or option("--benchkit-strict") or not {metric for one in limits for metric in self._limited(one)} <= _NOISY:
            return
        way_out = "add --benchkit-strict, by which what is undecided fails as well, or compare in pairs, by `benchkit run --against`"
        if 0 < option("--benchkit-blocks") < LEAST_BLOCKS:
            raise pytest.UsageError(
                f"--benchkit-fail-on: a verdict takes {LEAST_BLOCKS} processes, so with --benchkit-blocks {option('--benchkit-blocks')} "
                f"it would always pass; {way_out}"
            )
        there = {one.case_id for one in self.known if one.status == "ok"}
        both = len(there & set(self.outcomes))
        if both < _LEAST_TESTS:
            raise pytest.UsageError(
                f"--benchkit-fail-on: the noise between two runs is told from {_LEAST_TESTS} tests or more that both have, and here it is "
                f"{both}, so it would always pass; {way_out}"
            )

    def _limited(self, limit: str) -> list[str]:
        """The metrics that a limit is for: `time:5%` names one, `5%` none."""
        return [limit.split(":")[0].strip()] if ":" in limit else metrics_of(self.config)

    def on_demand(self) -> list[str]:
        """Metrics of which only those tests have a turn that ask for them."""
        return _MEMORY if self.wants_memory else []

    def _record(self) -> Any:
        option = self.config.getoption
        return _tools.Recording(
            "pytest",
            ["pytest", *map(str, self.config.invocation_params.args)],
            _core.Session("pytest", [], self.toolchain).exchange,
            metrics=metrics_of(self.config),
            on_demand=self.on_demand(),
            most=option("--benchkit-max"),
            budget=option("--benchkit-budget"),
            samples=option("--benchkit-samples"),
            label=option("--benchkit-label"),
            path=self.path,
            attribute=option("--benchkit-attribute"),
            extend=self.isolated is not None,
        )

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            if not uses_benchmark(item):
                continue
            outcome = self.outcomes[item.nodeid] = Outcome()
            try:
                outcome.settings = settings_of(item)
            except ValueError as error:
                raise pytest.UsageError(f"{item.nodeid}: {error}") from None
            if self._needs_memory(item, outcome.settings):
                self.wants_memory = True
        if not self.config.option.collectonly:
            self.refuse_idle_gate()

    @staticmethod
    def _needs_memory(item: pytest.Item, settings: Settings) -> bool:
        asked = any(limit.split(":")[0] in _MEMORY for limit in settings.limits)
        return asked or "benchmark_memory" in getattr(item, "fixturenames", ())

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Those that want processes of their own are measured first, all together."""
        everything = self.config.getoption("--benchkit-isolate")
        chosen = [
            item for item in session.items if item.nodeid in self.outcomes and (everything or self.outcomes[item.nodeid].settings.isolate)
        ]
        if self.config.option.collectonly or session.testsfailed:
            return
        if chosen:
            from .isolated import Isolated

            self.isolated = Isolated(self, chosen)
            self.isolated.run()

    # ---- a test ----

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        return self.isolated.report(item, nextitem) if self.isolated is not None else None

    @pytest.fixture(name="benchmark")
    def _benchmark(self, request: pytest.FixtureRequest) -> Iterator[Benchmark]:
        """Measures one function of the test."""
        item: pytest.Item = request.node
        outcome = self.outcomes[item.nodeid]
        benchmark = Benchmark(item, partial(self._measure, item), outcome.settings.group)
        outcome.benchmark = benchmark
        yield benchmark
        benchmark._end()

    @pytest.fixture(name="benchkit")
    def _benchkit(self, benchmark: Benchmark) -> Benchmark:
        """Measures one function of the test."""
        return benchmark

    @pytest.fixture(name="benchmark_memory")
    def _benchmark_memory(self, benchmark: Benchmark) -> MemoryBenchmark:
        """Measures one function of the test, and its memory in any case."""
        memory = MemoryBenchmark(benchmark)
        benchmark.memory = memory  # type: ignore[attr-defined]
        return memory

    @pytest.fixture(name="benchmark_weave")
    def _benchmark_weave(self, benchmark: Benchmark) -> Any:
        """Measures a function of somebody else's when the test's code calls it."""
        return benchmark.weave

    def _measure(self, item: pytest.Item, call: Call) -> Any:
        __tracebackhide__ = True
        outcome = self.outcomes[item.nodeid]
        settings, benchmark = outcome.settings, outcome.benchmark
        assert benchmark is not None
        self.recording = self.recording or self._record()
        measured = Measured(call, settings)
        values: dict[str, list[float]] = {}
        for meter in self.recording.meters:
            if meter.on_demand and not self._needs_memory(item, settings):
                continue
            turn, heard = self._turn(item, measured, meter, settings, call)
            values.update(turn)
            if "time" in turn:
                benchmark._stats = partial(Stats, turn["time"], heard.samples()[1])
        memory = getattr(benchmark, "memory", None)
        if memory is not None and values.get("peak"):
            memory._numbers = partial(MemoryNumbers, *(int(min(values[name])) for name in _MEMORY))
        return measured.value()

    def _turn(
        self, item: pytest.Item, measured: Measured, meter: Any, settings: Settings, call: Call
    ) -> tuple[dict[str, list[float]], Heard]:
        __tracebackhide__ = True
        case = case_of(item, settings, measured.run(not meter.batches), measured.reuse)
        session = _core.Session("pytest", [case], self.toolchain, self.packages)
        heard = Heard(session.exchange)
        try:
            turn = self.recording.measure(
                heard.exchange,
                meter.name,
                samples=call.rounds if meter.batches else settings.repeats,
                iterations=call.iterations if meter.batches else 0,
                budget=settings.budget,
                warmup=call.warmup_rounds if meter.batches and call.rounds else None,
            )
        except _core.Error as error:
            pytest.fail(str(error), pytrace=False)
        exception = session.take_exception()
        if exception is not None:
            raise exception
        if turn.status == "skipped":
            pytest.skip(turn.reason)
        if turn.status != "ok":
            pytest.fail(turn.reason, pytrace=False)
        return turn.values, heard

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        outcome = self.outcomes.get(item.nodeid)
        if outcome is not None:
            outcome.take(report)
            if call.when == "teardown":
                self._end_case(item, outcome)
        return report

    def _end_case(self, item: pytest.Item, outcome: Outcome) -> None:
        benchmark = outcome.benchmark
        if outcome.status == "ok" and (benchmark is None or not benchmark.used):
            outcome.status, outcome.reason = "skipped", UNUSED
            warn_unused(item)
        self.recording = self.recording or self._record()
        info = benchmark.extra_info if benchmark is not None else {}
        case = case_of(item, outcome.settings, group=benchmark.group if benchmark is not None else None, extra_info=info)
        session = _core.Session("pytest", [case], self.toolchain, self.packages)
        self.recording.end_case(session.exchange, extra_of(info), outcome.status, outcome.reason, outcome.traceback)

    # ---- behind the tests ----

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.recording is not None:
            writer = self.config.get_terminal_writer()
            text = self.recording.finish(min(writer.fullwidth, 200), writer.hasmarkup)
            if text:
                self.told.append(text)
        if self.reference and os.path.exists(self.path):
            self._compare(session)

    def _compare(self, session: pytest.Session) -> None:
        writer = self.config.get_terminal_writer()
        words = ["compare", self.reference, self.path]
        for limit in self.config.getoption("--benchkit-fail-on"):
            words += ["--fail-on", limit]
        if self.config.getoption("--benchkit-strict"):
            words.append("--strict")
        code, out, err = _tools.run_in_process(
            words, "pytest", _no_worker, "pytest", COMMAND, [], width=writer.fullwidth, colour=writer.hasmarkup
        )
        self.told.append(out + ("\n" if out and err else "") + _as_options(err))
        if code and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED if code in (1, 3) else pytest.ExitCode.USAGE_ERROR

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not self.told:
            return
        terminalreporter.section("benchkit")
        for text in self.told:
            terminalreporter.write(text if text.endswith("\n") else text + "\n")
            terminalreporter.write("\n" if text is not self.told[-1] else "")


def _no_worker(_line: str) -> list[str]:
    return []


def warn_unused(item: pytest.Item) -> None:
    item.warn(pytest.PytestWarning(f"{UNUSED}: nothing was measured"))


def _as_options(text: str) -> str:
    """The command's options by the names that they have here."""
    return re.sub(r"(?<![\w-])--(metric|max|budget|attribute|samples|label|strict|fail-on)\b", r"--benchkit-\1", text)


def refuse_company(config: pytest.Config) -> None:
    """Other plugins that would measure, or be measured, at the same time."""
    if (
        getattr(config, "workerinput", None) is not None
        or getattr(config.option, "numprocesses", None)
        or getattr(config.option, "tx", None)
    ):
        raise pytest.UsageError(
            "--benchkit measures one test at a time, with the machine as quiet as can be: leave pytest-xdist out (-n 0)"
        )
    if getattr(config.option, "codspeed", False) or os.environ.get("CODSPEED_ENV"):
        raise pytest.UsageError("--benchkit and --codspeed both want to measure: leave one of them out")
    if sys.gettrace() is not None or getattr(config.option, "cov_source", None):
        config.issue_config_time_warning(pytest.PytestWarning("a tracer (coverage, a debugger) is on: times carry it"), stacklevel=2)
