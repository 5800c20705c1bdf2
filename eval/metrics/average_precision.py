"""Mean average precision of boxes as COCO defines it (Lin et al., 2014), over weighted resamples at once.

The boxes of each view are matched by pycocotools; the curves are summed up here, for a resample weighs rows. A
category is a finding, an image a view of a study, the score of a box its finding's probability or 1. All boxes of one
score enter the curve together, so that the order of the rows does not matter; pycocotools takes them one by one.
Shapes: R resamples, D predicted boxes, G true boxes, S distinct scores, T IoU thresholds.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.metrics.agreement import mean_of_defined
from eval.metrics.findings import said
from eval.metrics.grounding import Named, named_boxes
from eval.metrics.once import once
from eval.metrics.weighting import Array, Rows, Score
from radiology.study import Box, Certainty, Finding

THRESHOLDS = np.linspace(0.5, 0.95, 10)
"""IoU from which on a box is right."""
_RECALLS = np.linspace(0, 1, 101)
_MOST = 100
"""Boxes per view and finding, best first."""

Place = tuple[str, int, str]
"""Where boxes are compared: (finding name, row, view)."""
Placed = dict[Place, list[tuple[Box, float]]]
"""The boxes of each place with their scores."""


@dataclass(frozen=True)
class _Matches:
    """Of one finding: row and score of each predicted box [D], whether it is right [T, D], row of each true box [G]."""

    rows: NDArray[np.intp]
    scores: Array
    right: NDArray[np.bool_]
    true: NDArray[np.intp]


def average_precision(thresholds: int) -> Score:
    """Mean over the first `thresholds` IoU thresholds and over the findings that have a true box.

    A finding's value is its precision at 101 recalls, each the best precision at that recall or a higher one.
    """

    def score(rows: Rows, weights: Array) -> Array:
        values = [_of_finding(found, weights, thresholds) for found in _matched(rows)]
        return mean_of_defined(np.array(values).reshape(len(values), len(weights)))

    return score


def _of_finding(found: _Matches, weights: Array, thresholds: int) -> Array:
    """[R] average precision of one finding, NaN where no true box of it is left."""
    true = weights[:, found.true].sum(axis=1)
    if not len(found.scores):
        return np.where(true > 0, 0.0, np.nan)
    order = np.argsort(-found.scores, kind="stable")
    starts = np.flatnonzero(np.diff(found.scores[order], prepend=np.inf))
    times = weights[:, found.rows[order]]
    n = np.cumsum(np.add.reduceat(times, starts, axis=1), axis=1)
    right = (np.add.reduceat(times * own, starts, axis=1) for own in found.right[:thresholds, order])
    areas = [_area(np.cumsum(own, axis=1), n, true) for own in right]
    return np.asarray(np.mean(areas, axis=0), dtype=np.float64)


def _area(right: Array, n: Array, true: Array) -> Array:
    """Right boxes among the first `n`, both [R, S], and all true boxes [R] -> [R] mean precision over the recalls."""
    precision = right / np.where(n > 0, n, 1.0)
    best = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    reached = np.searchsorted(_RECALLS, right / np.where(true > 0, true, 1.0)[:, None], side="right")
    area = (np.diff(reached, axis=1, prepend=0) * best).sum(axis=1) / len(_RECALLS)
    return np.where(true > 0, area, np.nan)


@once
def _matched(rows: Rows) -> tuple[_Matches, ...]:
    """The matches of each finding that has a box, by name: all rows in one set, and a place as an image of its own."""
    ours = _placed([scored_boxes(said(row)) for row in rows])
    theirs = _placed([dict.fromkeys(named_boxes(row.truth), 1.0) for row in rows])
    places = sorted({*ours, *theirs})
    found = zip(places, _compare(places, ours, theirs), strict=True)
    return tuple(_joined(list(own)) for _, own in groupby(found, key=lambda each: each[0][0]))


def scored_boxes(findings: Sequence[Finding]) -> dict[Named, float]:
    """(finding name, box) of each present finding's boxes -> its score; of a repeated pair the first."""
    scores: dict[Named, float] = {}
    for finding in findings:
        score = 1.0 if finding.probability is None else finding.probability
        for box in finding.boxes if finding.certainty is Certainty.PRESENT else ():
            scores.setdefault((finding.name, box), score)
    return scores


def _placed(boxes: Sequence[Mapping[Named, float]]) -> Placed:
    placed: Placed = {}
    for row, own in enumerate(boxes):
        for (name, box), score in own.items():
            placed.setdefault((name, row, box.view), []).append((box, score))
    return placed


def _compare(places: Sequence[Place], ours: Placed, theirs: Placed) -> list[Mapping[str, Any]]:
    """What pycocotools makes of each place."""
    if not places:
        return []
    from pycocotools.cocoeval import COCOeval

    with redirect_stdout(io.StringIO()):
        evaluation = COCOeval(_coco(places, theirs), _coco(places, ours), "bbox")
        evaluation.params.iouThrs, evaluation.params.maxDets = THRESHOLDS, [_MOST]
        evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
        evaluation.evaluate()
    return list(evaluation.evalImgs)


def _joined(found: Sequence[tuple[Place, Mapping[str, Any]]]) -> _Matches:
    return _Matches(
        rows=np.repeat([place[1] for place, _ in found], [len(own["dtScores"]) for _, own in found]),
        scores=np.concatenate([np.asarray(own["dtScores"], dtype=np.float64) for _, own in found]),
        right=np.concatenate([own["dtMatches"] > 0 for _, own in found], axis=1),
        true=np.repeat([place[1] for place, _ in found], [len(own["gtIds"]) for _, own in found]),
    )


def _coco(places: Sequence[Place], boxes: Placed) -> Any:
    """The boxes as pycocotools has them; numbers start at 1, for 0 means "unmatched" there."""
    from pycocotools.coco import COCO

    placed = [(image, *each) for image, place in enumerate(places, start=1) for each in boxes.get(place, ())]
    coco = COCO()
    coco.dataset = {
        "images": [{"id": image} for image in range(1, len(places) + 1)],
        "categories": [{"id": 1}],
        "annotations": [
            {
                "id": number,
                "image_id": image,
                "category_id": 1,
                "bbox": [box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0],
                "area": (box.x1 - box.x0) * (box.y1 - box.y0),
                "iscrowd": 0,
                "score": score,
            }
            for number, (image, box, score) in enumerate(placed, start=1)
        ],
    }
    coco.createIndex()
    return coco
