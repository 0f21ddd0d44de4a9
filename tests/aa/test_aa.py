"""`aa`: what it counts, keeps and says. How good the verdicts are is measured by bench/verdicts, not here."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

from conftest import CLEAN_ENVIRONMENT, PYTHON, ROOT, read_lines, run

SMALL = ["aa", "-k", "sum", "--budget", "100ms", "--blocks", "5", "--seed", "1"]


def counted(build: Path, folder: Path, *more: str) -> dict:
    ended = run([build / "programs/suite", *SMALL, "--format", "json", *more], folder, XDG_STATE_HOME=str(folder / "state"))
    assert ended.code == 0, ended
    return json.loads(ended.out)


def test_counts_add_up(build: Path, tmp_path: Path) -> None:
    result = counted(build, tmp_path, "--comparisons", "4", "--metric", "time,cpu_time")
    assert result["comparisons"] == 4
    assert [metric["metric"] for metric in result["metrics"]] == ["time", "cpu_time"]
    for metric in result["metrics"]:
        assert [row["case"] for row in metric["cases"]] == ["sum[10]", "sum[1000]"]
        for row in [*metric["cases"], metric["all"]]:
            alarms = row["false_alarms"]
            assert alarms["count"] + row["same"] + row["undecided"] == alarms["of"]
            assert alarms["interval"][0] <= alarms["count"] / alarms["of"] <= alarms["interval"][1]
            assert row["found"]["of"] == 0
            assert row["median_error"] >= 0
            assert row["smallest_change"] > 0.01, "beyond the threshold"
        assert metric["all"]["false_alarms"]["of"] == 8


def test_planted_slowdowns_of_a_half_are_found(build: Path, tmp_path: Path) -> None:
    result = counted(build, tmp_path, "--comparisons", "4", "--inject", "50%")
    [metric] = result["metrics"]
    assert metric["threshold"] == {"amount": 0.125, "relative": True}
    assert metric["all"]["found"]["of"] == 4
    assert metric["all"]["found"]["count"] >= 3, "of half as much again as it was"
    assert metric["all"]["wrong"] == 0
    assert metric["all"]["false_alarms"]["of"] == 4


def test_snapshots_are_kept_and_gone_on_with(build: Path, tmp_path: Path) -> None:
    first = counted(build, tmp_path, "--comparisons", "2", "-o", "kept")
    files = {file.name: file.read_bytes() for file in (tmp_path / "kept").iterdir()}
    assert sorted(files) == ["0001.jsonl", "0002.jsonl"]
    more = counted(build, tmp_path, "--comparisons", "3", "-o", "kept")
    assert (first["comparisons"], more["comparisons"]) == (2, 3)
    assert all((tmp_path / "kept" / name).read_bytes() == content for name, content in files.items())
    seeds = [read_lines(file).of_kind("session")[0]["options"]["seed"] for file in (tmp_path / "kept").iterdir()]
    assert len(set(seeds)) == 3
    compared = run([build / "benchkit", "compare", "kept/0001.jsonl"], tmp_path)
    assert compared.code == 0, "they are snapshots as any other"
    refused = run([build / "programs/suite", *SMALL, "--comparisons", "3", "-o", "kept", "--pin", "off"], tmp_path)
    assert refused.code == 2, refused
    assert "kept/0001.jsonl" in refused.err


def test_info_quotes_the_last_result(build: Path, tmp_path: Path) -> None:
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    assert "not known yet: `aa` measures it" in run([build / "benchkit", "info"], tmp_path, **state).out
    assert run([build / "programs/suite", *SMALL, "--comparisons", "2", "--inject", "50%"], tmp_path, **state).code == 0
    shown = run([build / "benchkit", "info"], tmp_path, **state).out
    assert "What `aa` found here last" in shown
    assert "programs/suite, exec, 0.1 s a case, 2 comparisons" in shown
    for line in ("- false alarms: ", "- slowdowns of 50% found: ", "- median error: ", "- smallest change seen in "):
        assert line in shown, shown
    kept = json.loads((tmp_path / "state/benchkit/aa.json").read_text())
    assert len(kept) == 1, "one for each machine"
    facts = json.loads(run([build / "benchkit", "info", "--format", "json"], tmp_path, **state).out)
    assert facts["aa"] == next(iter(kept.values()))
    for nonsense in ("{", "[]", json.dumps({next(iter(kept)): {"metrics": 1}})):
        (tmp_path / "state/benchkit/aa.json").write_text(nonsense)
        assert "not known yet" in run([build / "benchkit", "info"], tmp_path, **state).out


def test_what_cannot_be_kept_is_no_loss(build: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    ended = run([build / "programs/suite", *SMALL, "--comparisons", "1"], tmp_path, XDG_STATE_HOME=str(tmp_path / "state"))
    assert ended.code == 0, ended
    assert "not kept for `info`" in ended.err
    assert "false alarms" in ended.out


def test_ctrl_c_shows_what_there_is(build: Path, tmp_path: Path) -> None:
    argv = [build / "programs/suite", *SMALL, "--comparisons", "10000", "-o", "kept"]
    process = subprocess.Popen(argv, cwd=tmp_path, env=CLEAN_ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (tmp_path / "kept/0003.jsonl").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "false alarms: " in out
    assert "Interrupted after " in out
    assert " of 10000 comparisons" in out


def test_what_is_asked_for_wrongly_is_told(build: Path, tmp_path: Path) -> None:
    suite = build / "programs/suite"
    for words, part in (
        (["--inject", "1%", "--threshold", "1%"], "beyond the threshold"),
        (["--inject", "1%", "--threshold", "time:2%"], "beyond the threshold of time (2%)"),
        (["--inject", "1%", "--metric", "time,cpu_time", "--threshold", "cpu_time:1%"], "beyond the threshold of cpu_time (1%)"),
        (["--inject", "1%", "--metric", "peak"], "no time is measured"),
        (["--inject", "0%"], "--inject"),
        (["--threshold", "peak:1%,nonsense:2%"], "nonsense"),
        (["--comparisons", "0"], "--comparisons"),
        (["--alpha", "60%"], "--alpha"),
        (["-k", "nothing"], "none of the"),
    ):
        ended = run([suite, "aa", *words], tmp_path)
        assert ended.code == 2, ended
        assert part in ended.err, ended


def test_python_and_commands(build: Path, tmp_path: Path) -> None:
    python = [PYTHON, ROOT / "tests/cli/pysuite.py", "aa", "-k", "sum"]
    command = [build / "benchkit", "aa", "--command", "true=true"]
    for program in (python, command):
        ended = run([*program, "--comparisons", "1", "--blocks", "3", "--budget", "60ms", "--format", "json"], tmp_path)
        assert ended.code == 0, ended
        assert json.loads(ended.out)["metrics"][0]["all"]["false_alarms"]["of"] >= 1
        refused = run([*program, "--layouts", "3"], tmp_path)
        assert refused.code == 2, refused
        assert "only a program's own code has layouts" in refused.err


def test_failing_cases_are_named_and_left_out(build: Path, tmp_path: Path) -> None:
    argv = [build / "programs/suite", "aa", "-k", "sum[10] or broken or gpu", "--budget", "100ms", "--blocks", "5", "--comparisons", "2"]
    ended = run(argv, tmp_path)
    assert ended.code == 1, ended
    assert ended.err.count("FAILED broken") == 1
    assert ended.err.count("skipped gpu") == 1
    assert "broken" not in ended.out
