"""A sweep that is killed goes on, and what it then holds is what an uninterrupted one holds; what has changed meanwhile is not mixed in."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CLEAN_ENVIRONMENT, COMMAND, Ended, run, wait_for

VERSIONS = ["fake:a", "fake:b,slow=1:10%", "fake:c,lacks=0", "none=./none"]
HOW = ["--samples", "24", "--blocks", "6", "--seed", "7", "-o", "s"]


def lines_of(path: Path) -> list[dict]:
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def records(path: Path) -> set[tuple[str, str, int]]:
    """Version, case, number of samples."""
    lines = lines_of(path)
    versions = {line["version"]: line["label"] for line in lines if line["kind"] == "version"}
    cases = {line["case"]: line["id"] for line in lines if line["kind"] == "case"}
    return {
        (versions[line["version"]], cases[line["case"]], line["count"])
        for line in lines
        if line["kind"] == "series" and not line.get("partial")
    }


def start(argv: list[object], cwd: Path, **environment: str) -> subprocess.Popen:
    return subprocess.Popen(
        [str(word) for word in argv],
        cwd=cwd,
        env={**CLEAN_ENVIRONMENT, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_when(sweep: subprocess.Popen, reached: Callable[[], bool]) -> bool:
    """kill -9 as soon as it is there. False: it ended before."""
    deadline = time.monotonic() + 60
    while not reached():
        if sweep.poll() is not None:
            return False
        assert time.monotonic() < deadline, "the sweep neither ends nor gets there"
        time.sleep(0.0005)
    sweep.send_signal(signal.SIGKILL)
    return sweep.wait() == -signal.SIGKILL


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, build: Path) -> tuple[set[tuple[str, str, int]], int]:
    """What an uninterrupted sweep holds, and how many lines its journal had before it was sealed."""
    folder = tmp_path_factory.mktemp("whole")
    done = run([COMMAND, "sweep", *VERSIONS, *HOW], folder)
    assert done.code == 1, done  # one version could not be measured
    path = folder / "s/sweep.jsonl"
    samples = sum(line["count"] for line in lines_of(path) if line["kind"] == "series")
    return records(path), samples


FAULT_POINTS = ["session", "version", "case", "sample", "outcome", "block"]


@pytest.mark.parametrize("moment", [*FAULT_POINTS, *range(10)])
def test_killed_and_resumed(moment: str | int, whole: tuple[set, int], tmp_path: Path, build: Path) -> None:
    """At the first line of each kind, and at ten lines that a seed draws: not by the clock, which hits anything."""
    expected, samples = whole
    path = tmp_path / "s/sweep.jsonl"
    command = [COMMAND, "sweep", *VERSIONS, *HOW]
    sweep = start(command, tmp_path)
    if isinstance(moment, str):
        kind = f'"kind":"{moment}"'
        reached = lambda: path.exists() and kind in path.read_text()  # noqa: E731
    else:
        count = random.Random(moment).randrange(1, samples)
        reached = lambda: path.exists() and path.read_text().count("\n") >= count  # noqa: E731
    assert kill_when(sweep, reached), "it was over before"
    before = lines_of(path)
    assert before
    assert not any(line["kind"] == "end" for line in before)
    blocks = [line for line in before if line["kind"] == "block"]
    again = run([*command, "--resume"], tmp_path)
    assert again.code == 1, again  # none=./none still cannot be measured
    assert records(path) == expected
    done = {(line["session"], line["block"]) for line in lines_of(path) if line["kind"] == "block"}
    assert {(line["session"], line["block"]) for line in blocks} <= done


# ---- commits ----

# The suite is a script, so that a commit costs nothing to build: its `library` is a line that says how slow it is.
SUITE = """#!/bin/sh
[ -n "$BENCHKIT_WORKER" ] && exec "$BENCHKIT" serve-fake "x,noise=0.01%,$(cat "$(dirname "$0")/speed")"
exec "$BENCHKIT" --host "$(realpath "$0")" --host-name history "$@"
"""
MAKE = """set -e
[ -z "$BUILDS" ] || pwd >> "$BUILDS"
if grep -q breaks lib/speed; then echo "speed.cpp:3: error: no such thing" >&2; exit 1; fi
if grep -q hangs lib/speed; then sleep 600; fi
[ ! -f "$PART/amount" ] || sed -i "s/1:9/1:$(cat "$PART/amount")/" lib/speed
mkdir -p build && cp lib/speed build/speed && cp bench/suite build/suite && chmod +x build/suite
"""


class Repository:
    """A library with a history, and its suite built in the working tree."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "BENCHKIT": str(COMMAND),
            "BENCHKIT_CACHE": str(folder.parent / "cache"),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "protocol.file.allow",
            "GIT_CONFIG_VALUE_0": "always",
        }
        (folder / "bench").mkdir(parents=True)
        (folder / "lib").mkdir()
        (folder / ".gitignore").write_text("build/\ns/\nt/\n.benchkit/\n")
        (folder / "bench/suite").write_text(SUITE)
        (folder / "bench/make").write_text(MAKE)
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "A Developer")
        self.git("config", "user.email", "developer@example.org")

    def git(self, *words: str, folder: Path | None = None) -> str:
        done = run(["git", *words], folder or self.folder, **self.environment)
        assert done.code == 0, done
        return done.out.strip()

    def commit(self, speed: str) -> None:
        (self.folder / "lib/speed").write_text(speed)
        self.git("add", "-A")
        self.git("commit", "-qm", speed)

    def build(self, folder: Path | None = None) -> None:
        assert run(["sh", "bench/make"], folder or self.folder, **self.environment).code == 0

    def argv(self, *words: str) -> list[object]:
        return ["./build/suite", "sweep", "--build-command", "sh bench/make", "--seed", "3", *words]

    def sweep(self, *words: str, folder: Path | None = None, **environment: str) -> Ended:
        return run(self.argv(*words), folder or self.folder, **{**self.environment, **environment})


@pytest.fixture
def repository(tmp_path: Path, build: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    for speed in ("slow=1:0.1%", "slow=1:0.2%", "slow=1:10%"):
        made.commit(speed)
    made.build()
    return made


QUICK = ["--samples", "12", "--blocks", "3", "-o", "s"]


def versions_of(path: Path) -> dict[str, dict]:
    return {line["label"]: line for line in lines_of(path) if line["kind"] == "version"}


def test_a_range_of_commits(repository: Repository) -> None:
    done = repository.sweep("HEAD~2..HEAD", *QUICK)
    assert done.code == 0, done
    short = repository.git("rev-parse", "HEAD")[:9]
    (row,) = [line for line in done.out.splitlines() if line.startswith("fake[1]")]
    assert row.split()[-1] == short, done
    versions = versions_of(repository.folder / "s/sweep.jsonl")
    assert [len(label) for label in versions] == [9, 9, 9]
    assert all(version["provisioner"] == "git-cmake" and version["program_hash"] and version["tree"] for version in versions.values())


def test_a_commit_that_came_later_stands_behind_its_ancestors(repository: Repository) -> None:
    assert repository.sweep("HEAD~2", "HEAD", *QUICK).code == 0
    done = repository.sweep("HEAD~2", "HEAD", "HEAD~1", *QUICK)
    assert done.code == 0, done
    (head,) = [line.split() for line in done.out.splitlines() if line.startswith("case ")]
    assert head[1:4] == ["HEAD~2**", "HEAD~1", "HEAD*"], done


def test_the_working_tree_and_what_it_was(repository: Repository) -> None:
    """A dirty tree is measured as it is; one that was edited since is not told as what was measured."""
    (repository.folder / "lib/speed").write_text("slow=1:30%")
    done = repository.sweep("HEAD", "WORKTREE", *QUICK)
    assert done.code == 0, done
    assert "+18" in done.out
    assert versions_of(repository.folder / "s/sweep.jsonl")["WORKTREE"]["dirty"] is True
    again = repository.sweep("HEAD", "WORKTREE", *QUICK)
    assert again.code == 0, again
    assert "Nothing to do" in again.out, again
    assert "may have changed" not in again.out, again
    (repository.folder / "lib/speed").write_text("slow=1:50%")
    again = repository.sweep("HEAD", "WORKTREE", *QUICK)
    assert again.code == 2, again
    assert "WORKTREE is not what this sweep measured" in again.err, again
    assert "-o DIR" in again.err, again


def test_resume_does_not_mix_two_trees(repository: Repository) -> None:
    (repository.folder / "lib/speed").write_text("slow=1:30%")
    how = ["HEAD", "WORKTREE", "--samples", "120", "--blocks", "30", "-o", "s"]
    path = repository.folder / "s/sweep.jsonl"
    sweep = start(repository.argv(*how), repository.folder, **repository.environment)
    assert kill_when(sweep, lambda: path.exists() and '"kind":"block"' in path.read_text())
    held = path.read_bytes()
    (repository.folder / "lib/speed").write_text("slow=1:50%")
    again = repository.sweep(*how, "--resume")
    assert again.code == 2, again
    assert "WORKTREE is not what this sweep has measured so far" in again.err, again
    assert "another folder: -o DIR" in again.err
    assert path.read_bytes() == held
    (repository.folder / "lib/speed").write_text("slow=1:30%")
    again = repository.sweep(*how, "--resume")
    assert again.code == 0, again
    assert {count for _, _, count in records(path)} == {120}


def test_killed_while_provisioning(repository: Repository) -> None:
    """What is half-made is never used."""
    cache = Path(repository.environment["BENCHKIT_CACHE"])
    repository.commit("hangs")
    sweep = start(repository.argv("HEAD", *QUICK), repository.folder, **repository.environment)
    assert kill_when(sweep, lambda: any(cache.glob("git/*/source/lib/speed")))
    assert not any(cache.glob("git/*/ready"))
    (repository.folder / "bench/make").write_text(MAKE.replace("hangs", "no longer"))  # the suite is that of the working tree
    done = repository.sweep("HEAD~2", "HEAD~1", "HEAD", *QUICK)
    assert done.code == 1, done
    assert 'a fake version has no "hangs"' in done.err, done  # it was built to its end


def test_builds_that_fail_or_hang_are_named_and_the_rest_goes_on(repository: Repository) -> None:
    repository.commit("breaks")
    repository.commit("hangs")
    repository.commit("slow=1:20%")
    done = repository.sweep("HEAD~3", "HEAD~2", "HEAD~1", "HEAD", "--provision-timeout", "1s", *QUICK)
    assert done.code == 1, done
    assert "NOT MEASURED HEAD~2: sh failed with exit code 1:" in done.err
    assert "speed.cpp:3: error: no such thing" in done.err
    assert "NOT MEASURED HEAD~1: sh took too long and was ended" in done.err
    assert "s/logs/HEAD-1" in done.err
    assert {label for label, _, _ in records(repository.folder / "s/sweep.jsonl")} == {"HEAD~3", "HEAD"}
    again = repository.sweep("HEAD~3", "HEAD~2", "HEAD~1", "HEAD", *QUICK)
    assert again.code == 1, again
    assert "Some versions were not measured" in again.out, again


def test_in_a_shallow_clone_the_past_is_missing(repository: Repository, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.folder}", str(shallow))
    repository.build(shallow)
    done = repository.sweep("HEAD~2..HEAD", *QUICK, folder=shallow)
    assert done.code == 2, done
    assert "git fetch --unshallow" in done.err, done
    assert repository.sweep("HEAD", *QUICK, folder=shallow).code == 0


def test_submodules_and_linked_worktrees(repository: Repository, tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.mkdir()
    repository.git("init", "-q", "-b", "main", folder=part)
    repository.git("config", "user.name", "A Developer", folder=part)
    repository.git("config", "user.email", "developer@example.org", folder=part)
    (part / "amount").write_text("40")
    repository.git("add", "-A", folder=part)
    repository.git("commit", "-qm", "a part", folder=part)
    repository.git("submodule", "add", "-q", f"file://{part}", "part")
    repository.commit("slow=1:9%")
    linked = tmp_path / "linked"
    repository.git("worktree", "add", "-q", str(linked), "HEAD")
    repository.git("submodule", "update", "--init", "-q", folder=linked)
    repository.build(linked)
    done = repository.sweep("HEAD~1", "HEAD", *QUICK, folder=linked, PART="part")
    assert done.code == 0, done
    assert "+27.3%" in done.out, done  # from 10% to 40%
    (linked / "part/amount").write_text("50")
    done = repository.sweep("WORKTREE", "-o", "t", folder=linked, PART="part")
    assert done.code != 0, done
    assert "the submodule part is not as HEAD has it" in done.err, done


def test_two_sweeps_in_one_cache(repository: Repository, tmp_path: Path) -> None:
    """They wait for each other: each commit is built once, and both are whole."""
    builds = tmp_path / "builds"
    environment = {**repository.environment, "BUILDS": str(builds)}
    how = ["HEAD~2..HEAD", "--samples", "12", "--blocks", "3"]
    both = [start(repository.argv(*how, "-o", name), repository.folder, **environment) for name in ("s", "t")]
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    assert len(builds.read_text().splitlines()) == 3
    kept = [records(repository.folder / name / "sweep.jsonl") for name in ("s", "t")]
    assert kept[0] == kept[1]
    assert len(kept[0]) == 9


def test_a_relative_cache(repository: Repository) -> None:
    done = repository.sweep("HEAD~1", "HEAD", "--cache", ".benchkit/cache", *QUICK)
    assert done.code == 0, done
    assert (repository.folder / ".benchkit/cache/git").is_dir()


def test_smoke_says_what_works_where(tmp_path: Path, build: Path) -> None:
    done = run([COMMAND, "sweep", "fake:a", "fake:b,fails=1", "fake:c,lacks=0", "none=./none", "--smoke", "-o", "s"], tmp_path)
    assert done.code == 1, done
    assert "FAILED fake[1] (b)" in done.out
    rows = {line.split()[0]: line.split()[1:4] for line in done.out.splitlines() if line[:1] in "abcn" and line[1:2] in " o"}
    assert rows["a"] == ["3", "0", "0"], done
    assert rows["b"] == ["2", "1", "0"], done
    assert rows["c"] == ["2", "0", "0"], done
    assert "there is no program" in done.out
    assert not (tmp_path / "s/sweep.jsonl").exists()


def test_a_host_says_what_a_version_stands_for(tmp_path: Path, build: Path) -> None:
    """`App::install_spec`, asked by the command, which is another process."""
    done = run([build / "programs/suite", "sweep", "1.0", "1.1", *QUICK], tmp_path)
    assert done.code == 0, done
    assert "+10" in done.out, done
    versions = versions_of(tmp_path / "s/sweep.jsonl")
    assert [(one["spec"], one["provisioner"]) for one in versions.values()] == [("1.0", "fake"), ("1.1", "fake")]


# ---- bisect ----

NEAR = "noise=0.01%"


def bisect(folder: Path, *words: str, timeout: float = 60) -> Ended:
    return run([COMMAND, "sweep", *words], folder, timeout=timeout, **{"BENCHKIT_CACHE": str(folder / "cache")})


def fakes(slow_from: int, count: int = 8, **extra: str) -> list[str]:
    names = "abcdefgh"[:count]
    return [
        f"fake:{name},cases=12,{NEAR},slow=1:{'10%' if i >= slow_from else '0.001%'}" + (f",{extra[name]}" if name in extra else "")
        for i, name in enumerate(names)
    ]


def test_bisect_finds_the_version_by_one_case(tmp_path: Path, build: Path) -> None:
    """fake[10] and fake[11] hold the letters of the id, and fail: they are not asked."""
    versions = fakes(5, a="fails=10", c="fails=11,lacks=2", f="lacks=10")
    done = bisect(tmp_path, *versions, "--bisect", "a..h", "--case", "fake[1]", "--samples", "6", "-o", "s")
    assert done.code == 0, done
    assert "fake[1] time: +10.0% from f, with a probability of over 99.9%" in done.out, done
    assert "NOT MEASURED" not in done.err
    cases = {line["id"] for path in (tmp_path / "s/bisect").iterdir() for line in lines_of(path) if line["kind"] == "case"}
    assert cases == {"fake[1]"}


def test_bisect_passes_over_what_cannot_be_measured(tmp_path: Path, build: Path) -> None:
    versions = fakes(5, e="fails=1")
    versions[5] = "f=./none"
    done = bisect(tmp_path, *versions, "--bisect", "a..h", "--case", "fake[1]", "--samples", "6", "-o", "s")
    assert done.code == 0, done
    assert "from between d and g, with a probability of" in done.out, done
    assert "not measured: e" in done.out
    assert "not measured: f" in done.out


def test_bisect_of_a_case_that_broke_its_limit(tmp_path: Path, build: Path) -> None:
    """What a limit calls failed is what is searched: it holds in other runs."""
    versions = [f"{version},limit=time:1050ns" for version in fakes(5)]
    assert run([COMMAND, "sweep", *versions[-2:], "-k", "fake[1]", *QUICK[:-1], "t"], tmp_path).code == 1
    done = bisect(tmp_path, *versions, "--bisect", "a..h", "--case", "fake[1]", "--samples", "6", "-o", "s")
    assert done.code == 0, done
    assert "fake[1] time: +10.0% from f, with a probability of over 99.9%" in done.out, done
    assert "not measured" not in done.out, done


def test_bisect_of_a_part_of_the_versions(tmp_path: Path, build: Path) -> None:
    done = bisect(tmp_path, *fakes(5), "--bisect", "b..d", "--case", "fake[1]", "--samples", "6", "--total-budget", "300ms", "-o", "s")
    assert done.code in (1, 3), done  # there is nothing between b and d
    wrong = bisect(tmp_path, *fakes(5), "--bisect", "d..b", "--case", "fake[1]")
    assert wrong.code == 2, wrong
    assert "d does not come before b" in wrong.err, wrong
    wrong = bisect(tmp_path, *fakes(5), "--bisect", "a..z", "--case", "fake[1]")
    assert wrong.code == 2, wrong
    assert '"z" is none of the versions' in wrong.err, wrong


def test_bisect_over_zeros_tells_differences(tmp_path: Path, build: Path) -> None:
    """A logarithm of nothing is no change: with a zero anywhere the whole search goes by differences."""
    versions = [f"fake:{name},{NEAR},ns={0 if i < 2 else 10}" for i, name in enumerate("abcd")]
    done = bisect(tmp_path, *versions, "--bisect", "a..d", "--case", "fake[1]", "--samples", "6", "-o", "s")
    assert done.code == 0, done
    assert "fake[1] time: +10.00 ns from c," in done.out, done
    assert "d: +10.00 ns" in done.err, done
    assert "a: = " in done.err, done
    assert "x2" not in done.out + done.err


def test_a_search_ends_with_its_budget(tmp_path: Path, build: Path) -> None:
    done = bisect(tmp_path, *fakes(5), "--bisect", "a..h", "--case", "fake[1]", "--total-budget", "1ms", "-o", "s")
    assert done.code == 3, done
    assert "not found in" in done.out, done
    assert "The total budget is spent" in done.out, done


def test_an_interrupted_search_says_what_it_knows(tmp_path: Path, build: Path) -> None:
    argv = [COMMAND, "sweep", *fakes(5), "--bisect", "a..h", "--case", "fake[1]", "--budget", "400ms", "-o", "s"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    search = subprocess.Popen([str(word) for word in argv], cwd=tmp_path, env=CLEAN_ENVIRONMENT, **pipes)
    wait_for(lambda: search.poll() is not None or (tmp_path / "s/bisect/step-3.jsonl").exists(), 60)
    assert search.poll() is None
    search.send_signal(signal.SIGINT)
    out, err = (stream.decode() for stream in search.communicate(timeout=60))
    assert search.returncode == 130, (out, err)
    assert "most probable: " in out, (out, err)
    assert "not known yet" not in out, (out, err)
    assert "Interrupted." in out, (out, err)


@pytest.mark.parametrize(
    "option", ["--resume", "--baseline=a", "-k x", "--where=n=1", "--provision-only", "--last=2", "--minor-only", "--smoke", "--screen"]
)
def test_what_a_search_has_no_use_for_is_refused(option: str, tmp_path: Path, build: Path) -> None:
    done = bisect(tmp_path, *fakes(5), "--bisect", "a..h", "--case", "fake[1]", *option.split())
    assert done.code == 2, done
    assert "exclude" in done.err, done


def test_a_search_goes_by_one_metric_and_one_case(tmp_path: Path, build: Path) -> None:
    done = bisect(tmp_path, *fakes(5), "--bisect", "a..h", "--case", "fake[1]", "--metric", "time,peak")
    assert done.code == 2, done
    assert "a search goes by one metric, and there are 2" in done.err, done
    done = bisect(tmp_path, *fakes(5), "--bisect", "a..h")
    assert done.code == 2, done
    assert "which case is searched?" in done.err, done
    done = bisect(tmp_path, *fakes(5), "--case", "fake[1]")
    assert done.code == 2, done
    assert "--case: one case is what a search is for" in done.err, done
    done = bisect(tmp_path, *fakes(5), "--bisect", "a..h", "--case", "fake")
    assert done.code == 2, done
    assert "a, an end of the range, cannot be measured" in done.err, done


def test_of_no_step_no_place_is_claimed(tmp_path: Path, build: Path) -> None:
    """Of two versions the step would be at the second one for certain, if there were one."""
    noisy = [f"fake:{name},cases=1,noise=5%" for name in "ab"]
    done = bisect(tmp_path, *noisy, "--bisect", "a..b", "--case", "fake[0]", "--samples", "6", "--total-budget", "500ms", "-o", "s")
    assert done.code in (1, 3), done
    assert "most probable: b" not in done.out + done.err, done
    noisier = [f"fake:{name},cases=1,noise=99%" for name in "ab"]
    done = bisect(tmp_path, *noisier, "--bisect", "a..b", "--case", "fake[0]", "--samples", "3", "-o", "t")
    assert "do not differ" not in done.out, done  # nobody can tell
    assert done.code in (0, 3), done


def test_an_end_that_cannot_be_had_is_told_before_anything_is_measured(tmp_path: Path, build: Path) -> None:
    done = bisect(tmp_path, "fake:a", "fake:b", "z=./none", "--bisect", "a..z", "--case", "fake[1]", "-o", "s")
    assert done.code == 2, done
    assert "z, an end of the range, cannot be measured" in done.err, done
    assert not (tmp_path / "s/bisect").exists()


def test_a_range_of_branches_that_have_parted(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "side", "HEAD~1")
    repository.commit("slow=1:5%")
    repository.git("checkout", "-q", "main")
    for words in (["side..main"], ["HEAD..HEAD~2"], ["--bisect", "side..main", "--case", "fake[1]"]):
        done = repository.sweep(*words, "-o", "s")
        assert done.code == 2, done
        assert "is no ancestor of it" in done.err, done


def test_a_search_for_no_such_case_builds_nothing(repository: Repository) -> None:
    builds = repository.folder / "builds"
    done = repository.sweep("--bisect", "HEAD~2..HEAD", "--case", "fake[l]", BUILDS=str(builds))
    assert done.code == 2, done
    assert 'there is no case "fake[l]"' in done.err, done
    assert "did you mean" in done.err, done
    assert not builds.exists()


def test_a_suite_that_was_edited_is_not_mixed_in(repository: Repository) -> None:
    assert repository.sweep("HEAD~2", "HEAD", *QUICK).code == 0
    (repository.folder / "bench/data.txt").write_text("twice as much")
    for versions in (["HEAD~2", "HEAD"], ["HEAD~2", "HEAD~1", "HEAD"]):
        done = repository.sweep(*versions, *QUICK)
        assert done.code == 2, done
        assert "the suite was edited since this sweep measured with it" in done.err, done
    (repository.folder / "bench/data.txt").unlink()
    assert repository.sweep("HEAD~2", "HEAD", *QUICK).code == 0


def test_blocks_of_a_step(tmp_path: Path, build: Path) -> None:
    done = bisect(tmp_path, *fakes(5), "--bisect", "a..h", "--case", "fake[1]", "--samples", "12", "--blocks", "6", "-o", "s")
    assert done.code == 0, done
    blocks = [line for line in lines_of(tmp_path / "s/bisect/step-1.jsonl") if line["kind"] == "block"]
    assert len(blocks) == 6
    assert len(list((tmp_path / "s/bisect").iterdir())) < 8
