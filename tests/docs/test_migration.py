"""The pages for those who come from another tool: each option and command that they name is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from conftest import PYTHON, ROOT, run

PAGES = sorted(ROOT.glob("docs/from-*.md"))
COMMANDS = {"aa", "compare", "filter", "info", "list", "memory", "notebook", "plot", "run", "scaling", "show", "smoke", "sweep"}
# Options of the tools that are left, where the text speaks of them.
OF_OTHERS = ("--benchmark", "--diff", "--facets", "--filter", "--json", "--smoke")


@cache
def help_of(command: str) -> str:
    """With the options of linopy's suite, which is listed without linopy."""
    ended = run([PYTHON, "-m", "benchmarks", command, "--help"], cwd=ROOT / "examples/linopy")
    assert ended.code == 0, ended
    return ended.out


@cache
def help_of_pytest() -> str:
    return run([PYTHON, "-m", "pytest", "--help", "-p", "no:cacheprovider"], cwd=ROOT / "examples").out


def has(text: str, option: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text) is not None


def promised(page: str) -> list[str]:
    """What stands in code, in the right column of a table, or outside of tables."""
    found: list[str] = []
    for line in page.splitlines():
        cells = re.split(r"(?<!\\)\|", line)
        told = "|".join(cells[2:]) if line.startswith("|") else line
        found += re.findall(r"`([^`]+)`", told)
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_is_named_is_there(path: Path) -> None:
    missing = []
    for span in promised(path.read_text()):
        words = span.removeprefix("benchkit ").split()
        command = words[0] if words and words[0] in COMMANDS else None
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", span):
            if option.startswith(OF_OTHERS):
                continue
            if option.startswith("--benchkit"):
                there = has(help_of_pytest(), option)
            elif command:
                there = has(help_of(command), option)
            else:
                there = any(has(help_of(one), option) for one in ("run", "compare", "plot", "sweep", "memory", "list")) or has(
                    help_of_pytest(), option
                )
            if not there:
                missing.append(f"{span}: {option}")
    assert missing == []
