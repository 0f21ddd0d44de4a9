"""`python -m benchmarks ...`: benchkit's command line over linopy's suite."""

from pathlib import Path

import benchkit.cli

from . import suite


def smoke(arguments: list[str]) -> int:
    """Every case of the quick tier once, by pytest; its arguments may follow."""
    import pytest

    return pytest.main([str(Path(__file__).parent), "--quick", "--benchmark-disable", "-q", *arguments])


if __name__ == "__main__":
    benchkit.cli.main(suite, commands={"smoke": smoke})
