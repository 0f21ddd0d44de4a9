"""How tests end and what is kept of them: the same in pytest's own process and in fresh ones."""

from __future__ import annotations

import importlib.util
import re

import pytest
from pytest_process import Runner

ALONE = ("--benchkit-samples", "3")
FRESH = (*ALONE, "--benchkit-isolate", "--benchkit-blocks", "1")


@pytest.fixture
def run(tmp_path):
    return Runner(tmp_path)


def endings(done):
    summary = done.out.split(" short test summary info ")[1].split("\n===")[0]  # behind it stands what the runner told of the records
    return set(re.findall(r"^(PASSED|FAILED|XFAIL|XPASS|SKIPPED|ERROR) .*?(test_it\.py[\w:]*\w)", summary, re.MULTILINE))


ENDS = """
import pytest

@pytest.fixture
def broken():
    yield
    raise RuntimeError("while it is torn down")

@pytest.mark.xfail(strict=True)
def test_strict(benchmark):
    benchmark(lambda: 1)

@pytest.mark.xfail(reason="known")
def test_expected(benchmark):
    benchmark(lambda: 1)
    assert 0

@pytest.mark.xfail
def test_expected_in_vain(benchmark):
    benchmark(lambda: 1)

def test_raises(benchmark):
    with pytest.raises(ZeroDivisionError):
        benchmark(lambda: 1 / 0)

def test_never(benchmark):
    pass

def test_unfinished(benchmark):
    benchmark(lambda: (i for i in range(3)))

def test_teardown(benchmark, broken):
    benchmark(lambda: 1)

def test_skips(benchmark):
    pytest.skip("not today")

@pytest.mark.benchkit(max_peak="1KiB")
def test_limit(benchmark):
    benchmark(bytearray, 1 << 16)

@pytest.mark.xfail
@pytest.mark.benchkit(max_peak="1KiB")
def test_limit_expected(benchmark):
    benchmark(bytearray, 1 << 16)
"""


def test_in_fresh_processes_a_test_ends_as_it_does_here(run):
    run.write(ENDS)
    here = run("--benchkit=a.jsonl", *ALONE, "-rA")
    fresh = run("--benchkit=b.jsonl", *FRESH, "-rA")
    assert endings(here) == endings(fresh), here.out + fresh.out
    assert {
        ("FAILED", "test_it.py::test_strict"),
        ("XFAIL", "test_it.py::test_expected"),
        ("XPASS", "test_it.py::test_expected_in_vain"),
        ("PASSED", "test_it.py::test_raises"),
        ("PASSED", "test_it.py::test_never"),
        ("ERROR", "test_it.py::test_teardown"),
        ("FAILED", "test_it.py::test_limit"),
        ("XFAIL", "test_it.py::test_limit_expected"),
    } <= endings(fresh), fresh.out
    for done, file in ((here, "a.jsonl"), (fresh, "b.jsonl")):
        assert "the test never called its benchmark fixture: nothing was measured" in done.out
        assert "XPASS(strict)" in done.out
        assert "test_it.py:36: not today" in done.out
        records = done.records(file)
        assert records["test_it.py::test_never", "time"]["status"] == "skipped"
        assert records["test_it.py::test_expected", "time"]["reason"] == "expected to fail: known"
        assert records["test_it.py::test_strict", "time"]["status"] == "error"


TELLS = """
import math, pytest

def test_group(benchmark):
    benchmark.group = "late"
    benchmark.extra_info.update(rows=7, kind="list", odd=math.nan, inside=[math.inf], large=2**80)
    benchmark(lambda: 1)

@pytest.mark.benchkit(isolate=True)
def test_marked(benchmark):
    benchmark.extra_info["rows"] = 8
    benchmark(lambda: 1)

def test_plain(benchmark):
    benchmark(lambda: 1)
"""


@pytest.mark.parametrize("how", [ALONE, FRESH])
def test_what_a_test_says_of_itself_is_in_the_file(run, how):
    run.write(TELLS)
    done = run("--benchkit=out.jsonl", *how)
    assert done.code == 0, done.out
    cases = done.cases()
    assert cases["test_it.py::test_group"]["group"] == "late"
    assert cases["test_it.py::test_group"]["labels"] == {"rows": 7, "large": 2.0**80}
    assert cases["test_it.py::test_group"]["extra_info"] == {"kind": "list", "odd": "nan", "inside": ["inf"]}
    assert cases["test_it.py::test_marked"]["labels"] == {"rows": 8}
    assert "labels" not in cases["test_it.py::test_plain"]
    if how == ALONE:
        assert "\nlate\n" in done.out, "the table's heading"


STATS = """
import time

def test_long(benchmark):
    benchmark(time.sleep, 0.1)
    assert benchmark.stats["rounds"] >= 1
    assert benchmark.stats["mean"] >= 0.1

def test_calibrated(benchmark):
    calls = []
    benchmark(lambda: calls.append(1))
    stats = benchmark.stats
    assert stats["iterations"] > 1
    assert stats["rounds"] == stats.stats.rounds == len(stats["data"]) == 4
    assert len(calls) >= stats["iterations"] * stats["rounds"]
    assert abs(stats["total"] - sum(stats["data"])) < 1e-12
    assert stats.get("nothing", 3) == 3

def test_pedantic(benchmark):
    benchmark.pedantic(lambda: sum(range(1000)), rounds=4, iterations=5)
    stats = benchmark.stats
    assert (stats["rounds"], stats["iterations"]) == (4, 5)
    assert abs(stats["total"] - 4 * stats["mean"]) < 1e-9
"""


@pytest.mark.parametrize("how", [(), ("--benchkit-isolate", "--benchkit-blocks", "1")])
def test_stats_are_pytest_benchmarks(run, how):
    run.write(STATS)
    done = run("--benchkit=out.jsonl", "--benchkit-samples", "4", *how, "-k", "not long")
    assert done.code == 0, done.out
    done = run("--benchkit=long.jsonl", "--benchkit-budget", "20ms", *how, "-k", "long")
    assert done.code == 0, done.out


def test_stats_are_there_in_a_process_that_measures_something_else(run):
    run.write(
        "def test_it(benchmark):\n    benchmark(sum, [1])\n    assert benchmark.stats['mean'] < 1\n    assert benchmark.stats.rounds > 1\n"
        "def test_fixed(benchmark):\n    benchmark.pedantic(sum, ([1],), rounds=3)\n    assert benchmark.stats.rounds == 3\n"
    )
    done = run("--benchkit=out.jsonl", *FRESH, "--benchkit-metric", "time,peak")
    assert done.code == 0, done.out


def test_a_limit_of_one_metric_fails_the_test_whatever_the_others_say(run):
    run.write("def test_it(benchmark):\n    benchmark(bytearray, 1 << 20)\n")
    done = run("--benchkit=out.jsonl", *FRESH, "--benchkit-metric", "time,peak", "--benchkit-max", "peak:1KiB")
    assert done.code == 1, done.out
    assert "is above its limit of 1 KiB" in done.out


# ---- dims ----

OF_A_SUITE = """
from contextlib import contextmanager
from benchkit import Case
from benchkit.suite import Suite
from benchkit.pytest import parametrize
import pytest

suite = Suite("sorting")

@suite.subject("random", sizes=(10, 20))
def random(n):
    return list(range(n))

@suite.operation("copy", node="test_it.py::test_copy")
@contextmanager
def copy(build):
    data = build()
    yield lambda: list(data)

@contextmanager
def nothing():
    yield lambda: None

own = Case("own", {"impl": "new", "k": 2.5}, nothing, group="mine", labels={"rows": 3}, work={"items": 10}, limits=["time:1h"])

@parametrize(suite, "copy")
def test_copy(benchmark, case):
    with case.run() as action:
        benchmark(action)

@pytest.mark.parametrize("mode", ["x"])
@parametrize([own], argument="given")
def test_own(benchmark, given, mode):
    benchmark.extra_info["more"] = 4
    with given.run() as action:
        benchmark(action)
"""


@pytest.mark.parametrize("how", [ALONE, FRESH])
def test_a_case_among_the_parameters_is_what_is_measured(run, how):
    run.write(OF_A_SUITE)
    done = run("--benchkit=out.jsonl", *how)
    assert done.code == 0, done.out
    cases = done.cases()
    copied = cases["test_it.py::test_copy[random-n=20]"]
    assert copied["dims"] == {"operation": "copy", "subject": "random", "n": 20}
    assert copied["group"] == "copy"
    own = next(case for name, case in cases.items() if "test_own" in name)
    assert own["dims"] == {"impl": "new", "k": 2.5, "mode": "x"}
    assert (own["group"], own["labels"], own["work"]) == ("mine", {"rows": 3, "more": 4}, {"items": 10})
    run.write(OF_A_SUITE.replace("time:1h", "time:0.001ns"))
    assert "is above its limit" in run("--benchkit=b.jsonl", *how, "-k", "own").out


ODD = """
import decimal, enum, fractions, pytest

class Mode(enum.Enum):
    FAST = 1

VALUES = [float("nan"), float("-inf"), 2**70, -(2**63), b"by", None, (1, 2), Mode.FAST, decimal.Decimal("1.5"), fractions.Fraction(1, 4),
          "a\\udc80", sum, True]

@pytest.mark.parametrize("v", VALUES, ids=[f"v{i}" for i in range(len(VALUES))])
def test_odd(benchmark, v):
    benchmark(lambda: None)
"""


def test_a_parameter_of_any_kind_is_a_dim(run):
    run.write(ODD)
    done = run("--benchkit=out.jsonl", *ALONE)
    assert done.code == 0, done.out
    dims = [case["dims"]["v"] for case in done.cases().values()]
    assert dims == ["nan", "-inf", str(2**70), -(2**63), "v4", "None", "v6", "FAST", 1.5, 0.25, "a\\udc80", "sum", True]


@pytest.mark.skipif(not importlib.util.find_spec("numpy"), reason="numpy is not installed")
def test_numpys_scalars_are_numbers(run):
    run.write(
        "import numpy as np, pytest\n"
        "@pytest.mark.parametrize('v', [*np.array([10, 1000]), np.float32(2.5), np.bool_(True), np.array([3])])\n"
        "def test_it(benchmark, v):\n    benchmark.extra_info['rows'] = np.int32(5)\n    benchmark(lambda: None)\n"
    )
    done = run("--benchkit=out.jsonl", *ALONE)
    assert done.code == 0, done.out
    assert [case["dims"]["v"] for case in done.cases().values()] == [10, 1000, 2.5, True, "v4"]
    assert all(case["labels"] == {"rows": 5} for case in done.cases().values())


# ---- the gate ----

MANY = "import pytest\n@pytest.mark.parametrize('i', range({}))\ndef test_it(benchmark, i):\n    benchmark(sum, [i])\n"


def test_a_gate_that_could_never_fail_is_refused(run):
    run.write(MANY.format(7))
    assert run("--benchkit=a.jsonl", *FRESH).code == 0
    gate = ("--benchkit-compare=a.jsonl", "--benchkit-isolate", *ALONE, "--benchkit-fail-on", "time:5%")
    done = run("--benchkit=b.jsonl", *gate)
    assert done.code == 4, done.out
    assert "told from 8 tests or more that both have, and here it is 7" in done.out
    assert "--benchkit-strict" in done.out
    run.write(MANY.format(8))
    assert run("--benchkit=c.jsonl", *FRESH).code == 0
    done = run("--benchkit=d.jsonl", *gate, "--benchkit-compare=c.jsonl", "--benchkit-blocks", "2")
    assert done.code == 4
    assert "a verdict takes 3 processes" in done.out
    done = run("--benchkit=e.jsonl", *gate, "--benchkit-blocks", "1", "--benchkit-strict", "-k", "0 or 1")
    assert done.code == 1, done.out
    assert "undecided: test_it.py::test_it[0]" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--benchkit", "--benchkit-samples", "-3"), "--benchkit-samples -3: it is a whole number"),
        (("--benchkit", "--benchkit-isolate", "--benchkit-blocks", "-1"), "--benchkit-blocks -1: it is a whole number"),
        (("--benchkit", "--benchkit-compare=test_it.py"), "test_it.py"),
        (("--benchkit", "--benchkit-strict"), "add that"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_measured(run, words, said):
    run.write("def test_it(benchmark):\n    benchmark(sum, [1])\n")
    done = run(*words)
    assert done.code == 4, done.out
    assert said in done.out
    assert "INTERNALERROR" not in done.out
    assert not (run.folder / ".benchkit").exists()
