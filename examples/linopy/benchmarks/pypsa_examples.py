"""The example networks of pypsa, which it downloads when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pypsa


def load(name: str) -> pypsa.Network:
    """Give an example network. Skips the case where it cannot be had, for whatever reason."""
    import pypsa

    try:
        return getattr(pypsa.examples, name)()
    except Exception as error:
        from unittest import SkipTest

        raise SkipTest(f"pypsa example data unavailable: {error}") from error
