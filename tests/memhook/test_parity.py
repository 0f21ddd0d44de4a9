"""The memray account against memray itself: the same peak, to the byte, for work whose memory is asked for natively."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BUILD, PYTHON, ROOT

HERE = Path(__file__).parent
os.environ.setdefault("BENCHKIT_BUILD", str(BUILD))
sys.path.insert(0, str(HERE))
from library_workloads import QUICK  # noqa: E402
from library_workloads import WORKLOADS as LIBRARY_WORKLOADS  # noqa: E402
from workloads import OBJECT_WORKLOADS, WORKLOADS  # noqa: E402

# What `make test` runs is a part; all of it, five times each by memray, belongs to `make test-long`.
RUNS = int(os.environ.get("BENCHKIT_PARITY_RUNS", "0"))
WITH_LIBRARIES = Path(os.environ.get("BENCHKIT_LIBRARIES", ROOT / "build/libraries")) / "bin/python"

# Each in a fresh process, warm: what a first call brings along (imports, caches) is no concern of either.
SETUP = """
import gc, os, sys, tempfile
sys.path.insert(0, {here!r})
import memray, benchkit
from {module} import {table}
work = {table}[{name!r}]{make}
work()
work()
{room}
"""
# Whether CPython needs another arena in the midst of work is a matter of where its small objects happen to lie, and when it collects
# garbage one of how often it was called before. So there is room in all sizes, pools of which a part is taken, and garbage stays.
ROOM = """
room = [bytes(size) for size in range(8, 480, 16) for _ in range(4000)] + [object() for _ in range(4000)]
room += range(10**6, 10**6 + 400_000)
room = room[::8]
gc.disable()
work()
"""
# memray's profile function makes each code object keep a copy of its code, once: that is no work of the workload's. Everybody calls
# it equally often.
BY_MEMRAY = """
file = os.path.join(tempfile.mkdtemp(), "track.bin")
with memray.Tracker(file + ".first"):
    work()
with memray.Tracker(file):
    work()
print(memray.FileReader(file).metadata.peak_memory)
"""
BY_BENCHKIT = """
benchkit.measure_peak(work, account={account!r})
print(benchkit.measure_peak(work, account={account!r}).peak_bytes)
"""
# Under a profile function CPython makes an object of every frame, and asks malloc for one of more than 512 bytes. memray has such a
# function; here is another.
BY_BENCHKIT_PROFILED = """
import cProfile
profile = cProfile.Profile()
profile.enable()
benchkit.measure_peak(work, account={account!r})
peak = benchkit.measure_peak(work, account={account!r}).peak_bytes
profile.disable()
print(peak)
"""
# Work whose peak is reached with such a function on the stack.
BELOW_LARGE_FRAMES = ("linopy_build",)
ONE_THREAD = dict.fromkeys(("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")


def printed(measure: str, name: str, python: Path = PYTHON, variables: dict[str, str] | None = None, **words: str) -> int:
    words = {"here": str(HERE), "module": "workloads", "table": "WORKLOADS", "make": "", "room": "", "account": "memray", **words}
    code = (SETUP + measure).format(name=name, **words)
    environment = {**os.environ, **ONE_THREAD, "BENCHKIT_BUILD": str(BUILD), "PYTHONHASHSEED": "0", **(variables or {})}
    ended = subprocess.run([str(python), "-c", code], capture_output=True, text=True, timeout=300, env=environment)
    assert ended.returncode == 0, ended.stderr
    return int(ended.stdout.split()[-1])  # HiGHS prints, whatever it is told


def check(name: str, python: Path = PYTHON, **words: str) -> None:
    """Two figures of memray's that agree may do so by chance: where ours is another one it is asked five times."""
    ours = printed(BY_BENCHKIT, name, python, **words)
    if name in BELOW_LARGE_FRAMES:
        with_frames = printed(BY_BENCHKIT_PROFILED, name, python, **words)
        assert ours < with_frames < ours + 4096
        ours = with_frames
    theirs = {printed(BY_MEMRAY, name, python, **words) for _ in range(RUNS or 2)}
    if theirs != {ours}:
        theirs |= {printed(BY_MEMRAY, name, python, **words) for _ in range(5)}
    if len(theirs) > 1:
        pytest.skip(f"memray gives itself {sorted(theirs)}")
    assert theirs == {ours}


@pytest.mark.parametrize("name", WORKLOADS)
def test_equal_to_the_byte(name: str) -> None:
    check(name)


@pytest.mark.parametrize("name", LIBRARY_WORKLOADS if RUNS else [work.__name__ for work in QUICK])
def test_libraries_equal_to_the_byte(name: str) -> None:
    if not WITH_LIBRARIES.exists():
        pytest.skip("tools/libraries has not been run")
    check(name, WITH_LIBRARIES, module="library_workloads", make="()", room=ROOM)


def test_where_the_accounts_differ() -> None:
    """The check above can fail: by the other account realloc(p, 0) frees."""
    assert printed(BY_BENCHKIT, "realloc_to_nothing") == 2_000_000
    assert printed(BY_BENCHKIT, "realloc_to_nothing", account="truth") == 1_000_000


OBJECTS_BY_MEMRAY = """
file = os.path.join(tempfile.mkdtemp(), "track.bin")
with memray.Tracker(file, trace_python_allocators=True):
    work()
print(memray.FileReader(file).metadata.peak_memory)
"""
OBJECTS_BY_BENCHKIT = """
print(benchkit.measure_peak(work, account="memray", python_allocator={in_process}).peak_bytes)
"""


@pytest.mark.parametrize("name", OBJECT_WORKLOADS)
def test_python_objects_one_by_one(name: str) -> None:
    """In the running process to the byte what CPython asks malloc for. memray's profile function makes frames that are its own."""
    pytest.importorskip("memray")
    in_process = printed(OBJECTS_BY_BENCHKIT, name, table="OBJECT_WORKLOADS", in_process="True")
    by_malloc = printed(OBJECTS_BY_BENCHKIT, name, variables={"PYTHONMALLOC": "malloc"}, table="OBJECT_WORKLOADS", in_process="False")
    assert by_malloc == in_process
    theirs = printed(OBJECTS_BY_MEMRAY, name, table="OBJECT_WORKLOADS")
    assert in_process <= theirs < in_process * 1.01
    assert printed(OBJECTS_BY_BENCHKIT, name, table="OBJECT_WORKLOADS", in_process="False") != in_process, "by arena it is another number"
