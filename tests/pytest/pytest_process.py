"""Runs pytest as a user does, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Done:
    code: int
    out: str
    folder: Path

    def records(self, file: str = "out.jsonl") -> dict[tuple[str, str], dict[str, Any]]:
        """By case id and metric: what a sealed snapshot holds, with the outcome in it."""
        lines = self.lines(file)
        ids = {line["case"]: line["id"] for line in lines if line["kind"] == "case"}
        metrics = {line["metric"]: line["name"] for line in lines if line["kind"] == "metric"}
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for line in lines:
            if line["kind"] in ("series", "outcome"):
                found.setdefault((ids[line["case"]], metrics[line["metric"]]), {}).update(line)
        return found

    def lines(self, file: str = "out.jsonl") -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / file).read_text().splitlines()]

    def cases(self, file: str = "out.jsonl") -> dict[str, dict[str, Any]]:
        return {line["id"]: line for line in self.lines(file) if line["kind"] == "case"}


@dataclass
class Runner:
    folder: Path

    def write(self, text: str, name: str = "test_it.py") -> None:
        (self.folder / name).write_text(text)

    def __call__(self, *words: str, env: dict[str, str] | None = None) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, "NO_COLOR": "1", "COLUMNS": "120", **(env or {})},
        )
        return Done(done.returncode, done.stdout + done.stderr, self.folder)
