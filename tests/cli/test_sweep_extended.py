"""A version that comes later is measured in a session of its own, beside a fresh run of its base; killed in its midst it goes on."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from conftest import wait_for

HOW = ["--samples", "240", "--blocks", "60", "--seed", "7", "-o", "s"]
BEFORE = ["fake:a", "fake:b,slow=1:10%"]
AFTER = [*BEFORE, "fake:c,slow=1:10%,lacks=0"]


def lines_of(folder: Path) -> list[dict]:
    text = (folder / "s/sweep.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def has_block(folder: Path, session: int) -> bool:
    return any(line["kind"] == "block" and line["session"] == session for line in lines_of(folder))


def records(folder: Path) -> set[tuple[int, str, str, int]]:
    """Session, version, case, number of samples."""
    lines = lines_of(folder)
    versions = {line["version"]: line["label"] for line in lines if line["kind"] == "version"}
    cases = {line["case"]: line["id"] for line in lines if line["kind"] == "case"}
    return {
        (line["session"], versions[line["version"]], cases[line["case"]], line["count"])
        for line in lines
        if line["kind"] == "series" and not line.get("partial")
    }


def test_killed_in_the_session_of_a_later_version(build: Path, tmp_path: Path) -> None:
    command = [build / "benchkit", "sweep"]
    subprocess.run([*command, *BEFORE, *HOW], cwd=tmp_path, check=True, capture_output=True)
    sweep = subprocess.Popen([*command, *AFTER, *HOW], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: sweep.poll() is not None or has_block(tmp_path, session=1), 60)
    sweep.kill()
    sweep.wait()
    assert sweep.returncode == -9, "it was killed in the midst of it"
    refused = subprocess.run([*command, *AFTER, *HOW], cwd=tmp_path, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "--resume" in refused.stderr
    subprocess.run([*command, *AFTER, *HOW, "--resume"], cwd=tmp_path, check=True, capture_output=True)
    both = {(session, version, f"fake[{i}]", 240) for session, version in ((0, "a"), (0, "b"), (1, "b"), (1, "c")) for i in range(3)}
    assert records(tmp_path) == both - {(1, "c", "fake[0]", 240)}
    again = subprocess.run([*command, *AFTER, *HOW], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert "Nothing to do" in again.stdout


def interrupt_sweep(build: Path, folder: Path) -> Path:
    """Kills a sweep of BEFORE in the midst of it; its file."""
    sweep = subprocess.Popen([build / "benchkit", "sweep", *BEFORE, *HOW], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    path = folder / "s/sweep.jsonl"
    wait_for(lambda: sweep.poll() is not None or (path.exists() and has_block(folder, session=0)), 60)
    sweep.kill()
    sweep.wait()
    assert sweep.returncode == -9, "it was killed in the midst of it"
    return path


def test_a_version_that_comes_after_the_interruption(build: Path, tmp_path: Path) -> None:
    """What was interrupted goes on as it was; the later version is measured in the session behind it."""
    command = [build / "benchkit", "sweep"]
    interrupt_sweep(build, tmp_path)
    done = subprocess.run([*command, *AFTER, *HOW, "--resume"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert "c came after this session was interrupted" in done.stdout, done
    both = {(session, version, f"fake[{i}]", 240) for session, version in ((0, "a"), (0, "b"), (1, "b"), (1, "c")) for i in range(3)}
    assert records(tmp_path) == both - {(1, "c", "fake[0]", 240)}


# ---- where a version that came later stands ----

QUICK = ["--samples", "12", "--blocks", "3", "--seed", "7", "-o", "s"]


def sweep(folder: Path, build: Path, *versions: str) -> str:
    argv = [build / "benchkit", "sweep", *versions, *QUICK]
    return subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True).stdout


def columns(shown: str) -> list[str]:
    (head,) = [line.split() for line in shown.splitlines() if line.startswith("case ")]
    return [word for word in head if word not in {"case", "first", "slower", "in"}]


def bases(folder: Path) -> dict[str, str]:
    return {line["label"]: line.get("base", "") for line in lines_of(folder) if line["kind"] == "version"}


def test_a_release_that_came_later_stands_among_the_others(build: Path, tmp_path: Path) -> None:
    """Wherever the command names it; it is compared with the one before it."""
    sweep(tmp_path, build, "0.9=fake:a", "0.11=fake:c")
    shown = sweep(tmp_path, build, "0.9=fake:a", "0.11=fake:c", "0.10=fake:b,slow=1:10%")
    assert columns(shown) == ["0.9**", "0.10", "0.11*"], shown
    assert bases(tmp_path)["0.10"] == "0.9"
    assert "changes from 0.9" in shown, shown
    assert [line.split()[-1] for line in shown.splitlines() if line.startswith("fake[1]")] == ["0.10"], shown
    assert columns(sweep(tmp_path, build, "0.9=fake:a", "0.11=fake:c", "0.10=fake:b,slow=1:10%")) == ["0.9**", "0.10", "0.11*"]


def test_a_release_that_is_older_than_all(build: Path, tmp_path: Path) -> None:
    sweep(tmp_path, build, "0.9=fake:a", "0.10=fake:b")
    shown = sweep(tmp_path, build, "0.8=fake:c,slow=1:10%")
    assert columns(shown) == ["0.8", "0.9*", "0.10*"], shown
    shown = sweep(tmp_path, build, "0.7=fake:d", "0.8=fake:c,slow=1:10%")
    assert columns(shown) == ["0.7", "0.8**", "0.9*", "0.10*"], shown
    assert bases(tmp_path)["0.7"] == "0.8"


def test_what_cannot_be_put_in_order(build: Path, tmp_path: Path) -> None:
    """It stands where the command names it, and last where that does not name all."""
    sweep(tmp_path, build, "fake:a", "fake:c")
    shown = sweep(tmp_path, build, "fake:a", "fake:b", "fake:c")
    assert columns(shown) == ["a**", "b", "c*"], shown
    shown = sweep(tmp_path, build, "fake:x")
    assert columns(shown) == ["a**", "b*", "c*", "x"], shown
    assert "x: added later, and last, for nothing says where it belongs among the others" in " ".join(shown.split()), shown


# ---- what is no longer the same sweep ----


def refused(folder: Path, build: Path, *words: str) -> str:
    done = subprocess.run([build / "benchkit", "sweep", *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 2, done
    return done.stderr


def test_a_label_stands_for_one_version(build: Path, tmp_path: Path) -> None:
    """Under a label that was used for something else, its numbers would be told as those of what nobody measured."""
    sweep(tmp_path, build, "a=fake:a", "b=fake:b")
    held = (tmp_path / "s/sweep.jsonl").read_bytes()
    changed = "b was fake:b in this sweep, and is fake:b,ns=2000 now"
    assert changed in refused(tmp_path, build, "a=fake:a", "b=fake:b,ns=2000", *QUICK)
    assert changed in refused(tmp_path, build, "a=fake:a", "b=fake:b,ns=2000", "c=fake:c", *QUICK)
    assert "-o DIR" in refused(tmp_path, build, "fake:a", "fake:b,ns=2000", *QUICK)
    assert (tmp_path / "s/sweep.jsonl").read_bytes() == held
    assert "Nothing to do" in run_sweep(tmp_path, build, "fake:a", "b=fake:b").stdout


def run_sweep(folder: Path, build: Path, *versions: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([build / "benchkit", "sweep", *versions, *QUICK], cwd=folder, check=True, capture_output=True, text=True)


def test_an_interrupted_sweep_goes_on_as_itself(build: Path, tmp_path: Path) -> None:
    """With the versions that it had, and by its own command."""
    path = interrupt_sweep(build, tmp_path)
    held = path.read_bytes()
    assert "b was fake:b,slow=1:10% in this sweep" in refused(tmp_path, build, "fake:a", "fake:b,ns=2000", *HOW, "--resume")
    wrong = subprocess.run([build / "benchkit", "run", "--resume", path], cwd=tmp_path, capture_output=True, text=True)
    assert wrong.returncode == 2, wrong
    assert "sweep ... --resume" in wrong.stderr, wrong
    assert path.read_bytes() == held
    shown = subprocess.run([build / "benchkit", "compare", path], cwd=tmp_path, capture_output=True, text=True).stdout
    assert "`sweep` with --resume" in " ".join(shown.split()), shown
    assert "run --resume" not in shown, shown


def test_what_is_asked_of_commands_is_part_of_a_sweep(build: Path, tmp_path: Path) -> None:
    versions = ["old=cmd:true", "new=cmd:true", "--samples", "6", "--blocks", "3"]
    command = [build / "benchkit", "sweep", *versions]
    for words in (["--command", "x=true"], ["--command", "y=true", "--shell", "--prepare", "true"]):
        done = subprocess.run([*command, *words], cwd=tmp_path, check=True, capture_output=True, text=True)
        assert "Nothing to do" not in done.stdout, done
    assert len(list(tmp_path.glob(".benchkit/sweep-*/sweep.jsonl"))) == 2
    subprocess.run([*command, "--command", "x=true", "-o", "s"], cwd=tmp_path, check=True, capture_output=True)
    assert "another sweep is kept there" in refused(tmp_path, build, *versions, "--command", "y=true", "-o", "s")


def test_a_base_that_is_measured_again_is_marked(build: Path, tmp_path: Path) -> None:
    sweep(tmp_path, build, "fake:a", "fake:b")
    shown = sweep(tmp_path, build, "fake:a", "fake:b", "fake:c")
    assert columns(shown) == ["a*", "b**", "c"], shown
    assert "b: measured in 2 sessions: its value is of all of them" in " ".join(shown.split()), shown
