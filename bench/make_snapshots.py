"""Writes sealed snapshots of made-up cases: `make_snapshots.py FOLDER FILES CASES SAMPLES`."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path


def snapshot(number: int, cases: int, samples: int) -> str:
    chance = random.Random(number)
    blocks = [i // 4 for i in range(samples)]
    lines: list[dict] = [
        {
            "kind": "session",
            "format": 1,
            "session": 0,
            "benchkit": "0.1.0",
            "machine": {"cpu": "made up"},
            "design": "solo",
            "sealed": True,
        },
        {"kind": "version", "version": 0, "label": f"v{number}"},
        {"kind": "metric", "metric": 0, "name": "time", "unit": "ns", "better": "less"},
    ]
    for i in range(cases):
        dims = {"op": "find", "impl": f"kind{i % 4}", "n": 10 ** (i % 6), "row": i}
        lines.append(
            {"kind": "case", "case": i, "id": f"bench/test_find.py::test_find[kind{i % 4}-n={10 ** (i % 6)}-row={i}]", "dims": dims}
        )
    lines += [{"kind": "block", "session": 0, "block": block, "status": "complete", "meter": "time"} for block in sorted(set(blocks))]
    for i in range(cases):
        values = [1000.0 * (1 + i % 7) * chance.lognormvariate(0, 0.02) for _ in range(samples)]
        facts = {
            "cpu_ns": [1e6 * chance.random() for _ in values],
            "start": [chance.randrange(10**10) for _ in values],
            "order": list(range(samples)),
        }
        place = {"session": 0, "version": 0, "case": i, "metric": 0}
        lines.append({"kind": "series", **place, "count": samples, "value": values, "iterations": 1000, "block": blocks, **facts})
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)


def main() -> None:
    folder, files, cases, samples = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        (folder / f"v{number}.jsonl").write_text(snapshot(number, cases, samples))


if __name__ == "__main__":
    main()
