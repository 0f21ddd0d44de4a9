"""A large real model, made and handed to HiGHS with frozen constraints and without: pypsa's carbon management example."""

import pytest
from benchkit.pytest import skip_without

from . import pypsa_examples
from .libraries import linopy

skip_without("pypsa")


@pytest.fixture(scope="module")
def network():
    return pypsa_examples.load("carbon_management")


@pytest.fixture(scope="module")
def frozen(network):
    return network.optimize.create_model(freeze_constraints=True)


@pytest.fixture(scope="module")
def mutable(network):
    return network.optimize.create_model(freeze_constraints=False)


def test_create_model_frozen(benchmark, network):
    benchmark(network.optimize.create_model, freeze_constraints=True)


def test_create_model_mutable(benchmark, network):
    benchmark(network.optimize.create_model, freeze_constraints=False)


def test_to_highspy_frozen(benchmark, frozen):
    benchmark(linopy.io.to_highspy, frozen)


def test_to_highspy_mutable(benchmark, mutable):
    benchmark(linopy.io.to_highspy, mutable)


def test_to_highspy_mutable_no_names(benchmark, mutable):
    benchmark(linopy.io.to_highspy, mutable, set_names=False)


def test_to_highspy_frozen_no_names(benchmark, frozen):
    benchmark(linopy.io.to_highspy, frozen, set_names=False)
