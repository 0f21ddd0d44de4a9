"""What pytest makes of linopy's suite under some flags, without running a test's body.

Run with a Python that has linopy, in the suite's folder:
collect.py [--without MODULE] [--with MODULE] < JSON {name: [flags]} > JSON {name: [[node id, outcome, reason]]}
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.machinery
import importlib.util
import json
import sys

import pytest
from _pytest.runner import call_and_report

# What surrounds each test and is of no use where none has a body: pytest's collection of logs, and its collection of garbage at the end.
BARE = ("-q", "-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:unraisableexception")


class Recorder:
    """Keeps what becomes of each test up to its body."""

    def __init__(self) -> None:
        self.seen: dict[str, list[str]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        report = call_and_report(item, "setup", log=False)
        reason = report.longrepr[2].removeprefix("Skipped: ") if report.skipped else ""
        self.seen[item.nodeid] = [report.outcome, reason]
        call_and_report(item, "teardown", log=False, nextitem=nextitem)
        return True

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        self.seen[item.nodeid] = ["collected", ""]

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        for item in items:
            del self.seen[item.nodeid]


class Without:
    """Finds no module of this name."""

    def __init__(self, module: str) -> None:
        self.module = module

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == self.module:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--without")
    parser.add_argument("--with", dest="beside", help="an empty module stands for it: no test's body runs")
    options = parser.parse_args()
    if options.without:
        sys.meta_path.insert(0, Without(options.without))
    if options.beside:
        sys.modules[options.beside] = importlib.util.module_from_spec(importlib.machinery.ModuleSpec(options.beside, None))
    answers = {}
    for name, flags in json.load(sys.stdin).items():
        recorder = Recorder()
        with contextlib.redirect_stdout(sys.stderr):
            pytest.main(["benchmarks", *BARE, *flags], plugins=[recorder])
        answers[name] = [[node, *what] for node, what in recorder.seen.items()]
    json.dump(answers, sys.stdout)
