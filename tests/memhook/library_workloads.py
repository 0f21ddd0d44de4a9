"""Work of libraries as a model builder has them: what memray and benchkit must agree on. Each sets up, and gives back what is measured."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

Action = Callable[[], object]


def numpy_temporaries() -> Action:
    import numpy as np

    a, b = np.random.default_rng(1).random((2, 200_000))
    return lambda: ((a * 2 + b) / (a + 1) - b).sum()


def numpy_sort() -> Action:
    import numpy as np

    a = np.random.default_rng(1).random(300_000)
    return lambda: (np.sort(a), np.argsort(a, kind="stable"), np.unique(a))


def numpy_solve() -> Action:
    import numpy as np

    a = np.random.default_rng(1).random((200, 200))
    return lambda: np.linalg.solve(a, a @ a)


def numpy_joins() -> Action:
    import numpy as np

    parts = [np.arange(n) for n in range(100, 5000, 77)]
    return lambda: np.concatenate([np.concatenate(parts), np.repeat(parts[-1], 30)]).astype(float)


def numpy_fft() -> Action:
    import numpy as np

    a = np.random.default_rng(1).random(65_536)
    return lambda: np.fft.irfft(np.fft.rfft(a))


def scipy_product() -> Action:
    import scipy.sparse as sp

    a = sp.random(2000, 2000, 0.005, format="csr", random_state=1)
    return lambda: a @ a.T


def scipy_assembly() -> Action:
    import numpy as np
    import scipy.sparse as sp

    chance = np.random.default_rng(1)
    rows, columns = chance.integers(0, 3000, (2, 100_000))
    values = chance.random(100_000)
    return lambda: sp.vstack([sp.coo_matrix((values, (rows, columns)), (3000, 3000)).tocsr(), sp.eye(3000).tocsr()]).tocsc()


def scipy_factor() -> Action:
    import scipy.sparse as sp
    import scipy.sparse.linalg as linalg

    a = (sp.random(800, 800, 0.01, random_state=1) + sp.eye(800) * 10).tocsc()
    return lambda: linalg.splu(a)


def scipy_tree() -> Action:
    import numpy as np
    from scipy.spatial import cKDTree

    points = np.random.default_rng(1).random((20_000, 3))
    return lambda: cKDTree(points).query(points[:1000], k=5)


def basic() -> Callable:
    """What builds the example's model, of a given size."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples/linopy"))
    # The suite would import it when it is first used, and that is not to be measured.
    import linopy  # noqa: F401
    from benchmarks import suite

    return suite.subjects["basic"].build


def linopy_build() -> Action:
    build = basic()
    return lambda: build(100)


def linopy_matrices() -> Action:
    model = basic()(200)

    def touch() -> None:
        blocks = model.matrices
        for name in ("A", "b", "c", "lb", "ub", "sense", "vlabels", "clabels"):
            getattr(blocks, name)

    return touch


def linopy_to_lp() -> Action:
    model = basic()(100)
    path = os.path.join(tempfile.mkdtemp(), "model.lp")
    return lambda: model.to_file(path, progress=False)


def highs_load() -> Action:
    import highspy

    path = os.path.join(tempfile.mkdtemp(), "model.lp")
    basic()(30).to_file(path, progress=False)

    def read() -> None:
        model = highspy.Highs()
        model.setOptionValue("output_flag", False)
        model.readModel(path)

    return read


def highs_solve() -> Action:
    import highspy

    path = os.path.join(tempfile.mkdtemp(), "model.lp")
    basic()(30).to_file(path, progress=False)

    def solve() -> None:
        model = highspy.Highs()
        model.setOptionValue("output_flag", False)
        model.setOptionValue("threads", 1)
        model.readModel(path)
        model.run()

    return solve


QUICK = [numpy_temporaries, numpy_joins, scipy_product]
WORKLOADS: dict[str, Callable[[], Action]] = {
    work.__name__: work
    for work in [
        *QUICK, numpy_sort, numpy_solve, numpy_fft, scipy_assembly, scipy_factor, scipy_tree,
        linopy_build, linopy_matrices, linopy_to_lp, highs_load, highs_solve,
    ]
}  # fmt: skip
