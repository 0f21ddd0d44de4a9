"""Tests measured in fresh processes: benchkit's runner starts pytest again as its worker, and this process tells how that went."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any, Literal

import pytest

from .. import _tools
from .._doors import COMMAND, _without_arguments
from .session import split

if TYPE_CHECKING:
    from .session import Measuring


class Isolated:
    """The items that are measured so."""

    def __init__(self, plugin: Measuring, items: list[pytest.Item]) -> None:
        self._plugin = plugin
        self._config = plugin.config
        self._items = {item.nodeid: item for item in items}
        self._results: dict[str, Any] = {}

    def run(self) -> None:
        """Measure them all, as `benchkit run` does. The table goes where pytest's own lines go."""
        terminal = self._config.pluginmanager.getplugin("terminalreporter")
        if terminal is not None:
            terminal.ensure_newline()
        sys.stdout.flush()
        sys.stderr.flush()
        code = _tools.run(self._words(), "pytest", self._worker(), COMMAND, [], not_resumable="pytest measures from the beginning")
        if code == 130:
            raise KeyboardInterrupt
        if code == 2:
            raise pytest.UsageError("benchkit could not measure, for the reason above")
        for one in _tools.outcomes(self._plugin.path):
            known = self._results.setdefault(one.case_id, one)
            if known.status == "ok":
                self._results[one.case_id] = one

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
        metrics = split(self._config.getoption("--benchkit-metric")) or ["time"]
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
        for when, outcome, text in self._phases(item):
            report = pytest.TestReport(
                item.nodeid,
                item.location,
                dict.fromkeys(item.keywords, 1),
                outcome,
                text,
                when,
                duration=0.0,
                start=time.time(),
                stop=time.time(),
            )
            item.ihook.pytest_runtest_logreport(report=report)
        # It was not set up here. But what the test before it left standing for it, of a wider scope, may be of no use to the next one.
        state: Any = item.session._setupstate
        ending = pytest.CallInfo.from_call(lambda: state.teardown_exact(nextitem), when="teardown")
        if ending.excinfo is not None:
            item.ihook.pytest_runtest_logreport(report=pytest.TestReport.from_item_and_call(item, ending))
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _phases(self, item: pytest.Item) -> list[tuple[Literal["setup", "call", "teardown"], Literal["passed", "failed", "skipped"], Any]]:
        result = self._results.get(item.nodeid)
        if result is None:
            return [("setup", "passed", None), ("call", "failed", "no worker measured it"), ("teardown", "passed", None)]
        if result.status == "ok":
            return [("setup", "passed", None), ("call", "passed", None), ("teardown", "passed", None)]
        if result.status in ("skipped", "not_reached", "absent"):
            path, line, _ = item.location
            return [("setup", "skipped", (path, line or 0, f"Skipped: {result.reason}")), ("teardown", "passed", None)]
        details = json.loads(result.details)
        text = str(details.get("traceback", "")) or result.reason
        printed = "".join(f"\n--- {name} of the worker ---\n{details[name]}" for name in ("stdout", "stderr") if details.get(name))
        return [("setup", "passed", None), ("call", "failed", text + printed), ("teardown", "passed", None)]
