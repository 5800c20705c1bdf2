"""What the probability of a chosen answer is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from eval.items import look
from eval.predict import predict
from mllm.engine.protocol import Request
from radiology.datasets.table import Dataset
from radiology.study import Question
from tests.eval.oracle import OracleEngine


@dataclass
class Likeliest(OracleEngine):
    """Finds the first choice the likeliest."""

    def choose(self, request: Request, choices: Sequence[str]) -> tuple[float, ...]:
        return (0.7, *(0.3 / (len(choices) - 1) for _ in choices[1:]))


@pytest.mark.parametrize(
    ("kind", "choices", "probability"),
    [
        ("closed", (), 0.7),
        ("closed", ("no", "yes"), 0.3),
        ("choice", ("no", "yes"), 0.7),
        ("choice", ("left", "right", "both"), 0.7),
        ("closed", ("left", "right"), None),
    ],
)
def test_closed_questions_have_the_chance_of_yes_and_others_of_their_answer(
    kind: str, choices: tuple[str, ...], probability: float | None, data: Dataset
) -> None:
    study = data.cases[0].study.study_id
    question = Question(study_id=study, text="Is it large?", answer="yes", kind=kind, choices=choices)
    asked = replace(data, cases=data.cases[:1], questions=(question,))
    (row,) = predict(asked, Likeliest(asked), look, None)
    assert row.probability == (None if probability is None else pytest.approx(probability))
