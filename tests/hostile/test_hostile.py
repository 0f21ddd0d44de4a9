"""Every hostile case costs one record, with the exact status and reason, and the rest goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import BUILD, PYTHON, Ended, Lines, read_lines, run

HERE = Path(__file__).parent
CPP = [BUILD / "programs/hostile"]
PY = [PYTHON, HERE / "hostile.py"]
MEASURED = "measured"
# The order of the cases in a block: the same in every run of the tests, another one in each round of `make test-long`.
SEED = os.environ.get("BENCHKIT_TEST_SEED", "7")

# id -> (status, what the reason holds). MEASURED: it is harmless to the measurement, and has samples.
BOTH = {
    "good-first": (MEASURED, ""),
    "segfault": ("signal", "killed by SIGSEGV"),
    "abort": ("signal", "killed by SIGABRT"),
    "endless": ("timeout", "no answer within 1.0 s"),
    "bomb": ("memory", "more than the limit of 286.1 MiB"),
    "flood": (MEASURED, ""),
    "closes-descriptors": ("protocol", "lost its connection"),
    "leaves-a-child": (MEASURED, ""),
    "answers-from-a-fork": (MEASURED, ""),
    "steals-signals": (MEASURED, ""),
    "takes-no-time": (MEASURED, ""),
    "slow": ("timeout", "no answer within 1.0 s"),
    "setup-throws": ("error", "no such data set"),
    "teardown-throws": ("error", "the table would not drop"),
    "no-run": ("error", "run"),
    "skips": ("skipped", "needs a GPU"),
    "nan-dim": ("error", 'its dim "n" is nan, not a finite number'),
    "inf-label": ("error", 'its label "rows" is inf, not a finite number'),
    "inf-work": ("error", "its work in items is inf, not a finite number"),
    "nan-timeout": ("error", "its timeout is nan, not a finite number"),
    "good-last": (MEASURED, ""),
}
ONLY_CPP = {
    "exception": ("error", "row 12 of 10"),
    "not-an-exception": ("error", "an exception of type int"),
    "exit": ("exit", "the process ended itself with exit code 0"),
    "\\xff": ("error", "its id is not UTF-8: \\xff"),
    "times-some-calls": ("error", "Probe::time was called 5 times in 10 calls"),
}
ONLY_PY = {
    "exception": ("error", "IndexError: row 12 of 10"),
    "sys-exit": ("exit", "sys.exit: exit code 3"),
    "os-exit": ("exit", "the process ended itself with exit code 0"),
    "yields-twice": ("error", "run yields twice: it must yield the action once"),
    "yields-never": ("error", "run never yields: it must yield the action once"),
    "yields-no-action": ("error", "yielded an int, which cannot be called"),
    "no-context-manager": ("error", "run() gave an int, which is no context manager"),
    "17": ("error", "its id is 17 (int), not a text"),
    "bad-dim": ("error", 'its dim "n" is [1, 2] (list)'),
    "returns-its-action": ("error", "run returned a type where it should yield"),
    "forgets-to-await": ("error", "the action returned a coroutine, which nobody awaits"),
    "entered-already": ("error", "write run=f, not run=f()"),
    "cases()[27]": ("error", "cases() gave 'not a case' (str), not a benchkit.Case"),
    "None": ("error", "its id is None (NoneType), not a text"),
    "None #2": ("error", "its id is None (NoneType), not a text"),
    r"'\udcff'": ("error", "not a text that UTF-8 can hold"),
}
EXPECTED = {"cpp": BOTH | ONLY_CPP, "python": BOTH | ONLY_PY}
PROGRAM = {"cpp": CPP, "python": PY}
STAGES = {"setup-throws": "setup", "teardown-throws": "teardown", "exception": "action"}


@pytest.fixture(scope="module", params=["cpp", "python"])
def hostile(request, tmp_path_factory) -> tuple[str, Lines, Ended]:
    """One run of the whole suite; all tests look at it."""
    folder = tmp_path_factory.mktemp(request.param)
    path = folder / "hostile.jsonl"
    options = ["--budget", "20ms", "--timeout", "1s", "--memory-limit", "300MB", "--seed", SEED, "-o", path]
    ended = run([*PROGRAM[request.param], "run", *options], cwd=folder)
    return request.param, read_lines(path), ended


def test_each_case_has_its_exact_record(hostile) -> None:
    language, lines, _ = hostile
    outcomes, values = lines.outcomes(), lines.values()
    seen = {}
    for case_id in lines.case_ids.values():
        outcome = outcomes.get(case_id, {"status": "ok"})
        seen[case_id] = MEASURED if outcome["status"] == "ok" and values.get(case_id) else outcome["status"]
    assert seen == {case_id: status for case_id, (status, _) in EXPECTED[language].items()}
    for case_id, (status, reason) in EXPECTED[language].items():
        if status != MEASURED:
            assert reason in outcomes[case_id]["reason"], case_id
            # What was measured before a teardown failed is kept beside its outcome.
            assert bool(values.get(case_id)) == (outcomes[case_id].get("details", {}).get("stage") == "teardown"), case_id


def test_the_exit_code_and_the_summary_say_that_cases_failed(hostile) -> None:
    language, _, ended = hostile
    expected = EXPECTED[language].values()
    failed = sum(status not in (MEASURED, "skipped") for status, _ in expected)
    measured = sum(status == MEASURED for status, _ in expected)
    assert ended.code == 1
    assert f"{measured} measured, {failed} failed, 1 skipped" in ended.out
    assert ended.err.count("FAILED ") == failed


def test_details_say_where_and_how(hostile) -> None:
    _, lines, _ = hostile
    outcomes = lines.outcomes()
    for case_id, stage in STAGES.items():
        assert outcomes[case_id]["details"]["stage"] == stage
    assert outcomes["segfault"]["details"]["signal"] == "SIGSEGV"
    assert outcomes["bomb"]["details"]["resident_bytes"] > outcomes["bomb"]["details"]["limit_bytes"] == 300_000_000
    assert outcomes["endless"]["details"]["limit_ns"] == 1_000_000_000


@pytest.mark.parametrize("language", ["cpp", "python"])
def test_who_held_the_bytes_of_a_case_that_died_for_want_of_memory(language: str, tmp_path: Path) -> None:
    """Checkpoints tell of the attributed call that does not return: it is made once more for that."""
    options = ["-k", "bomb or exception", "--metric", "peak", "--attribute", "--memory-limit", "300MB", "-o", "a.jsonl"]
    ended = run([*PROGRAM[language], "run", *options], cwd=tmp_path)
    assert ended.code == 1, ended
    assert "1 attributed" in ended.out, ended.out
    lines = read_lines(tmp_path / "a.jsonl")
    assert lines.outcomes()["bomb"]["status"] == "memory"
    (paths,) = lines.of_kind("paths")
    assert paths["cut_off"] is True
    assert paths["peak"] > 100_000_000, "the last word came when most was there"
    shown = run([*PROGRAM[language], "memory", "a.jsonl"], cwd=tmp_path)
    assert shown.code == 0, shown
    assert "bomb" in shown.out
    assert "the call did not return: this is what it held when that was last looked at" in shown.out


def test_a_flood_is_kept_by_its_end(hostile) -> None:
    _, lines, _ = hostile
    details = lines.outcomes()["flood"]["details"]
    assert details["stdout"].endswith("ooo\n"), details["stdout"][-20:]
    assert details["stderr"].endswith("the last words\n")
    assert "bytes before this" in details["stdout"]
    assert len(details["stdout"]) < 5000


def test_nothing_outlives_the_run(hostile) -> None:
    """The child that sat in a session of its own is gone as well."""
    language, _, _ = hostile
    program = str(PROGRAM[language][-1])
    left = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if program in (entry / "cmdline").read_text():
                    left.append(entry.name)
            except OSError:
                continue
    assert left == []


def test_python_failures_bring_their_traceback(hostile) -> None:
    language, lines, ended = hostile
    if language != "python":
        pytest.skip("of Python alone")
    assert 'raise IndexError("row 12 of 10")' in lines.outcomes()["exception"]["details"]["traceback"]
    assert "traceback| IndexError: row 12 of 10" in ended.err


@pytest.mark.parametrize("language", ["cpp", "python"])
def test_an_action_far_dearer_than_the_budget_gives_its_one_call(language: str, tmp_path: Path) -> None:
    path = tmp_path / "slow.jsonl"
    argv = [*PROGRAM[language], "run", "-k", "slow", "--budget", "20ms", "--blocks", "3", "-o", path]
    ended = run(argv, cwd=tmp_path, HOSTILE_SLOW_MS=os.environ.get("BENCHKIT_TEST_SLOW_MS", "700"))
    assert ended.code == 0, ended
    values = read_lines(path).values()["slow"]
    assert len(values) == 1, "one call is dearer than the budget: there is no second block"
    assert values[0] >= 0.7e9
    assert any("cold" in line["text"] for line in read_lines(path).of_kind("warning"))


@pytest.mark.parametrize("language", ["cpp", "python"])
def test_smoke_survives_them_too(language: str, tmp_path: Path) -> None:
    ended = run([*PROGRAM[language], "smoke", "--timeout", "1s", "-k", "not bomb"], cwd=tmp_path)
    assert ended.code == 1
    for case_id, (status, reason) in EXPECTED[language].items():
        if status not in (MEASURED, "skipped") and case_id not in ("bomb", "times-some-calls"):  # one call of the latter is fine
            assert f"FAILED {case_id}: {status}: " in ended.out, ended
            assert reason in ended.out
