from benchkit.pytest import parametrize

from . import suite


@parametrize(suite, "to_netcdf")
def test_to_netcdf(benchmark, case):
    with case.run() as action:
        benchmark(action)


@parametrize(suite, "from_netcdf")
def test_from_netcdf(benchmark, case):
    with case.run() as action:
        benchmark(action)
