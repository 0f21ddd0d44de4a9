"""Every door by which a Python worker is started."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PYTHON, Ended, read_lines, run, wait_for

SUITE = """
import contextlib, os, sys
import benchkit, benchkit.cli

@contextlib.contextmanager
def summing(n):
    yield lambda: sum(range(n))

def cases():
    for n in (10, 100):
        yield benchkit.Case(id=f"sum[{n}]", dims={"n": n}, run=lambda n=n: summing(n))
"""
MAIN = "\nif __name__ == '__main__':\n    benchkit.cli.main(cases)\n"
OPTIONS = ["run", "--budget", "5ms", "-o", "out.jsonl"]


def check(ended: Ended, folder: Path, processes: str = "fresh worker a block") -> str:
    """Both cases were measured; returns what the session calls its host."""
    assert ended.code == 0, ended
    lines = read_lines(folder / "out.jsonl")
    assert set(lines.values()) == {"sum[10]", "sum[100]"}
    session = lines.of_kind("session")[0]
    assert session["processes"] == processes
    return session["host"]


def test_a_package(tmp_path: Path) -> None:
    package = tmp_path / "suites"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "content.py").write_text(SUITE)
    (package / "__main__.py").write_text("import benchkit.cli\nfrom .content import cases\nbenchkit.cli.main(cases)\n")
    assert check(run([PYTHON, "-m", "suites", *OPTIONS], tmp_path), tmp_path) == "python -m suites"


def test_a_package_that_is_started_with_options_of_the_interpreter(tmp_path: Path) -> None:
    """`-X utf8` and `-W` are the worker's too: sys.orig_argv has them, __spec__ has not."""
    (tmp_path / "suites.py").write_text(SUITE.replace("def cases():", "def cases():\n    assert sys.flags.optimize == 1") + MAIN)
    check(run([PYTHON, "-O", "-W", "ignore", "-m", "suites", *OPTIONS], tmp_path), tmp_path)


def test_a_script(tmp_path: Path) -> None:
    (tmp_path / "suite.py").write_text(SUITE + MAIN)
    assert check(run([PYTHON, "suite.py", *OPTIONS], tmp_path), tmp_path) == "python suite.py"


def test_an_executable_script(tmp_path: Path) -> None:
    script = tmp_path / "suite"
    script.write_text(f"#!{PYTHON}\n{SUITE}{MAIN}")
    script.chmod(0o755)
    assert check(run(["./suite", *OPTIONS], tmp_path), tmp_path) == "./suite"


def test_a_console_entry_point(tmp_path: Path) -> None:
    """What pip writes for [project.scripts]: a script along PATH that imports the package and calls its main."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/suites.py").write_text(SUITE + "\ndef main():\n    benchkit.cli.main(cases)\n")
    (tmp_path / "bin").mkdir()
    entry = tmp_path / "bin/my-suite"
    entry.write_text(f"#!{PYTHON}\nimport sys\nfrom suites import main\nif __name__ == '__main__':\n    sys.exit(main())\n")
    entry.chmod(0o755)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    assert shutil.which("my-suite", path=path)
    ended = run(["my-suite", *OPTIONS], tmp_path, PATH=path, PYTHONPATH=str(tmp_path / "lib"))
    assert check(ended, tmp_path) == "my-suite"


def test_a_named_worker(tmp_path: Path) -> None:
    """`main(cases, worker=...)`: for a program that is not itself the suite's door."""
    (tmp_path / "suite.py").write_text(SUITE + MAIN)
    (tmp_path / "other.py").write_text(
        f"import suite, benchkit.cli\nbenchkit.cli.main(suite.cases, worker=[{str(PYTHON)!r}, 'suite.py'])\n"
    )
    check(run([PYTHON, "other.py", *OPTIONS], tmp_path), tmp_path)


def test_standard_input_is_in_process_and_says_so(tmp_path: Path) -> None:
    ended = run([PYTHON, "-", *OPTIONS], tmp_path, stdin=SUITE + MAIN)
    check(ended, tmp_path, processes="in process")


def test_an_interactive_session_is_in_process_and_says_so(tmp_path: Path) -> None:
    code = SUITE + f"\nimport sys\nsys.ps1 = '>>> '\nprint('code', benchkit.cli.run(cases, {OPTIONS!r}))\n"
    ended = run([PYTHON, "-c", code], tmp_path)
    check(ended, tmp_path, processes="in process")
    assert "code 0" in ended.out


def test_a_notebook_is_in_process_and_writes_to_its_streams(tmp_path: Path) -> None:
    """A notebook replaces sys.stdout: what the command prints must go there, not to the process's own output."""
    code = SUITE + (
        "\nimport io, types\n"
        "shell = types.ModuleType('IPython'); shell.get_ipython = lambda: object(); sys.modules['IPython'] = shell\n"
        "kept = sys.stdout; sys.stdout = io.StringIO()\n"
        f"code = benchkit.cli.run(cases, {OPTIONS!r})\n"
        "shown, sys.stdout = sys.stdout.getvalue(), kept\n"
        "assert code == 0 and '2 measured' in shown, shown\n"
    )
    ended = run([PYTHON, "-c", code], tmp_path)
    check(ended, tmp_path, processes="in process")
    assert ended.out == ""


def test_an_action_that_itself_runs_a_suite(tmp_path: Path) -> None:
    """The worker's variable is gone before user code runs, so a suite inside an action is a suite of its own."""
    (tmp_path / "inner.py").write_text(SUITE + MAIN)
    (tmp_path / "outer.py").write_text(
        "import contextlib, os, subprocess, sys, benchkit, benchkit.cli\n"
        "@contextlib.contextmanager\n"
        "def nested():\n"
        "    assert 'BENCHKIT_WORKER' not in os.environ\n"
        "    def action():\n"
        "        done = subprocess.run([sys.executable, '-m', 'inner', 'list'], capture_output=True, text=True, check=True)\n"
        "        assert 'sum[10]' in done.stdout, done\n"
        "    yield action\n"
        "benchkit.cli.main([benchkit.Case(id='sum[10]', run=nested), benchkit.Case(id='sum[100]', run=nested)])\n"
    )
    check(run([PYTHON, "-m", "outer", "run", "--samples", "1", "-o", "out.jsonl"], tmp_path), tmp_path)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="sys.orig_argv is new in 3.10")
def test_arguments_that_look_like_the_interpreters_are_the_programs(tmp_path: Path) -> None:
    (tmp_path / "suite.py").write_text(SUITE + MAIN)
    ended = run([PYTHON, "suite.py", "list", "-k", "sum and 100"], tmp_path)
    assert (ended.code, ended.out.split()) == (0, ["sum[100]"]), ended


def test_a_suite_that_cannot_be_imported_says_why(tmp_path: Path) -> None:
    (tmp_path / "suite.py").write_text(SUITE.replace("def cases():", "def cases():\n    import no_such_module") + MAIN)
    ended = run([PYTHON, "suite.py", *OPTIONS], tmp_path)
    assert ended.code == 2
    assert "No module named 'no_such_module'" in ended.err
    assert not (tmp_path / "out.jsonl").exists()


def test_two_cases_of_one_id_are_refused_with_both_places(tmp_path: Path) -> None:
    (tmp_path / "suite.py").write_text(SUITE.replace("(10, 100)", "(10, 10)") + MAIN)
    ended = run([PYTHON, "suite.py", "list"], tmp_path)
    assert ended.code == 2
    assert ended.err.count("suite.py:11") == 2, ended


def test_what_there_is_is_told_by_the_process_that_knows_it(tmp_path: Path) -> None:
    """No worker is started to list: the suite is imported once. What it prints meanwhile is not the list."""
    counted = SUITE.replace(
        "def cases():", "open('processes', 'a').write('.')\n\ndef cases():\n    print('a word')\n    os.write(1, b'another')"
    )
    (tmp_path / "suite.py").write_text(counted + MAIN)
    for words in (["list"], ["list", "--details"], ["list", "--format", "json"], ["show", "sum[10]"]):
        ended = run([PYTHON, "suite.py", *words], tmp_path)
        assert (ended.code, "sum[10]" in ended.out, "word" in ended.out, "another" in ended.out) == (0, True, False, False), ended
        assert ended.err.count("a word") == 1, ended
    assert (tmp_path / "processes").read_text() == "...."
    check(run([PYTHON, "suite.py", *OPTIONS], tmp_path), tmp_path)
    assert len((tmp_path / "processes").read_text()) > 5, "what is measured has a process of its own"


def test_a_list_that_takes_long_can_be_interrupted(tmp_path: Path) -> None:
    """The interrupt ends the suite's own code."""
    (tmp_path / "suite.py").write_text(
        SUITE.replace("def cases():", "def cases():\n    import time; open('asked', 'w'); time.sleep(60)") + MAIN
    )
    process = subprocess.Popen(
        [PYTHON, "suite.py", "list"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # what runs in a shell's background inherits that it is ignored
    )  # fmt: skip
    wait_for((tmp_path / "asked").exists)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, "KeyboardInterrupt" in err) == (2, True), err
