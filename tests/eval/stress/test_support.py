from __future__ import annotations

from dataclasses import replace

from eval.stress.support import stress_support
from eval.stress.trial import Trial


def test_support_goes_with_the_film(trial: Trial) -> None:
    (table,) = stress_support(trial)
    values = {row.labels[0]: (row.value, row.n) for row in table.rows}
    assert values["supported findings that lose their support, blank"] == (1.0, 8)
    assert values["supported findings that lose their support, other patient"] == (1.0, 8)
    assert values["supported sentences that are wrong"][0] == 0.0


def test_without_heads_or_reports_there_is_nothing_to_weigh(trial: Trial) -> None:
    assert stress_support(replace(trial, perception=None)) == []
    assert stress_support(replace(trial, benchmark=replace(trial.benchmark, reports=None))) == []
