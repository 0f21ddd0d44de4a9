"""`python -m benchmarks ...`: benchkit's command line over linopy's suite."""

import benchkit.cli

from . import suite

if __name__ == "__main__":
    benchkit.cli.main(suite)
