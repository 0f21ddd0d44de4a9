from benchkit.pytest import parametrize

from . import suite


@parametrize(suite, "matrices")
def test_matrices(benchmark, case):
    with case.run() as action:
        benchmark(action)
