"""What a sweep asks of an interpreter: `python -m benchkit._provision self | releases NAME | check NAME FOLDER SUITE | compile NAME`.

Each answers with one line of JSON. All but the last import nothing of the package, so that they cost no more than the interpreter's start.
"""

from __future__ import annotations

import importlib.metadata as metadata
import importlib.util
import json
import os
import platform
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

FORMAT = "application/vnd.pypi.simple.v1+json"


def self_description() -> dict[str, Any]:
    """Where this benchkit is, and for which interpreters it was built."""
    folder = Path(__file__).resolve().parent
    core = importlib.util.find_spec("benchkit._core")
    whole = core is not None and core.origin is not None and Path(core.origin).resolve().parent == folder
    source = ""
    with suppress(metadata.PackageNotFoundError):
        source = json.loads(metadata.distribution("libbenchkit").read_text("direct_url.json") or "{}").get("url", "")
    return {
        "package": str(folder) if whole else "",
        "source": source,
        "tag": sys.implementation.cache_tag,
        "python": platform.python_version(),
        "executable": sys.executable,
    }


def releases(name: str) -> dict[str, Any]:
    """Every release that the package index has: when its last file was uploaded, and whether it was yanked."""
    page = _page_of(name)
    found: dict[str, dict[str, Any]] = {}
    for file in page["files"]:
        version = _version_of(file["filename"])
        if version is None:
            continue
        release = found.setdefault(version, {"uploaded": "", "yanked": True})
        release["uploaded"] = max(release["uploaded"], file.get("upload-time") or "")
        release["yanked"] = release["yanked"] and bool(file.get("yanked"))
    return found


def _index() -> tuple[str, dict[str, str]]:
    """The index that is asked, by what uv and pip are told, and the headers of a request to it."""
    import base64
    from urllib.parse import unquote, urlsplit, urlunsplit

    named = next((os.environ[key] for key in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL") if os.environ.get(key)), "")
    address = urlsplit(named.partition("=")[2] if "://" in named.partition("=")[2] else named or "https://pypi.org/simple")
    headers = {"Accept": FORMAT}
    if address.username is not None:  # urllib takes no name and password in an address
        secret = f"{unquote(address.username)}:{unquote(address.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(secret.encode()).decode()
    plain = address._replace(netloc=address.netloc.rpartition("@")[2])
    return urlunsplit(plain).rstrip("/"), headers


def _page_of(name: str) -> dict[str, Any]:
    import urllib.error
    import urllib.request

    index, headers = _index()
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{index}/{name}/", headers=headers), timeout=60) as answer:
            page = json.load(answer)
    except urllib.error.HTTPError as error:
        raise SystemExit(f"the package index {index} has no {name}: {error}") from None
    except urllib.error.URLError as error:
        raise SystemExit(f"the package index {index} cannot be reached: {error.reason}") from None
    except ValueError:
        raise SystemExit(f"the package index {index} does not answer in JSON (PEP 691), which tells when a release was uploaded") from None
    assert isinstance(page, dict)
    return page


def _version_of(filename: str) -> str | None:
    if filename.endswith(".whl"):
        return filename.split("-")[1]
    for end in (".tar.gz", ".zip"):
        if filename.endswith(end):
            return filename[: -len(end)].rsplit("-", 1)[-1]
    return None


def check(name: str, folder: str = "", suite: str = "") -> dict[str, Any]:
    """Which version of a package would be imported, and from where.

    `folder` is what a script's own folder puts on the path; `suite` the suite's module, which is meant to come from elsewhere, even where
    the package brings one of that name.
    """
    if folder:
        sys.path.insert(0, folder)
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return {"problem": f"there is no {name} in this environment"}
    editable = json.loads(distribution.read_text("direct_url.json") or "{}").get("dir_info", {}).get("editable", False)
    result: dict[str, Any] = {"version": distribution.version, "editable": editable, "origins": {}}
    for module in _modules_of(distribution):
        if module == suite:
            continue
        spec = importlib.util.find_spec(module)
        if spec is None:
            continue
        origin = spec.origin or next(iter(spec.submodule_search_locations or []), "")
        result["origins"][module] = origin
        if not editable and origin and not Path(origin).is_relative_to(sys.prefix):
            result["problem"] = f"{module} would be imported from {origin}, which is not in the environment {sys.prefix}"
    return result


def compile_by_import(name: str) -> dict[str, Any]:
    """Imports a package once, so that its modules and all that they import are compiled before anything is measured.

    Whether it can be imported is for the suite to say, whose cases then fail one by one.
    """
    import contextlib
    import importlib

    imported = []
    modules = _modules_of(metadata.distribution(name))
    of_that_name = [module for module in modules if module.lower() == name.lower().replace("-", "_").replace(".", "_")]
    with contextlib.redirect_stdout(sys.stderr):
        for module in of_that_name or modules:
            try:
                importlib.import_module(module)
                imported.append(module)
            except BaseException as error:
                print(f"{module} cannot be imported: {error!r}", file=sys.stderr)
    return {"imported": imported}


def _modules_of(distribution: metadata.Distribution) -> list[str]:
    text = distribution.read_text("top_level.txt")
    if text:
        return text.split()
    roots = {path.parts[0] for path in distribution.files or [] if path.suffix == ".py"}
    return sorted(root.removesuffix(".py") for root in roots if root.isidentifier() or root.endswith(".py"))


if __name__ == "__main__":
    actions: dict[str, Callable[..., dict[str, Any]]] = {
        "self": self_description,
        "releases": releases,
        "check": check,
        "compile": compile_by_import,
    }
    print(json.dumps(actions[sys.argv[1]](*sys.argv[2:])))
