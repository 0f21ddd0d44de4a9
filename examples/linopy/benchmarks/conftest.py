"""pytest over the suite: its tiers and values, and what CodSpeed measures."""

import pytest
from benchkit.pytest import add_suite_options, use_suite

from . import suite

# matrices is part of to_solver, and netCDF is noisy work on a disk.
UNDER_CODSPEED = {"test_build", "test_to_lp", "test_to_solver"}


def pytest_addoption(parser):
    add_suite_options(parser, suite)


def pytest_configure(config):
    use_suite(config, suite)


def pytest_collection_modifyitems(config, items):
    if config.getoption("--quick"):
        for item in items:
            if item.path.stem == "test_pypsa_carbon_management":
                item.add_marker(pytest.mark.skip(reason="--quick: pypsa end-to-end skipped"))
    if config.getoption("--codspeed", default=False):
        left_out = [item for item in items if item.path.stem not in UNDER_CODSPEED]
        items[:] = [item for item in items if item.path.stem in UNDER_CODSPEED]
        config.hook.pytest_deselected(items=left_out)
