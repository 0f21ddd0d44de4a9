"""Direct use: time, memory, compare, load; results as text, HTML, file and data frame."""

import ctypes
import importlib.util
import subprocess
import sys
import time

import benchkit
import pytest

FAST = {"budget": "20ms"}
needs_pandas = pytest.mark.skipif(not importlib.util.find_spec("pandas"), reason="pandas is not installed")
needs_polars = pytest.mark.skipif(not importlib.util.find_spec("polars"), reason="polars is not installed")
needs_pyarrow = pytest.mark.skipif(not importlib.util.find_spec("pyarrow"), reason="pyarrow is not installed")


def test_importing_benchkit_loads_nothing_of_it():
    code = "import sys, benchkit; print(sorted(m for m in sys.modules if m.startswith('benchkit')))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "['benchkit', 'benchkit._case']"


def test_time_calls_the_function_with_its_arguments():
    seen = []
    result = benchkit.time(seen.append, "x", samples=5)
    assert set(seen) == {"x"}
    assert [len(samples) for samples in result.samples().values()] == [5]
    assert "list.append" in repr(result)
    assert "time (median" in repr(result)


def test_keyword_arguments_are_the_functions():
    result = benchkit.time(sorted, [3, 1], reverse=True, **FAST)
    assert result.columns()["case"][0] == "sorted"
    assert result.columns()["unit"][0] == "ns"


def test_memory():
    result = benchkit.memory(bytearray, 1 << 20)
    assert all(value >= 1 << 20 for value in next(iter(result.samples("peak").values())))
    assert set(result.columns()["metric"]) >= {"peak", "allocated", "allocations", "cold_peak"}
    with pytest.raises(KeyError, match=r"'time' was not measured: .*peak"):
        result.samples("time")


def test_what_the_function_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        benchkit.time(lambda: 1 / 0, **FAST)
    with pytest.raises(ZeroDivisionError):
        benchkit.memory(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        benchkit.compare({"good": lambda: None, "bad": lambda: 1 / 0}, **FAST)


def test_bad_input_has_a_clear_word():
    with pytest.raises(TypeError, match="give the function and its arguments"):
        benchkit.time(sum([1]))
    with pytest.raises(ValueError, match="two functions or more"):
        benchkit.compare({"one": lambda: None})
    with pytest.raises(benchkit.Error, match=r"none.jsonl"):
        benchkit.load("none.jsonl")
    with pytest.raises(ValueError, match='it is "pandas" or "polars"'):
        benchkit.time(sum, [], **FAST).to_df("arrow")


def test_compare_measures_in_pairs_and_says_that_it_is_one_process():
    result = benchkit.compare({"fast": lambda: time.sleep(0.0001), "slow": lambda: time.sleep(0.0004)}, samples=12)
    fast, slow = result.samples()["fast"], result.samples()["slow"]
    assert len(fast) == len(slow) == 12
    assert sorted(fast)[6] < sorted(slow)[6]
    text = repr(result)
    assert "within one process" in text
    assert "fast" in text
    assert "slow" in text


def test_compare_several_metrics():
    result = benchkit.compare({"small": lambda: bytearray(1 << 16), "large": lambda: bytearray(1 << 20)}, metric=["time", "peak"], **FAST)
    peaks = result.samples("peak")
    assert max(peaks["small"]) < min(peaks["large"])
    assert not any("hooked" in warning for warning in result.warnings), result.warnings


@pytest.mark.parametrize("measure", [benchkit.memory, lambda f: benchkit.compare({"a": f, "b": f}, metric="peak")])
def test_a_time_after_a_memory_pass_is_not_hooked_even_where_that_failed(measure):
    measure(lambda: bytearray(1 << 16))
    assert not benchkit.time(lambda: None, **FAST).warnings
    with pytest.raises(ZeroDivisionError):
        measure(lambda: 1 / 0)
    assert not benchkit.time(lambda: None, **FAST).warnings


async def a_coroutine():
    pass


def a_generator():
    yield


@pytest.mark.parametrize("function", [a_coroutine, a_generator])
def test_what_has_done_no_work_yet_is_told_by_compare_too(function):
    with pytest.raises(benchkit.Error, match=function.__name__.removeprefix("a_")):
        benchkit.compare({"a": function, "b": function}, **FAST)


def test_compare_tells_what_is_wrong_with_three_of_them():
    with pytest.raises(benchkit.Error, match='this suite has no metric "nothing"'):
        benchkit.compare(dict.fromkeys("abc", lambda: None), metric="nothing")


def test_compare_keeps_its_budget_however_many_there_are():
    calls = []

    def wait():
        calls.append(None)
        time.sleep(0.001)

    result = benchkit.compare(dict.fromkeys("abcdefgh", wait), metric=["time", "cpu_time"], budget="500ms")
    # A call takes a millisecond or more on any machine: two budgets hold no more than a thousand, and fourteen seven thousand.
    assert len(calls) < 1000
    assert all(result.samples().values())


def test_a_result_is_kept_as_a_snapshot_and_read_again(tmp_path):
    result = benchkit.time(sum, [1, 2], label="here", samples=7)
    path = tmp_path / "kept.jsonl"
    result.to_snapshot(path)
    with pytest.raises(FileExistsError):
        result.to_snapshot(path)
    table = benchkit.load(path)
    assert table.columns() == result.columns()
    assert table.columns()["version"] == ["here"] * 7
    assert len(benchkit.load([path, str(path)]).columns()["value"]) == 14
    out = subprocess.run([sys.executable, "-m", "benchkit", "compare", path], capture_output=True, text=True, check=True).stdout
    assert "here" in out


def test_html_for_a_notebook():
    html = benchkit.time(lambda: None, **FAST)._repr_html_()
    assert html.count("<table>") == 1
    assert "&lt;lambda&gt;" in html
    assert "<lambda>" not in html


DIMS = """
import benchkit
from contextlib import contextmanager
@contextmanager
def run():
    yield lambda: None
cases = [benchkit.Case("a", {"n": 1, "op": "x", "on": True, "mixed": 1}, run), benchkit.Case("b", {"n": 2, "on": False, "mixed": 0.5}, run)]
benchkit.cli.main(cases)
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dims")
    (folder / "suite.py").write_text("import benchkit.cli\n" + DIMS)
    subprocess.run(
        [sys.executable, "suite.py", "run", "--budget", "10ms", "--samples", "6", "--blocks", "2", "-o", "out.jsonl", "--label", "v"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return benchkit.load(folder / "out.jsonl")


def test_the_table_is_tidy(table):
    columns = table.columns()
    assert list(columns) == ["version", "case", "n", "op", "on", "mixed", "metric", "unit", "block", "sample", "value"]
    assert {len(column) for column in columns.values()} == {12}
    rows = set(zip(columns["case"], columns["n"], columns["op"], columns["on"], columns["mixed"], strict=True))
    assert rows == {("a", 1, "x", True, 1.0), ("b", 2, None, False, 0.5)}


@needs_polars
def test_polars(table):
    import polars

    for frame in (table.to_df("polars"), polars.DataFrame(table)):
        assert frame.schema["n"] == polars.Int64
        assert frame.schema["value"] == polars.Float64
        assert frame.schema["on"] == polars.Boolean
        assert frame["op"].null_count() == 6
        assert frame.to_dict(as_series=False) == table.columns()


@needs_pyarrow
def test_pyarrow(table):
    import pyarrow

    arrow = pyarrow.table(table)
    arrow.validate(full=True)
    assert arrow.to_pydict() == table.columns()


@needs_pandas
def test_pandas(table):
    frame = table.to_df("pandas")
    assert frame["value"].dtype == float
    assert list(frame["case"]) == table.columns()["case"]
    assert frame["op"].isna().sum() == 6


def test_a_stream_that_nobody_takes_is_freed(table):
    capsules = [table.__arrow_c_stream__() for _ in range(3)]
    ctypes.pythonapi.PyCapsule_IsValid.argtypes = [ctypes.py_object, ctypes.c_char_p]
    assert all(ctypes.pythonapi.PyCapsule_IsValid(capsule, b"arrow_array_stream") for capsule in capsules)
    del capsules
