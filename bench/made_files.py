"""Snapshots of made-up numbers, which the rows about reading, comparing and reports share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def made_files(folder: Path, files: int, cases: int, samples: int) -> list[Path]:
    """v0.jsonl, v1.jsonl, ... in a folder that is made."""
    subprocess.run([sys.executable, HERE / "make_snapshots.py", folder, str(files), str(cases), str(samples)], check=True)
    return [folder / f"v{i}.jsonl" for i in range(files)]
