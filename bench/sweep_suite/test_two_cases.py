"""As pytest-benchmem runs them. Collected in its own environments, never by the project's own tests."""

from two_cases import matrices, model


def test_build(benchmark):
    benchmark(model)


def test_matrices(benchmark):
    benchmark(matrices, model())
