"""What a Python measurement depends on: the interpreter and the packages it could import, and where those come from."""

from __future__ import annotations

import json
import os
import platform
import sys
from typing import Any


def toolchain() -> str:
    """The interpreter, as JSON."""
    return json.dumps({
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "build": " ".join(platform.python_build()),
        "compiler": platform.python_compiler(),
    })  # fmt: skip


def packages() -> str:
    """Name to version of every distribution on the path, as JSON.

    Read off the names of the metadata folders: importlib.metadata opens each of them, which a worker that is started a hundred
    times cannot afford.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            entries = os.listdir(folder or ".")
        except OSError:
            continue
        for entry in entries:
            stem, _, kind = entry.rpartition(".")
            if kind in {"dist-info", "egg-info"} and "-" in stem:  # a source tree's own NAME.egg-info names no version
                name, version = stem.split("-", 1)
                found.setdefault(name.lower().replace("_", "-"), version)
    return json.dumps(dict(sorted(found.items())))


def keep_to_environment() -> None:
    """Let no module of a sweep's package come from elsewhere than this environment.

    A sweep names the modules in BENCHKIT_MODULES. It has looked where they would come from; but a suite may put its own repository on the
    path, and what counts is what the cases import. Raises SystemExit for what the suite has imported already, and ImportError where a case
    imports it.
    """
    modules = set(filter(None, os.environ.pop("BENCHKIT_MODULES", "").split(",")))
    for name in sorted(modules & set(sys.modules)):
        if problem := _stranger(name, getattr(sys.modules[name], "__spec__", None)):
            raise SystemExit(problem)
    if modules:
        sys.meta_path.insert(0, _Guard(modules))


def _stranger(name: str, spec: Any) -> str:
    """Why a module is none of this environment; empty if it is one."""
    places = [spec.origin] if spec and spec.origin else list((spec and spec.submodule_search_locations) or [])
    inside = os.path.realpath(sys.prefix) + os.sep
    strange = next((place for place in places if not _real_folder(place).startswith(inside)), "")
    if not strange:
        return ""
    return f"{name} is imported from {strange}, which is not in the environment {sys.prefix}: does the suite change sys.path?"


def _real_folder(place: str) -> str:
    """Of the folder alone: a file in an environment may be a link into a cache."""
    return os.path.join(os.path.realpath(os.path.dirname(place)), os.path.basename(place))


class _Guard:
    def __init__(self, modules: set[str]) -> None:
        self.modules = modules

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Look where the others would find it, and leave it to them."""
        if name not in self.modules:
            return
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                if problem := _stranger(name, spec):
                    raise ImportError(problem, name=name)
                return
