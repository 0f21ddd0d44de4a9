"""Small snapshots made for one test: exact numbers, or noise of a known size, and whatever is odd about them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from pathlib import Path

BLOCKS = 5


def noisy(centre: float, seed: object, spread: float = 0.002) -> list[float]:
    """A sample a block."""
    chance = random.Random(str(seed))
    return [centre * chance.lognormvariate(0, spread) for _ in range(BLOCKS)]


@dataclass
class Made:
    """Cases by id with their values by metric; a text in place of values is how the case ended ("timeout", "skipped")."""

    label: str
    cases: dict[str, dict[str, list[float] | str]]
    dims: dict[str, dict[str, object]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=lambda: {"time": "ns", "peak": "B"})
    bodies: dict[str, str] = field(default_factory=dict)
    cpu: str = "Big Iron"

    def lines(self) -> list[dict]:
        lines: list[dict] = [
            {
                "kind": "session", "format": 1, "session": 0, "machine": {"cpu": self.cpu}, "design": "solo",
                "processes": "fresh worker a block", "sealed": True,
            },
            {"kind": "version", "version": 0, "label": self.label},
        ]  # fmt: skip
        metrics = sorted({metric for values in self.cases.values() for metric in values})
        lines += [
            {"kind": "metric", "metric": i, "name": name, "unit": self.units.get(name, ""), "better": "less"}
            for i, name in enumerate(metrics)
        ]
        for handle, case_id in enumerate(self.cases):
            line = {"kind": "case", "case": handle, "id": case_id, "dims": self.dims.get(case_id, {})}
            lines.append(line | ({"body_hash": self.bodies[case_id]} if case_id in self.bodies else {}))
        lines += [{"kind": "block", "session": 0, "block": block, "status": "complete"} for block in range(BLOCKS)]
        for handle, values in enumerate(self.cases.values()):
            for metric, numbers in values.items():
                place = {"session": 0, "version": 0, "case": handle, "metric": metrics.index(metric)}
                if isinstance(numbers, str):
                    lines.append({"kind": "outcome", **place, "status": numbers, "reason": f"it says {numbers}"})
                else:
                    blocks = list(range(len(numbers)))
                    lines.append({"kind": "series", **place, "count": len(numbers), "value": numbers, "block": blocks})
        return lines

    def write(self, folder: Path) -> Path:
        path = folder / f"{self.label}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in self.lines()))
        return path
