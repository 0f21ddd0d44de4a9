"""Sweeps over releases, commits and environments of a Python package, from an index of our own: nothing needs the network."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import stat
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import PYTHON, Ended, run

# A backend in the source tree itself: the package can be built with nothing else installed.
BACKEND = """
import base64, hashlib, zipfile
from pathlib import Path

def build_wheel(folder, config_settings=None, metadata_directory=None):
    version = Path("version").read_text().strip()
    name = f"tinypkg-{version}-py3-none-any.whl"
    info = f"tinypkg-{version}.dist-info"
    needs = "Provides-Extra: all\\nRequires-Dist: tinydep; extra == 'all'\\n"
    with zipfile.ZipFile(Path(folder) / name, "w") as wheel:
        for file in Path("tinypkg").glob("*.py"):
            wheel.write(file, str(file))
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: tinypkg\\nVersion: {version}\\n{needs}")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: own\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", f"tinypkg/__init__.py,,\\n{info}/METADATA,,\\n{info}/WHEEL,,\\n{info}/RECORD,,\\n")
    return name
"""

# What a call of the case took is what the packages say, so that no test depends on the machine.
SUITE = """
from contextlib import contextmanager
from pathlib import Path
import benchkit, benchkit.cli

@contextmanager
def work():
    import tinypkg
    try:
        import tinydep
        extra = tinydep.NS
    except ImportError:
        extra = 0
    def act(probe):
        probe.time(tinypkg.NS + extra)
    yield act

def cases():
    yield benchkit.Case("work", {}, work, probe=True)

if __name__ == "__main__":
    benchkit.cli.main(cases, install_spec=lambda version: [f"tinypkg[all]=={version}", "tinyother"])
"""


def wheel(folder: Path, name: str, version: str, code: str, requires: str = "") -> Path:
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: own\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{file},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}\n"
        for file, text in files.items()
    )
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
        archive.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    return path


DEPENDENCY = "Provides-Extra: all\nRequires-Dist: tinydep; extra == 'all'\n"
RELEASES = [  # package, version, what it takes, when it was uploaded, what it requires
    ("tinydep", "1", 0, "2024-01-01T00:00:00Z", ""),
    ("tinyother", "1", 0, "2024-01-01T00:00:00Z", ""),
    ("tinypkg", "1.0", 1000, "2024-02-01T10:00:00Z", DEPENDENCY),
    ("tinydep", "2", 500, "2024-03-01T00:00:00.5Z", ""),
    ("tinyother", "2", 0, "2024-03-01T00:00:00Z", ""),
    ("tinypkg", "1.1", 1000, "2024-04-01T10:00:00Z", DEPENDENCY),
    ("tinypkg", "1.2", 1000, "2024-05-01T10:00:00Z", DEPENDENCY),  # yanked
]


class Index:
    """A package index that speaks PEP 691 to those who know the password, with whole seconds as some do."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        files: dict[str, list[dict]] = {}
        for name, version, ns, uploaded, requires in RELEASES:
            path = wheel(folder, name, version, f"NS = {ns}\n", requires)
            files.setdefault(name, []).append(
                {
                    "filename": path.name,
                    "url": path.name,
                    "hashes": {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
                    "upload-time": uploaded,
                    "yanked": version == "1.2",
                }
            )

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.headers.get("Authorization") != "Basic " + base64.b64encode(b"me:secret").decode():
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", "Basic")
                    self.end_headers()
                    return
                words = self.path.strip("/").split("/")
                kind = "application/vnd.pypi.simple.v1+json"
                if len(words) == 3:
                    body, kind = (folder / words[2]).read_bytes(), "application/octet-stream"
                elif len(words) == 2 and words[1] in files:
                    body = json.dumps({"meta": {"api-version": "1.1"}, "name": words[1], "versions": [], "files": files[words[1]]}).encode()
                else:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            do_HEAD = do_GET  # noqa: N815

            def log_message(self, format: str, *words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://me:secret@127.0.0.1:{self.server.server_port}/simple"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What all tests share: the index, and one cache."""
    folder = tmp_path_factory.mktemp("place")
    index = Index(folder / "index")
    yield {"UV_DEFAULT_INDEX": index.url, "UV_CACHE_DIR": str(folder / "uv"), "BENCHKIT_CACHE": str(folder / "cache"), "UV_NO_CONFIG": "1"}
    index.server.shutdown()


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench/__main__.py").write_text(SUITE)
    return tmp_path


QUICK = ["--samples", "6", "--blocks", "3", "--seed", "3", "-o", "s"]


def sweep(folder: Path, place: dict[str, str], *words: str, module: tuple[str, ...] = ("-m", "bench"), **environment: str) -> Ended:
    return run([PYTHON, *module, "sweep", *words], folder, **{**place, **environment})


def versions_in(path: Path) -> dict[str, dict]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return {line["label"]: line for line in lines if line["kind"] == "version"}


def medians(path: Path) -> dict[str, float]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    names = {line["version"]: line["label"] for line in lines if line["kind"] == "version"}
    values = {}
    for line in lines:
        if line["kind"] == "series":
            value = line["value"]
            values[names[line["version"]]] = sorted(value)[len(value) // 2] if isinstance(value, list) else value
    return values


def test_releases_with_the_dependencies_of_their_time(suite: Path, place: dict[str, str]) -> None:
    """1.0 came before the second dependency, 1.1 after it; 1.2 was yanked."""
    done = sweep(suite, place, ">=1.0", "--as-of", "release", *QUICK)
    assert done.code == 0, done
    assert medians(suite / "s/sweep.jsonl") == {"1.0": 1000, "1.1": 1500}
    assert "tinydep==1" in (suite / "s/locks/1.0.txt").read_text()
    assert "tinydep==2" in (suite / "s/locks/1.1.txt").read_text()
    again = sweep(suite, place, ">=1.0", "--as-of", "release", *QUICK)
    assert again.code == 0, again
    assert "Nothing to do" in again.out, again
    assert "may have changed" not in again.out, again


def test_a_day_is_meant_with_all_of_it(suite: Path, place: dict[str, str]) -> None:
    done = sweep(suite, place, "1.0", "tinypkg==1.1", "--as-of", "2024-03-01", "--smoke", "--filter", "work", "-o", "s")
    assert done.code == 1, done  # on that day there was no 1.1
    assert "NOT MEASURED tinypkg==1.1: uv failed" in done.err, done
    (row,) = [line.split() for line in done.out.splitlines() if line.startswith("1.0 ")]
    assert row[1:4] == ["1", "0", "0"], done
    assert "tinydep==2" in (suite / "s/locks/1.0.txt").read_text()


def test_a_pin_holds_what_is_installed_along(suite: Path, place: dict[str, str]) -> None:
    done = sweep(suite, place, "1.1", "--as-of", "release", "--pin", "tinydep<2", "--metric", "time,peak", "--provision-only", "-o", "s")
    assert done.code == 0, done
    assert "tinydep==1" in (suite / "s/locks/1.1.txt").read_text()


def test_a_version_that_is_not_there_is_named(suite: Path, place: dict[str, str]) -> None:
    done = sweep(suite, place, "1.0", "9.9", "--as-of", "release", "--provision-only", "-o", "s")
    assert done.code == 1, done
    assert "NOT MEASURED 9.9: the package index has no tinypkg 9.9" in done.err, done
    none = sweep(suite, place, ">=1.0", "-o", "s", UV_DEFAULT_INDEX="http://127.0.0.1:9/simple")
    assert none.code == 2, none
    assert "the package index http://127.0.0.1:9/simple cannot be reached" in none.err, none


def test_commits_a_dirty_tree_and_a_program_beside_a_release(suite: Path, place: dict[str, str]) -> None:
    """One sweep of a release, a commit, the working tree and a program that is there already."""
    (suite / "tinypkg").mkdir()
    (suite / "tinypkg/__init__.py").write_text("NS = 2000\n")
    (suite / "version").write_text("2.0\n")
    (suite / "backend.py").write_text(BACKEND)
    (suite / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "tinypkg"\n'
        'dynamic = ["version", "optional-dependencies", "dependencies"]\n'
    )
    for words in ("init -q", "config user.name A", "config user.email a@example.org", "add -A", "commit -qm 2.0", "tag v1.1"):
        assert run(["git", *words.split()], suite).code == 0
    (suite / "tinypkg/__init__.py").write_text("NS = 3000\n")
    program = suite / "old"
    site = suite / "other"
    (site / "tinypkg").mkdir(parents=True)
    (site / "tinypkg/__init__.py").write_text("NS = 4000\n")
    program.write_text(f'#!/bin/sh\ncd "{suite}" && PYTHONPATH="{site}" exec "{PYTHON}" bench/__main__.py "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    done = sweep(suite, place, "1.0", "HEAD", "WORKTREE", "old=./old", "--as-of", "release", *QUICK)
    assert done.code == 0, done
    # The extra that the suite asks for is in the commits, too.
    assert medians(suite / "s/sweep.jsonl") == {"1.0": 1000, "HEAD": 2500, "WORKTREE": 3500, "old": 4000}
    versions = versions_in(suite / "s/sweep.jsonl")
    assert [version["provisioner"] for version in versions.values()] == ["venv", "git-python", "git-python", "prebuilt"]
    assert versions["WORKTREE"]["dirty"] is True
    assert versions["HEAD"]["dirty"] is False

    # The index has a release 1.1, too; v1.1 is the tag.
    done = sweep(suite, place, "v1.1", "--as-of", "release", "--provision-only", "-o", "u")
    assert done.code == 0, done
    assert "git-python" in done.out, done

    # A path is not what it was, either: the tree that was edited has an environment of its own.
    for ns, path in ((5000, "."), (6000, suite)):
        (suite / "tinypkg/__init__.py").write_text(f"NS = {ns}\n")
        shutil.rmtree(suite / "s")
        done = sweep(suite, place, "1.0", f"tree={path}", "--as-of", "release", *QUICK)
        assert done.code == 0, done
        assert medians(suite / "s/sweep.jsonl") == {"1.0": 1000, "tree": ns}


def test_the_wrong_copy_is_not_measured(suite: Path, place: dict[str, str]) -> None:
    """Started by its path, a suite has its folder first on the path: what lies there would be measured in every version."""
    (suite / "bench/tinypkg").mkdir()
    (suite / "bench/tinypkg/__init__.py").write_text("NS = 1\n")
    done = sweep(suite, place, "1.0", "--as-of", "release", *QUICK, module=("bench/__main__.py",))
    assert done.code == 2, done
    assert "tinypkg would be imported from" in done.err
    assert "start the suite by -m" in done.err


def test_a_suite_that_changes_the_path_measures_no_other_copy(suite: Path, place: dict[str, str]) -> None:
    """What would be imported was looked at before the suite ran; what counts is what its cases import."""
    (suite / "tinypkg").mkdir()
    (suite / "tinypkg/__init__.py").write_text("NS = 1\n")
    path = "import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))\n"
    (suite / "bench/__main__.py").write_text(path + SUITE)
    done = sweep(suite, place, "1.0", "--as-of", "release", *QUICK)
    assert done.code == 1, done
    assert f"tinypkg is imported from {suite}/tinypkg/__init__.py, which is not in the environment" in done.out + done.err, done
    (suite / "bench/__main__.py").write_text(path + "import tinypkg\n" + SUITE)
    done = sweep(suite, place, "1.0", "--as-of", "release", *QUICK[:-1], "t")
    assert done.code != 0, done
    assert f"tinypkg is imported from {suite}/tinypkg/__init__.py" in done.out + done.err, done


def test_an_environment_that_is_there_is_isolated_too(suite: Path, place: dict[str, str]) -> None:
    assert sweep(suite, place, "1.0", "--as-of", "release", "--cache", str(suite / "cache"), "--provision-only", "-o", "p").code == 0
    (environment,) = [folder for folder in (suite / "cache/envs").iterdir() if folder.is_dir()]
    (suite / "tinypkg").mkdir()
    (suite / "tinypkg/__init__.py").write_text("NS = 1\n")
    done = sweep(suite, place, f"there=python:{environment}", *QUICK)
    assert done.code == 0, done
    assert medians(suite / "s/sweep.jsonl") == {"there": 1000}
    assert versions_in(suite / "s/sweep.jsonl")["there"]["package"] == "tinypkg 1.0"
    (suite / "bench/data.txt").write_text("twice as much")
    done = sweep(suite, place, f"there=python:{environment}", *QUICK)
    assert done.code == 2, done
    assert "the suite was edited since this sweep measured with it" in done.err, done


def test_the_ends_of_a_search_are_those_that_were_named(suite: Path, place: dict[str, str]) -> None:
    """1.2 is yanked, and 1.9 does not exist: neither is replaced by a neighbour without a word."""
    done = sweep(suite, place, "--bisect", "1.0..1.9", "--case", "work", "--as-of", "2025-01-01", *QUICK)
    assert done.code == 2, done
    assert "1.9, an end of the range, cannot be measured" in done.err, done
    done = sweep(suite, place, "--bisect", "1.0..1.2", "--case", "work", "--as-of", "2025-01-01", "--total-budget", "1ms", *QUICK)
    assert "3 versions, 1.0 to 1.2" in done.err, done
    done = sweep(suite, place, "--bisect", "1.0..1.1", "--case", "wrok", *QUICK)
    assert done.code == 2, done
    assert 'did you mean "work"?' in done.err, done


def test_an_environment_that_lost_something_is_made_again(suite: Path, place: dict[str, str]) -> None:
    how = ["1.0", "--as-of", "release", "--cache", str(suite / "cache"), "-o", "s"]
    assert sweep(suite, place, *how, "--provision-only").code == 0
    (environment,) = [folder for folder in (suite / "cache/envs").iterdir() if folder.is_dir()]
    (package,) = environment.glob("lib/*/site-packages/tinypkg")
    shutil.rmtree(package)
    (info,) = environment.glob("lib/*/site-packages/tinypkg-*.dist-info")
    shutil.rmtree(info)
    done = sweep(suite, place, *how, "--provision-only")
    assert done.code == 0, done
    assert package.is_dir()
    assert "made again" in (suite / "s/logs/1.0.log").read_text()
    shutil.rmtree(environment)
    assert sweep(suite, place, *how, "--provision-only").code == 0


def test_which_package_did_it(suite: Path, place: dict[str, str]) -> None:
    """Of two locks that differ in two packages, one made the step."""
    assert sweep(suite, place, "1.0", "1.1", "--as-of", "release", "--provision-only", "-o", "s").code == 0
    done = sweep(suite, place, "--bisect-dependencies", "s/locks/1.0.txt", "s/locks/1.1.txt", "--case", "work", "--samples", "6", "-o", "t")
    assert done.code == 0, done
    assert "work time: +50.0% from tinydep==2, with a probability of over 99.9%" in done.out, done
    same = sweep(suite, place, "--bisect-dependencies", "s/locks/1.0.txt", "s/locks/1.0.txt", "--case", "work")
    assert same.code == 2, same
    assert "the two locks list the same" in same.err, same
    lock = sweep(suite, place, "before=lock:s/locks/1.0.txt", "after=lock:s/locks/1.1.txt", *QUICK)
    assert lock.code == 0, lock
    assert medians(suite / "s/sweep.jsonl") == {"before": 1000, "after": 1500}
