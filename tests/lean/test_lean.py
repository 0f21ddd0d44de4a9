"""What a host and a worker carry: as little as they need."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from conftest import PYTHON, run

STANDARD = {"linux-vdso.so.1", "libstdc++.so.6", "libgcc_s.so.1", "libc.so.6", "libm.so.6", "libpthread.so.0", "ld-linux-x86-64.so.2"}
MODULES = "import json, sys; print(json.dumps(sorted(n for n in sys.modules if n.startswith('benchkit'))))"


def libraries(program: Path) -> set[str]:
    out = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=True).stdout
    return {Path(line.split()[0]).name for line in out.splitlines() if line.strip()}


def test_a_cpp_host_links_the_standard_library_alone(build: Path) -> None:
    assert libraries(build / "examples/cpp-containers/cpp-containers") <= STANDARD


def test_the_command_links_something_more(build: Path) -> None:
    """The check above can fail: the command is not as lean."""
    assert any(name.startswith("libsimdjson") for name in libraries(build / "benchkit"))


def test_names_of_native_code_wait_in_a_module(build: Path) -> None:
    """libdw, and what it loads in turn, is no part of the command's start."""
    assert not any(name.startswith(("libdw", "libelf")) for name in libraries(build / "benchkit"))
    assert any(name.startswith("libdw") for name in libraries(build / "libbenchkit-symbols.so"))


def test_what_draws_waits_in_a_module(build: Path) -> None:
    assert not any(name.startswith(("librsvg", "libcairo", "libpango")) for name in libraries(build / "benchkit"))
    assert any(name.startswith("librsvg") for name in libraries(build / "libbenchkit-drawing.so"))


def loaded(code: str, tmp_path: Path) -> list[str]:
    ended = run([PYTHON, "-c", f"{code}; {MODULES}"], cwd=tmp_path)
    assert ended.code == 0, ended
    return json.loads(ended.out)


def test_import_loads_core_at_most(tmp_path: Path) -> None:
    assert set(loaded("import benchkit", tmp_path)) <= {"benchkit", "benchkit._case", "benchkit._core"}
    assert set(loaded("import benchkit; benchkit.run_case; benchkit.Case", tmp_path)) <= {"benchkit", "benchkit._case", "benchkit._core"}


def test_import_of_the_command_line_loads_no_tools_yet(tmp_path: Path) -> None:
    assert "benchkit._tools" not in loaded("import benchkit.cli", tmp_path)


def core_module() -> Path:
    code = "import benchkit._core; print(benchkit._core.__file__)"
    return Path(subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=True).stdout.strip())


def symbols(module: Path) -> str:
    return subprocess.run(["nm", "--demangle", str(module)], capture_output=True, text=True, check=True).stdout


def test_core_holds_no_symbol_of_the_analysis() -> None:
    names = symbols(core_module())
    assert "benchkit::core::" in names, "the module keeps its symbols, so that their absence says something"
    for layer in ("compare", "plot", "sweep", "snapshot", "runner", "symbols", "cli"):
        assert f"benchkit::{layer}::" not in names, layer


def test_tools_do_hold_them() -> None:
    tools = core_module().with_name(core_module().name.replace("_core", "_tools"))
    names = symbols(tools)
    for layer in ("compare", "snapshot", "runner", "cli"):
        assert f"benchkit::{layer}::" in names, layer


def test_a_worker_loads_the_hooks_for_memory_alone(tmp_path: Path) -> None:
    script = tmp_path / "suite.py"
    script.write_text(
        "import benchkit, benchkit.cli, contextlib, sys\n"
        "@contextlib.contextmanager\n"
        "def look():\n"
        "    yield lambda: None\n"
        "    hooked = 'memhook' in open('/proc/self/maps').read()\n"
        "    assert hooked == (sys.argv[-1] == 'yes'), hooked\n"
        "benchkit.cli.main([benchkit.Case(id='look', run=look)], sys.argv[1:-1], worker=sys.orig_argv)\n"
    )
    for metric, hooked in (("time", "no"), ("cpu_time", "no"), ("rss", "no"), ("peak", "yes")):
        ended = run([PYTHON, script, "run", "--metric", metric, "--budget", "2ms", "-o", f"{metric}.jsonl", hooked], cwd=tmp_path)
        assert ended.code == 0, ended


def test_a_worker_never_loads_tools(tmp_path: Path) -> None:
    script = tmp_path / "suite.py"
    script.write_text(
        "import benchkit, benchkit.cli, contextlib, sys\n"
        "@contextlib.contextmanager\n"
        "def look():\n"
        "    yield lambda: None\n"
        "    assert 'benchkit._tools' not in sys.modules, 'loaded'\n"
        "benchkit.cli.main([benchkit.Case(id='look', run=look)])\n"
    )
    ended = run([PYTHON, script, "run", "--budget", "2ms"], cwd=tmp_path)
    assert ended.code == 0, ended
