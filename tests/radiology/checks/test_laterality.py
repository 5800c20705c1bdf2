from __future__ import annotations

import pytest

from radiology.checks.table import checked
from radiology.study import Box
from tests.radiology.checks.reports import STUDY, sentence


@pytest.mark.parametrize(
    ("text", "x", "view", "faulty"),
    [
        ("Left pleural effusion.", 0.6, "frontal", False),
        ("Left pleural effusion.", 0.1, "frontal", True),
        ("Right pleural effusion.", 0.1, "frontal", False),
        ("Right pleural effusion.", 0.6, "frontal", True),
        ("Right pleural effusion.", 0.6, "lateral", False),
        ("Right pleural effusion.", 0.6, "elsewhere", False),
        ("Bilateral pleural effusions.", 0.6, "frontal", True),
        ("Pleural effusion.", 0.6, "frontal", False),
        ("Left central venous line.", 0.1, "frontal", False),
    ],
)
def test_side_against_box(text: str, x: float, view: str, faulty: bool) -> None:
    box = Box(view=view, x0=x, y0=0.5, x1=x + 0.25, y1=0.9)
    assert ("side against box" in checked([sentence(text, box)], STUDY)[0].flags) is faulty


def test_the_reason_names_both_sides() -> None:
    box = Box(view="frontal", x0=0.1, y0=0.5, x1=0.3, y1=0.9)
    (fault,) = checked([sentence("Left pleural effusion.", box)], STUDY)[0].faults
    assert fault.reason == "It says pleural effusion on the left, its box lies on the right."
