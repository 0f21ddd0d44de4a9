"""What a test may ask of its own times: pytest-benchmark's names, in seconds. Tables and verdicts have numbers of their own."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator
from typing import Any

Exchange = Callable[[str], list[str]]


class Heard:
    """What a worker in this process answers, with its samples kept."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._lines: list[str] = []
        self._calibrated = ""
        self.failed: dict[str, Any] | None = None  # the case's failure, once there is one

    def exchange(self, line: str) -> list[str]:
        answers = self._exchange(line)
        for answer in answers:
            if '"sampled"' in answer:
                self._lines.append(answer)
            elif '"calibrated"' in answer:
                self._calibrated = answer
            elif '"failed"' in answer:
                told = json.loads(answer)
                self.failed = told if told["type"] == "failed" else self.failed
        return answers

    def samples(self) -> tuple[list[list[float]], int]:
        """By metric of the meter, in its order, per call; and how many calls the last one is of."""
        told = [one for one in map(json.loads, self._lines) if one["type"] == "sampled"]
        if not told and self._calibrated:  # the first call spent all that there was
            cold = json.loads(self._calibrated).get("cold")
            told = [cold] if cold else []
        values = [[float(value) for value in of_metric] for of_metric in zip(*(one["values"] for one in told), strict=True)]
        return values, int(told[-1]["iterations"]) if told else 1


class Stats:
    """The samples of one test, per call. `iterations`: the calls of each."""

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
        return sum(self.data)

    def __getitem__(self, name: str) -> Any:
        if name in self.keys():
            return getattr(self, name)
        raise KeyError(f"{name!r}: there are {', '.join(self.keys())}")

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self.keys() else default

    def as_dict(self) -> dict[str, Any]:
        return {name: self[name] for name in self.keys()}

    def keys(self) -> tuple[str, ...]:
        return ("min", "max", "mean", "median", "stddev", "rounds", "iterations", "ops", "total", "data")

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())
