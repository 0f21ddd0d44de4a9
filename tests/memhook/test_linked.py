"""Programs that have the hooks inside, linked dynamically and statically: who held the bytes is told there too."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import run


@pytest.mark.parametrize("name", ["victim_linked", "victim_linked_static"])
def test_attributed_windows(build: Path, tmp_path: Path, name: str) -> None:
    program = build / f"tests/memhook/{name}"
    if not program.exists():
        pytest.skip("not built under a sanitizer")
    ended = run([program], tmp_path)
    assert (ended.code, ended.out) == (0, ""), ended
