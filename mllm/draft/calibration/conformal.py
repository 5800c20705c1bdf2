"""Split conformal prediction sets of {present, absent} for each finding, from the image-level heads.

A finding's set holds "present" unless the head is less sure of it than of nearly all calibration films that have it,
and "absent" unless it is surer than of nearly all that have not; so whatever is true is in the set with the stated
coverage, for films like those of the calibration (Angelopoulos and Bates, arXiv:2107.07511: class by class).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from radiology.study import Certainty, Noun

Array = NDArray[np.float64]
FEWEST = 20
"""Films with a finding below which its threshold is borrowed from the other findings."""


class Band(Noun):
    """Of one finding: "present" is in the set from the probability `present` on, "absent" up to `absent`.

    `shown` and `free` count the calibration films with the finding and without it.
    """

    present: float = Field(ge=0, le=1)
    absent: float = Field(ge=0, le=1)
    shown: int
    free: int

    def set_of(self, probability: float) -> frozenset[Certainty]:
        """Both: the head cannot tell. Neither: the film is unlike most of either kind."""
        present = {Certainty.PRESENT} if probability >= self.present else set[Certainty]()
        return frozenset(present | ({Certainty.ABSENT} if probability <= self.absent else set()))


def fit_bands(names: Sequence[str], probabilities: Array, truth: Array, coverage: float) -> dict[str, Band]:
    """The bands of the findings that any film is known to have or to lack.

    `probabilities` [N, F]; `truth` [N, F] holds 1, 0 and, where nothing is known, NaN. A finding that fewer than
    `FEWEST` films show takes its lower end from all findings together, as the share of its own films without it that
    lie below (Ding et al., NeurIPS 2023, pool rare classes likewise).
    """
    known = [i for i in range(len(names)) if not np.isnan(truth[:, i]).all()]
    free = {i: np.sort(probabilities[truth[:, i] == 0, i]) for i in known}
    shown = {i: np.sort(probabilities[truth[:, i] == 1, i]) for i in known}
    ranks = np.concatenate([_ranks(shown[i], free[i]) for i in known] or [np.zeros(0)])
    level = -upper_end(-ranks, coverage)
    return {
        names[i]: Band(
            present=_lower_end(shown[i], free[i], level, coverage),
            absent=min(upper_end(free[i], coverage), 1.0),
            shown=len(shown[i]),
            free=len(free[i]),
        )
        for i in known
    }


def upper_end(scores: Array, coverage: float) -> float:
    """The ceil((n + 1) coverage)-th smallest of n scores: a new one lies at or below it with that probability."""
    rank = math.ceil((len(scores) + 1) * coverage)
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else math.inf


def _lower_end(shown: Array, free: Array, level: float, coverage: float) -> float:
    if len(shown) >= FEWEST:
        return max(-upper_end(-shown, coverage), 0.0)
    if not len(free) or not math.isfinite(level):
        return 0.0
    return float(np.quantile(free, level))


def _ranks(shown: Array, free: Array) -> Array:
    """The share of `free` that lies below each of `shown`."""
    return np.searchsorted(free, shown) / max(len(free), 1)
