from __future__ import annotations

from dataclasses import replace

import numpy as np

from eval.items import look
from eval.stress.masking import elsewhere, find_targets, hide, is_told, place_of, stress_masking
from eval.stress.trial import Trial
from mllm.engine.protocol import Request
from radiology.datasets.table import Dataset
from radiology.study import Box, Side
from tests.eval.stress.watcher import EFFUSION, SIZE, Watcher, spot


def test_a_finding_is_lost_with_its_region_and_not_with_another(trial: Trial) -> None:
    (table,) = stress_masking(trial)
    values = {row.labels: row.value for row in table.rows}
    assert values["all", "reported untouched"] == 1.0
    assert values["all", "still, region hidden"] == 0.0
    assert values["all", "still, another region hidden"] == 1.0
    assert values["pleural_effusion", "difference"] == -1.0
    assert {row.n for row in table.rows} == {8}


def test_only_what_was_rightly_reported_is_hidden(trial: Trial, data: Dataset) -> None:
    turned = [
        row.model_copy(
            update={"findings": tuple(f.model_copy(update={"side": Side.LEFT} if f.side else {}) for f in row.findings)}
        )
        for row in trial.clean
    ]
    targets = list(find_targets(data.cases, turned, 0))
    assert [target.told for target in targets] == [True, False] * 4
    assert not is_told(turned[1], EFFUSION, frozenset({Side.LEFT}))
    assert is_told(turned[2], EFFUSION, frozenset())


class LeftHanded(Watcher):
    """Says left of every effusion."""

    def say(self, request: Request) -> str:
        return super().say(request).replace("right", "left")


def test_a_finding_on_the_wrong_side_is_not_counted_among_the_reported(trial: Trial) -> None:
    (table,) = stress_masking(replace(trial, engine=LeftHanded()))
    rows = {row.labels: row for row in table.rows}
    assert (rows["all", "reported untouched"].value, rows["all", "reported untouched"].n) == (0.5, 8)
    assert rows["all", "still, region hidden"].n == rows["all", "difference"].n == 4


def test_without_boxes_or_reports_there_is_nothing_to_hide(trial: Trial, data: Dataset) -> None:
    bare = tuple(
        c.model_copy(update={"findings": tuple(f.model_copy(update={"boxes": ()}) for f in c.findings)})
        for c in data.cases
    )
    assert stress_masking(Trial(trial.benchmark, Dataset(bare, (), {}), trial.engine)) == []


def test_the_filled_region_is_not_black_and_lies_where_the_box_is(data: Dataset) -> None:
    study, boxes = data.cases[0].study, data.cases[0].findings[0].boxes
    before, after = look(study, SIZE)[0].image, hide(look, {"s00": boxes}, 0)(study, SIZE)[0].image
    assert spot(before) is not None
    assert spot(after) is None
    changed = np.argwhere(before != after)
    assert changed.min(axis=0).tolist() >= [34, 42]
    assert after[36:46, 44:54].min() > 60


def test_pixels_of_a_box_with_its_margin() -> None:
    box = Box(view="v", x0=0.5, y0=0.25, x1=1.0, y1=0.5)
    assert place_of(box, (50, 100)) == (48, 10, 100, 27)


def test_a_place_elsewhere_is_as_big_and_touches_nothing() -> None:
    rng = np.random.default_rng(0)
    boxes = (Box(view="v", x0=0.1, y0=0.1, x1=0.4, y1=0.5), Box(view="v", x0=0.6, y0=0.1, x1=0.9, y1=0.5))
    for _ in range(20):
        found = elsewhere(boxes, rng)
        assert found is not None
        assert [round(b.x1 - b.x0, 6) for b in found] == [0.3, 0.3]
        assert all(a.y0 >= b.y1 or b.x1 <= a.x0 or a.x1 <= b.x0 for a in found for b in boxes)
        assert all(0 <= a.x0 < a.x1 <= 1 for a in found)
    assert elsewhere((Box(view="v", x0=0, y0=0, x1=0.9, y1=0.9),), rng) is None
