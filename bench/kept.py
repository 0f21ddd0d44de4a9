"""Results that take long, on disk: what was measured already is not measured again, so that a long series can be had in pieces."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Kept:
    """JSON values by name, a line each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.values: dict[str, Any] = {}
        text = path.read_text() if path.exists() else ""
        for line in text.splitlines():
            try:
                name, value = json.loads(line)
            except ValueError:
                continue  # cut off in the middle of it
            self.values[name] = value
        # What comes next is a line of its own, and not the end of one that was cut off.
        self.before_next = "\n" if text and not text.endswith("\n") else ""

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def add(self, name: str, value: Any) -> None:
        with self.path.open("a") as file:
            file.write(self.before_next + json.dumps([name, value]) + "\n")
        self.before_next = ""
        self.values[name] = value

    def of(self, name: str, measure: Callable[[], Any]) -> Any:
        if name not in self.values:
            self.add(name, measure())
        return self.values[name]
