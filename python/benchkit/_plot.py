"""Pictures of snapshots, in a notebook or in files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ._core import Error

__all__ = ["Figure", "plot"]


class Figure:
    """A picture before it is drawn.

    It shows itself in a notebook. `option` is the ECharts option as plain Python values: change it as you like before you show or save it.
    """

    def __init__(self, figure: dict[str, Any], text: str = "") -> None:
        """Take a figure as `plot --format json` writes it, and the same in characters."""
        self._figure = figure
        self._text = text

    @property
    def option(self) -> dict[str, Any]:
        """The ECharts option. Where ECharts takes a function it holds {"$": name, ...}."""
        option: dict[str, Any] = self._figure["option"]
        return option

    @property
    def title(self) -> str:
        """What the picture is called."""
        return str(self._figure["title"])

    def to_bytes(self, format: str) -> bytes:
        """The picture as html, svg, png, jpg, webp, pdf or json. Raises Error for another format, or an option that cannot be drawn."""
        return self._drawn(format, f"format={format!r}")

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file; its ending says what it becomes."""
        file = Path(path)
        file.write_bytes(self._drawn(file.suffix[1:], str(file)))

    def _drawn(self, format: str, asked: str) -> bytes:
        """`asked`: what a complaint about the format is about."""
        from . import _tools

        try:
            return _tools.draw(json.dumps(self._figure), format)
        except ValueError as error:
            raise Error(str(error).replace(f"figure.{format}", asked, 1)) from None

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        # A frame, because a notebook has a policy of its own for scripts, and the page one for itself.
        page = self.to_bytes("html").decode()
        quoted = page.replace("&", "&amp;").replace('"', "&quot;")
        height = int(self._figure["height"]) + 24
        frame = f'<iframe srcdoc="{quoted}" sandbox="allow-scripts" width="100%" height="{height}" style="border:0"></iframe>'
        return {"text/html": frame, "image/svg+xml": self.to_bytes("svg").decode(), "text/plain": self._text or repr(self)}

    def __repr__(self) -> str:
        """Name it."""
        return f"<benchkit.Figure {self._figure['view']}: {self.title}>"


def plot(
    *snapshots: str | os.PathLike[str],
    view: str | None = None,
    label: str | Iterable[str] = (),
    metric: str | Iterable[str] = (),
    where: str | Iterable[str] = (),
    facet: str | Iterable[str] = (),
    **options: Any,
) -> Figure:
    """Make a figure of result files.

    The options are those of the command `plot`, written as Python has them: ``plot("a.jsonl", "b.jsonl", view="compare", stat="min",
    free_axes=True, where=["n>=100"])``. What is None is left out. A figure is saved by its own `save`. Raises Error for what the command
    would refuse.
    """
    for name in ("output", "o", "open", "format", "help", "h"):
        if options.get(name) is not None:
            raise Error(f"plot(..., {name}=...) makes no figure: plot(...).save(FILE) writes one, and to_bytes(FORMAT) gives its bytes")
    if view is not None and "," in view:
        raise Error(f"{view!r} are several views, and one makes a figure: call plot for each")
    words = ["plot", *(os.fspath(path) for path in snapshots)]
    if view is not None:
        options["view"] = view
    for name, value in {"label": label, "metric": metric, "where": where, "facet": facet, **options}.items():
        option = "--" + name.replace("_", "-") if len(name) > 1 else "-" + name
        if value is None:
            continue
        if isinstance(value, bool):
            words += [option] if value else []
            continue
        several = [value] if isinstance(value, str) or not isinstance(value, Iterable) else value
        for one in several:
            words += [option, str(one)]
    return Figure(json.loads(_output_of([*words, "--format", "json"])), _output_of(words))


def _output_of(words: list[str]) -> str:
    from . import _core, _doors, _tools

    # A suite without cases: it says that it has no options of its own, where one is unknown.
    nobody = _core.Session("benchkit", [], "{}").exchange
    code, out, err = _tools.run_in_process(words, "benchkit", nobody, "no suite", _doors.COMMAND, [])
    if code != 0:
        raise Error(err.strip().removeprefix("benchkit: "))
    return out
