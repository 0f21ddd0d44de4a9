#!/usr/bin/env python3
"""Checks every #include of the C++ sources against layers.txt and says why each rule is there.

usage: includes.py [ROOT]     exit 1 and one line per breach, 0 where there is none
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
SYSTEM = re.compile(r"^(sys/|linux/|asm/|(unistd|poll|fcntl|signal|sched|dlfcn|pthread|spawn|dirent|termios|csignal)(\.h)?$)")
HOST_LAYERS = ("base", "stats", "model", "protocol", "core", "suite", "app")
# What a library of the command's may be included by. Everything a host links must need the standard library alone, so only
# header-only parts stand at host layers.
LIBRARIES = {
    "simdjson.h": {"snapshot"},
    "CLI/CLI.hpp": {"cli"},
    "elfutils/libdw.h": {"dwarf"},
    "elfutils/libdwfl.h": {"dwarf"},
    "duktape.h": {"drawing"},
    "librsvg/rsvg.h": {"drawing"},
    "pango/pangocairo.h": {"drawing"},
    "httplib.h": {"http"},
    "zlib.h": {"report"},
}


def read_layers(path: Path) -> dict[str, set[str]]:
    """Layer to what it may include; a row may only name rows above it."""
    layers: dict[str, set[str]] = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        name, _, words = line.partition(":")
        unknown = [word for word in words.split() if word.partition("/")[0] not in layers]
        if unknown:
            raise SystemExit(f"{path}:{number}: {name} names {unknown[0]}, which is no row above it; this is how a cycle would begin")
        layers[name] = {name, *words.split()}
    return layers


def includes_of(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match[1] or match[2]


def sources(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.suffix in (".cpp", ".hpp", ".h", ".def"))


def target_layer(included: str, layers: dict[str, set[str]]) -> str | None:
    """The layer that an include leads to; None for a library's or the standard's."""
    parts = included.split("/")
    if parts[0] == "benchkit" and len(parts) > 2:
        parts = parts[1:]
    return parts[0] if len(parts) > 1 and parts[0] in layers else None


def check_layered(path: Path, layer: str, layers: dict[str, set[str]]) -> Iterator[str]:
    is_test = path.name.endswith("_test.cpp")
    for number, included in includes_of(path):
        place = f"{path}:{number}"
        target = target_layer(included, layers)
        if target is not None and not {target, included} & layers[layer]:
            allowed = " ".join(sorted(layers[layer] - {layer})) or "nothing"
            yield f"{place}: {layer} may not include {included}: layers.txt gives it {allowed}"
        may_see_system = layer == "memhook" or (layer == "base" and path.name.startswith("os_")) or is_test
        if SYSTEM.match(included) and not may_see_system:
            yield f"{place}: <{included}> is the operating system's; such calls live in src/base/os_*: another system is one more file"
        if included == "Python.h" or included.startswith("nanobind/"):
            yield f"{place}: only python/ext may see Python"
        if included in LIBRARIES and layer not in LIBRARIES[included]:
            yield f"{place}: {included} belongs to {' '.join(LIBRARIES[included])}; a host must not need it"


def check_core_module(path: Path, layers: dict[str, set[str]]) -> Iterator[str]:
    """_core is what a driver and a worker load: it holds nothing of the analysis."""
    for number, included in includes_of(path):
        target = target_layer(included, layers)
        if target is not None and target not in HOST_LAYERS:
            yield f"{path}:{number}: _core may not include {included}: importing benchkit must load no {target}"


def breaches(root: Path) -> Iterator[str]:
    layers = read_layers(root / "tools/lint/layers.txt")
    for base in (root / "src", root / "include/benchkit"):
        for folder in sorted(path for path in base.iterdir() if path.is_dir()):
            if folder.name not in layers:
                yield f"{folder}: is no layer of layers.txt"
                continue
            for path in sources(folder):
                yield from check_layered(path, folder.name, layers)
    for path in sources(root / "python/ext"):
        if not path.name.startswith(("tools", "arrow")):  # those are of _tools
            yield from check_core_module(path, layers)


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    found = list(breaches(root))
    for breach in found:
        print(breach)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
