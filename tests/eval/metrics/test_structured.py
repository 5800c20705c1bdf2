from __future__ import annotations

import math

import pytest

from eval.metrics.structured import items, match_score
from radiology.reading.report import read_report
from radiology.study import Certainty, Change, Finding, Severity, Side
from tests.eval.metrics.rows import report, value

MASS = Finding(
    name="mass", side=Side.LEFT, location="apex", severity=Severity.SMALL, size_mm=20.0, change=Change.STABLE
)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({}, 1.0),
        ({"name": "nodule"}, 0.5),
        ({"name": "edema"}, 0.0),
        ({"side": Side.RIGHT}, 0.7),
        ({"side": None}, 0.85),
        ({"certainty": Certainty.UNCERTAIN}, 0.85),
        ({"location": "base"}, 0.85),
        ({"severity": Severity.MODERATE}, 0.925),
        ({"severity": Severity.LARGE}, 0.85),
        ({"severity": None}, 0.925),
        ({"size_mm": 40.0}, 0.95),
        ({"change": Change.NEW}, 0.5),
        ({"change": None}, 0.75),
        ({"certainty": Certainty.ABSENT, "change": Change.RESOLVED}, 0.0),
        ({"name": "nodule", "side": Side.RIGHT, "change": Change.NEW}, 0.5 * 0.7 * 0.5),
    ],
)
def test_match_scores_by_hand(update: dict[str, object], expected: float) -> None:
    other = MASS.model_copy(update=update)
    assert match_score(MASS, other) == pytest.approx(expected)
    assert match_score(other, MASS) == pytest.approx(expected)


def test_names_without_a_label_in_common_are_unlike() -> None:
    assert match_score(Finding(name="hernia"), Finding(name="hyperinflation")) == 0.0


def test_what_is_absent_takes_part_only_where_it_has_resolved() -> None:
    gone = Finding(name="edema", certainty=Certainty.ABSENT, change=Change.RESOLVED)
    absent = Finding(name="mass", certainty=Certainty.ABSENT)
    assert items([gone, absent]) == [gone]
    assert math.isnan(value("structured_f1", [report(1, [absent], [absent])]))
    assert value("structured_f1", [report(1, [gone], [gone])]) == 1.0
    assert value("structured_f1", [report(1, [absent], [gone])]) == 0.0


def test_bilateral_is_left_and_right() -> None:
    both = Finding(name="mass", side=Side.BILATERAL)
    left, right = (Finding(name="mass", side=side) for side in (Side.LEFT, Side.RIGHT))
    assert value("structured_f1", [report(1, [both], [left, right])]) == 1.0
    assert value("structured_f1", [report(1, [left, both], [right, left])]) == 1.0
    assert value("structured_f1", [report(1, [left], [both])]) == pytest.approx(2 / 3)


def test_the_best_assignment_is_found_not_the_first() -> None:
    mass, nodule = Finding(name="mass"), Finding(name="nodule")
    # The mass would go to either; greedily it may take the nodule's only partner.
    row = report(1, [mass, nodule], [nodule, mass])
    assert value("structured_f1", [row]) == 1.0
    left, right = (Finding(name="nodule", side=side) for side in (Side.LEFT, Side.RIGHT))
    crossed = report(2, [left, right.model_copy(update={"name": "mass"})], [right])
    assert value("structured_f1", [crossed]) == pytest.approx(2 * 0.7 / 3)


def test_f1_pools_the_reports() -> None:
    mass = Finding(name="mass")
    rows = [report(1, [mass], [mass]), report(2, [mass], []), report(3, [], [mass, Finding(name="edema")])]
    assert value("structured_f1", rows) == pytest.approx(2 / (2 + 1 + 2))


def test_a_text_against_itself_is_one_and_against_its_denial_is_nought() -> None:
    text = "Small left pleural effusion, unchanged. A 2 cm nodule in the right upper lobe. No edema."
    denied = "No left pleural effusion. No nodule. There is edema."
    assert value("structured_f1", [report(1, read_report(text), read_report(text))]) == 1.0
    assert value("structured_f1", [report(1, read_report(denied), read_report(text))]) == 0.0
