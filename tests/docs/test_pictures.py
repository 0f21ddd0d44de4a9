"""Pictures are what their script draws of the numbers beside them."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "bench"))
import pictures  # noqa: E402: the folder is no package


@pytest.mark.parametrize("name", pictures.DRAWN)
def test_what_is_shown_is_what_was_measured(name: str) -> None:
    _, draw = pictures.DRAWN[name]
    drawn = (pictures.PICTURES / f"{name}.svg").read_text()
    assert drawn == draw(json.loads((pictures.PICTURES / f"{name}.json").read_text())), "run python bench/pictures.py"
    assert ET.fromstring(drawn).find("{http://www.w3.org/2000/svg}title") is not None


def test_the_picture_has_all_verdicts() -> None:
    words = " ".join(ET.parse(pictures.PICTURES / "verdicts.svg").getroot().itertext())
    for verdict in ("improved", "same", "regressed", "undecided"):
        assert verdict in words
