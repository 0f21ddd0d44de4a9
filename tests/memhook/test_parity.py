"""The memray account against memray itself: the same peak, to the byte, for work whose memory is asked for natively."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BUILD, PYTHON

HERE = Path(__file__).parent
os.environ.setdefault("BENCHKIT_BUILD", str(BUILD))
sys.path.insert(0, str(HERE))
from workloads import OBJECT_WORKLOADS, WORKLOADS  # noqa: E402

# Each in a fresh process, warm: what a first call brings along (imports, caches) is no concern of either.
BY_MEMRAY = """
import os, sys, tempfile
sys.path.insert(0, {here!r})
import memray
from workloads import WORKLOADS
work = WORKLOADS[{name!r}]
work()
file = os.path.join(tempfile.mkdtemp(), "track.bin")
with memray.Tracker(file):
    work()
print(memray.FileReader(file).metadata.peak_memory)
"""
BY_BENCHKIT = """
import sys
sys.path.insert(0, {here!r})
import benchkit
from workloads import WORKLOADS
work = WORKLOADS[{name!r}]
work()
print(benchkit.measure_peak(work, account={account!r}).peak_bytes)
"""


def printed(code: str, **variables: str) -> int:
    environment = {**os.environ, "BENCHKIT_BUILD": str(BUILD), **variables}
    ended = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, timeout=120, env=environment)
    assert ended.returncode == 0, ended.stderr
    return int(ended.stdout)


@pytest.mark.parametrize("name", WORKLOADS)
def test_equal_to_the_byte(name: str) -> None:
    here = str(HERE)
    theirs = {printed(BY_MEMRAY.format(here=here, name=name)) for _ in range(2)}
    if len(theirs) > 1:
        pytest.skip(f"memray gives itself {theirs}")
    assert {printed(BY_BENCHKIT.format(here=here, name=name, account="memray"))} == theirs


def test_where_the_accounts_differ() -> None:
    """The check above can fail: by the other account realloc(p, 0) frees."""
    here = str(HERE)
    assert printed(BY_BENCHKIT.format(here=here, name="realloc_to_nothing", account="memray")) == 2_000_000
    assert printed(BY_BENCHKIT.format(here=here, name="realloc_to_nothing", account="truth")) == 1_000_000


OBJECTS_BY_MEMRAY = """
import os, sys, tempfile
sys.path.insert(0, {here!r})
import memray
from workloads import OBJECT_WORKLOADS
work = OBJECT_WORKLOADS[{name!r}]
work()
file = os.path.join(tempfile.mkdtemp(), "track.bin")
with memray.Tracker(file, trace_python_allocators=True):
    work()
print(memray.FileReader(file).metadata.peak_memory)
"""
OBJECTS_BY_BENCHKIT = """
import sys
sys.path.insert(0, {here!r})
import benchkit
from workloads import OBJECT_WORKLOADS
work = OBJECT_WORKLOADS[{name!r}]
work()
print(benchkit.measure_peak(work, account="memray", python_allocator={in_process}).peak_bytes)
"""


@pytest.mark.parametrize("name", OBJECT_WORKLOADS)
def test_python_objects_one_by_one(name: str) -> None:
    """In the running process to the byte what CPython asks malloc for. memray's profile function makes frames that are its own."""
    pytest.importorskip("memray")
    here = str(HERE)
    in_process = printed(OBJECTS_BY_BENCHKIT.format(here=here, name=name, in_process=True))
    assert printed(OBJECTS_BY_BENCHKIT.format(here=here, name=name, in_process=False), PYTHONMALLOC="malloc") == in_process
    theirs = printed(OBJECTS_BY_MEMRAY.format(here=here, name=name))
    assert in_process <= theirs < in_process * 1.01
    assert printed(OBJECTS_BY_BENCHKIT.format(here=here, name=name, in_process=False)) != in_process, "by arena it is another number"
