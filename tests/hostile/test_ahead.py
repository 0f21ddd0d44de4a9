"""Workers of a memory pass live side by side, and none ends what another has started; where time is measured there is one at a time."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path

import pytest
from conftest import PYTHON, read_lines, run

SUITE = '''
import os, signal, time
from contextlib import contextmanager
import benchkit
import benchkit.cli


def note(word):
    with open("log", "a") as log:
        log.write(f"{word} {os.getpid()} {time.monotonic_ns()}\\n")


def start_daemon():
    """A process in a session of its own, whose parent is gone: nothing but its environment says whose it is."""
    here, there = os.pipe()
    if os.fork() == 0:
        os.setsid()
        daemon = os.fork()
        if daemon == 0:
            os.closerange(0, 64)
            time.sleep(60)
            os._exit(0)
        os.write(there, b"%d" % daemon)
        os._exit(0)
    os.wait()
    daemon = int(os.read(here, 20))
    os.close(here), os.close(there)
    return daemon


@contextmanager
def served():
    note("setup")
    daemon = start_daemon()
    note(f"daemon:{daemon}")

    def act():
        with open(f"/proc/{daemon}/stat") as stat:  # it is there, and no zombie
            assert stat.read().rsplit(")", 1)[1].split()[0] != "Z"
        note("action")
        time.sleep(0.02)
        return bytes(100_000 + int.from_bytes(os.urandom(2), "little"))

    yield act
    os.kill(daemon, signal.SIGKILL)


benchkit.cli.main([benchkit.Case(name, run=served) for name in ("a", "b", "c")])
'''


def lives(folder: Path) -> dict[str, tuple[int, int]]:
    """By worker: when it began its first setup, and when its last action."""
    found: dict[str, tuple[int, int]] = {}
    for line in (folder / "log").read_text().splitlines():
        word, pid, at = line.split()
        if word == "setup" or pid in found:
            first, last = found.get(pid, (int(at), 0))
            found[pid] = (first, int(at) if word == "action" else last)
    return found


def measure(folder: Path, *options: str) -> dict[str, tuple[int, int]]:
    (folder / "suite.py").write_text(SUITE)
    ended = run([PYTHON, "suite.py", "run", "--blocks", "3", "--budget", "2s", *options, "-o", "a.jsonl"], cwd=folder)
    assert ended.code == 0, ended
    assert "3 measured" in ended.out, ended
    assert len([block for block in read_lines(folder / "a.jsonl").of_kind("block") if block["status"] == "complete"]) == 3
    daemons = [line.split()[0].split(":")[1] for line in (folder / "log").read_text().splitlines() if line.startswith("daemon:")]
    until = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in daemons) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in daemons if Path(f"/proc/{pid}").exists()]
    return lives(folder)


def overlaps(workers: dict[str, tuple[int, int]]) -> int:
    in_turn = sorted(workers.values())
    return sum(later[0] < earlier[1] for earlier, later in itertools.pairwise(in_turn))


def has_room() -> bool:
    facts = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    kib = {name: int(facts[name].split()[0]) for name in ("MemTotal", "MemAvailable")}
    return len(os.sched_getaffinity(0)) > 1 and kib["MemAvailable"] > 0.6 * kib["MemTotal"]


def test_memory_workers_live_beside_each_other(tmp_path: Path) -> None:
    workers = measure(tmp_path, "--metric", "peak")
    assert len(workers) == 3, "none in vain"
    if not has_room():
        pytest.skip("there is no room for two workers here")
    assert overlaps(workers) == 2


@pytest.mark.parametrize("options", [("--metric", "time", "--samples", "9"), ("--metric", "peak", "--memory-limit", "1GiB")])
def test_others_live_one_after_the_other(tmp_path: Path, options: tuple[str, ...]) -> None:
    workers = measure(tmp_path, *options)
    assert len(workers) == 3
    assert overlaps(workers) == 0
