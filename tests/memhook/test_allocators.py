"""Whose heap it is makes no difference: other allocators, linked and preloaded, with the hooks patched in and preloaded.

What is in their way is named.
"""

from __future__ import annotations

import ctypes.util
import shutil
from pathlib import Path

import pytest
from conftest import run

ALLOCATORS = ["jemalloc", "tcmalloc", "mimalloc"]


def library_of(name: str) -> str:
    found = ctypes.util.find_library(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def hooks(build: Path) -> str:
    return str(next(build.rglob("libbenchkit-memhook.so")))


@pytest.mark.parametrize("door", ["patched", "preloaded"])
@pytest.mark.parametrize("name", ["glibc", *ALLOCATORS])
def test_a_preloaded_allocator(build: Path, tmp_path: Path, name: str, door: str) -> None:
    libraries = [hooks(build)] * (door == "preloaded") + ([] if name == "glibc" else [library_of(name)])
    ended = run([build / "tests/memhook/victim_allocator"], tmp_path, LD_PRELOAD=":".join(libraries))
    assert ended.code == 0, ended
    if door == "patched" and name != "glibc":
        assert name in ended.out, ended  # the check would be none if it were glibc's heap after all


@pytest.mark.parametrize("door", ["patched", "preloaded"])
@pytest.mark.parametrize("name", ALLOCATORS)
def test_a_linked_allocator(build: Path, tmp_path: Path, name: str, door: str) -> None:
    program = build / f"tests/memhook/victim_{name}"
    if not program.exists():
        pytest.skip(f"{name} was not there when the tests were built")
    ended = run([program], tmp_path, LD_PRELOAD=hooks(build) if door == "preloaded" else "")
    assert ended.code == 0, ended
    if door == "patched":
        assert name in ended.out, ended


def test_libraries_that_look_past_the_preloaded_hooks(build: Path, tmp_path: Path) -> None:
    """They do so where they were opened with RTLD_DEEPBIND, and are seen all the same, except for an allocator of their own."""
    wanted = ["WhatLooksPastTheOthersIsSeen", "AnObjectWithAnAllocatorOfItsOwnKeepsIt", "LoadedAgainAtTheSamePlaceItCountsAgain"]
    program = [build / "tests/memhook/test_memory", "--gtest_filter=" + ":".join(f"Loading.{name}" for name in wanted)]
    ended = run(program, tmp_path, LD_PRELOAD=hooks(build))
    assert ended.code == 0, ended
    assert f"[  PASSED  ] {len(wanted)} tests" in ended.out, ended


@pytest.mark.parametrize("door", ["patched", "preloaded"])
@pytest.mark.parametrize("name", ALLOCATORS)
def test_libraries_that_are_loaded_beside_a_preloaded_allocator(build: Path, tmp_path: Path, name: str, door: str) -> None:
    wanted = "--gtest_filter=Loading.WhatIsLoadedInsideTheWindowIsSeen:Loading.HalfBoundWhenTheWindowOpens"
    program = [build / "tests/memhook/test_memory", wanted]
    ended = run(program, tmp_path, LD_PRELOAD=":".join([hooks(build)] * (door == "preloaded") + [library_of(name)]))
    assert ended.code == 0, ended
    assert "[  PASSED  ] 2 tests" in ended.out, ended


def test_heaptrack_at_work_is_refused_by_name(build: Path, tmp_path: Path) -> None:
    heaptrack = shutil.which("heaptrack")
    if heaptrack is None:
        pytest.skip("heaptrack is not installed")
    ended = run([heaptrack, "-o", tmp_path / "track", build / "tests/memhook/victim_allocator"], tmp_path)
    assert "refused:" in ended.out, ended
    assert "heaptrack is at work in this process" in ended.out


def test_heaptrack_attached_to_a_running_process_is_refused_by_name(build: Path, tmp_path: Path) -> None:
    library = next(Path("/usr/lib").rglob("libheaptrack_inject.so"), None)
    if library is None:
        pytest.skip("heaptrack is not installed")
    ended = run([build / "tests/memhook/victim_allocator", library, tmp_path / "track"], tmp_path)
    assert "refused:" in ended.out, ended
    assert "heaptrack is tracking this process" in ended.out
