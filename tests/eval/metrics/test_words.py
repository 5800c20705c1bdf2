"""Tokenisations as a table, and how a row becomes a pair of texts."""

from __future__ import annotations

import pytest

from eval.metrics.table import METRICS
from eval.metrics.words import DEFAULT, TOKENISATIONS, WORDS, pair, words
from eval.prediction import Prediction

TEXT = 'The X-ray (3.5 cm, T8-T9) shows no "mass"; patient\'s film... 50% -- OK.In/out'
TABLE = {
    "split": 'the x-ray ( 3.5 cm , t8-t9 ) shows no " mass " ; patient \'s film ... 50 % -- ok . in/out',
    "drop": "the x-ray 3.5 cm t8-t9 shows no mass patient 's film 50 % ok in/out",
    "whitespace": 'the x-ray (3.5 cm, t8-t9) shows no "mass"; patient\'s film... 50% -- ok.in/out',
}


@pytest.mark.parametrize("name", TOKENISATIONS)
def test_tokenisations_as_a_table(name: str) -> None:
    assert " ".join(words(TEXT, name)) == TABLE[name]
    assert words("", name) == words(" \n", name) == ()


def test_the_default_is_named_and_every_choice_has_its_metrics() -> None:
    assert WORDS.startswith(f"{DEFAULT}: ")
    for name in TOKENISATIONS:
        assert ("bleu_4" if name == DEFAULT else f"bleu_4:{name}") in METRICS
    assert "whitespace" not in METRICS["cider"].how
    assert "white space" in METRICS["cider:whitespace"].how


def test_a_failed_prediction_is_an_empty_text() -> None:
    row = Prediction(id="a", study_id="a", task="report", prediction=None, reference="Clear.")
    assert pair(row) == ("", "Clear.")
