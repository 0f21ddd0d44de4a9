"""The kernels under pytest-benchmark: $VERDICTS_LIBRARY holds them, $VERDICTS_COUNTS how often each is called at a time (`sort=100`)."""

from __future__ import annotations

import ctypes
import os

import pytest

library = ctypes.CDLL(os.environ["VERDICTS_LIBRARY"])
library.verdicts_call.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
COUNTS = dict(pair.split("=") for pair in os.environ["VERDICTS_COUNTS"].split(","))


@pytest.mark.parametrize("kernel", COUNTS)
def test_kernel(benchmark, kernel: str) -> None:
    benchmark(library.verdicts_call, kernel.encode(), int(COUNTS[kernel]))
