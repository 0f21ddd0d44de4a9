"""Tests measured in fresh processes: benchkit's runner starts pytest again as its worker, and this process tells how that went."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from .. import _tools
from .._doors import COMMAND, _without_arguments
from .session import LEAST_BLOCKS, warn_unused
from .settings import metrics_of
from .worker import TOLD

if TYPE_CHECKING:
    from .session import Measuring


class Run(NamedTuple):
    """How a test ended in one of its processes."""

    reports: list[pytest.TestReport]
    raised: bool  # what was measured failed, and the test was told
    used: bool  # it called its benchmark
    said: dict[str, Any]  # of its case

    @property
    def outcome(self) -> str:
        """The worst of its phases."""
        outcomes = {report.outcome for report in self.reports}
        return next(one for one in ("failed", "skipped", "passed") if one in outcomes or one == "passed")


class Isolated:
    """The items that are measured so."""

    def __init__(self, plugin: Measuring, items: list[pytest.Item]) -> None:
        self._plugin = plugin
        self._config = plugin.config
        self._items = {item.nodeid: item for item in items}
        self._results: dict[str, list[Any]] = {}  # what the snapshot says of a test, under each metric
        self._runs: dict[str, list[Run]] = {}  # what its processes told

    def run(self) -> None:
        """Measure them all, as `benchkit run` does. The table goes where pytest's own lines go."""
        terminal = self._config.pluginmanager.getplugin("terminalreporter")
        if terminal is not None:
            terminal.ensure_newline()
        sys.stdout.flush()
        sys.stderr.flush()
        with tempfile.TemporaryDirectory(prefix="benchkit-") as told:
            os.environ[TOLD] = told
            try:
                code = _tools.run(self._words(), "pytest", self._worker(), COMMAND, [], not_resumable="pytest measures from the beginning")
            finally:
                del os.environ[TOLD]
            self._hear(Path(told))
        if code == 130:
            raise KeyboardInterrupt
        if code == 2:
            raise pytest.UsageError("benchkit could not measure, for the reason above")
        said = {test: run.said for test, runs in self._runs.items() for run in runs if run.said}
        if said and os.path.exists(self._plugin.path):
            _tools.restate_cases(self._plugin.path, json.dumps(said))
        for one in _tools.outcomes(self._plugin.path):
            self._results.setdefault(one.case_id, []).append(one)
        self._tell_blocks()

    def _tell_blocks(self) -> None:
        """Which tests were measured in fewer processes than they should."""
        wanted = self._config.getoption("--benchkit-blocks") or LEAST_BLOCKS
        columns = _tools.Results([self._plugin.path]).columns()
        blocks: dict[tuple[str, str], set[int]] = {}
        for test, metric, block in zip(columns["case"], columns["metric"], columns["block"], strict=True):
            blocks.setdefault((test, metric), set()).add(block)
        whole = {test for test, results in self._results.items() if all(one.status == "ok" for one in results)}
        fewest: dict[str, int] = {}
        for (test, metric), seen in blocks.items():
            if test in self._items and test in whole and not metric.startswith("cold_"):
                fewest[test] = min(len(seen), fewest.get(test, wanted))
        fewer = [f"{test} in {count}" for test, count in fewest.items() if count < wanted]
        if fewer:
            shown = ", ".join(fewer[:_SHOWN]) + (f" and {len(fewer) - _SHOWN} more" if len(fewer) > _SHOWN else "")
            self._plugin.told.append(f"measured in fewer than {wanted} processes: {shown} (--benchkit-budget gives each test more)")

    def _hear(self, told: Path) -> None:
        read = self._config.hook.pytest_report_from_serializable
        for file in sorted(told.iterdir()):
            for line in file.read_text().splitlines(keepends=True):
                if not line.endswith("\n"):  # its process was killed there
                    continue
                run = json.loads(line)
                reports = [read(config=self._config, data=report) for report in run["reports"]]
                for report in reports:
                    if isinstance(report.longrepr, list):  # the place of a skip, which JSON has no tuple for
                        report.longrepr = tuple(report.longrepr)
                self._runs.setdefault(run["test"], []).append(Run(reports, run["raised"], run["used"], run["said"]))

    def _words(self) -> list[str]:
        option = self._config.getoption
        words = ["run", "-o", self._plugin.path, "--metric", ",".join(self._metrics())]
        for name, value in (
            ("--budget", option("--benchkit-budget")),
            ("--samples", option("--benchkit-samples")),
            ("--blocks", option("--benchkit-blocks")),
            ("--label", option("--benchkit-label")),
        ):
            if value:
                words += [name, str(value)]
        for limit in option("--benchkit-max"):
            words += ["--max", limit]
        if option("--benchkit-attribute"):
            words.append("--attribute")
        return words

    def _metrics(self) -> list[str]:
        metrics = metrics_of(self._config)
        return metrics + [name for name in self._plugin.on_demand() if name not in metrics]

    def _worker(self) -> list[str]:
        """The command that this process was started by, as far as it can be told. The worker knows itself by its environment."""
        arguments = [os.fspath(word) for word in self._config.invocation_params.args]
        own = _without_arguments(sys.orig_argv, sys.argv[1:]) if sys.argv[1:] == arguments else None
        is_pytest = own is not None and os.path.basename(own[-1]) in ("pytest", "py.test")
        return [sys.executable, *(own[1:] if own is not None and is_pytest else ["-m", "pytest"]), *arguments]

    def report(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Tell pytest how it went. None: the test is not one of these."""
        if item.nodeid not in self._items:
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in self._reports(item):
            item.ihook.pytest_runtest_logreport(report=report)
        # It was not set up here. But what the test before it left standing for it, of a wider scope, may be of no use to the next one.
        state: Any = item.session._setupstate
        ending = pytest.CallInfo.from_call(lambda: state.teardown_exact(nextitem), when="teardown")
        if ending.excinfo is not None:
            item.ihook.pytest_runtest_logreport(report=pytest.TestReport.from_item_and_call(item, ending))
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _reports(self, item: pytest.Item) -> list[pytest.TestReport]:
        """Those of the process in which it ended worst; and where the runner knows more than they do, what that knows."""
        runs = self._runs.get(item.nodeid, [])
        for outcome in ("failed", "passed", "skipped"):
            chosen = next((run for run in runs if run.outcome == outcome), None)
            if chosen is None:
                continue
            if outcome == "passed" and not chosen.used:
                warn_unused(item)
            failure = None if outcome == "failed" else self._unheard_failure(item)
            return chosen.reports if failure is None else [_failed(report, failure) for report in chosen.reports]
        return self._reports_without_a_run(item)

    def _unheard_failure(self, item: pytest.Item) -> str | None:
        """What the snapshot knows of a test and its processes did not: a limit, a process that was lost."""
        told = any(run.raised or run.outcome != "passed" for run in self._runs[item.nodeid])
        for result in self._results.get(item.nodeid, []):
            if result.status in _FINE or (told and "limit" not in json.loads(result.details)):
                continue
            return _text_of(result)
        return None

    def _reports_without_a_run(self, item: pytest.Item) -> list[pytest.TestReport]:
        """No process got to the test's end."""
        results = self._results.get(item.nodeid, [])
        failure = next((one for one in results if one.status not in _FINE), None)
        if failure is None and results:
            path, line, _ = item.location
            where = (path, (line or 0) + 1, f"Skipped: {results[0].reason}")
            return [_report(item, "setup", "skipped", where), _report(item, "teardown", "passed", None)]
        text = _text_of(failure) if failure is not None else "no worker measured it"
        call = _report(item, "call", "failed", text)
        return [_report(item, "setup", "passed", None), call, _report(item, "teardown", "passed", None)]


_SHOWN = 5  # tests in one line
_FINE = ("ok", "skipped", "not-reached", "absent")


def _text_of(result: Any) -> str:
    details = json.loads(result.details)
    text = str(details.get("traceback", "")) or result.reason
    return text + "".join(f"\n--- {name} of the worker ---\n{details[name]}" for name in ("stdout", "stderr") if details.get(name))


def _failed(report: pytest.TestReport, text: str) -> pytest.TestReport:
    """The call with this failure, as if it were the test's own: one that is expected to fail did."""
    if report.when == "call" and report.outcome == "passed":
        report.outcome = "skipped" if hasattr(report, "wasxfail") else "failed"
        report.longrepr = text
    return report


def _report(item: pytest.Item, when: Any, outcome: Any, text: Any) -> pytest.TestReport:
    now = time.time()
    keywords: Any = dict.fromkeys(item.keywords, 1)
    return pytest.TestReport(item.nodeid, item.location, keywords, outcome, text, when, duration=0.0, start=now, stop=now)
