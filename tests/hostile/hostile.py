"""A suite of everything that a Python case should not do. test_hostile.py says what must come of each."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from contextlib import contextmanager, suppress
from functools import partial

import benchkit
import benchkit.cli

SLOW_SECONDS = float(os.environ.get("HOSTILE_SLOW_MS", "30000")) / 1000


@contextmanager
def calling(action):
    yield action


def segfault():
    ctypes.string_at(0)


def exception():
    raise IndexError("row 12 of 10")


def sys_exit():
    sys.exit(3)


def os_exit():
    os._exit(0)


def endless():
    while True:
        pass


def bomb():
    held = []
    while True:
        held.append(b"x" * (8 << 20))


def flood():
    print("o" * 50_000)
    print("e" * 50_000, file=sys.stderr)
    print("the last words", file=sys.stderr)


def closes_descriptors():
    os.closerange(0, 1024)


@contextmanager
def leaves_a_child():
    child = os.fork()
    if child == 0:
        os.setsid()
        while True:
            signal.pause()
    yield lambda: child


forked = False


def answers_from_a_fork():
    global forked
    if forked:
        return
    forked = True  # once a process: each further call would double them
    child = os.fork()
    if child > 0:
        with suppress(ChildProcessError):  # where steals_signals came first
            os.waitpid(child, 0)


def steals_signals():
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGCHLD", "SIGPIPE", "SIGUSR1"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)


@contextmanager
def setup_throws():
    raise RuntimeError("no such data set")
    yield


@contextmanager
def teardown_throws():
    yield lambda: None
    raise RuntimeError("the table would not drop")


@contextmanager
def yields_twice():
    yield lambda: 1
    yield lambda: 2


@contextmanager
def yields_never():
    if SLOW_SECONDS < 0:
        yield


@contextmanager
def yields_no_action():
    yield 42


@contextmanager
def returns_its_action():
    return int


def no_context_manager():
    return 42


async def coroutine():
    pass


def cases():
    good = partial(calling, lambda: sum(range(10)))
    yield benchkit.Case("good-first", {"harm": "none"}, good)
    harms = (
        segfault,
        os.abort,
        exception,
        sys_exit,
        os_exit,
        endless,
        bomb,
        flood,
        closes_descriptors,
        answers_from_a_fork,
        steals_signals,
    )
    for harm in harms:
        yield benchkit.Case(harm.__name__.replace("_", "-"), {"harm": harm.__name__}, partial(calling, harm))
    yield benchkit.Case("takes-no-time", {}, partial(calling, int))
    yield benchkit.Case("slow", {}, partial(calling, lambda: time.sleep(SLOW_SECONDS)))
    yield benchkit.Case("forgets-to-await", {}, partial(calling, coroutine))
    yield benchkit.Case("entered-already", {}, calling(int))
    contexts = (
        leaves_a_child, setup_throws, teardown_throws, yields_twice, yields_never, yields_no_action, returns_its_action, no_context_manager,
    )  # fmt: skip
    for context in contexts:
        yield benchkit.Case(context.__name__.replace("_", "-"), {}, context)
    yield benchkit.Case(17, {}, good)
    yield benchkit.Case("bad-dim", {"n": [1, 2]}, good)
    yield benchkit.Case("no-run")
    yield "not a case"
    yield benchkit.Case(None, {}, good)
    yield benchkit.Case(None, {}, good)
    yield benchkit.Case("\udcff", {}, good)
    yield benchkit.Case("nan-dim", {"n": float("nan"), "harm": "nan"}, good)
    yield benchkit.Case("inf-label", {}, good, labels={"rows": float("inf")})
    yield benchkit.Case("inf-work", {}, good, work={"items": float("inf")})
    yield benchkit.Case("nan-timeout", {}, good, timeout=float("nan"))
    yield benchkit.Case("skips", {}, good, skip="needs a GPU")
    yield benchkit.Case("good-last", {"harm": "none"}, good)


if __name__ == "__main__":
    benchkit.cli.main(cases)
