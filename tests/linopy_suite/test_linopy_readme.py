"""What the client's README says of its size."""

from __future__ import annotations

import re

from linopy_facts import CLIENT

FILES = {
    "models": ["models/*.py", "pypsa_examples.py"],
    "patterns": ["patterns/*.py"],
    "phases": ["phases.py"],
    "pytest drivers": ["test_*.py"],
    "names, axes and options (`registry`, `libraries`, `__init__`)": ["registry.py", "libraries.py", "__init__.py"],
    "command line and conftest": ["__main__.py", "conftest.py"],
}


def test_lines_by_kind() -> None:
    told = re.findall(r"^\| (.+) \| (\d+) \|$", (CLIENT / "README.md").read_text(), re.M)
    folder = CLIENT / "benchmarks"
    counted = {
        kind: [len(path.read_text().splitlines()) for pattern in patterns for path in sorted(folder.glob(pattern))]
        for kind, patterns in FILES.items()
    }
    assert told[:-1] == [(kind, str(sum(lines))) for kind, lines in counted.items()]
    assert told[-1][1] == "0"
    assert sum(map(len, counted.values())) == len(list(folder.rglob("*.py"))), "every file is of one kind"
