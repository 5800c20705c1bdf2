from __future__ import annotations

import pytest

from mllm.draft.general import general
from mllm.draft.knowledge import Aspect


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("What is consolidation?", Aspect.MEANING),
        ("Please, what is a nodule?", Aspect.MEANING),
        ("what does an effusion look like", Aspect.APPEARANCE),
        ("How does a pneumothorax look on a supine film?", Aspect.APPEARANCE),
        ("Where should the tip of a PICC be?", Aspect.POSITION),
        ("What is the difference between a nodule and a mass?", Aspect.MIMICS),
        ("What causes atelectasis?", Aspect.CAUSES),
        ("How is the cardiothoracic ratio measured?", Aspect.MEASURE),
        ("How should pneumonia be reported?", Aspect.REPORTING),
        ("What should I look for with rib fractures?", Aspect.NEXT),
    ],
)
def test_what_a_general_question_asks_for(question: str, aspect: Aspect | None) -> None:
    assert general(question) is aspect


@pytest.mark.parametrize(
    "question",
    [
        "What is this?",
        "What is seen?",
        "What is in the right lung?",
        "What causes the effusion?",
        "What causes it?",
        "What is the position of the tube?",
        "How do the lungs look?",
        "What does the nodule look like?",
        "Where should the tube be?",
        "What is the most likely diagnosis?",
        "What is the treatment of pneumothorax?",
        "What are the features of the nodule?",
        "",
        "What is a nodule " + "tell from " * 9000 + "?",
    ],
)
def test_questions_that_are_not(question: str) -> None:
    assert general(question) is None
