"""A small suite for test_suite.py."""

from contextlib import contextmanager
from unittest import SkipTest

import benchkit.cli
from benchkit.suite import Dial, Suite, lazy

fractions = lazy("fractions")

suite = Suite("lists", dials=[Dial("n", kind="model", option="--size")], subject_dim="model")


@suite.subject("plain", sizes=(10, 100, 1000), quick=(10,), long=(1000,))
def plain(n):
    return list(range(n))


@suite.subject("gone", sizes=(10,), gate=lambda: hasattr(fractions, "does_not_exist"))
def gone(n):
    return []


@suite.subject("elsewhere", sizes=(10,), requires=("not_there",))
def elsewhere(n):
    return []


@suite.subject("skips", sizes=(10,), lacks=("pipeline",))
def skips(n):
    raise SkipTest("no data today")


@suite.subject("pytest_skips", sizes=(10,), lacks=("pipeline",))
def pytest_skips(n):
    import pytest

    pytest.skip("no data today either")


@suite.operation("sort")
@contextmanager
def sort(build):
    data = build()
    yield lambda: sorted(data)


@suite.operation("pipeline", opt_in="--pipeline")
@contextmanager
def pipeline(build):
    yield lambda: sorted(build())


def hello(arguments):
    """Say hello."""
    print("hello", arguments)


if __name__ == "__main__":
    benchkit.cli.main(suite, commands={"hello": hello}, names={"--model": "model"})
