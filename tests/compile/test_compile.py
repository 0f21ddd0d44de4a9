"""What the compiler says of a mistake in a suite: the first error is the one that helps, and the only one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import ROOT


def errors(code: str, folder: Path, standard: str = "c++20") -> list[str]:
    source = folder / "suite.cpp"
    source.write_text(code)
    argv = ["g++", f"-std={standard}", "-fsyntax-only", f"-I{ROOT / 'include'}", str(source)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
    return [line.split("error: ", 1)[1] for line in done.stderr.splitlines() if "error: " in line]


@pytest.mark.parametrize(
    ("run", "complaint"),
    [
        ("[] { [] { return 1; }; }", "a case's run must return its action"),
        ("[] { return 1; }", "the action must be callable as action() or action(benchkit::Probe&)"),
    ],
)
def test_a_run_that_gives_no_action(run: str, complaint: str, tmp_path: Path) -> None:
    found = errors(f'#include <benchkit/core/case.hpp>\nbenchkit::Case made() {{ return {{.id = "x", .run = {run}}}; }}\n', tmp_path)
    assert len(found) == 1, found
    assert complaint in found[0]


def test_an_older_standard_is_named(tmp_path: Path) -> None:
    found = errors("#include <benchkit/benchkit.hpp>\nint main() {}\n", tmp_path, standard="c++17")
    assert len(found) == 1, found
    assert "benchkit needs C++20" in found[0]


def test_the_toolchain_is_that_of_the_host(tmp_path: Path) -> None:
    """The library is optimised in either case: what counts is how the file with App in it was compiled."""
    source = tmp_path / "host.cpp"
    source.write_text(
        "#include <benchkit/app/app.hpp>\n"
        "static_assert(benchkit::detail::kToolchainOfThisFile.optimised == OPTIMISED);\n"
        "static_assert(benchkit::detail::kToolchainOfThisFile.assertions == !OPTIMISED);\n"
    )
    for flags in (["-O0", "-DOPTIMISED=false"], ["-O2", "-DNDEBUG", "-DOPTIMISED=true"]):
        argv = ["g++", "-std=c++20", "-fsyntax-only", f"-I{ROOT / 'include'}", *flags, str(source)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
