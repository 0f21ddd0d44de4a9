"""Work whose memory is asked for natively: what memray and benchkit must agree on, to the byte. Each is called once, set up beforehand."""

from __future__ import annotations

import array
import bz2
import ctypes
import json
import lzma
import mmap
import os
import sqlite3
import zlib
from collections.abc import Callable

# Compiled work: its calls go through slots that can be patched, as those of any library do.
NATIVE = ctypes.CDLL(os.path.join(os.environ["BENCHKIT_BUILD"], "tests/memhook/victims/victim_work.so"))

TEXT = bytes(range(256)) * 4000


def buffers() -> None:
    for n in range(10, 2_000_000, 77_777):
        bytearray(n)


def growing() -> None:
    data = bytearray()
    for _ in range(200):
        data += TEXT[:10_000]


def arrays() -> None:
    a = array.array("d", bytes(8 * 100_000))
    b = a * 3
    del a
    b.extend(array.array("d", bytes(8 * 5_000)))


def deflate() -> None:
    zlib.decompress(zlib.compress(TEXT, 9))


def bzip() -> None:
    bz2.decompress(bz2.compress(TEXT[:200_000]))


def xz() -> None:
    lzma.decompress(lzma.compress(TEXT[:200_000], preset=1))


def maps() -> None:
    one = mmap.mmap(-1, 3_000_000)
    two = mmap.mmap(-1, 123_456)
    one.close()
    three = mmap.mmap(-1, 2_000_000)
    two.close()
    three.close()


def database() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (a integer, b text)")
    connection.executemany("insert into t values (?, ?)", ((i, "x" * (i % 500)) for i in range(5000)))
    connection.execute("select b, count(*) from t group by b order by 2").fetchall()
    connection.close()


def native(name: str) -> Callable[[], None]:
    function = getattr(NATIVE, name)
    function.restype = None
    return function


NATIVE_NAMES = [
    "ramp",
    "waves",
    "random_sizes",
    "realloc_growth",
    "realloc_to_nothing",
    "aligned_blocks",
    "calloc_blocks",
    "strings",
    "vectors",
    "tree",
    "maps_in_parts",
    "maps_over_maps",
    "reservation",
    "mixed",
]

WORKLOADS: dict[str, Callable[[], None]] = {
    work.__name__: work for work in (buffers, growing, arrays, deflate, bzip, xz, maps, database)
} | {name: native(name) for name in NATIVE_NAMES}


# ---- Python's own objects, for the runs that count them one by one ----


class Node:
    __slots__ = ("left", "right")


def integers() -> None:
    [number * 1000 for number in range(50_000)]


def texts() -> None:
    {str(number) * 3 for number in range(20_000)}


def records() -> None:
    [{"id": number, "name": str(number), "tags": (number, number + 0.5)} for number in range(5_000)]


def instances() -> None:
    [Node() for _ in range(30_000)]


def documents() -> None:
    rows = [{"id": number, "values": list(range(number % 50))} for number in range(2_000)]
    json.loads(json.dumps(rows, check_circular=False))  # the check makes integers of addresses, whose size is that of the address


def growing_lists() -> None:
    rows: list[list[float]] = [[] for _ in range(500)]
    for number in range(50_000):
        rows[number % 500].append(number / 7)


OBJECT_WORKLOADS: dict[str, Callable[[], None]] = {
    work.__name__: work for work in (integers, texts, records, instances, documents, growing_lists)
}
