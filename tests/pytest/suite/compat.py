"""A suite written for pytest-benchmark and pytest-benchmem: each of their features once. benchkit's own tests run it unmodified."""

import time

import pytest


def work(n=100):
    return sum(range(n))


def test_plain(benchmark):
    assert benchmark(work) == 4950


def test_arguments(benchmark):
    assert benchmark(work, 10) == 45
    assert benchmark.stats.stats.mean > 0
    assert benchmark.stats["min"] <= benchmark.stats["max"]


def test_keywords(benchmark):
    benchmark.extra_info["kind"] = "keyword"
    benchmark.extra_info["rows"] = 10
    assert benchmark(work, n=10) == 45


def test_decorator(benchmark):
    @benchmark
    def result():
        return work(5)

    assert result == 10


@pytest.mark.parametrize("n", [10, 100])
@pytest.mark.parametrize("kind", ["list", "set"])
def test_params(benchmark, kind, n):
    make = {"list": list, "set": set}[kind]
    assert len(benchmark(make, range(n))) == n


@pytest.mark.benchmark(group="sums", max_time=0.1, min_rounds=3, warmup=False)
def test_group_by_marker(benchmark):
    benchmark(work)


def test_group_by_attribute(benchmark):
    benchmark.group = "sums"
    benchmark(work)


class TestClass:
    @pytest.fixture(autouse=True)
    def prepare(self):
        self.data = list(range(50))

    def test_method(self, benchmark):
        assert benchmark(sum, self.data) == 1225

    @pytest.mark.parametrize("reverse", [False, True])
    def test_method_params(self, benchmark, reverse):
        assert benchmark(sorted, self.data, reverse=reverse)[0] in (0, 49)


def test_pedantic(benchmark):
    calls = []
    benchmark.pedantic(calls.append, args=(1,), rounds=5, iterations=3, warmup_rounds=2)
    assert set(calls) == {1}


def test_pedantic_counts(benchmark):
    calls = []
    assert benchmark.pedantic(lambda: calls.append(1) or len(calls), rounds=4) == len(calls)
    assert len(calls) >= 4


def test_pedantic_setup(benchmark):
    made, torn = [], []

    def setup():
        made.append(list(range(20)))
        return (made[-1],), {"reverse": True}

    def consume(data, reverse):
        assert data, "each call has its own state"
        data.sort(reverse=reverse)
        first = data[0]
        data.clear()
        return first

    assert benchmark.pedantic(consume, setup=setup, teardown=lambda data, reverse: torn.append(reverse), rounds=6) == 19
    assert len(made) == len(torn) >= 6


def test_slow(benchmark):
    benchmark.pedantic(time.sleep, args=(0.001,), rounds=3)


@pytest.mark.skip(reason="not here")
def test_skipped(benchmark):
    benchmark(work)


@pytest.mark.benchmem(repeats=2, warmup=1)
def test_memory(benchmark_memory):
    assert len(benchmark_memory(bytearray, 1 << 20)) == 1 << 20
    assert benchmark_memory.peak_bytes >= 1 << 20
    benchmark_memory.extra_info["op"] = "fill"


@pytest.mark.benchmem(max_peak="64MiB", max_allocations=1_000_000)
def test_memory_limit(benchmark_memory):
    benchmark_memory(bytearray, 1 << 20)


@pytest.mark.benchmem(calls=3)
def test_memory_pedantic(benchmark_memory):
    benchmark_memory.pedantic(bytearray, args=(1 << 16,), rounds=2)


def test_no_benchmark():
    assert work(3) == 3
