"""What a Python measurement depends on: the interpreter and the packages it could import."""

from __future__ import annotations

import json
import os
import platform
import sys


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
            if entry.endswith((".dist-info", ".egg-info")) and "-" in entry:
                name, version = entry.rsplit(".", 1)[0].split("-", 1)
                found.setdefault(name.lower().replace("_", "-"), version)
    return json.dumps(dict(sorted(found.items())))
