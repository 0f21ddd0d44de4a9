"""How this program was started, and so how a worker of it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

COMMAND = [sys.executable, "-m", "benchkit"]


class Door(NamedTuple):
    """The way in: a command that starts this program again, or why there is none."""

    argv: list[str]
    called: str = ""
    why_not: str = ""


def find(worker: Sequence[str] | None) -> Door:
    """What `worker` says; else the interpreter's own command line without the program's arguments; else `-m` from the main
    module's spec; else its file. A session without a program (a notebook, standard input) has none.
    """
    if worker is not None:
        argv = [os.fspath(word) for word in worker]
        return Door(argv, " ".join(argv))
    main = sys.modules.get("__main__")
    if _is_interactive(main):
        return Door([], why_not="an interactive session")
    own = _without_arguments(sys.orig_argv, sys.argv[1:])
    if own is not None:
        return Door([sys.executable, *own[1:]], _called(own, main))
    spec = getattr(main, "__spec__", None)
    if spec is not None:
        module = _module_name(spec.name)
        return Door([sys.executable, "-m", module], f"python -m {module}")
    file = getattr(main, "__file__", None)
    if file and os.path.isfile(file):
        return Door([sys.executable, os.path.abspath(file)], file)
    return Door([], why_not="a program read from standard input")


def suite_name() -> str:
    """The package of `python -m pkg`, or the script's name."""
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    if spec is not None:
        return _module_name(spec.name)
    file = getattr(main, "__file__", None)
    return os.path.splitext(os.path.basename(file))[0] if file and os.path.isfile(file) else "cases"


def _is_interactive(main: object) -> bool:
    if hasattr(sys, "ps1"):
        return True
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None


def _without_arguments(words: list[str], arguments: list[str]) -> list[str] | None:
    """The interpreter's words without the program's arguments; None if they are not its tail or no program is left."""
    cut = len(words) - len(arguments)
    if cut < 2 or words[cut:] != arguments or words[cut - 1] == "-":
        return None
    return words[:cut]


def _module_name(name: str) -> str:
    return name.removesuffix(".__main__")


def _called(own: list[str], main: object) -> str:
    """How a person would say it."""
    if "-m" in own[1:]:
        return " ".join(["python", *own[1:]])
    file = getattr(main, "__file__", None)
    if not file or not os.access(file, os.X_OK):
        return " ".join(["python", *own[1:]])
    folder, name = os.path.split(own[-1])
    return name if folder in os.environ.get("PATH", "").split(os.pathsep) else own[-1]
