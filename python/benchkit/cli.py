"""The command line of a suite of Python cases, and of the bare command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from ._case import Case

    Cases = Callable[[], Iterable[Case]] | Iterable[Case]

__all__ = ["command", "main", "run"]


def main(cases: Cases, argv: Sequence[str] | None = None, *, worker: Sequence[str] | None = None, name: str | None = None) -> NoReturn:
    """Carry out the command line for these cases and exit with its code.

    Args:
        cases: yields the cases; a worker calls it, once in its life.
        argv: the arguments; those of the process if None.
        worker: the command that starts this program again, as a worker. Found by itself for `python -m pkg`, a script, and a
            console entry point; give it where another program (pytest, an embedding application) calls this function.
        name: of the suite, in tables and files.

    """
    sys.exit(run(cases, argv, worker=worker, name=name))


def run(cases: Cases, argv: Sequence[str] | None = None, *, worker: Sequence[str] | None = None, name: str | None = None) -> int:
    """Do what `main` does, and return the exit code: 0 fine, 1 a case failed, 2 wrong usage, 130 interrupted."""
    from . import _core, _doors

    name = name or _doors.suite_name()
    descriptor = _core.take_worker_descriptor()
    if descriptor >= 0:
        os.environ.pop("BENCHKIT_WORKER", None)
        from ._environment import packages, toolchain

        return _core.serve(name, cases, descriptor, toolchain(), packages())

    from . import _tools

    arguments = list(sys.argv[1:] if argv is None else argv)
    door = _doors.find(worker)
    sys.stdout.flush()
    sys.stderr.flush()
    if door.argv:
        return _tools.run(arguments, door.called or name, door.argv, _doors.COMMAND)

    from ._environment import toolchain

    session = _core.Session(name, cases, toolchain())
    code, out, err = _tools.run_in_process(arguments, name, session.exchange, door.why_not, _doors.COMMAND)
    sys.stdout.write(out)
    sys.stderr.write(err)
    return code


def command() -> NoReturn:
    """Carry out the bare command `benchkit`, which has no cases of its own, and exit with its code."""
    from . import _doors, _tools

    sys.exit(_tools.run(sys.argv[1:], "", [], _doors.COMMAND))
