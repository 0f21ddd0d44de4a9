"""What a person sees: progress on a terminal and none in a pipe, tables that fit, colours that can be had without."""

from __future__ import annotations

import os
import pty
import re
import struct
import subprocess
import termios
from fcntl import ioctl
from pathlib import Path

from conftest import BUILD, CLEAN_ENVIRONMENT, ROOT, run

ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def on_terminal(argv: list[object], cwd: Path, width: int = 80, **environment: str) -> tuple[int, str]:
    """Exit code, and all bytes that the terminal got."""
    leader, follower = pty.openpty()
    ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    process = subprocess.Popen(
        [str(word) for word in argv], cwd=cwd, env={**CLEAN_ENVIRONMENT, **environment}, stdin=follower, stdout=follower, stderr=follower
    )
    os.close(follower)
    received = b""
    while True:
        try:
            chunk = os.read(leader, 65536)
        except OSError:
            break
        if not chunk:
            break
        received += chunk
    os.close(leader)
    return process.wait(30), received.decode()


def shown_lines(text: str) -> list[str]:
    """Each state of each line, without escapes."""
    return [ESCAPES.sub("", part) for part in re.split(r"[\r\n]+", text) if ESCAPES.sub("", part)]


def test_progress_is_one_line_with_case_count_and_eta(tmp_path: Path) -> None:
    code, text = on_terminal(
        [BUILD / "programs/suite", "run", "--budget", "100ms", "-k", "sum or max", "-o", "a.jsonl"], tmp_path, width=70
    )
    assert code == 0, text
    progress = [line for line in shown_lines(text) if line.startswith("[")]
    assert len(progress) >= 3, text
    assert all(re.match(r"\[\d/4\] (sum|max)\[\d+\] · block \d+/\d+( · ETA .*)?$", line) for line in progress), progress
    assert any("ETA" in line for line in progress)
    before_table = text[: text.index("time (median")]
    assert before_table.count("\n") == 0, "progress is rewritten in place"
    assert before_table.endswith("\r\x1b[K"), "and gone when the table comes"


def test_no_progress_and_no_colour_in_a_pipe(tmp_path: Path) -> None:
    ended = run([BUILD / "programs/suite", "run", "--budget", "20ms", "-k", "sum", "-o", "a.jsonl"], tmp_path)
    assert ended.err == ""
    assert "\x1b" not in ended.out


def test_tables_fit_the_terminal(tmp_path: Path) -> None:
    data = ROOT / "tests/cli/data"
    for width in (60, 80, 120):
        _, text = on_terminal(
            [BUILD / "benchkit", "compare", data / "v1.jsonl", data / "v2.jsonl", data / "v3.jsonl"], tmp_path, width=width
        )
        table = [line for line in shown_lines(text) if line.startswith(("impl", "set", "hash"))]
        assert table
        assert max(len(line) for line in table) <= width, (width, table)


def test_colours_and_no_color(tmp_path: Path) -> None:
    data = ROOT / "tests/cli/data"
    argv = [BUILD / "benchkit", "compare", data / "v1.jsonl", data / "v2.jsonl"]
    assert "\x1b[" in on_terminal(argv, tmp_path)[1]
    assert "\x1b[" not in on_terminal(argv, tmp_path, NO_COLOR="1")[1]
    assert "\x1b[" not in on_terminal(argv, tmp_path, TERM="dumb")[1]


def test_the_eta_is_truthful_after_the_first_block(tmp_path: Path) -> None:
    """Of 3 s with 10 blocks: what is said after the first tenth is what it takes, within a fifth of it and the rounding of the text."""
    import time

    leader, follower = pty.openpty()
    ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    argv = [str(BUILD / "programs/suite"), "run", "--budget", "1500ms", "--blocks", "10", "-k", "sum[10] or max[10]", "-o", "a.jsonl"]
    process = subprocess.Popen(argv, cwd=tmp_path, env=CLEAN_ENVIRONMENT, stdin=follower, stdout=follower, stderr=follower)
    os.close(follower)
    said: list[tuple[float, float]] = []
    while True:
        try:
            chunk = os.read(leader, 65536).decode()
        except OSError:
            break
        if (match := re.search(r"block (\d+)/10 · ETA ([\d.]+) s", chunk)) and int(match[1]) >= 2:
            said.append((time.monotonic(), float(match[2])))
        if "time (median" in chunk:
            ended = time.monotonic()
    process.wait(10)
    assert said
    for moment, eta in said[:5]:
        assert abs((ended - moment) - eta) <= 0.2 * eta + 0.15, (ended - moment, eta)
