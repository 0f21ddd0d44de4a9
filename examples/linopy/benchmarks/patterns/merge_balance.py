"""Many short expressions and one long one, merged: each is padded to the longest."""

from __future__ import annotations

from ..libraries import linopy, pd
from ..registry import suite

ROWS = 128
NARROW_BLOCKS = 29
NARROW = 3
WIDEST = 200


@suite.subject(
    "merge_balance",
    dial="severity",
    description="Terms of one of 30 merged blocks: 0 is 3, like the others; 100 is 200, and all are padded to it.",
)
def merge_balance(severity: int) -> linopy.Model:
    wide = max(NARROW, round(NARROW + severity / 100 * (WIDEST - NARROW)))
    terms = {f"narrow{block}": NARROW for block in range(NARROW_BLOCKS)} | {"wide": wide}
    rows = pd.RangeIndex(ROWS, name="row")
    model = linopy.Model()
    blocks = []
    for name, length in terms.items():
        own = f"k_{name}"
        x = model.add_variables(coords=[rows, pd.RangeIndex(length, name=own)], name=name)
        blocks.append((1 * x).sum(own))
    model.add_constraints(linopy.merge(blocks, dim="block", join="outer") == 0, name="balance")
    model.add_objective(blocks[0])
    return model
