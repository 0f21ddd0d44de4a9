from collections.abc import Callable, Sequence

_Commands = Sequence[tuple[str, str]]

def run(arguments: Sequence[str], name: str, worker_argv: Sequence[str], command_argv: Sequence[str], commands: _Commands) -> int: ...
def run_in_process(
    arguments: Sequence[str],
    name: str,
    exchange: Callable[[str], list[str]],
    reason: str,
    command_argv: Sequence[str],
    commands: _Commands,
) -> tuple[int, str, str]: ...
def draw(figure: str, format: str) -> bytes: ...
