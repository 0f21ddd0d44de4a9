"""`benchkit serve`, asked by real requests: what it shows, and what it refuses."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
import shutil
import signal
import socket
import subprocess
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import CLEAN_ENVIRONMENT, ROOT, run

DATA = ROOT / "tests/cli/data"
SECRET = "secret-of-another-folder"


@dataclass
class Answer:
    status: int
    head: str
    body: bytes


@dataclass
class Served:
    folder: Path
    port: int
    process: subprocess.Popen[str]

    def raw(self, text: str) -> Answer:
        """What comes back for these very bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(text.encode("latin-1"))
            received = b""
            with contextlib.suppress(ConnectionResetError):
                while piece := connection.recv(1 << 16):
                    received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        return Answer(int(head.split()[1]), head.decode("latin-1"), body)

    def ask(self, target: str, method: str = "GET", host: str | None = None) -> Answer:
        return self.raw(f"{method} {target} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{self.port}'}\r\nConnection: close\r\n\r\n")

    def as_a_browser(self, target: str) -> Answer:
        host = f"127.0.0.1:{self.port}"
        return self.raw(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nConnection: close\r\n\r\n")

    def list(self) -> dict[str, dict[str, Any]]:
        return {entry["name"]: entry for entry in json.loads(self.ask("/snapshots").body)}


@contextlib.contextmanager
def serving(build: Path, folder: Path) -> Iterator[Served]:
    argv = [str(build / "benchkit"), "serve", str(folder)]
    with subprocess.Popen(argv, env=CLEAN_ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.fullmatch(r".* at http://127\.0\.0\.1:(\d+)/\n", line)
            assert found is not None, (line, process.stderr.read() if process.stderr else "")
            yield Served(folder, int(found[1]), process)
        finally:
            if process.poll() is None:
                process.kill()


@pytest.fixture(scope="module")
def served(build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    top = tmp_path_factory.mktemp("serve")
    folder = top / "runs"
    (folder / "sub").mkdir(parents=True)
    for name in ("v1.jsonl", "v2.jsonl"):
        shutil.copy(DATA / name, folder / name)
    secret = (DATA / "v1.jsonl").read_text().replace("set-find", SECRET)
    (top / "secret.jsonl").write_text(secret)
    (folder / "sub/inner.jsonl").write_text(secret)
    (folder / "notes.txt").write_text(SECRET)
    (folder / "link.jsonl").symlink_to(top / "secret.jsonl")
    (folder / "broken.jsonl").write_text("{")
    first, rest = (DATA / "v1.jsonl").read_text().split("\n", 1)
    (folder / "odd.jsonl").write_text(json.dumps({**json.loads(first), "started": 5}) + "\n" + rest)
    with serving(build, folder) as one:
        yield one


def test_a_folder_is_listed_and_a_report_is_that_of_the_command(served: Served, build: Path, tmp_path: Path) -> None:
    page = served.ask("/")
    assert page.status == 200
    assert b"Content-Security-Policy" in page.body
    listed = served.list()
    assert set(listed) == {"v1.jsonl", "v2.jsonl", "broken.jsonl", "odd.jsonl"}
    assert listed["v1.jsonl"]["state"] == "ended"
    assert listed["v1.jsonl"]["versions"] == ["v1"]
    assert listed["v1.jsonl"]["cases"] >= listed["v1.jsonl"]["measured"] > 0
    assert listed["broken.jsonl"]["state"] == "unreadable"
    assert listed["odd.jsonl"]["state"] == "ended"
    answer = served.ask("/report?file=v1.jsonl&file=v2.jsonl")
    assert answer.status == 200
    own = tmp_path / "own.html"
    assert run([build / "benchkit", "report", "v1.jsonl", "v2.jsonl", "-o", own], cwd=served.folder).code == 0

    def report(html: str) -> dict[str, Any]:
        text = re.search(r'id="benchkit-report">([^<]*)<', html)
        assert text is not None
        return json.loads(zlib.decompress(base64.b64decode(text[1])))

    there, here = report(answer.body.decode()), report(own.read_text())
    assert there["metrics"] == here["metrics"]
    assert there["cases"] == here["cases"]


@pytest.mark.parametrize(
    "target",
    [
        "/report?file=../secret.jsonl",
        "/report?file=..%2fsecret.jsonl",
        "/report?file=%2e%2e%2fsecret.jsonl",
        "/report?file=%252e%252e%252fsecret.jsonl",
        "/report?file=..%5csecret.jsonl",
        "/report?file=sub/inner.jsonl",
        "/report?file=./v1.jsonl",
        "/report?file=link.jsonl",
        "/report?file=notes.txt",
        "/report?file=TOP/secret.jsonl",
        "/report?file=%2Fetc%2Fpasswd",
        "/report?file=v1.jsonl%00",
        "/report?file=v1.jsonl&file=../secret.jsonl",
        "/report?file=",
        "/report",
        "/report?" + "&".join(f"file={i}" for i in range(60)),
        "/../secret.jsonl",
        "/%2e%2e/secret.jsonl",
        "/..%2fsecret.jsonl",
        "//etc/passwd",
        "/v1.jsonl",
        "/notes.txt",
        "/snapshots/../notes.txt",
        "/%00",
        "/" + "a" * 8000,
    ],
)
def test_nothing_but_the_snapshots_of_the_folder_can_be_had(served: Served, target: str) -> None:
    answer = served.ask(target.replace("TOP", str(served.folder.parent)))
    assert answer.status in (400, 404, 414)
    assert SECRET.encode() not in answer.body
    assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "host",
    ["example.org", "example.org:PORT", "127.0.0.1.example.org:PORT", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:PORT", "localhost:PORT.x"],
)
def test_other_hosts_are_refused(served: Served, host: str) -> None:
    answer = served.ask("/snapshots", host=host.replace("PORT", str(served.port)))
    assert answer.status == 403
    assert b"v1.jsonl" not in answer.body


def test_a_host_is_named_once(served: Served) -> None:
    own = f"Host: 127.0.0.1:{served.port}\r\n"
    for hosts in ("", own + "Host: example.org\r\n", "Host: example.org\r\n" + own):
        assert served.raw(f"GET /snapshots HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n").status in (400, 403)
    assert served.ask("/snapshots", host=f"localhost:{served.port}").status == 200


def test_a_page_from_elsewhere_is_refused(served: Served) -> None:
    def status(site: str) -> int:
        host = f"Host: 127.0.0.1:{served.port}\r\nSec-Fetch-Site: {site}\r\n"
        return served.raw(f"GET /report?file=v1.jsonl HTTP/1.1\r\n{host}Connection: close\r\n\r\n").status

    assert [status(site) for site in ("cross-site", "same-site", "same-origin", "none")] == [403, 403, 200, 200]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_changed(served: Served, method: str) -> None:
    before = {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in served.folder.iterdir()}
    for target in ("/", "/v1.jsonl", "/report?file=v1.jsonl"):
        assert served.ask(target, method=method).status in (400, 405)
    assert {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in served.folder.iterdir()} == before


def test_answers_may_not_be_kept_guessed_at_or_framed(served: Served) -> None:
    for target in ("/", "/snapshots", "/report?file=v1.jsonl", "/none"):
        head = served.ask(target).head.lower()
        for line in (
            "cache-control: no-store",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "cross-origin-resource-policy: same-origin",
        ):
            assert line in head, target
        assert "access-control" not in head
    answer = served.ask("/snapshots", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_no_other_address_of_the_machine_listens(served: Served) -> None:
    for address in ("127.0.0.2", "::1"):
        with pytest.raises(OSError, match=r".*"):
            socket.create_connection((address, served.port), timeout=5).close()


def test_a_run_appears_while_it_is_written_and_ends(build: Path, tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    with serving(build, folder) as one:
        assert one.list() == {}
        argv = [str(build / "programs/suite"), "run", "--budget", "200ms", "-o", str(folder / "live.jsonl")]
        environment = {**CLEAN_ENVIRONMENT, "BENCHKIT": str(build / "benchkit")}
        with subprocess.Popen(argv, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            seen = []
            while process.poll() is None:
                entry = one.list().get("live.jsonl")
                if entry is not None and entry["state"] == "being written":
                    seen.append(entry.get("samples", 0))
                time.sleep(0.02)
        assert len(seen) > 1
        assert seen == sorted(seen)
        assert seen[0] < seen[-1]
        entry = one.list()["live.jsonl"]
        assert entry["state"] == "ended"
        assert entry["samples"] >= seen[-1]
        assert one.ask("/report?file=live.jsonl").status == 200


def test_pages_are_not_compressed_for_a_browser_on_this_machine(served: Served) -> None:
    """It takes seconds of a CPU that a run may be using."""
    for target in ("/", "/report?file=v1.jsonl"):
        page = served.as_a_browser(target)
        assert page.status == 200
        assert "content-encoding" not in page.head.lower()
        assert page.body.rstrip().endswith(b"</html>")


def test_a_report_knows_which_files_to_follow_and_may_ask_this_server_alone(served: Served, build: Path, tmp_path: Path) -> None:
    page = served.ask("/report?file=v1.jsonl&file=v2.jsonl").body.decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].endswith("; form-action 'none'; connect-src 'self'")
    allowed = re.findall(r"'sha256-([^']*)'", policy[1])
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert sorted(allowed) == sorted(base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    assert len(scripts) == 2
    packed = re.search(r'id="benchkit-report">([^<]*)<', page)
    assert packed is not None
    followed = json.loads(zlib.decompress(base64.b64decode(packed[1])))["follow"]
    assert followed == [[name, (DATA / name).stat().st_size] for name in ("v1.jsonl", "v2.jsonl")]
    assert followed == [[name, served.list()[name]["bytes"]] for name in ("v1.jsonl", "v2.jsonl")]
    ended = run([build / "benchkit", "report", "v1.jsonl", "v2.jsonl", "-o", tmp_path / "page.html"], cwd=DATA)
    assert ended.code == 0, ended
    written = (tmp_path / "page.html").read_text()
    assert "connect-src" not in written
    assert "fetch(" not in written


def test_it_ends_on_ctrl_c_while_somebody_holds_a_connection(build: Path, tmp_path: Path) -> None:
    with serving(build, tmp_path) as one:
        with socket.create_connection(("127.0.0.1", one.port), timeout=30) as connection:
            connection.sendall(f"GET / HTTP/1.1\r\nHost: localhost:{one.port}\r\n\r\n".encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
            one.process.send_signal(signal.SIGINT)
            assert one.process.wait(timeout=30) == 0
        assert one.process.stderr is not None
        assert one.process.stderr.read() == "Ctrl-C ends it\n"


def test_a_port_that_is_taken_and_a_folder_that_is_not_there_are_told(served: Served, build: Path, tmp_path: Path) -> None:
    ended = run([build / "benchkit", "serve", tmp_path, "--port", served.port], cwd=tmp_path)
    assert ended.code == 2
    assert f"port {served.port} cannot be had" in ended.err
    ended = run([build / "benchkit", "serve", tmp_path / "none"], cwd=tmp_path)
    assert ended.code == 2
    assert "there is no such folder" in ended.err
