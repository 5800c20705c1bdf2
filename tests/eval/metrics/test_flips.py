"""What a flipped negation, a flipped side and a faithful paraphrase do to every clinical score.

Which flips a metric falls for stands in the table (`Metric.sees`). A metric that goes by finding names alone sees no
side, one that judges the attributes of right findings no negation; the two headline scores see both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from eval.metrics.table import METRICS
from eval.prediction import Prediction
from radiology.reading.report import read_report
from tests.eval.metrics.pairs import NEGATION_FLIPS, PARAPHRASES, SIDE_FLIPS
from tests.eval.metrics.rows import report, value

Pairs = Sequence[tuple[str, str]]

HEADLINE = ("finding_side_micro_f1", "structured_f1")
PRESENCE = tuple(name for name, metric in METRICS.items() if "presence" in metric.sees)
SIDE = tuple(name for name, metric in METRICS.items() if "side" in metric.sees)
BLIND = ("severity_accuracy", "change_accuracy", "temporal_f1")
CLINICAL = tuple(dict.fromkeys((*PRESENCE, *SIDE, *BLIND)))
COMPARISON = "comparison_without_prior_rate"
"""Goes by words that compare: a flip may take some away, a paraphrase may not add any."""


def copied(pairs: Pairs) -> list[Prediction]:
    """The references themselves as predictions."""
    return changed([(reference, reference) for reference, _ in pairs])


def changed(pairs: Pairs) -> list[Prediction]:
    return [report(i, read_report(text), read_report(known), text) for i, (known, text) in enumerate(pairs)]


def gain(name: str, pairs: Pairs) -> float:
    """How much better the changed texts score than the references themselves, which are as good as can be."""
    before, after = value(name, copied(pairs)), value(name, changed(pairs))
    if math.isnan(before):
        before = METRICS[name].best
    if math.isnan(after):
        after = METRICS[name].best
    return after - before if METRICS[name].higher_is_better else before - after


def test_there_are_pairs_enough_and_headline_scores_that_see_both_flips() -> None:
    assert min(len(NEGATION_FLIPS), len(SIDE_FLIPS), len(PARAPHRASES)) >= 20
    assert all({"presence", "side"} <= METRICS[name].sees for name in HEADLINE)
    assert not {"finding_micro_f1", "chexpert14_micro_f1"} & set(SIDE)


@pytest.mark.parametrize("name", PRESENCE)
def test_negation_flips_lower_every_score_of_presence(name: str) -> None:
    assert gain(name, NEGATION_FLIPS) < 0


@pytest.mark.parametrize("name", SIDE)
def test_side_flips_lower_every_score_of_sides(name: str) -> None:
    assert gain(name, SIDE_FLIPS) < 0


@pytest.mark.parametrize("name", [name for name in CLINICAL if name not in SIDE])
def test_other_scores_do_not_see_sides(name: str) -> None:
    assert gain(name, SIDE_FLIPS) == 0


@pytest.mark.parametrize("name", [*HEADLINE, "finding_micro_f1", "finding_macro_f1"])
def test_each_negation_flip_alone_is_seen(name: str) -> None:
    assert [pair for pair in NEGATION_FLIPS if gain(name, [pair]) >= 0] == []


@pytest.mark.parametrize("name", [*HEADLINE, "side_f1"])
def test_each_side_flip_alone_is_seen(name: str) -> None:
    assert [pair for pair in SIDE_FLIPS if gain(name, [pair]) >= 0] == []


@pytest.mark.parametrize("name", CLINICAL)
def test_no_flip_raises_a_score(name: str) -> None:
    assert [pair for pair in (*NEGATION_FLIPS, *SIDE_FLIPS) if gain(name, [pair]) > 0] == []


@pytest.mark.parametrize("name", [*CLINICAL, COMPARISON])
def test_a_paraphrase_lowers_no_score(name: str) -> None:
    assert [pair for pair in PARAPHRASES if gain(name, [pair]) < 0] == []
