from benchkit.pytest import parametrize

from . import suite


@parametrize(suite, "pipeline")
def test_pipeline(benchmark, case):
    with case.run() as action:
        benchmark(action)
