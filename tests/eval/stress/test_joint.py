from __future__ import annotations

import numpy as np
import pytest

from eval.metrics.answers import accuracy
from eval.metrics.bootstrap import interval, plain
from eval.prediction import Prediction
from eval.sheet import Line, task
from eval.stress.joint import difference, joint_scores, share, usable
from eval.stress.table import estimated


def rows(*right: bool) -> list[Prediction]:
    return [
        Prediction(id=str(i), task="closed", prediction="yes", reference="yes" if r else "no", study_id=str(i // 2))
        for i, r in enumerate(right)
    ]


def test_of_one_set_it_is_the_usual_score_and_interval() -> None:
    own = rows(*(i % 3 > 0 for i in range(40)))
    (values,) = joint_scores(accuracy, [own], seed=3)
    found = estimated(("x",), values, len(own))
    low, high = interval(own, accuracy, seed=3)
    assert found.value == pytest.approx(plain(own, accuracy), abs=1e-6)
    assert found.low == pytest.approx(low, abs=1e-6)
    assert found.high == pytest.approx(high, abs=1e-6)


def test_sets_are_resampled_together() -> None:
    own = rows(*(i % 3 > 0 for i in range(40)))
    worse = [row.model_copy(update={"prediction": "no" if i == 1 else row.prediction}) for i, row in enumerate(own)]
    one, same, other = joint_scores(accuracy, [own, own[::-1], worse], seed=0)
    assert np.allclose(one, same)
    assert set(np.round((one - other) * 40).astype(int)) >= {0, 1, 2}
    assert (one >= other).all()


def test_a_set_without_rows_has_no_score() -> None:
    full, empty = joint_scores(accuracy, [rows(True), []], seed=0)
    assert full[0] == 1.0
    assert np.isnan(empty).all()
    assert np.isnan(joint_scores(accuracy, [[]], seed=0)).all()


def test_shares_and_their_difference_by_hand() -> None:
    own = rows(True, True, True, True)
    assert share(("x",), own, [True, False, False, False], 0).value == 0.25
    gap = difference(("x",), own, [True, False, False, False], [True, True, True, False], 0)
    assert (gap.value, gap.low, gap.high, gap.n) == (-0.5, -0.5, -0.5, 4)


def test_lines_without_rows_or_without_their_judge_are_left_out() -> None:
    lines = [Line(name, "accuracy", task(name)) for name in ("closed", "open")]
    assert [line.name for line in usable(lines, rows(True))] == ["closed"]
