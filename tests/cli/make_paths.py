"""Writes the attributed snapshots that the transcripts read: `make_paths.py FOLDER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

FRAMES = [
    ["<module>", "/home/me/suite/suite.py", 61],
    ["run_case", "/home/me/suite/suite.py", 40],
    ["Model.build", "/home/me/suite/model.py", 31],
    ["Model.read", "/home/me/suite/io.py", 12],
    ["_PyEval_Vector", "", 0, "/usr/bin/python3.11", 0x1F2340],
    ["std::vector<double, std::allocator<double> >::_M_realloc_insert<double const&>(__gnu_cxx::__normal_iterator<"
     "double*, std::vector<double, std::allocator<double> > >, double const&)",
     "/usr/include/c++/12/bits/vector.tcc", 440, "/opt/_solver.so", 0x81A0],
    ["solver::Matrix::add_row(double const*, unsigned long)", "/src/solver/matrix.cpp", 88, "/opt/_solver.so", 0x81A0],
    ["", "", 0, "/usr/lib/x86_64-linux-gnu/libblas.so.3", 0x4F10],
    ["Model.build.<locals>.<listcomp>", "/home/me/suite/model.py", 35],
    ["parse", "/home/me/suite/io.py", 77],
]  # fmt: skip

KIB, MIB = 1024, 1024 * 1024
SOLVER = [0, 1, 2, 4, 6, 5]
BLAS = [0, 1, 2, 4, 7]
LIST = [0, 1, 2, 8]
BUILD = [0, 1, 2]
PARSE = [0, 1, 3, 9]
DEEP = [0, 1, 3, 9, 9, 9, 9]


def lines(label: str, build: list, find: list, attributed: bool = True):
    yield {
        "kind": "session", "format": 1, "session": 0, "benchkit": "0.1.0", "started": "2026-11-24T00:00:00.000Z", "host": "./suite",
        "machine": {"cpu": "Big Iron", "architecture": "x86_64", "cpus": 2, "kernel": "Linux 6.1"}, "design": "solo",
        "processes": "fresh worker a block", "seed": 1, "sealed": True,
    }  # fmt: skip
    yield {"kind": "version", "version": 0, "label": label}
    yield {"kind": "metric", "metric": 0, "name": "peak", "unit": "B", "better": "less"}
    cases = ["build[100]", "find;all"]
    for handle, case_id in enumerate(cases):
        yield {"kind": "case", "case": handle, "id": case_id, "dims": {"op": case_id.partition("[")[0]}}
    for block in range(3):
        yield {"kind": "block", "session": 0, "block": block, "status": "complete", "meter": "memory"}
    place = {"session": 0, "version": 0, "metric": 0}
    for handle, (paths, noise) in enumerate(((build, 0), (find, 4096))):
        peak = sum(path[0] for path in paths) + 900
        yield {"kind": "series", **place, "case": handle, "count": 6, "value": float(peak + noise), "block": [0, 0, 1, 1, 2, 2]}
        if attributed:
            yield {
                "kind": "paths", **place, "case": handle, "block": 0, "peak": peak, "frames": FRAMES, "paths": paths, "rest": [900, 12],
            }  # fmt: skip


def main() -> None:
    folder = Path(sys.argv[1])
    build = [
        [6 * MIB, 3, SOLVER],
        [1536 * KIB, 1, BLAS],
        [700 * KIB, 9000, LIST],
        [64 * KIB, 1, BUILD],
        [20 * KIB, 40, PARSE],
        [9 * KIB, 7, DEEP],
    ]
    find = [[24 * KIB, 40, PARSE], [2 * KIB, 7, DEEP]]
    grown = [[18 * MIB, 4, SOLVER], [1536 * KIB, 1, BLAS], [300 * KIB, 4000, LIST], [30 * KIB, 60, PARSE], [512 * KIB, 1, [*PARSE, 7]]]
    for label, *held in (("held1", build, find), ("held2", grown, find)):
        (folder / f"{label}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines(label, *held)))
    (folder / "unheld.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines("unheld", build, find, attributed=False)))


if __name__ == "__main__":
    main()
