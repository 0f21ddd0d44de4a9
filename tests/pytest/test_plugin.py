"""The pytest plugin: what it measures, what it says, and what it leaves alone."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_process import Runner

SUITE = Path(__file__).parent / "suite"
FAST = ("--benchkit-budget", "20ms")
ONE = "def test_it(benchmark):\n    assert benchmark(sum, [1, 2]) == 3\n"


def has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


needs_benchmark = pytest.mark.skipif(not has("pytest_benchmark"), reason="pytest-benchmark is not installed")
needs_benchmem = pytest.mark.skipif(not has("pytest_benchmem"), reason="pytest-benchmem is not installed")
needs_xdist = pytest.mark.skipif(not has("xdist"), reason="pytest-xdist is not installed")
needs_codspeed = pytest.mark.skipif(not has("pytest_codspeed"), reason="pytest-codspeed is not installed")
needs_memray = pytest.mark.skipif(not has("pytest_memray"), reason="pytest-memray is not installed")


@pytest.fixture
def run(tmp_path):
    return Runner(tmp_path)


@pytest.fixture
def suite(run):
    shutil.copy(SUITE / "compat.py", run.folder)
    shutil.copy(SUITE / "options_of_theirs.py", run.folder / "conftest.py")
    return run


# ---- a suite of theirs, unmodified ----


@needs_benchmark
@needs_benchmem
def test_the_suite_is_one_of_theirs(suite):
    done = suite("compat.py", "-q", "--benchmark-max-time=0.01", "--benchmark-min-rounds=2", "-p", "no:benchkit")
    assert done.code == 0, done.out


def values_of(series):
    """One value stands for all where they are equal."""
    return series["value"] if isinstance(series["value"], list) else [series["value"]]


def check_suite(done):
    assert done.code == 0, done.out
    cases = done.cases()
    assert cases["compat.py::test_params[list-10]"]["dims"] == {"kind": "list", "n": 10}
    assert cases["compat.py::TestClass::test_method_params[True]"]["dims"] == {"reverse": True}
    assert cases["compat.py::test_group_by_marker"]["group"] == cases["compat.py::test_group_by_attribute"]["group"] == "sums"
    assert cases["compat.py::test_keywords"]["labels"] == {"rows": 10}
    assert cases["compat.py::test_keywords"]["extra_info"] == {"kind": "keyword"}
    records = done.records()
    assert records["compat.py::test_skipped", "time"]["status"] == "skipped"
    assert records["compat.py::test_skipped", "time"]["reason"] == "not here"
    pedantic = records["compat.py::test_pedantic", "time"]
    assert (pedantic["count"], pedantic["iterations"]) == (5, 3)
    assert records["compat.py::test_pedantic_setup", "time"]["count"] == 6
    assert min(values_of(records["compat.py::test_memory", "peak"])) >= 1 << 20
    assert not any("test_no_benchmark" in case for case in cases)
    headers = [line for line in done.lines() if line["kind"] == "session"]
    assert [line["design"] for line in headers] == ["solo"]
    assert headers[0]["processes"] == "in process"
    assert headers[0]["sealed"] is True


def test_a_suite_for_pytest_benchmark_and_benchmem_runs_unmodified(suite):
    done = suite("compat.py", "--benchkit=out.jsonl", *FAST)
    check_suite(done)
    assert "time (median" in done.out
    assert "peak (median" in done.out


def test_likewise_where_neither_of_them_is(suite):
    check_suite(suite("compat.py", "--benchkit=out.jsonl", *FAST, "-p", "no:benchmark", "-p", "no:benchmem"))


@needs_benchmark
def test_pytest_benchmarks_options_go_on_being_known(suite):
    done = suite("compat.py", "--benchkit=out.jsonl", *FAST, "--benchmark-only", "--benchmark-min-rounds=3")
    check_suite(done)
    assert "no benchmark (--benchmark-only)" in suite("compat.py", "--benchkit=b.jsonl", *FAST, "--benchmark-only", "-rs").out


def test_in_fresh_processes_the_suite_runs_unmodified_too(suite):
    done = suite(
        "compat.py", "--benchkit=out.jsonl", *FAST, "--benchkit-isolate", "--benchkit-blocks", "2", "-k", "not slow and not counts"
    )
    assert done.code == 0, done.out
    records = done.records()
    plain = records["compat.py::test_plain", "time"]
    assert set(plain["block"]) == {0, 1} or len(set(plain["block"])) == 2
    assert records["compat.py::test_pedantic_setup", "time"]["count"] > 0
    assert "1 skipped" in done.out
    assert [line["processes"] for line in done.lines() if line["kind"] == "session"] == ["fresh worker a block"]


# ---- passive unless asked ----


def test_it_registers_only_options_of_its_own_name(run):
    """Beside a suite whose conftest has --quick, --metric and the like: test_in_a_suite_with_... would not even start otherwise."""
    shutil.copy(SUITE / "options_of_theirs.py", run.folder / "conftest.py")
    run.write("def test_it(pytestconfig):\n    assert pytestconfig.getoption('--quick')\n")
    assert run("--quick", "--benchkit", *FAST).code == 0
    code = (
        "import pytest\nfrom benchkit import _pytest_plugin as p\n"
        "parser = pytest.Parser(_ispytest=True)\np.pytest_addoption(parser)\n"
        "print(*[n for g in [parser._anonymous, *parser._groups] for o in g.options for n in o.names()])"
    )
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert names
    assert all(name.startswith("--benchkit") for name in names)


def test_unasked_it_measures_nothing_and_loads_nothing(run):
    run.write(
        "import sys\n"
        "def test_it(benchkit):\n"
        "    calls = []\n"
        "    benchkit(calls.append, 1)\n"
        "    assert benchkit.pedantic(lambda x: x, setup=lambda: ((5,), {}), rounds=9) == 5\n"
        "    assert calls == [1]\n"
        "    assert {m for m in sys.modules if m.startswith('benchkit')} == {'benchkit', 'benchkit._case', 'benchkit._pytest_plugin'}\n"
    )
    done = run()
    assert done.code == 0, done.out
    assert not (run.folder / ".benchkit").exists()


@needs_benchmark
def test_unasked_pytest_benchmark_keeps_its_fixture(run):
    run.write("def test_it(benchmark):\n    assert type(benchmark).__module__ == 'pytest_benchmark.fixture'\n    benchmark(sum, [1])\n")
    done = run("--benchmark-max-time=0.01", "--benchmark-min-rounds=2")
    assert done.code == 0, done.out
    assert "benchmark: 1 tests" in done.out


def test_the_folder_behind_the_bare_option_is_a_folder_of_tests(run):
    run.write(ONE)
    done = run("--benchkit", ".", *FAST)
    assert done.code == 0, done.out
    assert len(list((run.folder / ".benchkit").glob("*-pytest.jsonl"))) == 1


# ---- metrics, limits, options ----


def test_metrics_are_measured_in_passes_of_their_own(run):
    run.write("def test_it(benchmark):\n    benchmark(bytearray, 1 << 20)\n")
    done = run("--benchkit=out.jsonl", *FAST, "--benchkit-metric", "time,peak,allocations", "--benchkit-metric=rss")
    assert done.code == 0, done.out
    records = done.records()
    assert {metric for _, metric in records} >= {"time", "peak", "allocations", "rss", "cold_peak"}
    assert not records["test_it.py::test_it", "time"].get("warnings")
    assert "hooked" not in done.out


def test_a_limit_fails_the_test_and_says_the_numbers(run):
    run.write(
        "import pytest\n"
        "@pytest.mark.benchkit(max_peak='1KiB')\n"
        "def test_marked(benchmark):\n    benchmark(bytearray, 1 << 20)\n"
        "@pytest.mark.benchkit(max_peak=10 << 20)\n"
        "def test_fine(benchmark):\n    benchmark(bytearray, 1 << 20)\n"
        "def test_given(benchmark):\n    benchmark(sum, range(100_000))\n"
    )
    done = run("--benchkit=out.jsonl", *FAST, "--benchkit-max", "time:1us")
    assert done.code == 1
    assert "is above its limit of 1 KiB" in done.out
    assert "is above its limit of 1 us" in done.out
    records = done.records()
    assert records["test_it.py::test_marked", "peak"]["status"] == "error"
    assert records["test_it.py::test_marked", "peak"]["count"] >= 1, "what was measured is kept"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--benchkit-metric", "time"), "goes with --benchkit"),
        (("--benchkit", "--benchkit-metric", "tme"), "tme"),
        (("--benchkit", "--benchkit-max", "time"), "--benchkit-max"),
        (("--benchkit", "--benchkit-max", "peak:1MiB"), "--benchkit-metric time,peak"),
        (("--benchkit", "--benchkit-budget", "soon"), "--benchkit-budget"),
        (("--benchkit=test_it.py",), "there is a file already"),
        (("--benchkit", "--benchkit-compare"), "there is no snapshot in .benchkit yet"),
        (("--benchkit", "--benchkit-compare=none.jsonl"), "no such snapshot"),
        (("--benchkit", "--benchkit-fail-on", "time:5%"), "add --benchkit-compare"),
        (("--benchkit", "--benchkit-compare=test_it.py", "--benchkit-fail-on", "time:5%"), "add --benchkit-isolate"),
    ],
)
def test_wrong_usage_has_a_clear_word(run, words, said):
    run.write(ONE)
    done = run(*words)
    assert done.code == 4, done.out
    assert said in done.out
    assert "Traceback" not in done.out
    assert "INTERNALERROR" not in done.out


def test_a_marker_that_makes_no_sense_is_told_with_its_test(run):
    run.write("import pytest\n@pytest.mark.benchkit(repeat=3)\ndef test_it(benchmark):\n    benchmark(sum, [])\n")
    done = run("--benchkit")
    assert done.code == 4
    assert "test_it.py::test_it: @pytest.mark.benchkit has no 'repeat': known are max_METRIC" in done.out


def test_repeats_and_calls_of_the_marker(run):
    run.write(
        "import pytest\n"
        "kept = []\n"
        "@pytest.mark.benchkit(repeats=4, calls=8)\n"
        "def test_it(benchmark):\n"
        "    benchmark(lambda: kept.append(bytearray(1 << 16)))\n"
    )
    done = run("--benchkit=out.jsonl", *FAST, "--benchkit-metric", "peak", "-s")
    assert done.code == 0, done.out
    peak = done.records()["test_it.py::test_it", "peak"]
    assert peak["count"] == 4
    assert min(values_of(peak)) >= 8 << 16, "what eight calls build up is held in one pass"


def test_every_statistic_of_every_metric(run):
    run.write("def test_it(benchmark):\n    benchmark(bytearray, 1 << 20)\n")
    metrics = "time,peak,allocated,allocations,rss"
    assert run("--benchkit=out.jsonl", *FAST, "--benchkit-metric", metrics).code == 0
    for statistic in ("min", "max", "mean", "median", "stddev"):
        words = [sys.executable, "-m", "benchkit", "compare", "out.jsonl", "--metric", metrics, "--stat", statistic]
        out = subprocess.run(words, cwd=run.folder, capture_output=True, text=True, check=True).stdout
        for metric in metrics.split(","):
            assert f"{metric} ({statistic}" in out


# ---- tests that go wrong ----


def test_twice_is_refused_and_never_is_told(run):
    run.write(
        "def test_twice(benchmark):\n    benchmark(sum, [])\n    benchmark(sum, [])\n"
        "def test_never(benchmark):\n    pass\n"
        "def test_called(benchmark):\n    benchmark(sum([1]))\n"
    )
    done = run("--benchkit=out.jsonl", *FAST)
    assert done.code == 1
    assert "the fixture measures one function of a test, and benchmark(...) was called already" in done.out
    assert "the test never called its benchmark fixture: nothing was measured" in done.out
    assert "write benchmark(f, x), not benchmark(f(x))" in done.out
    assert done.records()["test_it.py::test_never", "time"]["status"] == "skipped"


def test_what_the_function_raises_is_raised_in_the_test(run):
    run.write(
        "import pytest\n"
        "def fail():\n    raise KeyError('mine')\n"
        "def test_expected(benchmark):\n"
        "    with pytest.raises(KeyError):\n        benchmark(fail)\n"
        "def test_unexpected(benchmark):\n    benchmark(fail)\n"
        "def test_skips(benchmark):\n    benchmark(lambda: pytest.skip('no data'))\n"
        "def test_later(benchmark):\n    assert benchmark(sum, [1]) == 2\n"
    )
    done = run("--benchkit=out.jsonl", *FAST)
    assert done.code == 1
    assert "2 failed, 1 passed, 1 skipped" in done.out
    assert "KeyError: 'mine'" in done.out
    assert "_pytest/session.py" not in done.out, "the plugin's own frames are nobody's business"
    records = done.records()
    assert records["test_it.py::test_unexpected", "time"]["status"] == "error"
    assert records["test_it.py::test_later", "time"]["status"] == "error"
    assert "assert 1 == 2" in records["test_it.py::test_later", "time"]["reason"]
    assert records["test_it.py::test_skips", "time"]["reason"] == "no data"


# ---- fresh processes ----

FIXTURES = """
import os, pytest

@pytest.fixture(scope="session")
def data():
    return list(range(1000))

@pytest.fixture
def closure(data):
    lock = __import__("threading").Lock()  # nothing could pickle that
    def call():
        with lock:
            return sum(data)
    return call

def test_closure(benchmark, closure):
    assert benchmark(closure) == 499500

@pytest.mark.benchkit(isolate=True)
def test_marked(benchmark, data):
    assert os.environ.get("BENCHKIT_WORKER") is None
    benchmark(max, data)

def test_fails(benchmark):
    assert benchmark(sum, [1]) == 2

def test_breaks(benchmark):
    raise RuntimeError("before")

def test_skips(benchmark):
    pytest.skip("not today")

def test_never(benchmark):
    pass

def test_other():
    assert True
"""


def test_an_isolated_test_between_modules_leaves_nothing_standing(run):
    """The one before it in its module was torn down no further than for it."""
    module = """
import pytest

@pytest.fixture(scope="module")
def place():
    yield
    open("ended", "a").write(__name__ + " ")

def test_first(benchmark, place):
    benchmark(sum, [1, 2])

@pytest.mark.benchkit(isolate=True)
def test_last(benchmark):
    benchmark(sum, [1, 2])
"""
    run.write(module, "test_a.py")
    run.write(module, "test_b.py")
    done = run("--benchkit=out.jsonl", *FAST, "--benchkit-blocks", "1", "-v", "test_a.py", "test_b.py")
    assert done.code == 0, done.out
    assert "4 passed" in done.out, done.out
    assert (run.folder / "ended").read_text().split() == ["test_a", "test_b"]


def test_isolated_tests_have_their_fixtures_and_nothing_is_pickled(run):
    run.write(FIXTURES)
    done = run("--benchkit=out.jsonl", "--benchkit-samples", "9", "--benchkit-isolate", "--benchkit-blocks", "3", "-ra")
    assert done.code == 1, done.out
    assert "2 failed, 4 passed, 1 skipped" in done.out, done.out
    records = done.records()
    assert len(set(records["test_it.py::test_closure", "time"]["block"])) == 3
    assert "status" not in records["test_it.py::test_closure", "time"]
    assert "RuntimeError: before" in done.out
    assert "not today" in done.out
    assert "the test never called its benchmark fixture" in done.out
    assert "assert 1 == 2" in records["test_it.py::test_fails", "time"]["reason"]


FIXED = """
import os
import pytest
def note(kind):
    with open("calls.txt", "a") as calls:
        calls.write(f"{kind} {os.getpid()}\\n")
def test_rounds(benchmark):
    benchmark.pedantic(note, args=("rounds",), rounds=3, warmup_rounds=2)
@pytest.mark.benchkit(repeats=4)
def test_repeats(benchmark):
    benchmark.pedantic(note, args=("repeats",), rounds=1)
"""


@pytest.mark.parametrize(("metric", "test", "calls"), [("time", "rounds", 3 + 2), ("peak", "repeats", 1 + 4)])
def test_calls_that_a_test_fixes_are_those_of_each_process(run, metric, test, calls):
    run.write(FIXED)
    done = run("--benchkit", "--benchkit-isolate", "--benchkit-blocks", "3", "--benchkit-metric", metric, "-k", test)
    assert done.code == 0, done.out
    noted = [line.split() for line in (run.folder / "calls.txt").read_text().splitlines()]
    by_process = [[pid for _, pid in noted].count(pid) for pid in {pid for _, pid in noted}]
    assert by_process == [calls] * 3, noted


def test_an_interrupted_run_says_no_way_on_that_there_is_not(run):
    run.write(
        "import os, pathlib, signal\n"
        "def interrupt():\n    if not pathlib.Path('done').exists():\n"
        "        pathlib.Path('done').touch()\n        os.kill(os.getppid(), signal.SIGINT)\n"
        "def test_it(benchmark):\n    benchmark(interrupt)\n"
    )
    done = run("--benchkit", "--benchkit-isolate")
    assert "the run cannot go on: pytest measures from the beginning" in done.out, done.out
    assert "--resume" not in done.out


def test_a_file_in_a_word_of_its_own_is_told_to_be_the_options(run):
    run.write(ONE)
    done = run("--benchkit", "new.jsonl")
    assert done.code == 4
    assert "--benchkit=new.jsonl" in done.out


def test_one_test_may_want_processes_of_its_own(run):
    run.write(FIXTURES)
    done = run("--benchkit=out.jsonl", *FAST, "-k", "closure or marked or other")
    assert done.code == 0, done.out
    records = done.records()
    assert len(set(records["test_it.py::test_marked", "time"]["block"])) >= 2
    assert [line["processes"] for line in done.lines() if line["kind"] == "session"] == ["fresh worker a block", "in process"]


SLOWER = "import time\ndef test_it(benchmark):\n    benchmark(time.sleep, {})\ndef test_held(benchmark):\n    benchmark(bytearray, {})\n"


def test_a_gate_really_fails_and_really_passes(run):
    words = ("--benchkit-isolate", "--benchkit-blocks", "4", "--benchkit-samples", "20", "--benchkit-metric", "time,peak")
    run.write(SLOWER.format(0.0001, 1 << 20))
    assert run("--benchkit=a.jsonl", *words).code == 0
    done = run("--benchkit=b.jsonl", *words, "--benchkit-compare=a.jsonl", "--benchkit-fail-on", "peak:10%")
    assert done.code == 0, done.out
    run.write(SLOWER.format(0.0003, 4 << 20))
    done = run("--benchkit=c.jsonl", *words, "--benchkit-compare=a.jsonl", "--benchkit-fail-on", "peak:10%")
    assert done.code == 1, done.out
    assert "regressed" in done.out
    assert "test_held" in done.out


def test_in_one_process_a_change_is_shown_and_nothing_is_claimed(run):
    run.write(SLOWER.format(0.0001, 1 << 20))
    assert run("--benchkit", *FAST, "--benchkit-label", "old").code == 0
    done = run("--benchkit", *FAST, "--benchkit-label", "new", "--benchkit-compare")
    assert done.code == 0, done.out
    assert "old" in done.out
    assert "new" in done.out
    for word in ("regressed", "improved", " same"):
        assert word not in done.out, done.out


# ---- company ----


@needs_xdist
def test_under_xdist_it_refuses_with_the_reason(run):
    run.write(ONE)
    done = run("--benchkit", "-n", "2")
    assert done.code == 4
    assert "leave pytest-xdist out (-n 0)" in done.out
    assert run("--benchkit", *FAST, "-n", "0").code == 0


@needs_codspeed
def test_codspeed_and_benchkit_do_not_measure_at_once(run):
    run.write(ONE)
    done = run("--benchkit", "--codspeed")
    assert done.code == 4
    assert "--codspeed both want to measure" in done.out
    assert run("--benchkit", *FAST).code == 0


@needs_memray
def test_beside_pytest_memray(run):
    run.write(ONE)
    done = run("--benchkit=out.jsonl", *FAST, "--memray", "--benchkit-metric", "time,peak")
    assert done.code in (0, 1), done.out
    assert "INTERNALERROR" not in done.out
    assert run("--benchkit=b.jsonl", *FAST, "--benchkit-metric", "time,peak").code == 0
