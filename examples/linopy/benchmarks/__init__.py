"""linopy's benchmarks: which models, which operations. `python -m benchmarks` has the command line."""
