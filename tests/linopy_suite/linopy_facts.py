"""What is known of linopy's suite (the facts beside this file), and the Python that can run it."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

HERE = Path(__file__).resolve().parent
CLIENT = ROOT / "examples/linopy"
PYTHON = Path(os.environ.get("BENCHKIT_LINOPY", ROOT / "build/linopy")) / "bin/python"

needs_linopy = pytest.mark.skipif(
    not PYTHON.exists(), reason="tools/libraries .venv/bin/python build/linopy tests/linopy_suite/requirements.txt has not been run"
)


def ids(name: str) -> list[str]:
    """Node ids, in the order of their collection."""
    return (HERE / f"ids/{name}.txt").read_text().splitlines()


def skipped(name: str) -> dict[str, str]:
    """Node id to reason."""
    return dict(line.split("\t") for line in (HERE / f"ids/skipped-{name}.tsv").read_text().splitlines())


def models() -> list[dict[str, str]]:
    """The lines of models.tsv."""
    with (HERE / "models.tsv").open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def copy_of_the_client(folder: Path) -> Path:
    """The client, where it may leave files behind."""
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    return Path(shutil.copytree(CLIENT, folder / "linopy", ignore=ignored))
