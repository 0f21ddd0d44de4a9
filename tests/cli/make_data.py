"""Writes the snapshots that the transcripts read: `make_data.py FOLDER`. Kept, so that they can be made again when the format grows."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path


def lines(label: str, factor: dict[str, float], cpu: str, seed: int):
    chance = random.Random(seed)
    yield {
        "kind": "session", "format": 1, "session": 0, "benchkit": "0.1.0", "started": "2026-11-24T00:00:00.000Z", "host": "./suite",
        "machine": {"cpu": cpu, "architecture": "x86_64", "cpus": 2, "kernel": "Linux 6.1"}, "design": "solo",
        "processes": "fresh worker a block", "seed": seed, "sealed": True,
    }  # fmt: skip
    yield {"kind": "version", "version": 0, "label": label, "commit": label * 8, "dirty": False}
    yield {"kind": "metric", "metric": 0, "name": "time", "unit": "ns", "better": "less"}
    yield {"kind": "metric", "metric": 1, "name": "hits", "better": "more"}
    cases = [
        (f"{impl}-{op}[{n}]", {"impl": impl, "op": op, "n": n}, cost * n)
        for impl, cost in (("set", 20.0), ("hash", 9.0))
        for op in ("build", "find")
        for n in (10, 1000)
    ]
    cases.append(("extra[1]", {"impl": "set", "op": "extra", "n": 1}, 100.0))
    if label == "v1":
        cases.append(("vanished[1]", {"impl": "set", "op": "vanished", "n": 1}, 50.0))
    for handle, (case_id, dims, _) in enumerate(cases):
        yield {"kind": "case", "case": handle, "id": case_id, "dims": dims}
    for block in range(5):
        yield {"kind": "block", "session": 0, "block": block, "status": "complete", "meter": "time"}
    place = {"session": 0, "version": 0, "metric": 0}
    for handle, (case_id, dims, cost) in enumerate(cases):
        if case_id == "extra[1]" and label == "v2":
            reason = {"status": "timeout", "reason": "no answer within 10 s", "details": {"limit_ns": 10_000_000_000}}
            yield {"kind": "outcome", **place, "case": handle, **reason}
            continue
        centre = cost * factor.get(dims["op"], 1.0)
        values = [round(centre * chance.lognormvariate(0, 0.01), 3) for _ in range(20)]
        blocks = [i // 4 for i in range(20)]
        yield {
            "kind": "series",
            **place,
            "case": handle,
            "count": 20,
            "value": values,
            "iterations": 100,
            "block": blocks,
            "order": list(range(20)),
        }
    yield {"kind": "series", **place, "metric": 1, "case": 0, "count": 5, "value": [7.0, 7.0, 7.0, 7.0, 7.0], "block": [0, 1, 2, 3, 4]}
    yield {"kind": "warning", **place, "case": 1, "text": "the clock is too coarse for this case"}


def odd_lines(label: str, optimised: bool):
    """What leaves a doubt: few samples, wide blocks, values that are no numbers, a failure after samples; and names, groups and work."""
    yield {
        "kind": "session", "format": 1, "session": 0, "benchkit": "0.1.0", "started": "2026-11-24T00:00:00.000Z", "host": "./suite",
        "design": "solo", "processes": "fresh worker a block", "seed": 1,
    }  # fmt: skip
    yield {"kind": "version", "version": 0, "label": label, "toolchain": {"compiler": "g++ 12", "optimised": optimised}}
    yield {"kind": "metric", "metric": 0, "name": "time", "unit": "ns", "better": "less"}
    cases = [
        ("one", {"kind": "a single sample"}, [100.0], [0]),
        ("few", {"kind": "few samples of one process"}, [100.0, 101.0, 102.0], [0, 0, 0]),
        ("process", {"kind": "one process"}, [100.0, 101.0, 102.0, 103.0, 104.0, 105.0, 106.0], [0] * 7),
        ("wide", {"kind": "blocks unlike each other"}, [100.0, 900.0], [0, 1]),
        ("infinite", {"kind": "no finite number"}, [100.0, "Infinity", 101.0], [0, 1, 2]),
        ("failed", {"kind": "failed after some samples"}, [100.0, 101.0, 102.0], [0, 1, 2]),
        ("evil \x1b[31m\nname|\\", {}, [100.0, 100.0, 100.0], [0, 1, 2]),
        ("worked", {"kind": "has work", "value": "a clash"}, [1000.0, 1000.0, 1000.0], [0, 1, 2]),
        ("long", {"kind": "outlier block"}, [1.0, 1.0, 1.0, 100.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], list(range(10))),
    ]
    for handle, (case_id, dims, _, _) in enumerate(cases):
        line = {"kind": "case", "case": handle, "id": case_id, "dims": dims}
        if case_id == "worked":
            line |= {"work": {"items": 50.0, "bytes": 4096.0}, "group": "throughput"}
        yield line
    for block in range(10):
        yield {"kind": "block", "session": 0, "block": block, "status": "complete", "meter": "time"}
    place = {"session": 0, "version": 0, "metric": 0}
    for handle, (case_id, _, values, blocks) in enumerate(cases):
        yield {"kind": "series", **place, "case": handle, "count": len(values), "value": values, "block": blocks}
        if case_id == "failed":
            yield {"kind": "outcome", **place, "case": handle, "status": "signal", "reason": "killed by SIGSEGV", "details": {"signal": 11}}


def main() -> None:
    folder = Path(sys.argv[1])
    for label, factor, cpu, seed in (
        ("v1", {}, "Big Iron", 1),
        ("v2", {"find": 1.25, "build": 0.9}, "Big Iron", 2),
        ("v3", {"find": 3.0}, "Small Iron", 3),
    ):
        (folder / f"{label}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines(label, factor, cpu, seed)))
    for label, optimised in (("odd", True), ("odd2", False)):
        (folder / f"{label}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in odd_lines(label, optimised)))
    whole = (folder / "v1.jsonl").read_text()
    (folder / "damaged.jsonl").write_text(whole + '{"kind":"sample","oops"\n{"kind":"sample","case":99}\n')
    (folder / "newer.jsonl").write_text('{"kind":"session","format":9,"session":0}\n')
    (folder / "empty.jsonl").write_text("")
    (folder / "foreign.json").write_text('{"machine_info": {}, "benchmarks": []}\n')


if __name__ == "__main__":
    main()
