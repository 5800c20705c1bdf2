from __future__ import annotations

import pytest

from mllm.draft.truth import is_right
from radiology.reading.mentions import read_sentence
from radiology.study import Certainty, Change, DraftSentence, Finding, Side

TRUTH = (
    Finding(name="pleural_effusion", side=Side.LEFT, change=Change.WORSE),
    Finding(name="pneumothorax", side=Side.RIGHT, certainty=Certainty.ABSENT, change=Change.RESOLVED),
    Finding(name="pacemaker"),
)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("There is a left pleural effusion.", True),
        ("There is a pleural effusion.", True),
        ("There is a right pleural effusion.", False),
        ("No pleural effusion.", False),
        ("No right pleural effusion.", True),
        ("The left pleural effusion has increased since the prior study.", True),
        ("The left pleural effusion has decreased since the prior study.", False),
        ("The right pneumothorax has resolved.", True),
        ("The nodule has resolved.", False),
        ("No consolidation.", True),
        ("Left pleural effusion and a nodule.", False),
        ("Normal chest.", False),
        ("The film is slightly rotated.", None),
    ],
)
def test_all_that_a_sentence_says_must_hold(text: str, right: bool | None) -> None:
    sentence = DraftSentence(text=text, section="findings", findings=read_sentence(text))
    assert is_right(sentence, TRUTH) is right


def test_a_device_leaves_the_chest_normal() -> None:
    assert is_right(DraftSentence(text="Normal chest.", section="impression"), (Finding(name="pacemaker"),)) is True
