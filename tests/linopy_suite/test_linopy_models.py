"""Every model of linopy's suite against what is known of it: counts, and the text of its LP file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from conftest import run
from linopy_facts import CLIENT, HERE, PYTHON, models, needs_linopy

COLUMNS = [
    *("variables", "constraints", "nonzeros", "objective_nonzeros", "quadratic_nonzeros"),
    *("binaries", "integers", "terms", "lp_bytes", "lp_sha256_16"),
]
# The data of pypsa's networks cannot be had everywhere.
BUILT_HERE = [line for line in models() if line["spec"] != "pypsa_scigrid"]


def is_small(line: dict[str, str]) -> bool:
    """A quick value, or one of which a build and its LP file take no longer."""
    return line["tier"] == "quick" or (line["tier"] == "default" and int(line["nonzeros"]) < 200_000)


def measured(lines: list[dict[str, str]]) -> dict[tuple[str, str], list[str]]:
    """The facts of these models, by a process of their own."""
    ended = run([PYTHON, HERE / "measure_models.py", *(f"{line['spec']}={line['value']}" for line in lines)], cwd=CLIENT)
    assert ended.code == 0, ended
    told = [line.split("\t") for line in ended.out.splitlines() if line.count("\t") == len(COLUMNS) + 1]
    return {(spec, value): facts for spec, value, *facts in told}


@needs_linopy
def test_models_have_their_numbers_and_lp_texts() -> None:
    small = sorted(filter(is_small, BUILT_HERE), key=lambda line: int(line["nonzeros"]))
    with ThreadPoolExecutor(2) as two:  # at once, with as much to do
        first, second = two.map(measured, (small[::2], small[1::2]))
    assert first | second == {(line["spec"], line["value"]): [line[column] for column in COLUMNS] for line in small}
