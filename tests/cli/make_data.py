"""Writes the snapshots that the transcripts read: `make_data.py FOLDER`. Kept, so that they can be made again when the format grows."""

from __future__ import annotations

import json
import math
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


def sized_lines(label: str, exponent: float, seed: int):
    """Costs over five sizes, and a size at which nothing can be measured."""
    chance = random.Random(seed)
    laws = {
        "sort": lambda n: 3 * n * math.log(n),
        "scan": lambda n: 500 + 2 * n,
        "match": lambda n: 40 * n**exponent,
        "look": lambda n: 50.0,
    }
    yield {
        "kind": "session", "format": 1, "session": 0, "benchkit": "0.1.0", "started": "2026-11-24T00:00:00.000Z", "host": "./suite",
        "machine": {"cpu": "Big Iron", "architecture": "x86_64", "cpus": 2, "kernel": "Linux 6.1"}, "design": "solo",
        "processes": "fresh worker a block", "seed": seed, "sealed": True,
    }  # fmt: skip
    yield {"kind": "version", "version": 0, "label": label}
    yield {"kind": "metric", "metric": 0, "name": "time", "unit": "ns", "better": "less"}
    cases = [(f"{op}[{n}]", {"op": op, "n": n}, law(n)) for op, law in laws.items() for n in (10, 100, 1000, 10000, 100000)]
    cases += [("sort[0]", {"op": "sort", "n": 0}, 20.0), ("start", {"op": "start"}, 90.0), ("stop[10]", {"op": "stop", "n": 10}, 7.0)]
    for handle, (case_id, dims, _) in enumerate(cases):
        yield {"kind": "case", "case": handle, "id": case_id, "dims": dims}
    for block in range(5):
        yield {"kind": "block", "session": 0, "block": block, "status": "complete", "meter": "time"}
    for handle, (_, _, cost) in enumerate(cases):
        values = [round(cost * chance.lognormvariate(0, 0.02), 3) for _ in range(5)]
        place = {"session": 0, "version": 0, "case": handle, "metric": 0}
        yield {"kind": "series", **place, "count": 5, "value": values, "block": list(range(5))}


def pytest_benchmark(label: str, factor: float, seed: int, with_data: bool) -> dict:
    chance = random.Random(seed)
    benchmarks = []
    for kind, n in (("list", 10), ("list", 1000), ("tuple", 10), ("tuple", 1000)):
        data = [round(1e-8 * n * factor * chance.lognormvariate(0, 0.02), 12) for _ in range(9)]
        stats = {"min": min(data), "max": max(data), "mean": sum(data) / 9, "median": sorted(data)[4], "stddev": 1e-9, "rounds": 9}
        benchmarks.append({
            "group": None, "name": f"test_sum[{kind}-{n}]", "fullname": f"tests/test_sum.py::test_sum[{kind}-{n}]",
            "params": {"kind": kind, "n": n}, "param": f"{kind}-{n}", "extra_info": {"benchmem": {"peak_bytes": [64 * n, 64 * n]}},
            "options": {"timer": "perf_counter"}, "stats": stats | ({"data": data} if with_data else {}) | {"iterations": 5},
        })  # fmt: skip
    machine = {
        "node": "box",
        "machine": "x86_64",
        "system": "Linux",
        "release": "6.1",
        "python_version": f"3.{label}",
        "cpu": {"brand_raw": "Big Iron", "count": 2},
    }
    commit = {"id": label * 20, "dirty": False, "branch": "main"}
    return {
        "machine_info": machine,
        "commit_info": commit,
        "benchmarks": benchmarks,
        "datetime": "2026-11-25T00:00:00+00:00",
        "version": "5.3.1",
    }


def google_benchmark() -> dict:
    def row(name: str, time: float, **more: object) -> dict:
        return {
            "name": name,
            "run_name": name,
            "run_type": "iteration",
            "threads": 1,
            "iterations": 100,
            "real_time": time,
            "cpu_time": time,
            "time_unit": "us",
            **more,
        }

    rows = [
        row("sort/1000", 1.5, repetition_index=0),
        row("sort/1000", 1.6, repetition_index=1),
        row("gone", 0.0, error_occurred=True, error_message="no such file"),
    ]
    return {"context": {"num_cpus": 2, "library_build_type": "release"}, "benchmarks": rows}


def hyperfine() -> dict:
    def result(n: str, times: list[float], codes: list[int]) -> dict:
        middle = sorted(times)[len(times) // 2]
        return {
            "command": "find {n}",
            "mean": middle,
            "stddev": 0.1,
            "median": middle,
            "user": 0.01,
            "system": 0.002,
            "min": min(times),
            "max": max(times),
            "times": times,
            "exit_codes": codes,
            "parameters": {"n": n},
        }

    return {"results": [result("1", [0.1, 0.12, 0.11], [0, 0, 0]), result("10", [0.2, 0.21, 0.0], [0, 2, 0])]}


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
    for label, exponent, seed in (("sizes1", 1.0, 4), ("sizes2", 1.4, 5)):
        (folder / f"{label}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in sized_lines(label, exponent, seed)))
    whole = (folder / "v1.jsonl").read_text()
    (folder / "damaged.jsonl").write_text(whole + '{"kind":"sample","oops"\n{"kind":"sample","case":99}\n')
    (folder / "newer.jsonl").write_text('{"kind":"session","format":9,"session":0}\n')
    (folder / "empty.jsonl").write_text("")
    (folder / "foreign.json").write_text('{"machine_info": {}, "benchmarks": []}\n')
    before, after = pytest_benchmark("11", 1.0, 1, True), pytest_benchmark("12", 1.5, 2, True)
    documents = {
        "pytest-11": before,
        "pytest-12": after,
        "pytest-saved": pytest_benchmark("13", 1.5, 2, False),
        "google": google_benchmark(),
        "hyperfine": hyperfine(),
        "linopy-time": {"benchmarks": [{"fullname": "build[basic-n=10]", "stats": {"min": 0.01, "median": 0.012}}]},
        "linopy-memory": {"label": "0.5.0", "peak_mib": {"build[basic-n=10]": 1.5}},
    }
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n")
    text = json.dumps(before, indent=1)
    (folder / "pytest-torn.json").write_text(text[: text.rindex('"stats"')])
    (folder / "pytest-damaged.json").write_text(text.replace('"params": {', '"params": [', 1).replace('tuple-10]"', "tuple-10]", 1))


if __name__ == "__main__":
    main()
