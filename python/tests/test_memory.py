"""Memory windows from Python: what a call allocates, exactly, in the process that asks."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import threading
from contextlib import contextmanager

import benchkit
import pytest

MIB = 1 << 20


def test_measure_peak_gives_numbers_and_the_result() -> None:
    seen = benchkit.measure_peak(lambda: bytearray(3 * MIB))
    assert len(seen.result) == 3 * MIB
    assert 3 * MIB <= seen.peak_bytes < 3 * MIB + 10_000
    assert seen.largest_bytes == 3 * MIB + 1  # bytearray keeps room for a terminator
    assert seen.live_bytes >= 3 * MIB
    assert seen.peak_error_bytes == 0
    assert "peak 3" in repr(seen)


def test_call_paths_and_the_rest_add_up_to_the_peak() -> None:
    """More call paths than are kept: each line is one."""
    keep: list[bytearray] = []
    lines = "".join(f"    keep.append(bytearray({10_000 + i}))\n" for i in range(1200))
    names: dict[str, object] = {"keep": keep}
    exec(f"def work():\n{lines}", names)
    work = names["work"]
    assert callable(work)
    seen = benchkit.measure_peak(work, attribute=True)
    assert sum(path.bytes for path in seen.call_paths) + seen.rest_bytes == seen.peak_bytes
    assert seen.rest_bytes > 100 * 10_000
    assert seen.rest_allocations >= 100
    keep.clear()
    with benchkit.MemoryWindow(attribute=True) as window:
        work()
    assert sum(path.bytes for path in window.call_paths) + window.rest_bytes == window.peak_bytes
    assert (window.rest_bytes > 100 * 10_000) == (window.rest_allocations >= 100)


def test_what_was_freed_before_is_not_in_the_peak() -> None:
    def one_after_the_other() -> None:
        for _ in range(10):
            bytearray(MIB)

    seen = benchkit.measure_peak(one_after_the_other)
    assert MIB <= seen.peak_bytes < MIB + 10_000
    assert 10 * MIB <= seen.allocated_bytes < 11 * MIB
    assert seen.live_bytes < 10_000


def test_a_repeated_call_is_the_same_to_the_byte() -> None:
    def work() -> int:
        return sum(len(bytearray(n)) for n in range(1000, 200_000, 777))

    benchkit.measure_peak(work)
    peaks = {benchkit.measure_peak(work).peak_bytes for _ in range(5)}
    assert len(peaks) == 1


def test_windows_nest_and_reset() -> None:
    with benchkit.MemoryWindow() as outer:
        big = bytearray(2 * MIB)
        with benchkit.MemoryWindow() as inner:
            bytearray(MIB)
        del big
        outer.reset_peak()
        bytearray(1000)
    assert MIB <= inner.peak_bytes < MIB + 10_000
    assert outer.peak_bytes < 50_000
    assert outer.allocated_bytes > 3 * MIB


def test_a_window_that_is_left_by_an_exception_is_closed() -> None:
    with pytest.raises(ZeroDivisionError), benchkit.MemoryWindow() as window:
        1 / 0  # noqa: B018
    assert window.read().allocations >= 0
    with pytest.raises(ZeroDivisionError):
        benchkit.measure_peak(lambda: 1 / 0)
    benchkit.detach_memory_hooks()  # refused while a window is open


def test_the_users_exception_survives_a_window_that_was_left_open() -> None:
    inner = benchkit.MemoryWindow()

    def leaves_one_open() -> None:
        inner.__enter__()
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        benchkit.measure_peak(leaves_one_open)
    inner.__exit__(None, None, None)
    with pytest.raises(KeyError, match="mine"), benchkit.MemoryWindow() as window:
        leaves_one_open()
    assert window.allocations >= 0
    inner.__exit__(None, None, None)
    benchkit.detach_memory_hooks()  # no window is open any more
    with pytest.raises(benchkit.Error, match="opened inside this one"):
        benchkit.measure_peak(inner.__enter__)
    inner.__exit__(None, None, None)


def test_a_window_may_be_entered_again_but_not_while_open() -> None:
    window = benchkit.MemoryWindow()
    with pytest.raises(benchkit.Error, match="never opened"):
        window.read()
    for _ in range(2):
        with window:
            bytearray(MIB)
        assert MIB <= window.peak_bytes < MIB + 10_000
    with window, pytest.raises(benchkit.Error, match="open already"):
        window.__enter__()


def test_accounts() -> None:
    assert benchkit.measure_peak(lambda: bytearray(MIB), account="memray").peak_bytes >= MIB
    with pytest.raises(benchkit.Error, match="truth"):
        benchkit.measure_peak(int, account="guess")
    with benchkit.MemoryWindow(), pytest.raises(benchkit.Error, match="other account"):
        benchkit.measure_peak(int, account="memray")


def test_threads_count_and_can_be_left_out() -> None:
    def work() -> None:
        thread = threading.Thread(target=lambda: bytearray(5 * MIB))
        thread.start()
        thread.join()

    assert benchkit.measure_peak(work).peak_bytes >= 5 * MIB
    assert benchkit.measure_peak(work, exact=True).peak_error_bytes == 0
    assert benchkit.measure_peak(work, this_thread=True).peak_bytes < MIB


def test_objects_by_arena() -> None:
    """Small objects come out of pymalloc's arenas, which are maps of 1 MiB (256 KiB up to Python 3.9)."""
    seen = benchkit.measure_peak(lambda: [object() for _ in range(2_000_000)])
    assert seen.peak_bytes > 2_000_000 * 8 + 10 * MIB  # the list, and arenas beside those that had room left
    assert seen.peak_bytes < 2_000_000 * 40


def test_forks_do_no_harm() -> None:
    code = (
        "import os, benchkit\n"
        "with benchkit.MemoryWindow() as window:\n"
        "    if (child := os.fork()) == 0:\n"
        "        [bytearray(100_000) for _ in range(100)]\n"
        "        os._exit(7)\n"
        "    _, status = os.waitpid(child, 0)\n"
        "    bytearray(1000)\n"
        "print(os.waitstatus_to_exitcode(status), window.peak_bytes < 100_000)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.split() == ["7", "True"]


def test_memray_at_work_is_refused_by_name(tmp_path) -> None:
    pytest.importorskip("memray")
    code = (
        "import memray, benchkit\n"
        f"with memray.Tracker({str(tmp_path / 'track.bin')!r}):\n"
        "    try:\n"
        "        benchkit.measure_peak(int)\n"
        "    except benchkit.Error as error:\n"
        "        print(error)\n"
        "print(benchkit.measure_peak(lambda: bytearray(1000)).peak_bytes >= 1000)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert "memray is tracking this process" in ended.stdout
    assert ended.stdout.rstrip().endswith("True")


def test_memray_that_comes_later_is_noticed_and_the_hooks_come_back(tmp_path) -> None:
    pytest.importorskip("memray")
    code = (
        "import memray, benchkit\n"
        "take = lambda: bytearray(1_000_000)\n"
        "benchkit.measure_peak(take)\n"  # the hooks are in place
        f"with memray.Tracker({str(tmp_path / 'one.bin')!r}):\n"
        "    try:\n"
        "        benchkit.measure_peak(take)\n"
        "    except benchkit.Error as error:\n"
        "        print('memray is tracking this process' in str(error))\n"
        "print(benchkit.measure_peak(take).peak_bytes >= 1_000_000)\n"
        "with benchkit.MemoryWindow() as window:\n"
        f"    with memray.Tracker({str(tmp_path / 'two.bin')!r}):\n"
        "        take()\n"
        "print(window.missed_events > 0, f'{window.missed_events} missed' in repr(window))\n"
        "print(window.threads >= 1, window.populated_bytes == 0, window.peak_error_bytes == 0)\n"
        "print(benchkit.measure_peak(take).peak_bytes >= 1_000_000, benchkit.measure_peak(take).missed_events == 0)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.split() == ["True"] * 9
    assert len(re.findall(r"RuntimeWarning: \d+ events? could not be counted while this memory window was open", ended.stderr)) == 1


def test_calls_that_never_agree_are_a_doubt() -> None:
    @contextmanager
    def growing():
        sizes = itertools.count(1)
        yield lambda: bytearray(next(sizes) * 100_000)

    result = benchkit.run_case(benchkit.Case("x", run=growing), metric="memory", samples=12)
    assert any(re.match(r"no two calls in a row had the same peak: 97\.\d+ KiB to 97\d\.\d+ KiB", warning) for warning in result.warnings)
