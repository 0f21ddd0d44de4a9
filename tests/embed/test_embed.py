"""Hosts built against the *installed* package: by CMake, and by the compiler with pkg-config."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from conftest import BUILD, read_lines, run

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


def test_by_cmake(prefix: Path, tmp_path: Path) -> None:
    configure = ["cmake", "-S", str(HERE / "host"), "-B", str(tmp_path / "build"), f"-DCMAKE_PREFIX_PATH={prefix}"]
    subprocess.run([*configure, "-DCMAKE_BUILD_TYPE=Release"], check=True, capture_output=True)
    subprocess.run(["cmake", "--build", str(tmp_path / "build")], check=True, capture_output=True)
    check_host(tmp_path / "build/host", tmp_path)
    own = tmp_path / "build/own-command"
    assert run([own, "greet"], tmp_path).out == "hello\n"
    assert run([own, "--version"], tmp_path).out.startswith("benchkit 0.")
    compared = run([own, "compare", "a.jsonl"], tmp_path)
    assert compared.code == 0, compared
    assert "sort" not in compared.err


def test_by_pkg_config(prefix: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PKG_CONFIG_PATH": str(next(prefix.rglob("benchkit.pc")).parent)}
    command = f"g++ -std=c++20 -O2 {HERE / 'host/host.cpp'} $(pkg-config --cflags --libs benchkit) -o host"
    subprocess.run(["sh", "-c", command], check=True, cwd=tmp_path, env=environment)
    check_host(tmp_path / "host", tmp_path)
    version = subprocess.run(["pkg-config", "--modversion", "benchkit"], env=environment, capture_output=True, text=True, check=True).stdout
    assert run([prefix / "bin/benchkit", "--version"], tmp_path).out.strip() == f"benchkit {version.strip()}"


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
