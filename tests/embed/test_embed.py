"""Hosts built against the *installed* package: by CMake, and by the compiler with pkg-config."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from conftest import BUILD, COMMAND, read_lines, run

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def prefix(build: Path, tmp_path_factory) -> Path:
    """An installation in a folder of its own."""
    prefix = tmp_path_factory.mktemp("installed")
    subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(prefix)], check=True, capture_output=True)
    return prefix


def check_host(host: Path, folder: Path) -> None:
    """It lists, measures by the installed command, and its snapshot says so."""
    listed = run([host, "list"], folder)
    assert (listed.code, listed.out.split()) == (0, ["sort[100]", "sort[1000]"]), listed
    ended = run([host, "run", "--budget", "5ms", "-o", "a.jsonl"], folder)
    assert ended.code == 0, ended
    assert set(read_lines(folder / "a.jsonl").values()) == {"sort[100]", "sort[1000]"}
    ended = run([host, "run", "--metric", "peak,allocations", "-k", "sort[100]", "-o", "memory.jsonl"], folder)
    assert ended.code == 0, ended  # the hooks were found where they were installed
    libraries = subprocess.run(["ldd", str(host)], capture_output=True, text=True, check=True).stdout
    for foreign in ("fmt", "simdjson", "boost", "CLI"):
        assert foreign not in libraries


def built_by_cmake(prefix: Path, folder: Path, *targets: str) -> Path:
    configure = ["cmake", "-S", str(HERE / "host"), "-B", str(folder / "build"), f"-DCMAKE_PREFIX_PATH={prefix}"]
    subprocess.run([*configure, "-DCMAKE_BUILD_TYPE=Release"], check=True, capture_output=True)
    subprocess.run(["cmake", "--build", str(folder / "build"), "--target", *targets], check=True, capture_output=True)
    return folder / "build"


def test_by_cmake(prefix: Path, tmp_path: Path) -> None:
    built_by_cmake(prefix, tmp_path, "host", "own-command")
    check_host(tmp_path / "build/host", tmp_path)
    own = tmp_path / "build/own-command"
    assert run([own, "greet", "you"], tmp_path).out == "hello you\n"
    assert run([own, "info"], tmp_path).out == "hello\n"
    assert "greet                       say hello" in run([own, "--help"], tmp_path).out
    assert run([own, "list", "--side", "back"], tmp_path).out == "back\n"
    ended = run([own, "run", "--side", "front", "--budget", "5ms", "-o", "own.jsonl"], tmp_path)
    assert ended.code == 0, ended
    assert set(read_lines(tmp_path / "own.jsonl").values()) == {"front"}
    ended = run([own, "run", "--command", "true=true", "--budget", "20ms", "-o", "true.jsonl"], tmp_path)
    assert ended.code == 0, ended
    assert run([own, "--version"], tmp_path).out.startswith("benchkit 0.")
    compared = run([own, "compare", "a.jsonl"], tmp_path)
    assert compared.code == 0, compared
    assert "sort" not in compared.err


def test_layouts_by_cmake(prefix: Path, tmp_path: Path) -> None:
    host = built_by_cmake(prefix, tmp_path, "all") / "host"
    for mode in ("exec", "inproc"):
        argv = [host, "run", "--against", f"self={host}", "--layouts", "3", "--mode", mode, "--budget", "20ms", "-o", f"{mode}.jsonl"]
        ended = run(argv, tmp_path)
        assert ended.code == 0, ended
        assert all(set(block["layouts"]) <= {1, 2, 3} for block in read_lines(tmp_path / f"{mode}.jsonl").of_kind("block"))


def test_by_pkg_config(prefix: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PKG_CONFIG_PATH": str(next(prefix.rglob("benchkit.pc")).parent)}
    command = f"g++ -std=c++20 -O2 {HERE / 'host/host.cpp'} $(pkg-config --cflags --libs benchkit) -o host"
    subprocess.run(["sh", "-c", command], check=True, cwd=tmp_path, env=environment)
    check_host(tmp_path / "host", tmp_path)
    version = subprocess.run(["pkg-config", "--modversion", "benchkit"], env=environment, capture_output=True, text=True, check=True).stdout
    assert run([prefix / "bin/benchkit", "--version"], tmp_path).out.strip() == f"benchkit {version.strip()}"


KNOWN = {"peak": 1_500_000, "allocated": 1_800_000, "allocations": 3}


def numbers(file: Path) -> dict[str, set[float]]:
    """Metric to what its samples are."""
    lines = read_lines(file)
    names = {line["metric"]: line["name"] for line in lines.of_kind("metric")}
    return {
        names[line["metric"]]: set(line["value"]) if isinstance(line["value"], list) else {line["value"]}
        for line in lines.of_kind("series")
    }


def check_linked(host: Path, folder: Path) -> None:
    """It knows its memory to the byte with no library to load: by itself, as a host, and as a program that somebody measures."""
    nowhere = {"BENCHKIT_MEMHOOK": "/nowhere.so"}
    seen = run([host, "once"], folder, **nowhere)
    assert (seen.code, seen.out) == (0, "1500000 1800000 3\n"), seen
    ended = run([host, "run", "--metric", "peak,allocated,allocations", "-o", "host.jsonl"], folder, **nowhere)
    assert ended.code == 0, ended
    assert {name: numbers(folder / "host.jsonl")[name] for name in KNOWN} == {name: {value} for name, value in KNOWN.items()}
    # Of a whole life: what the program's start allocates comes on top.
    command = ["run", "--command", f"once={host} once", "--metric", "peak,allocations", "--samples", "2", "-o", "command.jsonl"]
    ended = run([COMMAND, *command], folder)
    assert ended.code == 0, ended
    of_program = numbers(folder / "command.jsonl")
    assert all(1_500_000 <= value < 1_600_000 for value in of_program["peak"]), of_program
    assert all(3 <= value < 100 for value in of_program["allocations"]), of_program
    # Whoever times such a program is told what is in the time.
    ended = run([host, "run", "--budget", "5ms", "-o", "time.jsonl"], folder)
    assert "hooked" in ended.out, ended


def can_link_statically(folder: Path) -> bool:
    (folder / "empty.cpp").write_text("int main() {}\n")
    return subprocess.run(["g++", "-static", "empty.cpp"], cwd=folder, capture_output=True).returncode == 0


def test_the_hooks_linked_into_a_program(prefix: Path, tmp_path: Path) -> None:
    check_linked(built_by_cmake(prefix, tmp_path, "linked") / "linked", tmp_path)


def test_the_hooks_linked_into_a_static_program(prefix: Path, tmp_path: Path) -> None:
    if not can_link_statically(tmp_path):
        pytest.skip("no static libc here")
    check_linked(built_by_cmake(prefix, tmp_path, "static") / "static", tmp_path)


def test_a_static_program_without_hooks_says_what_is_missing(prefix: Path, tmp_path: Path) -> None:
    if not can_link_statically(tmp_path):
        pytest.skip("no static libc here")
    host = built_by_cmake(prefix, tmp_path, "static-without") / "static-without"
    missing = (
        "memory cannot be counted in a statically linked program, into which no library can be loaded: "
        "link benchkit::memhook_static into it"
    )
    seen = run([host, "once"], tmp_path)
    assert (seen.code, seen.out) == (1, missing + "\n"), seen
    ended = run([host, "run", "--metric", "peak"], tmp_path)
    assert (ended.code, ended.err) == (2, f"{host}: --metric peak: {missing}\n"), ended
    assert run([host, "run", "--budget", "5ms"], tmp_path).code == 0


@pytest.mark.parametrize(("package", "flags"), [("benchkit-memhook", ""), ("benchkit-memhook-static", "-static")])
def test_the_hooks_by_pkg_config(package: str, flags: str, prefix: Path, tmp_path: Path) -> None:
    if flags and not can_link_statically(tmp_path):
        pytest.skip("no static libc here")
    environment = {**os.environ, "PKG_CONFIG_PATH": str(next(prefix.rglob("benchkit.pc")).parent)}
    command = f"g++ -std=c++20 -O2 {flags} {HERE / 'host/memory.cpp'} $(pkg-config --cflags --libs {package} benchkit) -o memory"
    subprocess.run(["sh", "-c", command], check=True, cwd=tmp_path, env=environment)
    assert run([tmp_path / "memory", "once"], tmp_path).out == "1500000 1800000 3\n"


def test_the_installed_command_is_the_one_that_is_found(prefix: Path, tmp_path: Path) -> None:
    """The host knows where its command was installed: PATH has none, and a moved installation is said."""
    environment = {**os.environ, "PKG_CONFIG_PATH": str(next(prefix.rglob("benchkit.pc")).parent)}
    command = f"g++ -std=c++20 {HERE / 'host/host.cpp'} $(pkg-config --cflags --libs benchkit) -o host"
    subprocess.run(["sh", "-c", command], check=True, cwd=tmp_path, env=environment)
    assert run([tmp_path / "host", "list"], tmp_path, PATH="/usr/bin:/bin").code == 0
    (prefix / "bin/benchkit").rename(prefix / "bin/moved")
    ended = run([tmp_path / "host", "list"], tmp_path, PATH="/usr/bin:/bin")
    assert ended.code == 2
    assert f"not where this program was built with it ({prefix}/bin/benchkit)" in ended.err
    assert run([tmp_path / "host", "list"], tmp_path, BENCHKIT=str(prefix / "bin/moved")).code == 0
