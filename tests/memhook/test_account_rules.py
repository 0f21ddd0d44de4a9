"""Each account against a model of its rules, over one log of what a program did.

The models are written from the rules as docs/memory.md tells them and share nothing with the hooks: a dictionary of blocks and one of
pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import run

PAGE = 4096


def pages(address: int, size: int) -> range:
    return range(address // PAGE, (address + size) // PAGE)


class Model:
    def __init__(self) -> None:
        self.live = self.peak = 0
        self.blocks: dict[int, int] = {}
        self.layers: Counter[int] = Counter()

    def add(self, size: int) -> None:
        self.live += size
        self.peak = max(self.peak, self.live)

    def allocate(self, address: int, size: int) -> None:
        self.blocks[address] = size
        self.add(size)

    def free(self, address: int) -> None:
        self.live -= self.blocks.pop(address, 0)

    def map(self, address: int, size: int) -> None:
        for page in pages(address, size):
            self.layers[page] += 1
        self.add(size)

    def unmap(self, address: int, size: int) -> None:
        for page in pages(address, size):
            self.live -= PAGE * self.layers.pop(page, 0)


class Memray(Model):
    """memray 1.20: what `realloc` returns nothing for, `mremap`, and what a map lies over are not seen."""

    def resize(self, before: int, after: int, size: int) -> None:
        if after:
            self.free(before)
            self.allocate(after, size)

    def map_over(self, address: int, size: int) -> None:
        self.map(address, size)

    def move(self, before: int, after: int, size: int, size_before: int) -> None:
        pass


class Truth(Model):
    def resize(self, before: int, after: int, size: int) -> None:
        if after or size == 0:
            self.free(before)
        if after:
            self.allocate(after, size)

    def map_over(self, address: int, size: int) -> None:
        self.unmap(address, size)
        self.map(address, size)

    def move(self, before: int, after: int, size: int, size_before: int) -> None:
        self.unmap(before, size_before)
        self.map(after, size)


def replay(model: Memray | Truth, log: Iterable[str]) -> tuple[int, int]:
    for line in log:
        what, *words = line.split(",")
        before, after, size, size_before = int(words[0], 16), int(words[1], 16), int(words[2]), int(words[3])
        if what == "allocate" and after:
            model.allocate(after, size)
        elif what == "free":
            model.free(before)
        elif what == "resize":
            model.resize(before, after, size)
        elif what == "map":
            model.map(after, size)
        elif what == "map over":
            model.map_over(after, size)
        elif what == "unmap":
            model.unmap(before, size)
        elif what == "move":
            model.move(before, after, size, size_before)
    return model.peak, model.live


@pytest.mark.parametrize("seed", range(1, 6))
def test_both_accounts_are_their_models_to_the_byte(build: Path, tmp_path: Path, seed: int) -> None:
    for account, model in (("memray", Memray), ("truth", Truth)):
        ended = run([build / "tests/memhook/victim_log", str(seed), account], tmp_path)
        assert ended.code == 0, ended
        first, *log = ended.out.splitlines()
        assert tuple(map(int, first.split()[1:])) == replay(model(), log), account
        assert replay(Memray(), log) != replay(Truth(), log), "or the log would not tell the two apart"
