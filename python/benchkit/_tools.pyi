from collections.abc import Callable, Sequence
from typing import Any

Exchange = Callable[[str], list[str]]

_Commands = Sequence[tuple[str, str]]

def run(
    arguments: Sequence[str],
    name: str,
    worker_argv: Sequence[str],
    command_argv: Sequence[str],
    commands: _Commands,
    install_spec: Callable[[str], list[str]] | None = None,
    not_resumable: str = "",
    here: Exchange | None = None,
) -> int: ...
def run_in_process(
    arguments: Sequence[str],
    name: str,
    exchange: Exchange,
    reason: str,
    command_argv: Sequence[str],
    commands: _Commands,
    width: int = 0,
    colour: bool = False,
) -> tuple[int, str, str]: ...

class Turn:
    @property
    def status(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def values(self) -> dict[str, list[float]]: ...

class RecordingMeter:
    @property
    def name(self) -> str: ...
    @property
    def batches(self) -> bool: ...
    @property
    def on_demand(self) -> bool: ...

class Recording:
    def __init__(
        self,
        called: str,
        arguments: Sequence[str],
        exchange: Exchange,
        metrics: Sequence[str],
        on_demand: Sequence[str] = ...,
        most: Sequence[str] = ...,
        budget: str = "",
        samples: int = 0,
        label: str = "",
        path: str = "",
        attribute: bool = False,
        extend: bool = False,
    ) -> None: ...
    @property
    def meters(self) -> list[RecordingMeter]: ...
    @property
    def path(self) -> str: ...
    def measure(
        self,
        exchange: Exchange,
        meter: str,
        samples: int = 0,
        iterations: int = 0,
        budget: float = 0.0,
        warmup: int | None = None,
    ) -> Turn: ...
    def end_case(self, exchange: Exchange, extra: str = "{}", status: str = "ok", reason: str = "", traceback: str = "") -> None: ...
    def finish(self, width: int = 0, colour: bool = False) -> str: ...

def restate_cases(path: str, told: str) -> None: ...

class CaseOutcome:
    @property
    def case_id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def details(self) -> str: ...

def outcomes(path: str) -> list[CaseOutcome]: ...

class Results:
    def __init__(self, paths: Sequence[str]) -> None: ...
    def columns(self) -> dict[str, list[Any]]: ...
    def table(self, width: int = 0, colour: bool = False) -> str: ...
    def html(self) -> str: ...
    @property
    def warnings(self) -> list[str]: ...
    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...

def side_by_side(sides: Sequence[tuple[str, Exchange]], path: str, metrics: Sequence[str], budget: str = "", samples: int = 0) -> None: ...
def draw(figure: str, format: str) -> bytes: ...
