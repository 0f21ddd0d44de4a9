"""What the tests of whole programs share: where the builds are, and how a program is run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BUILD = Path(os.environ.get("BENCHKIT_BUILD", ROOT / "build/release"))
PYTHON = Path(sys.executable)
COMMAND = BUILD / "benchkit"

# What a person's own `aa` found is not for tests, nor is theirs for a person.
STATE = tempfile.TemporaryDirectory(prefix="benchkit-state-")

# The tests' own environment must not change what the programs do. Without its bytecode a large library takes three times as long to import.
FOREIGN = ("BENCHKIT", "PYTEST", "COLUMNS", "NO_COLOR", "PYTHONDONTWRITEBYTECODE")
CLEAN_ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)},
    "LC_ALL": "C.UTF-8",
    "TERM": "xterm-256color",
    "XDG_STATE_HOME": STATE.name,
}


@dataclass
class Ended:
    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def run(argv: list[object], cwd: Path, timeout: float = 120, stdin: str | None = None, **environment: str) -> Ended:
    """A program, run to its end without a terminal."""
    done = subprocess.run(
        [str(word) for word in argv],
        cwd=cwd,
        env={**CLEAN_ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        **({"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}),
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@dataclass
class Lines:
    """A snapshot, read as plain JSON Lines: the tests' own eye, not the reader that is being tested."""

    lines: list[dict]
    case_ids: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.case_ids = {line["case"]: line["id"] for line in self.lines if line["kind"] == "case"}

    def of_kind(self, kind: str) -> list[dict]:
        return [line for line in self.lines if line["kind"] == kind]

    def outcomes(self) -> dict[str, dict]:
        return {self.case_ids[line["case"]]: line for line in self.of_kind("outcome")}

    def values(self) -> dict[str, list[float]]:
        """Samples of finished blocks by case id, journal and sealed form alike (one metric)."""
        finished = {(line["session"], line["block"]) for line in self.of_kind("block") if line["status"] == "complete"}
        found: dict[str, list[float]] = {}
        for line in self.of_kind("sample"):
            if (line["session"], line.get("block", 0)) in finished:
                found.setdefault(self.case_ids[line["case"]], []).append(line["value"])
        for line in self.of_kind("series"):
            if not line.get("partial"):
                value = line["value"]
                found[self.case_ids[line["case"]]] = value if isinstance(value, list) else [value] * line["count"]
        return found


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def read_lines(path: Path) -> Lines:
    text = path.read_text()
    whole = text[: text.rfind("\n") + 1]
    return Lines([json.loads(line) for line in whole.splitlines()])


@pytest.fixture(scope="session")
def build() -> Path:
    assert COMMAND.exists(), f"{COMMAND} is missing: run tools/build, or `make test`"
    return BUILD
