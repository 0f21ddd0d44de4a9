from benchkit.pytest import parametrize

from . import suite


@parametrize(suite, "to_lp")
def test_to_lp(benchmark, case):
    with case.run() as action:
        benchmark(action)
