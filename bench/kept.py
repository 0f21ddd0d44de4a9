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
        for line in path.read_text().splitlines() if path.exists() else ():
            try:
                name, value = json.loads(line)
            except ValueError:
                continue  # cut off in the middle of it
            self.values[name] = value

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def of(self, name: str, measure: Callable[[], Any]) -> Any:
        if name not in self.values:
            value = measure()
            with self.path.open("a") as file:
                file.write(json.dumps([name, value]) + "\n")
            self.values[name] = value
        return self.values[name]
