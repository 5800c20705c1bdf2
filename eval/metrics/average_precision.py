"""Mean average precision of boxes as COCO defines it (Lin et al., 2014), over weighted resamples at once.

The boxes of each view are matched by pycocotools; the curves are summed up here, for a resample weighs rows. A
category is a finding, an image a view of a study, the score of a box its finding's probability or 1. All boxes of one
score enter the curve together, so that the order of the rows does not matter; pycocotools takes them one by one.
Shapes: R resamples, D detections, T IoU thresholds.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.metrics.agreement import mean_of_defined
from eval.metrics.findings import said
from eval.metrics.grounding import Named, named_boxes
from eval.metrics.weighting import Array, Rows, Score
from radiology.study import Certainty, Finding

THRESHOLDS = np.linspace(0.5, 0.95, 10)
"""IoU from which on a box is right."""
_RECALLS = np.linspace(0, 1, 101)
_MOST = 100
"""Boxes per view and finding, best first."""


@dataclass(frozen=True)
class _Matches:
    """Of one report and finding: score of each predicted box [D], whether it is right [T, D], number of true boxes."""

    scores: Array
    right: NDArray[np.bool_]
    true: int


def average_precision(thresholds: int) -> Score:
    """Mean over the first `thresholds` IoU thresholds and over the findings that have a true box.

    A finding's value is its precision at 101 recalls, each the best precision at that recall or a higher one.
    """

    def score(rows: Rows, weights: Array) -> Array:
        found = [_matches(said(row), row.truth) for row in rows]
        names = sorted({name for own in found for name in own})
        values = [_of_finding([own.get(name) for own in found], weights, thresholds) for name in names]
        return mean_of_defined(np.array(values).reshape(len(names), len(weights)))

    return score


def _of_finding(found: Sequence[_Matches | None], weights: Array, thresholds: int) -> Array:
    """[R] average precision of one finding, NaN where no true box of it is left."""
    own = [(i, matches) for i, matches in enumerate(found) if matches is not None]
    rows = np.array([i for i, _ in own])
    true = weights[:, rows] @ np.array([matches.true for _, matches in own], dtype=np.float64)
    scores = np.concatenate([matches.scores for _, matches in own])
    order = np.argsort(-scores, kind="stable")
    lasts = np.flatnonzero(np.diff(scores[order], append=np.nan))
    times = weights[:, np.repeat(rows, [len(matches.scores) for _, matches in own])[order]]
    right = np.concatenate([matches.right for _, matches in own], axis=1)[:thresholds, order]
    n = np.cumsum(times, axis=1)[:, lasts]
    areas = [_area(np.cumsum(times * row, axis=1)[:, lasts], n, true) for row in right]
    return np.asarray(np.mean(areas, axis=0), dtype=np.float64)


def _area(right: Array, n: Array, true: Array) -> Array:
    """Right boxes [R, D] among the first `n` [R, D], and all true boxes [R] -> [R] mean precision over the recalls."""
    precision = right / np.where(n > 0, n, 1.0)
    best = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    out = np.full(len(true), np.nan)
    for r in np.flatnonzero(true > 0):
        at = np.searchsorted(right[r] / true[r], _RECALLS)
        out[r] = np.append(best[r], 0.0)[at].mean()
    return out


@lru_cache(maxsize=8192)
def _matches(predicted: tuple[Finding, ...], true: tuple[Finding, ...]) -> Mapping[str, _Matches]:
    """Finding name -> its matches over the views of one report."""
    from pycocotools.cocoeval import COCOeval

    ours, theirs = scored_boxes(predicted), dict.fromkeys(named_boxes(true), 1.0)
    if not ours and not theirs:
        return {}
    names = sorted({name for name, _ in (*ours, *theirs)})
    views = sorted({box.view for _, box in (*ours, *theirs)})
    with redirect_stdout(io.StringIO()):
        evaluation = COCOeval(_coco(theirs, names, views), _coco(ours, names, views), "bbox")
        evaluation.params.iouThrs, evaluation.params.maxDets = THRESHOLDS, [_MOST]
        evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
        evaluation.evaluate()
    per_view = [found for found in evaluation.evalImgs if found is not None]
    return {
        name: _joined([found for found in per_view if found["category_id"] == number])
        for number, name in enumerate(names, start=1)
    }


def scored_boxes(findings: Sequence[Finding]) -> dict[Named, float]:
    """(finding name, box) of each present finding's boxes -> its score; of a repeated pair the first."""
    scores: dict[Named, float] = {}
    for finding in findings:
        score = 1.0 if finding.probability is None else finding.probability
        for box in finding.boxes if finding.certainty is Certainty.PRESENT else ():
            scores.setdefault((finding.name, box), score)
    return scores


def _joined(per_view: Sequence[Mapping[str, Any]]) -> _Matches:
    return _Matches(
        scores=np.concatenate([np.asarray(found["dtScores"], dtype=np.float64) for found in per_view]),
        right=np.concatenate([found["dtMatches"] > 0 for found in per_view], axis=1),
        true=sum(len(found["gtIds"]) for found in per_view),
    )


def _coco(boxes: Mapping[Named, float], names: Sequence[str], views: Sequence[str]) -> Any:
    """The boxes as pycocotools has them; numbers start at 1, for 0 means "unmatched" there."""
    from pycocotools.coco import COCO

    coco = COCO()
    coco.dataset = {
        "images": [{"id": number} for number in range(1, len(views) + 1)],
        "categories": [{"id": number} for number in range(1, len(names) + 1)],
        "annotations": [
            {
                "id": number,
                "image_id": views.index(box.view) + 1,
                "category_id": names.index(name) + 1,
                "bbox": [box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0],
                "area": (box.x1 - box.x0) * (box.y1 - box.y0),
                "iscrowd": 0,
                "score": score,
            }
            for number, ((name, box), score) in zip(count(1), boxes.items(), strict=False)
        ],
    }
    coco.createIndex()
    return coco
