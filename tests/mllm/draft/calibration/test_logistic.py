from __future__ import annotations

import numpy as np
import pytest

from mllm.draft.calibration.features import FEATURES, VALUES, Row
from mllm.draft.calibration.logistic import Judged, Logistic, fit


def row(agreement: float, kind: str = "nodule:present", tokens: tuple[float, float] | None = None) -> Row:
    return Row((agreement, *(0.0,) * (len(VALUES) - 1)), tokens, (kind,))


def sentences(n: int, seed: int = 0, kind: str = "nodule:present", shift: float = 0.0) -> list[Judged]:
    """Sentences of which those with head agreement above `shift` are mostly right."""
    rng = np.random.default_rng(seed)
    agreement = rng.normal(size=n)
    right = agreement - shift + rng.logistic(scale=0.3, size=n) > 0
    return [Judged(row(a, kind), r, f"s{i}") for i, (a, r) in enumerate(zip(agreement.tolist(), right, strict=True))]


def test_confidence_follows_what_the_fit_learnt() -> None:
    regression = fit({"phantom": sentences(400)})["phantom"]
    assert regression.confidence(row(2.0)) > 0.95
    assert regression.confidence(row(-2.0)) < 0.05


def test_a_set_of_its_own_kind_deviates_as_far_as_its_rows_can_carry() -> None:
    """The second set is right only from an agreement of 1 on."""
    many = fit({"phantom": sentences(400), "film": sentences(400, 1, shift=1.0)})
    few = fit({"phantom": sentences(400), "film": sentences(4, 1, shift=1.0)})
    at = row(0.5)
    assert many["phantom"].confidence(at) > 0.7
    assert many["film"].confidence(at) < 0.3
    assert many["film"].confidence(at) < few["film"].confidence(at) <= few["phantom"].confidence(at)


def test_a_finding_with_few_rows_is_drawn_to_the_others() -> None:
    often_wrong = [Judged(row(0.0, "mass:present"), False, f"m{i}") for i in range(40)]
    rows = sentences(200)
    many = fit({"phantom": [*rows, *often_wrong]})["phantom"]
    few = fit({"phantom": [*rows, *often_wrong[:1]]})["phantom"]
    usual = many.confidence(row(0.0, "nodule:present"))
    assert many.confidence(row(0.0, "mass:present")) < 0.15
    assert many.confidence(row(0.0, "mass:present")) < few.confidence(row(0.0, "mass:present")) < usual
    assert many.offsets["mass:present"] < few.offsets["mass:present"] < 0


def test_a_kind_of_statement_never_seen_is_an_ordinary_one() -> None:
    regression = fit({"phantom": sentences(200)})["phantom"]
    plain = Logistic.model_validate(regression.model_dump() | {"offsets": {}})
    assert regression.confidence(row(1.0, "hernia:absent")) == plain.confidence(row(1.0))


def test_unknown_token_probabilities_count_as_the_usual_ones() -> None:
    judged = [Judged(row(j.row.values[0], tokens=(-0.5, -1.5)), j.right, j.study) for j in sentences(50)]
    regression = fit({"phantom": judged})["phantom"]
    assert regression.typical == (-0.5, -1.5)
    assert regression.confidence(row(1.0)) == pytest.approx(regression.confidence(row(1.0, tokens=(-0.5, -1.5))))


def test_labels_all_alike_give_the_smoothed_rate() -> None:
    right = [Judged(row(0.3), True, "s")] * 8
    assert fit({"phantom": right})["phantom"].confidence(row(-5.0)) == pytest.approx(0.9)


def test_a_set_without_sentences_has_the_common_answer() -> None:
    regressions = fit({"phantom": sentences(200), "film": []})
    assert regressions["film"].confidence(row(1.0)) > 0.7


def test_weights_are_in_the_features_as_they_are() -> None:
    regression = fit({"phantom": sentences(200)})["phantom"]
    assert len(regression.weights) == len(FEATURES)
    by_hand = regression.intercept + regression.weights[2] * 0.7 + regression.offsets["nodule:present"]
    assert regression.confidence(row(0.7)) == pytest.approx(1 / (1 + np.exp(-by_hand)))
