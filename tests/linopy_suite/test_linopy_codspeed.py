"""linopy's suite under a real pytest-codspeed, its walltime instrument.

It runs in a copy that is a repository of its own: the keys follow the nearest one.
"""

from __future__ import annotations

import json
from pathlib import Path

from conftest import Ended, run
from linopy_facts import PYTHON, copy_of_the_client, ids, needs_linopy

SHORT = ["--codspeed-max-rounds=1", "--codspeed-warmup-time=0", "--codspeed-max-time=0.01"]
SAYS_WHAT_IS_IMPORTED = """
import json, sys

def pytest_unconfigure():
    with open("modules.json", "w") as file:
        json.dump([name for name in sys.modules if name.partition(".")[0] == "benchkit"], file)
"""


def under_codspeed(folder: Path, selected: str) -> Ended:
    assert run(["git", "init", "--quiet"], cwd=folder).code == 0
    (folder / "says_what_is_imported.py").write_text(SAYS_WHAT_IS_IMPORTED)
    argv = [PYTHON, "-m", "pytest", "benchmarks", "--codspeed", "--quick", "-k", selected, "-p", "says_what_is_imported", *SHORT]
    return run(argv, cwd=folder, PYTHONPATH=str(folder))


@needs_linopy
def test_keys_are_the_node_ids_and_nothing_that_analyses_is_imported(tmp_path: Path) -> None:
    folder = copy_of_the_client(tmp_path)
    ended = under_codspeed(folder, "basic")
    assert ended.code == 0, ended
    (results,) = (folder / ".codspeed").glob("results_*.json")
    keys = [benchmark["uri"] for benchmark in json.loads(results.read_text())["benchmarks"]]
    assert keys == [node for node in ids("run-quick-codspeed") if "basic" in node]
    imported = set(json.loads((folder / "modules.json").read_text()))
    assert imported == {"benchkit", *(f"benchkit.{name}" for name in ("_case", "_core", "pytest", "suite"))}
