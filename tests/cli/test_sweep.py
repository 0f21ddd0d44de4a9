"""A sweep that is killed goes on, and what it then holds is what an uninterrupted one holds."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

VERSIONS = ["fake:a", "fake:b,slow=1:10%", "fake:c,lacks=0", "none=./none"]
HOW = ["--samples", "120", "--blocks", "30", "--seed", "7", "-o", "s"]


def records(folder: Path) -> set[tuple[str, str, int]]:
    """Version, case, number of samples."""
    lines = [json.loads(line) for line in (folder / "s/sweep.jsonl").read_text().splitlines()]
    versions = {line["version"]: line["label"] for line in lines if line["kind"] == "version"}
    cases = {line["case"]: line["id"] for line in lines if line["kind"] == "case"}
    return {
        (versions[line["version"]], cases[line["case"]], line["count"])
        for line in lines
        if line["kind"] == "series" and not line.get("partial")
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, build: Path) -> set[tuple[str, str, int]]:
    folder = tmp_path_factory.mktemp("whole")
    done = subprocess.run([build / "benchkit", "sweep", *VERSIONS, *HOW], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr  # one version could not be measured
    return records(folder)


@pytest.mark.parametrize("moment", range(3))
def test_killed_and_resumed(moment: int, whole: set[tuple[str, str, int]], tmp_path: Path, build: Path) -> None:
    command = [build / "benchkit", "sweep", *VERSIONS, *HOW]
    sweep = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(random.Random(moment).uniform(0.02, 0.3))
    sweep.send_signal(signal.SIGKILL)
    sweep.wait()
    begun = (tmp_path / "s/sweep.jsonl").exists()
    again = subprocess.run([*command, *(["--resume"] if begun else [])], cwd=tmp_path, capture_output=True, text=True)
    assert again.returncode in {0, 1}, again.stderr
    assert records(tmp_path) == whole
