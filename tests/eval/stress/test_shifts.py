from __future__ import annotations

import numpy as np

from eval.stress.agreement import unchanged
from eval.stress.shifts import CHANGES, shift, stress_shifts
from eval.stress.trial import Trial


def test_a_steady_model_does_not_change(trial: Trial) -> None:
    (table,) = stress_shifts(trial)
    values = {row.labels: (row.value, row.n) for row in table.rows}
    assert values["report: findings and sides", "moved 4 px"] == (1.0, 16)
    assert values["chosen answer", "turned 2 degrees"] == (1.0, 16)
    assert ("written answer", "moved 1 px") not in values
    assert {change for _, change in values} == set(CHANGES)


def test_a_shift_is_as_far_as_it_says_in_all_directions() -> None:
    film = np.zeros((41, 41), np.uint8)
    film[20, 20] = 255
    places = {tuple(int(v) for v in np.argwhere(shift(8)(film, np.random.default_rng(i)))[0] - 20) for i in range(60)}
    assert places == {(a, b) for a in (-8, 0, 8) for b in (-8, 0, 8)} - {(0, 0)}


def test_failures_before_are_left_out_and_failures_after_have_changed(trial: Trial) -> None:
    before = list(trial.clean)
    before[0] = before[0].model_copy(update={"prediction": None})
    after = list(trial.clean)
    after[1] = after[1].model_copy(update={"prediction": None})
    rows = {row.labels: row for row in unchanged(("x",), before, after, seed=0)}
    assert rows["report: findings", "x"].n == 15
    assert rows["report: findings", "x"].value == round(14 / 15, 6)
    assert rows["chosen answer", "x"].value == 1.0
