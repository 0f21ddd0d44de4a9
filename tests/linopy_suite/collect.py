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


class Recorder:
    """Keeps what becomes of each test, and stands in for its body."""

    def __init__(self) -> None:
        self.seen: dict[str, list[str]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Item) -> bool:
        return True

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        self.seen[item.nodeid] = ["collected", ""]

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        for item in items:
            del self.seen[item.nodeid]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self.seen[report.nodeid] = ["skipped", report.longrepr[2].removeprefix("Skipped: ")]
        elif report.when == "call" or report.failed:
            self.seen[report.nodeid] = [report.outcome, ""]


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
            pytest.main(["benchmarks", "-q", "-p", "no:cacheprovider", *flags], plugins=[recorder])
        answers[name] = [[node, *what] for node, what in recorder.seen.items()]
    json.dump(answers, sys.stdout)
