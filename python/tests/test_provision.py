"""What a sweep asks of an interpreter."""

import subprocess
import sys

import pytest
from benchkit import _provision


@pytest.mark.parametrize(
    ("environment", "index", "header"),
    [
        ({}, "https://pypi.org/simple", {}),
        ({"PIP_INDEX_URL": "https://here/simple/"}, "https://here/simple", {}),
        ({"UV_DEFAULT_INDEX": "inner=https://here:8080/simple"}, "https://here:8080/simple", {}),
        ({"UV_INDEX_URL": "https://here/simple?a=b"}, "https://here/simple?a=b", {}),
        ({"PIP_INDEX_URL": "https://me:p%40ss@here/simple"}, "https://here/simple", {"Authorization": "Basic bWU6cEBzcw=="}),
    ],
)
def test_the_index_is_the_one_that_pip_and_uv_would_ask(environment, index, header):
    assert _provision.index_of(environment) == (index, header)


def test_an_index_that_is_not_there_is_told_in_a_line(monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    with pytest.raises(SystemExit, match=r"http://127.0.0.1:9/simple/linopy/: "):
        _provision.releases("linopy")


def test_a_package_with_a_module_of_the_suites_name_is_no_problem(tmp_path):
    # What any flat source tree may hold: the package, and a folder that the suite has, too.
    installed, suite = tmp_path / "installed", tmp_path / "suite"
    for folder in (installed / "flat", installed / "benchmarks", suite / "benchmarks"):
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
    facts = installed / "flat-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: flat\nVersion: 1.0\n")
    (facts / "top_level.txt").write_text("flat\nbenchmarks\n")

    def problem(*words):
        code = (
            f"import sys; sys.path[:0] = [{str(suite)!r}, {str(installed)!r}]; sys.prefix = {str(installed)!r}\n"
            f"from benchkit import _provision; print(_provision.check(*{words!r}).get('problem'))"
        )
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()

    assert problem("flat", "", "benchmarks") == "None"
    assert "benchmarks would be imported from" in problem("flat")
