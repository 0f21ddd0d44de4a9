"""Work whose memory is asked for natively: what memray and benchkit must agree on, to the byte. Each is called once, set up beforehand."""

from __future__ import annotations

import array
import bz2
import ctypes
import lzma
import mmap
import sqlite3
import zlib
from collections.abc import Callable

LIBC = ctypes.CDLL(None)
for _name in ("malloc", "calloc", "realloc", "aligned_alloc"):
    getattr(LIBC, _name).restype = ctypes.c_void_p
    getattr(LIBC, _name).argtypes = {"malloc": [ctypes.c_size_t], "realloc": [ctypes.c_void_p, ctypes.c_size_t]}.get(
        _name, [ctypes.c_size_t, ctypes.c_size_t]
    )
LIBC.free.argtypes = [ctypes.c_void_p]

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


def nothing_left_by_realloc() -> None:
    block = LIBC.malloc(1_000_000)
    LIBC.realloc(block, 0)
    LIBC.free(LIBC.malloc(1_000_000))


def aligned() -> None:
    blocks = [LIBC.aligned_alloc(4096, 4096 * n) for n in range(1, 50)]
    for block in blocks:
        LIBC.free(block)


WORKLOADS: dict[str, Callable[[], None]] = {
    work.__name__: work
    for work in (buffers, growing, arrays, deflate, bzip, xz, maps, database, nothing_left_by_realloc, aligned)
}
