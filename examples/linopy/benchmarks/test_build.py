from benchkit.pytest import parametrize

from . import suite


@parametrize(suite, "build")
def test_build(benchmark, case):
    with case.run() as action:
        benchmark(action)
