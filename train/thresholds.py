"""Thresholds of the heads from validation films: what counts as seen, as shown, and as free of a finding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from mllm.model.heads import open_perception
from mllm.model.perception import Percept, Thresholds
from radiology.study import Projection
from train.shelf import Shard, load, split_of_case
from train.targets import IMAGE_FINDINGS, make_targets

TAIL = 0.05
"""Share of films that a threshold may get wrong: false positives above `patch` and `upper`, misses below `lower`."""
RANGE = (0.01, 0.99)
"""Where the thresholds of an image-level probability may lie."""
FEWEST = 5
"""Validation films of each kind without which a threshold stays at its default."""


def between(absent: NDArray[np.float64], present: NDArray[np.float64]) -> tuple[float, float]:
    """(lower, upper): at most `TAIL` of the films with the finding lie below lower, of those without above upper.

    Where the two kinds overlap, what lies between is called neither. Where they lie apart, the gap is cut in three
    equal parts of log-odds, and the middle one is called neither.
    """
    if len(absent) < FEWEST or len(present) < FEWEST:
        return 0.2, 0.8
    low, high = (
        float(np.clip(np.quantile(kind, tail), *RANGE)) for kind, tail in ((present, TAIL), (absent, 1 - TAIL))
    )
    if low > high:
        start, end = logit(high), logit(low)
        low, high = float(expit(start + (end - start) / 3)), float(expit(end - (end - start) / 3))
    return low, high


def patch_threshold(peaks: NDArray[np.float64]) -> float:
    """The value that the best patch of a half image without the finding exceeds in `TAIL` of cases. `peaks` [N]."""
    return float(np.clip(np.quantile(peaks, 1 - TAIL), 0.05, 0.95)) if len(peaks) >= FEWEST else 0.5


def choose(
    percepts: Sequence[Percept], findings: NDArray[np.float32], maps: NDArray[np.bool_]
) -> dict[str, Thresholds]:
    """Thresholds of every finding. `findings` [N, F] are 1, 0 or NaN; `maps` [N]: of which films the maps count."""
    chosen = {}
    for column, name in enumerate(IMAGE_FINDINGS):
        known = findings[:, column]
        scores = np.array([percept.probabilities[name] for percept in percepts])
        lower, upper = between(scores[known == 0], scores[known == 1])
        free = [
            p.maps[name]
            for p, value, use in zip(percepts, known, maps, strict=True)
            if use and value == 0 and name in p.maps
        ]
        peaks = [half.max() for image in free for half in np.array_split(image, 2, axis=1)]
        chosen[name] = Thresholds(patch=patch_threshold(np.array(peaks)), lower=lower, upper=upper)
    return chosen


def fit_thresholds(folder: Path, shelf: Path, shards: Sequence[str]) -> dict[str, Thresholds]:
    """Fit on the validation films of `shards` and write them into `heads.json` of `folder`.

    A finding with phantoms is fitted on phantom frontals, any other on the real films that know it.
    """
    perception = open_perception(folder)
    shard = load(shelf, shards)
    rows = _validation_frontals(shard)
    targets = make_targets(shard, ())
    findings = targets.findings[rows].copy()
    phantom = targets.has_dense[rows]
    with_phantoms = ~np.isnan(findings[phantom]).all(axis=0) if phantom.any() else np.zeros(findings.shape[1], bool)
    findings[np.ix_(~phantom, with_phantoms)] = np.nan
    chosen = choose(perception.see([shard.images[row] for row in rows]), findings, phantom)
    card = perception.card.model_copy(update={"thresholds": chosen})
    (folder / "heads.json").write_text(card.model_dump_json(indent=1) + "\n")
    return chosen


def _validation_frontals(shard: Shard) -> NDArray[np.int64]:
    known = {
        f"{case.study.study_id}/{view.id}": view.projection is not Projection.LATERAL and split_of_case(case) == "val"
        for case in shard.cases
        for view in case.study.views
    }
    return np.array([row for row, key in enumerate(shard.keys) if known[key]], np.int64)
