from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import benchkit

from .models import MODELS
from .operations import OPERATIONS


def cases() -> Iterator[benchkit.Case]:
    for phase, (node, operation) in OPERATIONS.items():
        for spec, (builder, sizes) in MODELS.items():
            for n in sizes:
                yield benchkit.Case(
                    id=f"{node}[{spec}-n={n}]",
                    dims={"phase": phase, "spec": spec, "n": n},
                    run=partial(operation, builder, n),
                    group=phase,
                )
