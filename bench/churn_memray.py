"""bench_churn's work under memray, plain beside it, in turn: `churn_memray.py LIBRARY ROUNDS`. Prints JSON, nanoseconds a pair."""

from __future__ import annotations

import ctypes
import json
import os
import statistics
import sys
import tempfile

import memray


def main() -> None:
    churn = ctypes.CDLL(sys.argv[1]).bench_churn
    churn.restype = ctypes.c_double
    bare, tracked = [], []
    for _ in range(int(sys.argv[2])):
        bare.append(churn(0))
        with tempfile.TemporaryDirectory() as folder, memray.Tracker(os.path.join(folder, "track.bin")):
            tracked.append(churn(0))
    print(json.dumps({"bare": statistics.median(bare), "memray": statistics.median(tracked)}))


if __name__ == "__main__":
    main()
