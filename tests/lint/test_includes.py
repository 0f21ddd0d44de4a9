"""The lint of the layers bites: each rule is broken once, in a copy, and each breach is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import PYTHON, ROOT, run


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("src", "include", "python/ext", "tools/lint"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def lint(tree: Path):
    return run([PYTHON, ROOT / "tools/lint/includes.py", tree], cwd=tree)


def plant(tree: Path, file: str, line: str) -> None:
    path = tree / file
    path.write_text(line + "\n" + path.read_text())


def test_the_tree_is_clean(tree: Path) -> None:
    ended = lint(tree)
    assert (ended.code, ended.out) == (0, ""), ended


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("src/snapshot/read.cpp", '#include "core/worker.hpp"', "snapshot may not include core/worker.hpp"),
        ("src/runner/runner.cpp", "#include <benchkit/core/case.hpp>", "runner may not include benchkit/core/case.hpp"),
        ("src/core/worker.cpp", '#include "snapshot/read.hpp"', "core may not include snapshot/read.hpp"),
        ("include/benchkit/model/dims.hpp", "#include <benchkit/core/case.hpp>", "model may not include benchkit/core/case.hpp"),
        ("src/runner/plan.cpp", "#include <sys/wait.h>", "operating system"),
        ("src/core/clock.cpp", "#include <Python.h>", "only python/ext may see Python"),
        ("src/model/dims.cpp", "#include <simdjson.h>", "a host must not need it"),
        ("python/ext/core.cpp", '#include "cli/session.hpp"', "_core may not include cli/session.hpp"),
    ],
)
def test_a_planted_include_is_found(tree: Path, file: str, line: str, complaint: str) -> None:
    plant(tree, file, line)
    ended = lint(tree)
    assert ended.code == 1
    assert ended.out.startswith(f"{tree / file}:1:"), ended
    assert complaint in ended.out


def test_a_row_that_would_close_a_cycle_is_refused(tree: Path) -> None:
    layers = tree / "tools/lint/layers.txt"
    layers.write_text(layers.read_text().replace("base:", "base: runner"))
    ended = lint(tree)
    assert ended.code == 1
    assert "base names runner, which is no row above it" in ended.err


def test_a_folder_without_a_row_is_found(tree: Path) -> None:
    (tree / "src/elsewhere").mkdir()
    assert "is no layer" in lint(tree).out
