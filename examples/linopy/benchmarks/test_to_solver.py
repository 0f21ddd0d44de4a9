from benchkit.pytest import parametrize

from . import suite


@parametrize(suite, "to_solver")
def test_to_solver(benchmark, case):
    with case.run() as action:
        benchmark(action)
