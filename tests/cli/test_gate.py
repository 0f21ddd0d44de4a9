"""Nothing passes the gate in silence: what cannot be compared has a name, a default and a policy, through the command line."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import COMMAND, Ended, run
from made_snapshots import Made, noisy

FINE = {"time": [10.0, 10.0, 10.0], "peak": [100.0, 100.0, 100.0]}
BASE = Made("base", {"kept": FINE, "odd": FINE})


def head(**changes: object) -> Made:
    return replace(BASE, label="head", **changes)


def with_odd(values: dict[str, list[float] | str]) -> dict[str, dict[str, list[float] | str]]:
    return {"kept": FINE, "odd": {**FINE, **values}}


# What is odd, the two files, the outcome's name, and the exit code by default: 0 where it passes, undecided or not.
OUTCOMES: dict[str, tuple[Made, Made, int]] = {
    "vanished": (BASE, head(cases={"kept": FINE}), 1),
    "new": (replace(BASE, cases={"kept": FINE}), head(), 0),
    "absent": (replace(BASE, cases=with_odd({"time": "absent"})), head(cases=with_odd({"time": "absent"})), 0),
    "failed": (BASE, head(cases=with_odd({"time": "timeout"})), 1),
    "skipped": (replace(BASE, cases=with_odd({"time": "skipped"})), head(), 0),
    "now-skipped": (BASE, head(cases=with_odd({"time": "skipped"})), 0),
    "missing-base": (replace(BASE, cases=with_odd({"time": "signal"})), head(), 0),
    "missing-head": (BASE, head(cases={"kept": FINE, "odd": {"peak": [100.0, 100.0, 100.0]}}), 1),
    "zero-base": (replace(BASE, cases=with_odd({"time": [0.0, 0.0, 0.0]})), head(), 0),
    "changed-body": (replace(BASE, bodies={"odd": "a"}), head(bodies={"odd": "b"}), 0),
    "other-machine": (
        replace(BASE, cases=with_odd({"time": noisy(10, "a")})),
        head(cases=with_odd({"time": noisy(10, "b")}), cpu="Small Iron"),
        0,
    ),
    "other-unit": (BASE, head(units={"time": "s", "peak": "B"}), 0),
}
PASSES = {"new", "absent", "skipped"}  # by default, and without a word of doubt


def gate(folder: Path, files: tuple[Made, Made], *options: str) -> Ended:
    return run([COMMAND, "compare", *(file.write(folder) for file in files), "--fail-on", "time:5%", *options], folder)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_outcome_is_named_and_has_a_policy(outcome: str, tmp_path: Path) -> None:
    before, after, code = OUTCOMES[outcome]
    files = (before, after)
    plain = gate(tmp_path, files)
    assert plain.code == code, plain
    assert outcome in plain.out, "the table names it"
    if outcome not in PASSES:
        assert outcome in plain.err, plain
    strict = gate(tmp_path, files, "--strict")
    assert strict.code == (code or (0 if outcome in PASSES else 3)), strict
    failing = gate(tmp_path, files, "--policy", f"{outcome}=fail")
    assert failing.code == 1, failing
    assert re.search(rf"^{outcome}: odd \(time, head vs base\)", failing.err, re.MULTILINE), failing
    undecided = gate(tmp_path, files, "--policy", f"{outcome}=undecided", "--strict")
    assert undecided.code == 3, undecided
    assert re.search(rf"^{outcome}: odd \(time, head vs base\)", undecided.err, re.MULTILINE), undecided
    passing = gate(tmp_path, files, "--policy", f"{outcome}=pass", "--strict")
    everything_odd = outcome == "other-unit"
    assert passing.code == (3 if everything_odd else 0), passing
    told = f"passed without being compared: 1 {outcome} (--policy says what they amount to)\n"
    assert passing.err == ("nothing was compared: 2 other-unit\n" if everything_odd else told), passing


def test_an_exact_number_needs_no_machine(tmp_path: Path) -> None:
    ended = gate(tmp_path, (BASE, head(cpu="Small Iron")), "--strict")
    assert ended.code == 0, ended


def test_a_zero_base_has_an_amount(tmp_path: Path) -> None:
    files = (replace(BASE, cases=with_odd({"peak": [0.0, 0.0, 0.0]})), head())
    paths = [file.write(tmp_path) for file in files]
    for limit, code in (("peak:99B", 1), ("peak:100B", 0), ("peak:0", 1)):
        assert run([COMMAND, "compare", *paths, "--fail-on", limit, "--strict"], tmp_path).code == code, limit


def test_limits_are_shares_amounts_by_metric_and_for_some_cases(tmp_path: Path) -> None:
    slower = {"time": [11.0, 11.0, 11.0], "peak": [150.0, 150.0, 150.0]}
    dims = {"kept": {"op": "sort", "n": 10}, "odd": {"op": "sort", "n": 1000}}
    paths = [replace(BASE, dims=dims).write(tmp_path), head(cases={"kept": FINE, "odd": slower}, dims=dims).write(tmp_path)]

    def failures(*limits: str) -> list[str]:
        ended = run([COMMAND, "compare", *paths, *(word for limit in limits for word in ("--fail-on", limit))], tmp_path)
        assert ended.code == (1 if ended.err else 0), ended
        return re.findall(r"^regressed: odd \((\w+),", ended.err, re.MULTILINE)

    assert failures("5%") == ["peak", "time"]
    assert failures("20%") == ["peak"]
    assert failures("time:5%") == ["time"]
    assert failures("time:5%,peak:1KiB") == ["time"]
    assert failures("time:5%,peak:49B") == ["peak", "time"]
    assert failures("time:5%", "peak:49B") == ["peak", "time"]
    assert failures("time:5%,peak:49B where n<100") == []
    assert failures("time:5% where op=sort where n>=100") == ["time"]
    assert failures("5%", "time:20% where n=1000") == ["peak"]
    assert failures("5%", "20% where n=10") == ["peak", "time"]


def test_what_guards_nothing_is_refused(tmp_path: Path) -> None:
    paths = [replace(made, dims={"kept": {"n": 10}}).write(tmp_path) for made in (BASE, head())]
    for limit, complaint in (
        ("time:5% where n=11", "--fail-on: no case is where n=11\n  hint: no case has n=11; n is one of: 10"),
        ("time:5% where m=10", '--fail-on: no case is where m=10\n  hint: no case has the dim "m"; there are: n'),
        ("time:5% where n", 'the condition "n" cannot be read'),
        ("time", '--fail-on: "time" is no share'),
    ):
        ended = run([COMMAND, "compare", *paths, "--fail-on", limit], tmp_path)
        assert ended.code == 2, ended
        assert complaint in ended.err, ended
    ended = run([COMMAND, "compare", paths[0], "--fail-on", "5%"], tmp_path)
    assert ended.code == 2, ended
    assert "there is but one version" in ended.err


def test_a_base_of_nothing_is_no_silent_pass(tmp_path: Path) -> None:
    files = (replace(BASE, cases={}), head())
    ended = gate(tmp_path, files)
    assert (ended.code, ended.err) == (0, "passed, but nothing compared (--strict counts them)\n"), ended
    ended = gate(tmp_path, files, "--strict")
    assert (ended.code, ended.err) == (3, "nothing was compared: 2 new\n"), ended
