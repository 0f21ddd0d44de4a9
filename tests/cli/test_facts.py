"""What a run says of what it measured, seen in its file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from conftest import COMMAND, PYTHON, run


def lines_of(path: Path, kind: str) -> list[dict]:
    return [line for line in map(json.loads, path.read_text().splitlines()) if line["kind"] == kind]


def test_an_uncommitted_tree_is_measured_and_said(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "code").write_text("committed")
    git("add", "code")
    git("commit", "-qm", "first")
    measured = ["run", "--command", "true=true", "--samples", "2", "--blocks", "1", "-o"]
    assert run([COMMAND, *measured, "clean.jsonl"], tmp_path).code == 0
    (tmp_path / "code").write_text("edited")
    assert run([COMMAND, *measured, "dirty.jsonl"], tmp_path).code == 0
    [clean], [dirty] = (lines_of(tmp_path / name, "version") for name in ("clean.jsonl", "dirty.jsonl"))
    assert not clean["dirty"]
    assert dirty["dirty"]
    assert dirty["commit"] == clean["commit"]
    assert dirty["label"] == clean["label"] + "-dirty"


def test_child_processes_are_counted(tmp_path: Path) -> None:
    """The command's child burns 50 ms of CPU time, by its own account: a slow machine makes it no less."""
    (tmp_path / "burn.py").write_text("import time\nwhile time.process_time() < 0.05:\n    pass\n")
    (tmp_path / "parent.sh").write_text(f"{PYTHON} burn.py\n:\n")
    ended = run(
        [COMMAND, "run", "--command", "burn=sh parent.sh", "--metric", "cpu_time", "--samples", "2", "--blocks", "1", "-o", "a.jsonl"],
        tmp_path,
    )
    assert ended.code == 0, ended
    [series] = lines_of(tmp_path / "a.jsonl", "series")
    values = series["value"] if isinstance(series["value"], list) else [series["value"]]
    assert min(values) >= 50e6
