"""Golden transcripts: every command as a person types it, with what it prints and its exit code.

A file in transcripts/ holds commands (`$ ...`, run by sh in a folder with the data, the suite and nothing else) and what came of each: the
standard output, then `[stderr]` and that stream if there was something, then `[exit N]` if it was not 0. `$~ ...` is for what measures:
numbers become `#`, and the spaces between columns one. A line that begins with `# ` is a remark. `tools/accept` writes them anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import CLEAN_ENVIRONMENT, PYTHON

HERE = Path(__file__).parent
TRANSCRIPTS = sorted((HERE / "transcripts").glob("*.txt"))
ACCEPT = os.environ.get("BENCHKIT_ACCEPT") == "1"

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d[\d.]*(?:e[-+]?\d+)?)(?=\s*(?:ns|us|ms|s|%|k|M|KiB|MiB|GiB|B|x)?(?:\W|$))")
UNIT = re.compile(r"(?<=#) ?(?:ns|us|ms|s|k|M|G|B|KiB|MiB|GiB)\b")
# Whether an interval says anything is chance, too.
UNKNOWN = re.compile(r"(?:(?<=\n)\n)?unknown: too few blocks[^\n]*\n")


def without_numbers(text: str) -> str:
    """Measured numbers, their units and the widths that follow from them say nothing in a transcript."""
    lines = []
    for line in UNKNOWN.sub("", text).splitlines():
        if re.search(r"\d", line) and not line.startswith(("FAILED", "skipped")) and "measured," not in line:
            head, *rest = re.split(r"(?<=\S) {2,}", line)
            line = "  ".join([head, *(UNIT.sub("", NUMBER.sub("#", word)) for word in rest)])
        line = re.sub(r"(?<=  )unknown\b", "±#%", re.sub(r"\b20\d\d-\d\d-\d\d\b", "DATE", line))
        line = re.sub(r"\b\d[\d.]* (?:ms|s)\b", "# s", line)
        lines.append(re.sub(r"\((median), \w+\)", r"(\1)", re.sub(r"(?<=\S) {2,}", "  ", line)).rstrip())
    return "\n".join(lines) + ("\n" if text.endswith("\n") else "")


def commands_of(transcript: str) -> list[str]:
    return [line for line in transcript.splitlines() if line.startswith(("$", "# "))]


def play(transcript: str, folder: Path, build: Path) -> str:
    """The transcript as it is now."""
    (folder / "suite").symlink_to(build / "programs/suite")
    (folder / "graphs").symlink_to(build / "examples/cpp-suite/cpp-suite")
    for age, file in enumerate(sorted((HERE / "data").iterdir())):
        shutil.copy(file, folder / file.name)
        os.utime(folder / file.name, (1e9 - age, 1e9 - age))  # what is listed newest first, is listed by name
    shutil.copy(HERE / "pysuite.py", folder)
    environment = {
        **CLEAN_ENVIRONMENT,
        "PATH": f"{build}:{PYTHON.parent}:{os.environ['PATH']}",
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "BENCHKIT": str(build / "benchkit"),
        "XDG_STATE_HOME": str(folder / "state"),
    }
    played = []
    for line in commands_of(transcript):
        if line.startswith("# "):
            played.append(line + "\n")
            continue
        measured, command = line.startswith("$~"), line.split(" ", 1)[1]
        argv = ["sh", "-c", command]
        done = subprocess.run(
            argv, cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False
        )
        streams = [stream.replace(str(folder), "FOLDER") for stream in (done.stdout, done.stderr)]
        out, err = (without_numbers(stream) if measured else stream for stream in streams)
        text = line + "\n" + out
        if err:
            text += ("" if text.endswith("\n") else "\n[no newline]\n") + "[stderr]\n" + err
        if done.returncode != 0:
            text += f"[exit {done.returncode}]\n"
        played.append(text)
    return "\n".join(played)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path: Path, build: Path, tmp_path: Path) -> None:
    wanted = path.read_text()
    seen = play(wanted, tmp_path, build)
    if ACCEPT:
        path.write_text(seen)
        return
    assert seen == wanted, "if this is meant, run tools/accept and look at the difference"


def test_every_command_has_a_transcript(build: Path) -> None:
    shown = subprocess.run([str(build / "benchkit"), "--help"], capture_output=True, text=True, check=True).stdout
    names = re.findall(r"^  ([a-z-]+) ", shown.split("Subcommands:")[1], re.MULTILINE)
    assert "compare" in names
    played = " ".join(line for path in TRANSCRIPTS for line in commands_of(path.read_text()))
    for name in names:
        assert re.search(rf"(benchkit|suite|pysuite.py|pysuite) {name}\b", played), name
