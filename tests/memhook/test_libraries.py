"""Python's own hard places, and libraries with allocators and threads of their own.

The latter live in an environment apart: tools/libraries.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from conftest import ROOT, run

LIBRARIES = Path(os.environ.get("BENCHKIT_LIBRARIES", ROOT / "build/libraries")) / "bin/python"


def printed(code: str, folder: Path, python: Path = LIBRARIES, **environment: str) -> list[int]:
    """What `code` prints after "=", as numbers; libraries print too."""
    if not python.exists():
        pytest.skip("tools/libraries has not been run")
    ended = run([python, "-c", code], folder, **environment)
    assert ended.code == 0, ended
    lines = [line[1:] for line in ended.out.splitlines() if line.startswith("=")]
    return [int(float(word)) for line in lines for word in line.split()]


SUB_INTERPRETERS = """
import benchkit
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
def work():
    for _ in range(4):
        one = interpreters.create()
        interpreters.run_string(one, "x = bytearray(20_000_000); del x")
        interpreters.destroy(one)
work()
seen = benchkit.measure_peak(work)
print("=", seen.peak_bytes, seen.live_bytes, seen.missed_events)
"""


def test_sub_interpreters_count_like_all_else(tmp_path: Path) -> None:
    peak, live, missed = printed(SUB_INTERPRETERS, tmp_path, Path(sys.executable))
    assert 20_000_000 < peak < 36_000_000  # one after the other: what each holds besides is some MiB
    assert live < 8_000_000
    assert missed == 0


SUB_ATTRIBUTED = """
import benchkit
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
def work():
    one = interpreters.create()
    interpreters.run_string(one, "def inside(): return bytearray(30_000_000)\\nx = inside()")
    interpreters.destroy(one)
seen = benchkit.measure_peak(work, attribute=True)
frames = [frame for path in seen.call_paths if path.bytes >= 30_000_000 for frame in path.frames]
names = {frame.function for frame in frames}
print("=", seen.peak_bytes, int("inside" in names), int(any("interpreters" in frame.module for frame in frames)))
"""


def test_frames_of_sub_interpreters_are_left_out(tmp_path: Path) -> None:
    """Their code objects may end with them, under a lock of their own; what they hold is told by native frames."""
    peak, python, native = printed(SUB_ATTRIBUTED, tmp_path, Path(sys.executable))
    assert peak > 30_000_000
    assert (python, native) == (0, 1)


# _decimal tells libmpdec to allocate by Python's functions: variables of the library's that begin with malloc and free.
DECIMAL = """
import benchkit
with benchkit.MemoryWindow():
    pass
import decimal
def work():
    with decimal.localcontext() as context:
        context.prec = 5_000
        return [decimal.Decimal(i).sqrt() for i in range(2, 20)]
for _ in range(3):
    held = work()
    seen = benchkit.measure_peak(work)
    del held
    print("=", seen.peak_bytes, seen.missed_events)
"""


def test_what_a_library_allocates_by_is_its_own_choice(tmp_path: Path) -> None:
    numbers = printed(DECIMAL, tmp_path, Path(sys.executable))
    assert all(peak > 18 * 2_000 for peak in numbers[::2])
    assert numbers[1::2] == [0, 0, 0]


# The bindings may refuse to be loaded a second time; nothing may fall over.
SUB_IMPORT = """
import benchkit
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
one = interpreters.create()
try:
    interpreters.run_string(one, "import benchkit; benchkit.measure_peak(int)")
except Exception as error:
    assert "rror" in repr(error), repr(error)
print("=", benchkit.measure_peak(lambda: bytearray(1000)).peak_bytes)
"""


def test_benchkit_in_a_sub_interpreter_does_no_harm(tmp_path: Path) -> None:
    (peak,) = printed(SUB_IMPORT, tmp_path, Path(sys.executable))
    assert 1000 < peak < 10_000


@pytest.mark.skipif(not hasattr(sys, "_is_gil_enabled") or sys._is_gil_enabled(), reason="this Python has a global lock")
def test_threads_without_a_global_lock(tmp_path: Path) -> None:
    code = (
        "import benchkit, threading\n"
        "def one():\n    for _ in range(1000): bytearray(100_000)\n"
        "def work():\n"
        "    threads = [threading.Thread(target=one) for _ in range(8)]\n"
        "    for thread in threads: thread.start()\n"
        "    for thread in threads: thread.join()\n"
        "seen = benchkit.measure_peak(work)\n"
        'print("=", seen.peak_bytes, seen.live_bytes)\n'
    )
    peak, live = printed(code, tmp_path, Path(sys.executable))
    assert 100_000 < peak < 20_000_000
    assert live < 1_000_000


NUMPY = """
import numpy, benchkit
def work():
    ones = numpy.ones(1_000_000)
    twos = ones * 2.0
    return (twos + ones).sum()
work()
for account in ("truth", "memray"):
    seen = benchkit.measure_peak(work, account=account)
    print("=", seen.peak_bytes, seen.live_bytes, seen.largest_bytes)
"""


def test_numpy_to_the_byte(tmp_path: Path) -> None:
    for peak, live, largest in zip(*[iter(printed(NUMPY, tmp_path))] * 3, strict=True):
        assert 24_000_000 <= peak < 24_050_000
        assert live < 50_000
        assert largest == 8_000_000


PYARROW = """
import numpy, pyarrow, benchkit
def work():
    buffer = pyarrow.allocate_buffer(50_000_000, memory_pool=pool)
    numpy.frombuffer(buffer, dtype=numpy.uint8)[:] = 1
    return buffer
try:
    pool = pyarrow.{pool}()
except NotImplementedError:
    print("= 0")
else:
    seen = benchkit.measure_peak(work, account={account!r})
    print("=", seen.peak_bytes, seen.reserved_bytes)
"""
MIB = 1 << 20


@pytest.mark.parametrize("pool", ["system_memory_pool", "mimalloc_memory_pool", "jemalloc_memory_pool"])
def test_pyarrow_and_its_allocators(tmp_path: Path, pool: str) -> None:
    """Whatever a pool reserves, the peak is what was touched; by memray's rules it is the reservation."""
    found = printed(PYARROW.format(pool=pool, account="truth"), tmp_path)
    if found == [0]:
        pytest.skip(f"this pyarrow has no {pool}")
    peak, reserved = found
    assert 50_000_000 <= peak < 50_000_000 + 20 * MIB  # huge pages, and what the pool takes at once
    if pool == "mimalloc_memory_pool":
        assert reserved >= 256 * MIB
        by_memray, _ = printed(PYARROW.format(pool=pool, account="memray"), tmp_path)
        assert by_memray >= reserved


# The second call of a library that keeps what its own allocator took: what it holds, whether it is seen, and whether a doubt is told.
WARM = """
import contextlib, numpy, benchkit, {library}
numbers = numpy.arange(5_000_000)
def pyarrow_work():
    import pyarrow.compute
    return pyarrow.compute.add(pyarrow.array(numbers), 1)[0].as_py()
def polars_work():
    return polars.Series(numbers).sort(descending=True)[0]
work = {library}_work
work()
seen = benchkit.measure_peak(work)
@contextlib.contextmanager
def run():
    yield work
case = benchkit.run_case(benchkit.Case("case", run=run), metric="memory", samples=2)
print("=", seen.peak_bytes, int(any("an allocator of its own" in warning for warning in case.warnings)))
"""
KEEP_NOTHING = {
    "pyarrow": {"ARROW_DEFAULT_MEMORY_POOL": "system"},
    "polars": {"_RJEM_MALLOC_CONF": "retain:false,dirty_decay_ms:0,muzzy_decay_ms:0"},
}


@pytest.mark.parametrize("library", list(KEEP_NOTHING))
def test_a_warm_call_of_a_library_with_an_allocator_of_its_own(tmp_path: Path, library: str) -> None:
    code = WARM.format(library=library)
    _, doubt = printed(code, tmp_path)
    assert doubt == 1
    peak, doubt = printed(code, tmp_path, **KEEP_NOTHING[library])
    assert 40_000_000 <= peak < 60_000_000
    assert doubt == 0


HIGHS = """
import highspy, numpy, benchkit
def work():
    chance = numpy.random.default_rng(1)
    model = highspy.Highs()
    model.silent()
    model.setOptionValue("threads", {threads})
    model.setOptionValue("parallel", "on")
    items = [model.addVariable(0, 1, type=highspy.HighsVarType.kInteger, obj=-float(chance.integers(1, 100))) for _ in range(60)]
    for _ in range(20):
        model.addConstr(sum(int(w) * x for w, x in zip(chance.integers(1, 100, 60), items)) <= 900)
    model.run()
    return model.getObjectiveValue()
work()
for _ in range(2):
    seen = benchkit.measure_peak(work)
    print("=", seen.peak_bytes, seen.live_bytes, seen.missed_events, seen.peak_error_bytes, seen.result)
"""


def test_highs_and_its_threads(tmp_path: Path) -> None:
    results = set()
    for threads in (1, 4):
        for peak, live, missed, error, result in zip(*[iter(printed(HIGHS.format(threads=threads), tmp_path))] * 5, strict=True):
            assert 100_000 < peak < 500_000_000
            assert abs(live) < peak
            assert missed == 0
            assert error <= max(0.0005 * peak, 4096 * 16)
            results.add(result)
    assert len(results) == 1
