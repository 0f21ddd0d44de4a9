"""bench_churn's work plain, under memray, and with its native stacks, in turn: `churn_memray.py LIBRARY ROUNDS`.

Prints JSON, nanoseconds a pair.
"""

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
    times: dict[str, list[float]] = {"bare": [], "memray": [], "native": []}
    for _ in range(int(sys.argv[2])):
        times["bare"].append(churn(0))
        for name in ("memray", "native"):
            native = name == "native"
            with tempfile.TemporaryDirectory() as folder, memray.Tracker(os.path.join(folder, "track.bin"), native_traces=native):
                times[name].append(churn(0))
    print(json.dumps({name: statistics.median(seen) for name, seen in times.items()}))


if __name__ == "__main__":
    main()
