"""A suite's cases as pytest's tests, for any `benchmark` fixture: pytest-benchmark's, pytest-codspeed's, or another.

::

    # conftest.py
    from benchkit.pytest import add_suite_options, use_suite

    def pytest_addoption(parser):
        add_suite_options(parser, suite)

    def pytest_configure(config):
        use_suite(config, suite)

    # test_build.py
    from benchkit.pytest import parametrize

    @parametrize(suite, "build")
    def test_build(benchmark, case):
        with case.run() as action:
            benchmark(action)

What the fixture is given is the case's own action: nothing of benchkit runs while it measures. Of benchkit this imports what cases are made
of, and nothing that analyses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pytest

from ._core import Error
from .suite import Suite, SuiteCase, why_missing

if TYPE_CHECKING:
    from ._case import Case
    from .suite import Selection

__all__ = ["add_suite_options", "parametrize", "skip_without", "use_suite"]


def parametrize(
    cases: Suite | Iterable[Case] | Callable[[], Iterable[Case]], operation: str | None = None, *, argument: str = "case"
) -> pytest.MarkDecorator:
    """Give the decorated test one case after the other, under the id that it has.

    Args:
        cases: a suite, or cases.
        operation: one of a suite. Its cases are those that this version of what is measured has; where the test is the operation's node,
            the test's id is the case's. Without one, and for cases of no suite, the whole id of a case stands in the test's brackets.
        argument: the test's parameter that takes the case.

    """
    if isinstance(cases, Suite):
        return pytest.mark.parametrize(
            argument, [pytest.param(case, id=case.param_id if operation else case.id) for case in cases.resolved_cases(operation)]
        )
    if operation is not None:
        raise Error(f"only a suite has operations, such as {operation!r}", "benchkit.pytest.parametrize", "give it the suite")
    given = cases() if callable(cases) else cases
    return pytest.mark.parametrize(
        argument, [pytest.param(case, id=case.id, marks=pytest.mark.skip(reason=case.skip) if case.skip else ()) for case in given]
    )


def add_suite_options(parser: pytest.Parser, suite: Suite) -> None:
    """Add the options by which the suite's cases are selected: --quick, --long, one for each dial and one for each opt-in operation.

    Call it from `pytest_addoption` in the suite's own conftest: another repository may use these words for something else.
    """
    group = parser.getgroup(suite.name, f"{suite.name}: which cases")
    for name, takes, help in _options(suite):
        if takes:
            group.addoption(name, dest=_dest(name), action="append", default=[], metavar=takes, help=help)
        else:
            group.addoption(name, dest=_dest(name), action="store_true", default=False, help=help)


def use_suite(config: pytest.Config, suite: Suite) -> None:
    """Let those options select. Call it from `pytest_configure`.

    A case that they leave out is skipped when its turn comes, with its reason, and stays among the collected ids; an opt-in operation that
    was not asked for is deselected.
    """
    given: list[tuple[str, str]] = []
    for name, takes, _ in _options(suite):
        value = config.getoption(_dest(name))
        given += [(name, one) for one in value] if takes else [(name, "")] * value
    try:
        selection = suite.selection(given)
    except Error as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(_Selector(suite, selection), f"benchkit-suite-{suite.name}")


def skip_without(*modules: str) -> None:
    """Skip the test module that calls it where one of the modules is not there.

    It says what `pytest.importorskip` says and imports nothing: who collects the tests, to list them or to run others, does not wait for a
    library that only these use.
    """
    __tracebackhide__ = True  # the report names the test module's own place
    if reason := why_missing(modules):
        pytest.skip(reason, allow_module_level=True)


class _Selector:
    def __init__(self, suite: Suite, selection: Selection) -> None:
        self.suite = suite
        self.selection = selection

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        left_out = [item for item in items if (case := _case_of(item, self.suite)) and self.suite.not_asked_for(case, self.selection)]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            gone = set(left_out)
            items[:] = [item for item in items if item not in gone]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        case = _case_of(item, self.suite)
        if case is not None and (reason := self.suite.skip_reason(case, self.selection)):
            item.add_marker(pytest.mark.skip(reason=reason))  # as its author would: the report then names the test's own place


def _options(suite: Suite) -> list[tuple[str, str, str]]:
    """(name, what it takes, help) of the options that select by tier and value. Those that filter by a dim are left to `-k`."""
    return [(name, takes, help) for name, takes, help, dim in suite._registry.options() if not dim]


def _dest(option: str) -> str:
    """Where pytest keeps it. Its conftest may ask for it by its own name all the same."""
    return "benchkit_suite_" + option.lstrip("-")


def _case_of(item: pytest.Item, suite: Suite) -> SuiteCase | None:
    """The case of the suite that a test was given."""
    given: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    for value in given.values():
        if isinstance(value, SuiteCase) and suite.operations.get(value.operation.name) is value.operation:
            return value
    return None
