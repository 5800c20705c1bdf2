from __future__ import annotations

import re

import pytest

from eval.report.scoring import missing, score_rows
from eval.report.strips import Scale, scale_for, strip
from tests.eval.report.made import score, scores


def test_gain_over_the_better_baseline() -> None:
    rows = {row.name: row for row in score_rows(scores())}
    f1, accuracy, brier = (rows[name] for name in ("finding_micro_f1", "closed_accuracy", "closed_brier"))
    assert (f1.gain, f1.over, f1.doubt) == ("+0.200", "blank", "within the interval")
    assert (accuracy.gain, accuracy.over, accuracy.doubt) == ("−0.200", "majority", "no better")
    assert (brier.gain, brier.over, brier.doubt, brier.lower_is_better) == ("+0.200", "majority", "", True)
    assert accuracy.baseline == ("0.600", "–")
    assert (f1.interval, f1.n_failed) == ("0.200 to 0.800", 1)


def test_what_is_missing_is_grouped_by_what_it_needs() -> None:
    assert missing(scores()) == (
        (("green",), "name a server"),
        (("radgraph_simple", "radgraph_partial"), "name a file"),
    )


@pytest.mark.parametrize(
    ("worst", "best", "value", "place"),
    [(0.0, 1.0, 0.25, "25.00"), (1.0, 0.0, 0.25, "75.00"), (0.0, 10.0, 2.5, "25.00"), (0.0, 1.0, -3, "0.00")],
)
def test_further_right_is_better(worst: float, best: float, value: float, place: str) -> None:
    assert scale_for(worst, best, ()).percent(value) == place


def test_a_scale_without_bounds_holds_the_scores() -> None:
    assert scale_for(0.0, float("inf"), [score(2, 1, 4), None]) == Scale(0.0, 4.0)
    assert scale_for(float("inf"), 0.0, [score(2, 1, 4)]) == Scale(4.0, 0.0)


def test_a_strip_shows_interval_value_and_baselines() -> None:
    drawn = strip(score(0.5, 0.25, 0.75), {"majority": score(0.1, 0, 0), "blank": None})
    assert '<line x1="25.00%" x2="75.00%" y1="10" y2="10" class="interval"/>' in drawn
    assert re.findall(r'cx="([\d.]+)%"', drawn) == ["10.00", "50.00"]
    assert "<rect" not in drawn
    assert "dot" not in strip(None, {})
