from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from itertools import count
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from eval.metrics.table import METRICS
from eval.prediction import Prediction
from radiology.study import Box, Finding
from tests.eval.metrics.rows import LEFT, RIGHT, finding, report, value

NAMES = ("nodule", "mass", "edema")
VIEWS = ("frontal", "lateral")


def coco_of(boxes: Sequence[tuple[int, str, Box, float]]) -> COCO:
    """Boxes (row, finding name, box, score) of all rows in one set."""
    coco = COCO()
    images = sorted({2 * row + VIEWS.index(box.view) for row, _, box, _ in boxes})
    coco.dataset = {
        "images": [{"id": image} for image in images],
        "categories": [{"id": number} for number in range(len(NAMES))],
        "annotations": [
            {
                "id": number,
                "image_id": 2 * row + VIEWS.index(box.view),
                "category_id": NAMES.index(name),
                "bbox": [box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0],
                "area": 1.0,
                "iscrowd": 0,
                "score": score,
            }
            for number, (row, name, box, score) in zip(count(1), boxes, strict=False)
        ],
    }
    coco.createIndex()
    return coco


def boxes_of(findings: Sequence[Sequence[Finding]]) -> list[tuple[int, str, Box, float]]:
    return [
        (i, f.name, box, 1.0 if f.probability is None else f.probability)
        for i, row in enumerate(findings)
        for f in row
        for box in f.boxes
    ]


def reference(rows: Sequence[Prediction]) -> tuple[float, float]:
    """mAP at .5 and over .5 to .95 by pycocotools alone, its own accumulate() and all rows in one set."""
    truth, said = coco_of(boxes_of([row.truth for row in rows])), coco_of(boxes_of([row.findings for row in rows]))
    with redirect_stdout(io.StringIO()):
        evaluation: Any = COCOeval(truth, said, "bbox")
        evaluation.params.imgIds = list(range(2 * len(rows)))
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][:, :, :, 0, -1]
    return precision[0][precision[0] > -1].mean(), precision[precision > -1].mean()


def random_rows(n: int, seed: int) -> list[Prediction]:
    """Rows with true boxes, predictions near them or anywhere, and a score of its own for every predicted box."""
    generator = np.random.default_rng(seed)
    scores = iter(generator.permutation(1000) / 1000)

    def anywhere(view: str) -> Box:
        x, y = generator.uniform(0, 0.6, 2)
        width, height = generator.uniform(0.1, 0.4, 2)
        return Box(view=view, x0=x, y0=y, x1=x + width, y1=y + height)

    def near(box: Box) -> Box:
        moved = {k: float(np.clip(getattr(box, k) + generator.normal(0, 0.02), 0, 1)) for k in ("x0", "y0", "x1", "y1")}
        return Box(view=box.view, **moved)

    rows = []
    for i in range(n):
        truth = [finding(str(generator.choice(NAMES)), boxes=(anywhere(v),)) for v in VIEWS for _ in range(2)]
        found = [(f.name, near(f.boxes[0])) for f in truth if generator.random() < 0.7]
        found += [(str(generator.choice(NAMES)), anywhere("frontal")) for _ in range(2)]
        said = [finding(name, boxes=(box,), probability=float(next(scores))) for name, box in found]
        rows.append(report(i, said, truth))
    return rows


def test_equals_pycocotools_where_every_row_counts_once() -> None:
    rows = random_rows(20, 1)
    at_50, over_all = reference(rows)
    assert 0.1 < over_all < at_50 < 0.9
    assert value("map_50", rows) == pytest.approx(at_50, abs=1e-12)
    assert value("map", rows) == pytest.approx(over_all, abs=1e-12)


def test_equals_pycocotools_on_repeated_rows() -> None:
    rows = random_rows(12, 2)
    weights = np.random.default_rng(3).multinomial(12, [1 / 12] * 12, size=6).astype(np.float64)
    copies = [[row for row, n in zip(rows, w, strict=True) for _ in range(int(n))] for w in weights]
    expected = np.array([reference(each) for each in copies])
    np.testing.assert_allclose(METRICS["map_50"].score(rows, weights), expected[:, 0], atol=1e-12)
    np.testing.assert_allclose(METRICS["map"].score(rows, weights), expected[:, 1], atol=1e-12)


def test_a_finding_without_true_boxes_in_a_resample_is_left_out() -> None:
    rows = [
        report(1, [finding("mass", boxes=(LEFT,))], [finding("mass", boxes=(LEFT,))]),
        report(2, [finding("nodule", boxes=(RIGHT,))], [finding("nodule", boxes=(LEFT,))]),
        report(3, [finding("edema", boxes=(RIGHT,))], []),
    ]
    weights = np.array([[1.0, 1, 1], [1, 0, 1], [0, 1, 1], [0, 0, 1]])
    np.testing.assert_allclose(METRICS["map_50"].score(rows, weights), [0.5, 1.0, 0.0, np.nan])


def test_by_hand_with_a_false_box_of_higher_and_one_of_lower_score() -> None:
    rows = [
        report(1, [finding("mass", boxes=(LEFT,), probability=0.6)], [finding("mass", boxes=(LEFT,))]),
        report(2, [finding("mass", boxes=(RIGHT,), probability=0.9)], [finding("mass", boxes=(LEFT,))]),
        report(3, [finding("mass", boxes=(RIGHT,), probability=0.3)], []),
    ]
    # Recall 1/2 is reached at precision 1/2: 51 of the 101 recalls (0 to .5) count with it.
    assert value("map_50", rows) == pytest.approx(0.5 * 51 / 101)


def test_boxes_of_one_score_enter_together_in_any_order() -> None:
    rows = [
        report(1, [finding("mass", boxes=(LEFT,))], [finding("mass", boxes=(LEFT,))]),
        report(2, [finding("mass", boxes=(RIGHT,))], [finding("mass", boxes=(LEFT,))]),
    ]
    assert value("map_50", rows) == value("map_50", rows[::-1]) == pytest.approx(0.5 * 51 / 101)


def test_a_box_counts_in_its_own_view_only() -> None:
    lateral = LEFT.model_copy(update={"view": "lateral"})
    assert value("map", [report(1, [finding("mass", boxes=(lateral,))], [finding("mass", boxes=(LEFT,))])]) == 0.0
    both = finding("mass", boxes=(LEFT, lateral))
    assert value("map", [report(1, [both], [both])]) == pytest.approx(1.0)


def test_iou_thresholds_by_hand() -> None:
    shrunk = LEFT.model_copy(update={"y1": 0.2 + 0.3 * 0.72})
    rows = [report(1, [finding("mass", boxes=(shrunk,))], [finding("mass", boxes=(LEFT,))])]
    assert value("map_50", rows) == pytest.approx(1.0)
    assert value("map", rows) == pytest.approx(5 / 10)


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    value("map", random_rows(2, 9))
    assert capsys.readouterr().out == ""
