"""`docs/data.md` tells of every data set, and of nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

from radiology.datasets.table import SOURCES

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "data.md"


def test_the_guide_has_a_section_for_each_source() -> None:
    assert re.findall(r"^## `(\w+)`", GUIDE.read_text(encoding="utf-8"), re.MULTILINE) == list(SOURCES)


def test_the_guide_states_each_licence() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [source.name for source in SOURCES.values() if source.licence not in text] == []
