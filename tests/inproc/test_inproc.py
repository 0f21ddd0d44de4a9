"""Two builds of a suite in one process."""

from __future__ import annotations

from pathlib import Path

from conftest import PYTHON, ROOT, Ended, Lines, read_lines, run


def measure(build: Path, folder: Path, *more: object) -> tuple[Ended, Lines]:
    host, base, out = build / "tests/inproc/inproc-new", build / "tests/inproc/inproc-old", folder / "run.jsonl"
    plan = ["--against", f"old={base}", "--mode", "inproc", "--budget", "60ms", "--blocks", "3"]
    ended = run([host, "run", *plan, "-o", out, *more], cwd=folder)
    return ended, read_lines(out)


def by_version(lines: Lines, metric: str) -> dict[int, list]:
    name_of = {line["metric"]: line["name"] for line in lines.of_kind("metric")}
    found: dict[int, list] = {}
    for line in lines.of_kind("series"):
        if name_of[line["metric"]] == metric:
            value = line["value"]
            found.setdefault(line["version"], []).extend(value if isinstance(value, list) else [value] * line["count"])
    return found


def test_statics_are_apart(build: Path, tmp_path: Path) -> None:
    ended, lines = measure(build, tmp_path, "-k", "where")
    assert ended.code == 0, ended
    for metric in ("inline variable", "static of a template"):
        values = by_version(lines, metric)
        assert len(values) == 2
        assert not set(values[0]) & set(values[1]), metric
    processes = by_version(lines, "process")
    assert set(processes[0]) == set(processes[1]), "or else addresses would be apart by chance alone"
    assert len(set(processes[0])) == 3, "a fresh one for each block"


def test_a_crash_is_one_version_s_and_the_rest_goes_on(build: Path, tmp_path: Path) -> None:
    ended, lines = measure(build, tmp_path)
    assert ended.code == 1, ended
    outcomes = [line for line in lines.of_kind("outcome") if line["status"] != "ok"]
    assert [(line["version"], line["status"]) for line in outcomes] == [(0, "signal")], outcomes
    values = lines.values()
    for name in ("work", "where", "crash"):
        assert values[name], f"the head's samples of {name} are there"


def test_a_suite_against_itself(build: Path, tmp_path: Path) -> None:
    host = build / "tests/inproc/inproc-new"
    out = tmp_path / "self.jsonl"
    argv = [host, "run", "--against", f"self={host}", "--mode", "inproc", "-k", "where", "--budget", "30ms", "--blocks", "3", "-o", out]
    ended = run(argv, cwd=tmp_path)
    assert ended.code == 0, ended
    values = by_version(read_lines(out), "inline variable")
    assert not set(values[0]) & set(values[1]), "the same file is loaded as two"


def refusal(argv: list[object], folder: Path) -> str:
    ended = run(argv, cwd=folder)
    assert ended.code == 2, ended
    return ended.err


def test_what_cannot_be_loaded_is_refused_with_the_way_out(build: Path, tmp_path: Path) -> None:
    host = build / "tests/inproc/inproc-new"
    said = refusal([host, "run", "--mode", "inproc", "--against", "/bin/true"], tmp_path)
    assert "/bin/true.so" in said
    assert "benchkit_host" in said
    assert "--against" in refusal([host, "run", "--mode", "inproc"], tmp_path)
    python = [PYTHON, "-m", "benchmarks", "run", "--mode", "inproc", "--against", f"python:{PYTHON}"]
    assert "in Python" in refusal(python, ROOT / "examples/py-plain")
    command = [build / "benchkit", "run", "--command", "t=true", "--against", "cmd:true", "--mode", "inproc"]
    assert "process of its own" in refusal(command, tmp_path)
