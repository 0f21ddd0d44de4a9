"""`python -m benchmarks ...`: benchkit's command line over linopy's suite."""

import os

import benchkit.cli

from . import suite


def smoke(arguments: list[str]) -> int:
    """Every case of the quick tier once, by pytest; its arguments may follow."""
    import pytest

    return pytest.main([os.path.dirname(__file__), "--quick", "--benchmark-disable", "-q", *arguments])


def install_spec(version: str) -> list[str]:
    """What a sweep installs for a release of linopy: beside it, what the suite needs itself."""
    return [f"linopy=={version}", "highspy", "netcdf4"]


if __name__ == "__main__":
    benchkit.cli.main(suite, commands={"smoke": smoke}, install_spec=install_spec)
