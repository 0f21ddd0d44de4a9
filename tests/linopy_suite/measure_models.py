"""The facts of each model of linopy's suite, as lines of models.tsv. Run with a Python that has linopy: measure_models.py SPEC=VALUE..."""

from __future__ import annotations

import hashlib
import sys
import tempfile
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples/linopy"))

import numpy as np
from benchmarks import suite


def lp_text(model) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.lp"
        model.to_file(path, progress=False)
        return path.read_bytes()


def lp_hash(spec: str, text: bytes) -> str:
    """The special ordered sets come in random order: their model's lines are sorted first."""
    if spec != "sos":
        return hashlib.sha256(text).hexdigest()[:16]
    return "sorted:" + hashlib.sha256(b"\n".join(sorted(text.split(b"\n")))).hexdigest()[:16]


def count(kind) -> int:
    return sum(int((kind[name].labels != -1).sum()) for name in kind)


def facts(spec: str, value: int, with_text: bool) -> list[object]:
    model = suite.subjects[spec].build(value)
    blocks = model.matrices
    matrix = blocks.A
    quadratic = int(np.count_nonzero(blocks.Q.data)) if model.is_quadratic else 0
    terms = ",".join(f"{name}:{model.constraints[name].nterm}" for name in model.constraints)
    text = lp_text(model) if with_text else None
    return [
        *(len(blocks.vlabels), matrix.shape[0], int(np.count_nonzero(matrix.data)), int(np.count_nonzero(blocks.c)), quadratic),
        *(count(model.binaries), count(model.integers), terms),
        *(["-", "-"] if text is None else [len(text), lp_hash(spec, text)]),
    ]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for point in sys.argv[1:]:
        spec, value, *without_text = point.split("=")
        print(spec, value, *facts(spec, int(value), not without_text), sep="\t", flush=True)
