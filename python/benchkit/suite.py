"""Suites: subjects x operations x the values of a dial, as cases.

::

    from contextlib import contextmanager
    from benchkit.suite import Suite
    import benchkit.cli

    suite = Suite("sorting")

    @suite.subject("random", sizes=(1_000, 100_000), long=(100_000,))
    def random(n):
        return [chance() for _ in range(n)]

    @suite.operation("copy")
    @contextmanager
    def copy(build):
        data = build()                  # setup
        yield lambda: list(data)        # the action

    benchkit.cli.main(suite)

Whatever is selected, and why something is not, is decided in C++, by the same rules for every command, for pytest and for suites in C++.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache, partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ._case import Case
from ._core import Registry, Selection

if TYPE_CHECKING:
    Build = Callable[[int], Any]
    Setup = Callable[..., AbstractContextManager[Callable[[], Any]]]
    Gate = Callable[[], "bool | str | None"]

__all__ = ["Dial", "Operation", "Selection", "Subject", "Suite", "SuiteCase", "Variant", "lazy"]

Result = TypeVar("Result")


class Dial(NamedTuple):
    """What the subjects of one kind vary over.

    Args:
        axis: the dim.
        kind: what a subject with this dial is called.
        option: selects values on the command line, e.g. "--size".
        values: what its values are called in messages.
        low, high: the least and the largest value that it can have.
        sizes: the ladder of a subject that gives none.
        quick: the quick tier of a subject that gives none; None: the first, the middle and the last value that is not long.
        described: a subject must have a description.
        default_features: of a subject that names none; None: the suite's.

    """

    axis: str = "n"
    kind: str = "subject"
    option: str = ""
    values: str = "sizes"
    low: int | None = None
    high: int | None = None
    sizes: tuple[int, ...] = ()
    quick: tuple[int, ...] | None = None
    described: bool = False
    default_features: tuple[str, ...] | None = None


class Variant(NamedTuple):
    """One of several ways to do an operation.

    Args:
        name: the value of its dim.
        applies: the tag by which it applies to subjects; its name, if empty.
        gate: False, or a reason, where this version has no such variant.
        missing: a reason where it cannot be done here, else None.

    """

    name: str
    applies: str = ""
    gate: Gate | None = None
    missing: Callable[[], str | None] | None = None


class Subject(NamedTuple):
    """Something that can be built at the values of a dial.

    Args:
        name: unique in its suite.
        build: makes it, at one value.
        dial: the axis of its dial; the suite's first, if empty.
        sizes: its ladder; the dial's, if empty.
        quick: the quick tier; None: as the dial says; empty: none.
        long: the values that `--long` alone runs.
        features: out of the suite's; the suite's `default_features`, if empty.
        applies: the tags of the operations that apply to it; None: all.
        lacks: tags taken off those.
        requires: modules without which it is skipped, with a reason.
        description: one sentence.
        gate: False, or a reason, where this version has no such subject.

    """

    name: str
    build: Build
    dial: str = ""
    sizes: tuple[int, ...] = ()
    quick: tuple[int, ...] | None = None
    long: tuple[int, ...] = ()
    features: tuple[str, ...] = ()
    applies: tuple[str, ...] | None = None
    lacks: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    description: str = ""
    gate: Gate | None = None


class Operation(NamedTuple):
    """What is done to subjects.

    Its setup is called with a builder (`build()` makes one) and, if it has variants, the name of one, and gives a context manager that
    yields the action.
    """

    name: str
    setup: Setup
    node: str = ""
    variants: tuple[Variant, ...] = ()
    share_build: bool = False


class SuiteCase(Case):
    """A case of a suite; what it is made of stands beside it."""

    __slots__ = ("operation", "param_id", "subject", "value", "variant")

    operation: Operation
    param_id: str
    subject: Subject
    value: int
    variant: str | None


class Suite:
    """Subjects and operations, and the cases that they make.

    Args:
        name: of the suite.
        dials: what subjects vary over; one called n, if none is given.
        features: the closed set of what a subject may have.
        default_features: of a subject that names none.
        tags: the closed set of the tags by which operations apply; those of its operations, if empty.
        subject_dim, operation_dim: what these dims are called.
        param_id: what stands in the id's brackets, made of {subject}, {axis}, {value} and the dim of an operation's variants.
        imports: modules that its cases use. A worker imports those that are there before its first case, so that the time is no case's.

    Raises:
        benchkit.Error: for what cannot be, with its place.

    """

    def __init__(
        self,
        name: str,
        *,
        dials: Sequence[Dial] = (Dial(),),
        features: Iterable[str] = (),
        default_features: Iterable[str] = (),
        tags: Iterable[str] = (),
        subject_dim: str = "subject",
        operation_dim: str = "operation",
        param_id: str = "{subject}-{axis}={value}",
        imports: Iterable[str] = (),
    ) -> None:
        self.name = name
        self.imports = tuple(imports)
        self.operations: dict[str, Operation] = {}
        self._subjects: list[Subject] = []
        self._resources: list[str] = []
        self._registry = Registry(
            name, list(dials), list(features), list(default_features), list(tags), subject_dim, operation_dim, param_id
        )
        self._built: Callable[[int, int], Any] = lru_cache(maxsize=None)(lambda at, value: self._subjects[at].build(value))

    # ---- registration ----

    def add(self, subject: Subject) -> Subject:
        """Add a subject. What the suite fills in (ladder, features) stands in the one that comes back."""
        return self._add(subject, _caller())

    def subject(self, name: str, **fields: Any) -> Callable[[Build], Build]:
        """Make the decorated function the builder of a subject; `fields` are those of Subject."""
        place = _caller()

        def decorate(build: Build) -> Build:
            self._add(Subject(name, build, **fields), place)
            return build

        return decorate

    def operation(
        self,
        name: str,
        *,
        node: str = "",
        applies: str = "",
        opt_in: str = "",
        variants: Sequence[Variant] = (),
        variant_dim: str = "",
        param_id: str = "",
        share_build: bool = False,
        gate: Gate | None = None,
    ) -> Callable[[Setup], Setup]:
        """Make the decorated context manager an operation.

        Args:
            name: unique in its suite.
            node: what its ids begin with; its name, if empty.
            applies: the tag by which it applies to subjects; its name, if empty.
            opt_in: an option, "--pipeline", without which its cases are left out.
            variants: ways to do it, each with cases of its own.
            variant_dim: their dim.
            param_id: a template of its own.
            share_build: one build in a worker for all cases of a subject and value that share. What an operation leaves behind in it (a
                cache, say) then changes what the next one costs: results depend on the order. Recorded as the label `shared_build`.
            gate: False, or a reason, where this version has no such operation.

        """
        place = _caller()

        def decorate(setup: Setup) -> Setup:
            parts = [(one.name, one.applies, _gate(one.gate, f"{name} with {one.name}"), one.missing) for one in variants]
            self._registry.add_operation(
                name, node, applies, opt_in, parts, variant_dim, param_id, share_build, _gate(gate, name), place
            )  # fmt: skip
            self.operations[name] = Operation(name, setup, node or name, tuple(variants), share_build)
            return setup

        return decorate

    def resource(self, name: str, factory: Callable[[], Result]) -> Callable[[], Result]:
        """Declare what operations share in one worker: the function that comes back makes it at its first call. Its name is recorded."""
        self._resources.append(name)
        return lru_cache(maxsize=None)(factory)

    # ---- what there is ----

    @property
    def subjects(self) -> dict[str, Subject]:
        """By name, in the order of the cases."""
        return {self._subjects[at].name: self._subjects[at] for at in self._registry.subjects()}

    def quick(self, subject: Subject) -> tuple[int, ...]:
        """Give the values of its quick tier."""
        place = next((at for at, known in enumerate(self._subjects) if known.name == subject.name), None)
        if place is None:
            raise ValueError(f"suite {self.name!r} has no subject {subject.name!r}")
        return tuple(self._registry.quick(place))

    def with_feature(self, feature: str) -> list[Subject]:
        """Subjects that have it."""
        return [subject for subject in self.subjects.values() if feature in subject.features]

    def cases(self, operation: str | None = None) -> list[SuiteCase]:
        """All cases, or those of one operation, whatever this version has of them: nothing is imported to know."""
        wanted = None if operation is None else self._registry.find_operation(operation)
        return [self._case(*point) for point in self._registry.points() if wanted is None or point[3] == wanted]

    def __iter__(self) -> Iterator[SuiteCase]:
        return iter(self.cases())

    def resolved_cases(self, operation: str | None = None) -> list[SuiteCase]:
        """Those that this version has: its gates are asked, and import what they ask."""
        return [case for case in self.cases(operation) if not self._registry.absent(case.id)]

    def iter_params(self, operation: str) -> list[tuple[Subject, int]]:
        """(subject, value) of each case of the operation that this version has."""
        return [(case.subject, case.value) for case in self.resolved_cases(operation)]

    def skip_reason(self, case: SuiteCase, selection: Selection) -> str | None:
        """Why the case is not to be run: what it needs is missing, or the selection leaves it out by its value. None if it is to be run."""
        return self._registry.skip_reason(case.id, selection) or None

    def not_asked_for(self, case: SuiteCase, selection: Selection) -> str | None:
        """Why its operation, which is opt-in, is left out. None if it is in."""
        return self._registry.not_asked_for(case.id, selection) or None

    def absent(self, case: SuiteCase) -> str | None:
        """Why this version has no such case. None if it has."""
        return self._registry.absent(case.id) or None

    def selection(self, options: Iterable[tuple[str, str]]) -> Selection:
        """What options of the command line select: ("--quick", ""), ("--size", "10"), ..."""
        return self._registry.selection(list(options))

    def __repr__(self) -> str:
        return f"Suite({self.name!r}, {len(self._subjects)} subjects, {len(self.operations)} operations)"

    # ---- how ----

    def _add(self, subject: Subject, place: str) -> Subject:
        gate = _gate(subject.gate, subject.name)
        missing = partial(why_missing, subject.requires) if subject.requires else None
        at = self._registry.add_subject(subject, gate, missing, place)
        known = subject._replace(
            dial=self._registry.axis(at), sizes=tuple(self._registry.sizes(at)), features=tuple(self._registry.features(at))
        )
        self._subjects.append(known)
        return known

    def _case(
        self, id: str, param_id: str, dims: dict[str, Any], operation: int, variant: int | None, subject: int, value: int
    ) -> SuiteCase:
        how = list(self.operations.values())[operation]
        what = self._subjects[subject]
        build = partial(self._built, subject, value) if how.share_build else partial(what.build, value)
        chosen = None if variant is None else how.variants[variant].name
        case = SuiteCase(
            id, dims, partial(how.setup, build) if chosen is None else partial(how.setup, build, chosen), group=how.name,
            labels={"shared_build": 1} if how.share_build else None,
        )  # fmt: skip
        case.operation, case.param_id, case.subject, case.value, case.variant = how, param_id, what, value, chosen
        return case


def lazy(name: str) -> Any:
    """Give a module that is imported at the first use of one of its attributes, which it then keeps.

    So a suite can be listed without what it measures::

        if TYPE_CHECKING:
            import linopy
        else:
            linopy = lazy("linopy")
    """
    return sys.modules.get(name) or _Lazy(name)


class _Lazy(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):  # what machinery asks of any module
            raise AttributeError(name)
        value = getattr(importlib.import_module(self.__name__), name)
        setattr(self, name, value)
        return value


def _gate(gate: Gate | None, name: str) -> Callable[[], str | None] | None:
    """The gate as a reason."""
    if gate is None:
        return None

    def reason() -> str | None:
        answer = gate()
        if isinstance(answer, str):
            return answer or None
        return None if answer else f"this version has no {name}"

    return reason


def why_missing(modules: Iterable[str]) -> str | None:
    """Give the reason why one of the modules cannot be had; None if all can.

    Looks for them and imports none: a list of the cases that asks is not to wait for a library that no case of it uses.
    """
    for name in modules:
        try:
            if name not in sys.modules and importlib.util.find_spec(name) is None:
                raise ModuleNotFoundError(f"No module named {name!r}")
        except ImportError as error:
            return f"could not import {name!r}: {error}"
    return None


def _caller() -> str:
    frame = sys._getframe(2)
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
