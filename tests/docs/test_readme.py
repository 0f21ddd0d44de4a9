"""What README and the pages of docs/ show, a reader can do: programs are built and commands run, in their order."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import BUILD, CLEAN_ENVIRONMENT, PYTHON, ROOT

README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "docs/scaling.md"]  # their commands go on where README's have ended


def blocks(language: str, page: str = README) -> list[str]:
    found = re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [text for name, text in found if name == language]


def commands_of(page: str) -> list[str]:
    return [line[2:] for block in blocks("console", page) for line in block.splitlines() if line.startswith("$ ")]


def test_the_readme_runs(build: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "installed"
    subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(prefix)], check=True, capture_output=True)
    (tmp_path / "main.cpp").write_text(blocks("cpp")[0])
    (tmp_path / "CMakeLists.txt").write_text(blocks("cmake")[0])
    (tmp_path / "suite.py").write_text(blocks("python")[0])
    environment = {
        **CLEAN_ENVIRONMENT,
        "CMAKE_PREFIX_PATH": str(prefix),
        "PKG_CONFIG_PATH": str(next(prefix.rglob("benchkit.pc")).parent),
        "PATH": f"{prefix / 'bin'}:{PYTHON.parent}:{os.environ['PATH']}",
    }
    commands = commands_of(README)
    commands += re.findall(r"`(g\+\+ [^`]*)`", README)
    assert len(commands) >= 10
    for page in PAGES:
        assert commands_of(page.read_text()), page
        commands += commands_of(page.read_text())
    for command in commands:
        done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("path", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    prose = re.sub(r"`[^`\n]*`", "", path.read_text())  # code has brackets of its own
    for target in re.findall(r"\]\(([^)#]+)\)", prose):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_each_command_is_in_the_table() -> None:
    rows = re.findall(r"BENCHKIT_COMMAND\((\w+)\)", (ROOT / "src/cli/commands/commands.def").read_text())
    section = README.partition("\n## Commands\n")[2].partition("\n## ")[0]
    told = set(re.findall(r"`([a-z]+)", "\n".join(line.split(" | ")[0] for line in section.splitlines() if line.startswith("| `"))))
    assert {name for name in rows if not name.startswith("serve_")} == told
