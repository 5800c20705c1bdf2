from __future__ import annotations

import pytest

from radiology.study import Side
from radiology.timeline.known import Key
from retrieval.store.stated import agreement, stated_in

EFFUSION, LEFT, RIGHT = "pleural_effusion", Side.LEFT, Side.RIGHT


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("small left effusion", {(EFFUSION, LEFT)}),
        ("bilateral effusions", {(EFFUSION, LEFT), (EFFUSION, RIGHT)}),
        ("cardiomegaly without effusion", {("cardiomegaly", None)}),
        ("rule out pneumothorax", set()),
        ("cough for two weeks", set()),
    ],
)
def test_only_what_words_call_present_is_stated(words: str, expected: set[Key]) -> None:
    assert stated_in(words) == expected


def test_agreement_counts_what_is_missing_and_what_is_more() -> None:
    asked = {(EFFUSION, LEFT), ("cardiomegaly", None)}
    assert agreement(asked, asked) == 1
    assert agreement(asked, {(EFFUSION, LEFT)}) == 0.5
    assert agreement(asked, {(EFFUSION, RIGHT)}) == 0
    assert agreement({(EFFUSION, None)}, {(EFFUSION, LEFT), (EFFUSION, RIGHT)}) == 1
    assert agreement({(EFFUSION, LEFT)}, {(EFFUSION, LEFT), (EFFUSION, RIGHT)}) == 0.5
    assert agreement(set(), {(EFFUSION, LEFT)}) == 0
