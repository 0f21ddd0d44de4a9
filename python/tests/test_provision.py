"""What a sweep asks of an interpreter."""

import subprocess
import sys


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
