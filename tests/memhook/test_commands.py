"""Memory of programs that were not built for it: the hooks are preloaded, children are counted, the peak is that of the sum."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import run

MB = 1_000_000
PYTHON = sys.executable


def samples(file: Path) -> dict[str, list[float]]:
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    names = {line["metric"]: line["name"] for line in lines if line["kind"] == "metric"}
    seen: dict[str, list[float]] = {}
    for line in lines:
        if line["kind"] == "series":
            values = line["value"] if isinstance(line["value"], list) else [line["value"]] * line["count"]
            seen.setdefault(names[line["metric"]], []).extend(values)
    return seen


def measure(build: Path, folder: Path, code: str, *options: str) -> dict[str, list[float]]:
    """Metric to samples of `python -c code`."""
    script = folder / "victim.py"
    script.write_text(code)
    file = folder / "memory.jsonl"
    ended = run([build / "benchkit", "run", "--command", f"victim={PYTHON} {script}", "--budget", "200ms", "-o", file, *options], folder)
    assert ended.code == 0, ended
    return samples(file)


def test_a_program_is_seen_whole(build: Path, tmp_path: Path) -> None:
    seen = measure(build, tmp_path, "x = bytearray(30_000_000)", "--metric", "peak,allocated,allocations,largest,rss")
    assert all(30 * MB < value < 45 * MB for value in seen["peak"]), seen["peak"]
    assert set(seen["largest"]) == {30 * MB + 1}
    assert min(seen["allocated"]) >= min(seen["peak"])
    assert min(seen["allocations"]) > 100
    assert min(seen["rss"]) > 30 * MB


def test_a_program_smaller_than_benchkit_says_that_its_rss_is_a_bound(build: Path, tmp_path: Path) -> None:
    file = tmp_path / "small.jsonl"
    argv = [build / "benchkit", "run", "--command", "small=true", "--command", f"large={PYTHON} -c 'bytearray(50_000_000)'"]
    ended = run([*argv, "--metric", "rss", "--budget", "20ms", "-o", file], tmp_path)
    assert ended.code == 0, ended
    cases = [json.loads(line) for line in file.read_text().splitlines() if "less cannot be told" in line]
    assert len(cases) == 1, cases


CHILD = "import subprocess, sys\nx = bytearray(10_000_000)\n"
ONE = "subprocess.run([sys.executable, '-c', 'y = bytearray(40_000_000)'], check=True)\n"


def test_children_one_after_the_other_are_no_sum(build: Path, tmp_path: Path) -> None:
    seen = measure(build, tmp_path, CHILD + ONE + ONE, "--metric", "peak")
    assert set(seen["processes"]) == {3}
    assert all(50 * MB < value < 80 * MB for value in seen["peak"]), seen["peak"]


def test_children_at_once_are(build: Path, tmp_path: Path) -> None:
    both = (
        "child = [sys.executable, '-c', 'import time; y = bytearray(40_000_000); time.sleep(0.3)']\n"
        "for one in [subprocess.Popen(child), subprocess.Popen(child)]: one.wait()\n"
    )
    assert all(90 * MB < value < 120 * MB for value in measure(build, tmp_path, CHILD + both, "--metric", "peak")["peak"])


def test_a_killed_child_is_held_no_longer(build: Path, tmp_path: Path) -> None:
    code = (
        "import os\n"
        "def child(n):\n"
        "    if os.fork() == 0:\n"
        "        y = bytearray(n)\n"
        "        os.kill(os.getpid(), 9)\n"
        "    os.wait()\n"
        "for _ in range(5): child(30_000_000)\n"
        "z = bytearray(5_000_000)\n"
    )
    assert all(30 * MB < value < 50 * MB for value in measure(build, tmp_path, code, "--metric", "peak")["peak"])


def link_statically(folder: Path) -> None:
    """`still`, into which no library can be loaded."""
    (folder / "still.cpp").write_text("int main() { return *new int(0); }\n")
    linked = subprocess.run(["g++", "-static", "-o", "still", "still.cpp"], cwd=folder, capture_output=True, text=True)
    if linked.returncode != 0:
        pytest.skip(linked.stderr)


def test_a_static_program_cannot_be_seen_and_says_so(build: Path, tmp_path: Path) -> None:
    link_statically(tmp_path)
    ended = run([build / "benchkit", "run", "--command", "still=./still", "--metric", "peak", "--budget", "20ms"], tmp_path)
    assert ended.code == 1
    assert "statically linked or setuid" in ended.err


def test_a_setuid_program_cannot_be_seen_and_says_so(build: Path, tmp_path: Path) -> None:
    program = tmp_path / "other"
    shutil.copy("/bin/true", program)
    try:
        os.chown(program, 65534, -1)
    except PermissionError:
        pytest.skip("only root can give a program to somebody else")
    program.chmod(0o4755)
    if os.statvfs(tmp_path).f_flag & os.ST_NOSUID:
        pytest.skip(f"{tmp_path} is mounted nosuid")
    ended = run([build / "benchkit", "run", "--command", f"other={program}", "--metric", "peak", "--budget", "20ms"], tmp_path)
    assert ended.code == 1, ended
    assert "statically linked or setuid" in ended.err


def test_a_program_with_a_sanitizer_says_so(build: Path, tmp_path: Path) -> None:
    (tmp_path / "racing.cpp").write_text("int main() { return *new int(0); }\n")
    built = subprocess.run(["g++", "-fsanitize=thread", "-o", "racing", "racing.cpp"], cwd=tmp_path, capture_output=True, text=True)
    if built.returncode != 0:
        pytest.skip(built.stderr)
    for command in ("./racing", "sh -c './racing; true'"):
        file = tmp_path / "racing.jsonl"
        file.unlink(missing_ok=True)
        argv = [build / "benchkit", "run", "--command", f"racing={command}", "--metric", "peak", "--budget", "20ms", "-o", file]
        ended = run(argv, tmp_path)
        assert ended.code == (1 if command == "./racing" else 0), ended
        assert "built with a sanitizer (__tsan_init)" in ended.err + file.read_text(), ended


# Who starts others: with the hooks preloaded, or linked in.
STARTERS = ["victim_starts", "victim_starts_linked", "victim_starts_static"]


def start(build: Path, folder: Path, starter: str, program: object) -> tuple[str, dict[str, list[float]]]:
    path = build / "tests/memhook" / starter
    if not path.exists():
        pytest.skip("not built under a sanitizer")
    file = folder / "starts.jsonl"
    argv = [build / "benchkit", "run", "--command", f"starts={path} {program}", "--metric", "peak", "--budget", "20ms", "-o", file]
    ended = run(argv, folder)
    assert ended.code == 0, ended
    return file.read_text(), samples(file)


@pytest.mark.parametrize("starter", STARTERS)
def test_a_child_that_cannot_be_seen_is_named(build: Path, tmp_path: Path, starter: str) -> None:
    """By every way to start one that libc has; a program that is not there is none."""
    link_statically(tmp_path)
    text, _ = start(build, tmp_path, starter, "./still")
    assert "still and 14 more ran without the hooks" in text, text


@pytest.mark.parametrize("starter", STARTERS)
@pytest.mark.parametrize("child", STARTERS[1:])
def test_a_child_with_the_hooks_linked_in_is_counted_and_not_named(build: Path, tmp_path: Path, starter: str, child: str) -> None:
    text, seen = start(build, tmp_path, starter, build / "tests/memhook" / child)
    assert "true and 2 more ran without the hooks" in text, text  # those that get no environment
    assert all(20 * MB <= value < 20.5 * MB for value in seen[f"peak of {child}"]), seen


def test_a_program_that_is_allowed_little_address_space_is_counted(build: Path, tmp_path: Path) -> None:
    (tmp_path / "little.cpp").write_text(
        "#include <cstdlib>\n#include <cstring>\n"
        'int main() { void* p = malloc(2\'000\'000); memset(p, 1, 2\'000\'000); asm volatile("" : "+r"(p) : : "memory"); free(p); }\n'
    )
    subprocess.run(["g++", "-O1", "-o", "little", "little.cpp"], cwd=tmp_path, check=True)
    file = tmp_path / "little.jsonl"
    argv = [build / "benchkit", "run", "--command", "little=sh -c 'ulimit -v 20000; exec ./little'", "--metric", "peak", "-o", file]
    ended = run([*argv, "--budget", "20ms"], tmp_path)
    assert ended.code == 0, ended
    assert all(2 * MB <= peak < 2.2 * MB for peak in samples(file)["peak"])


def test_a_shell_that_starts_a_static_program(build: Path, tmp_path: Path) -> None:
    link_statically(tmp_path)
    file = tmp_path / "shell.jsonl"
    argv = [build / "benchkit", "run", "--command", "shell=sh -c './still; true'", "--metric", "peak", "--budget", "20ms", "-o", file]
    ended = run(argv, tmp_path)
    assert ended.code == 0, ended
    assert "still ran without the hooks" in file.read_text()


def test_what_ends_without_destructors_is_counted_to_the_end(build: Path, tmp_path: Path) -> None:
    """A million short lives in a child that ends by _exit or becomes another program: no level of theirs tells of them."""
    (tmp_path / "short.cpp").write_text(
        "#include <cstdlib>\n#include <cstring>\n#include <sys/wait.h>\n#include <unistd.h>\n"
        "int main(int, char** words) {\n"
        "  if (fork() == 0) {\n"
        '    for (int i = 0; i < 1\'000\'000; ++i) { void* p = malloc(64); asm volatile("" : "+r"(p) : : "memory"); free(p); }\n'
        '    if (!strcmp(words[1], "exec")) execl("/bin/true", "true", (char*)nullptr);\n'
        '    if (!strcmp(words[1], "quick")) quick_exit(0);\n'
        "    _exit(0);\n"
        "  }\n"
        "  wait(nullptr);\n"
        "}\n"
    )
    subprocess.run(["g++", "-O1", "-o", "short", "short.cpp"], cwd=tmp_path, check=True)
    for way in ("exit", "exec", "quick"):
        file = tmp_path / f"{way}.jsonl"
        argv = [build / "benchkit", "run", "--command", f"short=./short {way}", "--metric", "allocations", "--budget", "20ms", "-o", file]
        ended = run(argv, tmp_path)
        assert ended.code == 0, ended
        assert all(1_000_000 <= value < 1_001_000 for value in samples(file)["allocations"]), (way, samples(file))


def test_a_program_that_becomes_another_is_two_one_after_the_other(build: Path, tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "if len(sys.argv) == 1:\n"
        "    x = bytearray(40_000_000)\n"
        "    os.execv(sys.executable, [sys.executable, __file__, 'again'])\n"
        "y = bytearray(30_000_000)\n"
    )
    seen = measure(build, tmp_path, code, "--metric", "peak")
    assert set(seen["processes"]) == {2}
    assert all(40 * MB < value < 60 * MB for value in seen["peak"]), seen["peak"]


def test_what_is_allocated_before_main_counts(build: Path, tmp_path: Path) -> None:
    """7 MB in a constructor of the program, 5 MB in one of a library that is initialised before the hooks."""
    file = tmp_path / "early.jsonl"
    early = build / "tests/memhook/victim_early"
    argv = [build / "benchkit", "run", "--command", f"early={early}", "--metric", "peak,largest", "--budget", "20ms", "-o", file]
    ended = run(argv, tmp_path)
    assert ended.code == 0, ended
    values = samples(file)
    assert set(values["largest"]) == {7 * MB}
    assert all(12 * MB <= value < 12.2 * MB for value in values["peak"]), values["peak"]


def test_what_the_hooks_ask_of_the_system_does_not_show_in_errno(build: Path, tmp_path: Path) -> None:
    """The file of the tree is gone by the time of the program's first allocation."""
    (tmp_path / "clean.cpp").write_text("#include <cerrno>\n#include <cstdlib>\nint main() { std::free(std::malloc(1)); return errno; }\n")
    subprocess.run(["g++", "-o", "clean", "clean.cpp"], cwd=tmp_path, check=True)
    hooks = {"LD_PRELOAD": str(build / "libbenchkit-memhook.so"), "BENCHKIT_MEMHOOK_TREE": "/no/such/file"}
    ended = run([tmp_path / "clean"], tmp_path, **hooks)
    assert ended.code == 0, ended


def test_little_address_space(build: Path, tmp_path: Path) -> None:
    file = tmp_path / "little.jsonl"
    script = tmp_path / "victim.py"
    script.write_text(
        "blocks = []\ntry:\n    while True: blocks.append(bytearray(1_000_000))\nexcept MemoryError:\n    print(len(blocks))\n"
    )
    shell = tmp_path / "little.sh"
    shell.write_text(f"ulimit -v 500000\nexec {PYTHON} {script}\n")
    argv = [build / "benchkit", "run", "--command", f"little=sh {shell}", "--metric", "peak,largest", "--budget", "20ms", "-o", file]
    ended = run(argv, tmp_path)
    assert ended.code == 0, ended
    values = samples(file)
    assert all(200 * MB < value < 512 * MB for value in values["peak"]), values["peak"]
    assert max(values["largest"]) <= 1 << 20  # a block, or an arena of Python's
