"""What a test may ask of its own times: pytest-benchmark's names, in seconds. Tables and verdicts have numbers of their own."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any


class Stats:
    """The samples of one test, per call."""

    def __init__(self, nanoseconds: list[float], iterations: int) -> None:
        self.data = [value * 1e-9 for value in nanoseconds]
        self.iterations = iterations

    @property
    def stats(self) -> Stats:
        """pytest-benchmark has the numbers one step further down."""
        return self

    @property
    def rounds(self) -> int:
        return len(self.data)

    @property
    def min(self) -> float:
        return min(self.data)

    @property
    def max(self) -> float:
        return max(self.data)

    @property
    def mean(self) -> float:
        return statistics.fmean(self.data)

    @property
    def median(self) -> float:
        return statistics.median(self.data)

    @property
    def stddev(self) -> float:
        return statistics.stdev(self.data) if len(self.data) > 1 else 0.0

    @property
    def ops(self) -> float:
        return 1 / self.mean if self.mean else 0.0

    @property
    def total(self) -> float:
        return sum(self.data) * self.iterations

    def __getitem__(self, name: str) -> Any:
        if name in self.keys():
            return getattr(self, name)
        raise KeyError(name)

    def keys(self) -> tuple[str, ...]:
        return ("min", "max", "mean", "median", "stddev", "rounds", "iterations", "ops", "total", "data")

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())
