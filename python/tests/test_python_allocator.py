"""Python objects counted one by one: in place of the arenas that they come from."""

from __future__ import annotations

import gc
import itertools
import subprocess
import sys
import threading
import tracemalloc
from typing import Any

import benchkit
import pytest

COUNT = 20_000


class Thing:
    __slots__ = ("name", "next")


def things(count: int = COUNT) -> list[Any]:
    return [Thing() for _ in itertools.repeat(None, count)]  # which makes no integers


def held_by(result: list[Any]) -> int:
    return sys.getsizeof(result) + sum(map(sys.getsizeof, result))


def test_what_lives_is_what_the_objects_say_of_themselves() -> None:
    seen = benchkit.measure_peak(things, python_allocator=True)
    assert abs(seen.live_bytes - held_by(seen.result)) < 2000
    assert COUNT <= seen.allocations < COUNT + 500
    assert seen.peak_bytes >= seen.live_bytes
    assert seen.missed_events == 0


def test_a_few_objects_are_seen_though_their_arena_was_there_before() -> None:
    room = things(1000)
    del room
    by_arena = benchkit.measure_peak(lambda: things(500))
    one_by_one = benchkit.measure_peak(lambda: things(500), python_allocator=True)
    assert by_arena.allocations < 100
    assert one_by_one.allocations >= 500
    assert one_by_one.peak_bytes >= held_by(one_by_one.result) > 500 * 16


def test_arenas_do_not_count_beside_their_objects() -> None:
    by_arena = benchkit.measure_peak(lambda: things(200_000))
    one_by_one = benchkit.measure_peak(lambda: things(200_000), python_allocator=True)
    assert by_arena.largest_bytes >= 1 << 18
    assert abs(one_by_one.live_bytes - held_by(one_by_one.result)) < 2000


def test_large_objects_count_once() -> None:
    seen = benchkit.measure_peak(lambda: [bytes(10_000) for _ in range(100)], python_allocator=True)
    assert abs(seen.live_bytes - held_by(seen.result)) < 2000
    grown = benchkit.measure_peak(lambda: list(iter(range(100_000))), python_allocator=True)
    assert grown.live_bytes < 100_000 * (8 + 28) * 1.2


def test_objects_from_before_do_not_count() -> None:
    old = things()

    def drop() -> None:
        old.clear()

    seen = benchkit.measure_peak(drop, python_allocator=True)
    assert abs(seen.live_bytes) < 1000
    assert seen.peak_bytes < 10_000


def test_it_is_the_same_to_the_byte_again() -> None:
    gc.disable()  # a collection empties free lists, and what is not in them is asked for
    try:
        benchkit.measure_peak(things, python_allocator=True)
        assert len({benchkit.measure_peak(things, python_allocator=True).peak_bytes for _ in range(5)}) == 1
    finally:
        gc.enable()


def test_a_window_counts_so_too_and_is_left_by_an_exception() -> None:
    window = benchkit.MemoryWindow(python_allocator=True)
    for _ in range(2):
        with window:
            kept = things()
        assert abs(window.live_bytes - held_by(kept)) < 2000
    with pytest.raises(ZeroDivisionError), window:
        1 / 0  # noqa: B018
    assert benchkit.measure_peak(lambda: things(500)).allocations < 100, "the allocators are put back"


def test_threads_take_part() -> None:
    def work() -> list[Any]:
        made: list[Any] = []
        threads = [threading.Thread(target=lambda: made.append(things())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return made

    work()
    seen = benchkit.measure_peak(work, python_allocator=True)
    truth = sum(map(held_by, seen.result))
    assert truth <= seen.live_bytes < truth + 50_000


def test_tracemalloc_may_come_and_go_in_any_order() -> None:
    def started() -> list[Any]:
        tracemalloc.start()
        return things()

    seen = benchkit.measure_peak(started, python_allocator=True)  # it stands on top of ours when the window closes
    assert seen.allocations >= COUNT
    again = benchkit.measure_peak(things, python_allocator=True)
    assert again.live_bytes >= held_by(again.result)
    tracemalloc.stop()
    for _ in range(2):
        after = benchkit.measure_peak(things, python_allocator=True)
        assert abs(after.live_bytes - held_by(after.result)) < 2000

    tracemalloc.start()
    with pytest.raises(benchkit.Error, match="replaced while the window was open"):
        benchkit.measure_peak(tracemalloc.stop, python_allocator=True)
    last = benchkit.measure_peak(things, python_allocator=True)
    assert abs(last.live_bytes - held_by(last.result)) < 2000


def test_what_would_not_add_up_is_refused() -> None:
    with benchkit.MemoryWindow(), pytest.raises(benchkit.Error, match="a memory window is open"):
        benchkit.measure_peak(int, python_allocator=True)
    with pytest.raises(benchkit.Error, match="whole process"):
        benchkit.measure_peak(int, python_allocator=True, this_thread=True)
    with benchkit.MemoryWindow(python_allocator=True) as outer:
        inner = benchkit.measure_peak(things)  # inside it counts as outside
    assert inner.allocations >= COUNT
    assert outer.allocations >= inner.allocations


def test_a_second_interpreter_is_refused() -> None:
    code = (
        "import benchkit\n"
        "try:\n"
        "    import _interpreters as interpreters\n"
        "except ImportError:\n"
        "    import _xxsubinterpreters as interpreters\n"
        "other = interpreters.create()\n"
        "try:\n"
        "    benchkit.measure_peak(int, python_allocator=True)\n"
        "except benchkit.Error as error:\n"
        "    print(error)\n"
        "interpreters.destroy(other)\n"
        "print(benchkit.measure_peak(lambda: [object()], python_allocator=True).allocations > 0)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert "second interpreter" in ended.stdout
    assert "--python-allocator" in ended.stdout
    assert ended.stdout.endswith("True\n")
