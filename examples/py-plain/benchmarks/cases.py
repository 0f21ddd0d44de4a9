from __future__ import annotations

import bz2
import lzma
import random
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import benchkit

CODECS = {
    "zlib": (zlib.compress, zlib.decompress),
    "bz2": (bz2.compress, bz2.decompress),
    "lzma": (partial(lzma.compress, preset=0), lzma.decompress),
}
WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "while", "seven", "wizards", "box", "with", "jugs"]


def sample_data(kind: str, kib: int) -> bytes:
    chance = random.Random(f"{kind} {kib}")
    size = kib * 1024
    if kind == "zeros":
        return bytes(size)
    if kind == "noise":
        return chance.randbytes(size)
    return " ".join(chance.choices(WORDS, k=size // 3)).encode()[:size]


@contextmanager
def codec_case(codec: str, packing: bool, kind: str, kib: int) -> Iterator[Callable[[], bytes]]:
    compress, decompress = CODECS[codec]
    data = sample_data(kind, kib)
    if packing:
        yield lambda: compress(data)
    else:
        packed = compress(data)
        yield lambda: decompress(packed)


def cases() -> Iterator[benchkit.Case]:
    for codec in CODECS:
        for packing in (True, False):
            for kind in ("prose", "noise", "zeros"):
                for kib in (1, 16):
                    yield benchkit.Case(
                        id=f"{codec}-{'pack' if packing else 'unpack'}[{kind}-{kib}KiB]",
                        dims={"codec": codec, "packing": packing, "kind": kind, "kib": kib},
                        run=partial(codec_case, codec, packing, kind, kib),
                        work={"bytes": kib * 1024},
                        group=codec,
                    )
