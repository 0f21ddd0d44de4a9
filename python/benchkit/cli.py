"""The command line of a suite of Python cases, and of the bare command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from ._case import Case
    from ._core import Session

    Cases = Callable[[], Iterable[Case]] | Iterable[Case]
    Commands = Mapping[str, Callable[[list[str]], int | None]]
    InstallSpec = Callable[[str], str | Sequence[str]]

__all__ = ["command", "main", "run"]


def main(
    cases: Cases,
    argv: Sequence[str] | None = None,
    *,
    worker: Sequence[str] | None = None,
    name: str | None = None,
    names: Mapping[str, str] | None = None,
    commands: Commands | None = None,
    install_spec: InstallSpec | None = None,
    imports: Iterable[str] = (),
) -> NoReturn:
    """Carry out the command line for these cases and exit with its code.

    Args:
        cases: a suite, or what yields cases; a worker asks for them once in its life.
        argv: the arguments; those of the process if None.
        worker: the command that starts this program again, as a worker. Found by itself for `python -m pkg`, a script, and a
            console entry point; give it where another program (pytest, an embedding application) calls this function.
        name: of the suite, in tables and files.
        names: options that stand for a filter on a dim: {"--impl": "impl"} makes `--impl set` say `--where impl=set`.
        commands: commands of the suite's own, or in place of benchkit's: each takes the arguments behind its name and returns the exit
            code, or None for 0. The first line of its docstring stands in `--help`.
        install_spec: what `sweep` installs for a version: a requirement, or several of which the first is the package under test:
            `lambda version: f"mypackage=={version}"`. None: that of the suite, if it has one.
        imports: modules that the cases use, beside those that a suite names. A worker imports those that are there before its first case,
            so that the time is no case's.

    """
    sys.exit(run(cases, argv, worker=worker, name=name, names=names, commands=commands, install_spec=install_spec, imports=imports))


def run(
    cases: Cases,
    argv: Sequence[str] | None = None,
    *,
    worker: Sequence[str] | None = None,
    name: str | None = None,
    names: Mapping[str, str] | None = None,
    commands: Commands | None = None,
    install_spec: InstallSpec | None = None,
    imports: Iterable[str] = (),
) -> int:
    """Do what `main` does, and return the exit code: 0 fine, 1 a case failed, 2 wrong usage, 130 interrupted."""
    from . import _core, _doors

    name = name or getattr(cases, "name", None) or _doors.suite_name()
    short_names = list((names or {}).items())
    modules = [*getattr(cases, "imports", ()), *imports]
    descriptor = _core.take_worker_descriptor()
    if descriptor >= 0:
        os.environ.pop("BENCHKIT_WORKER", None)
        from ._environment import keep_to_environment, packages, toolchain

        keep_to_environment()
        return _core.serve(name, cases, descriptor, toolchain(), packages(), short_names, modules)

    from . import _tools

    arguments = list(sys.argv[1:] if argv is None else argv)
    commands = commands or {}
    if arguments and arguments[0] in commands:
        return commands[arguments[0]](arguments[1:]) or 0
    own = [(command, _first_line(act)) for command, act in commands.items()]
    door = _doors.find(worker)
    sys.stdout.flush()
    sys.stderr.flush()
    if door.argv:
        asked = install_spec or getattr(cases, "install_spec", None)
        words = (lambda version: _words(asked(version))) if asked else None
        here = _here(lambda: _core.Session(name, cases, "{}", short_names=short_names)) if worker is None else None
        return _tools.run(arguments, door.called or name, door.argv, _doors.COMMAND, own, words, here=here)

    from . import _environment as environment

    session = _core.Session(name, cases, environment.toolchain(), environment.packages(), short_names, imports=modules)
    code, out, err = _tools.run_in_process(arguments, name, session.exchange, door.why_not, _doors.COMMAND, own)
    sys.stdout.write(out)
    sys.stderr.write(err)
    return code


def _here(open_session: Callable[[], Session]) -> Callable[[str], list[str]]:
    """Answers in this process what cases there are. What they print goes to the standard error, since a list goes to the output."""
    session: Session | None = None

    def exchange(line: str) -> list[str]:
        nonlocal session
        output = os.dup(1)
        os.dup2(2, 1)
        try:
            session = session or open_session()
            return session.exchange(line)
        finally:
            sys.stdout.flush()
            os.dup2(output, 1)
            os.close(output)

    return exchange


def _words(specs: str | Sequence[str]) -> list[str]:
    return [specs] if isinstance(specs, str) else list(specs)


def _first_line(act: Callable[..., Any]) -> str:
    return (act.__doc__ or "").strip().split("\n")[0].rstrip(".")


def command() -> NoReturn:
    """Carry out the bare command `benchkit`, which has no cases of its own, and exit with its code."""
    from . import _doors, _tools

    sys.exit(_tools.run(sys.argv[1:], "", [], _doors.COMMAND, []))
