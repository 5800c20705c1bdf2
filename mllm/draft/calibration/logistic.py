"""From what is known about a sentence to the probability that it is right: logistic regression, partially pooled.

All sets of films share one regression. Each set may deviate from it in every coefficient, and each kind of statement
("nodule:absent") in its intercept, for all sets and for its own. One ridge penalty holds all of these small, so that a
deviation is as large as its rows can carry: with few rows, the common answer stands (Gelman and Hill, 2007, chapter 12;
the penalty is the normal prior of a multilevel model).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict

from mllm.draft.calibration.features import FEATURES, Row
from radiology.study import Noun

PENALTY = 1.0
"""Of the squared coefficients of standardised features."""
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """A sentence of study `study` and whether it is right."""

    row: Row
    right: bool
    study: str


class Finite(Noun):
    """A record of numbers that are all finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Logistic(Finite):
    """log-odds = intercept + weights x features + the offset of each kind of statement made.

    `typical` stands for the tokens' log-probabilities where those are unknown.
    """

    intercept: float
    weights: tuple[float, ...]
    typical: tuple[float, float]
    offsets: dict[str, float]

    def confidence(self, row: Row) -> float:
        """The probability that a sentence with these features is right."""
        known = (*(row.tokens or self.typical), *row.values)
        score = self.intercept + sum(weight * value for weight, value in zip(self.weights, known, strict=True))
        score += sum(self.offsets.get(kind, 0.0) for kind in row.kinds)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def fit(sets: Mapping[str, Sequence[Judged]]) -> dict[str, Logistic]:
    """One regression over all `sets`, given back as each set's own; a set without a sentence has the common one."""
    rows = [(name, judged) for name, some in sets.items() for judged in some]
    design = _Design(tuple(sets), [judged.row for _, judged in rows])
    table = design.table([(name, judged.row) for name, judged in rows])
    coefficients, intercept = _regress(table, [judged.right for _, judged in rows])
    return {name: design.own(name, coefficients, intercept) for name in sets}


class _Design:
    """Columns: the standardised features and the kinds of statement, in common and then for each set; the sets."""

    def __init__(self, sets: Sequence[str], rows: Sequence[Row]) -> None:
        self.sets, self.kinds = sets, tuple(sorted({kind for row in rows for kind in row.kinds}))
        tokens = [row.tokens for row in rows if row.tokens is not None]
        self.typical: tuple[float, float] = tuple(np.mean(tokens, axis=0).tolist()) if tokens else (0.0, 0.0)
        plain = np.array([self._features(row) for row in rows])
        self.means, spread = plain.mean(0), plain.std(0)
        self.scales = np.where(spread > 1e-9, spread, 1.0)

    def _features(self, row: Row) -> tuple[float, ...]:
        return (*(row.tokens or self.typical), *row.values)

    def table(self, rows: Sequence[tuple[str, Row]]) -> Array:
        """[N, columns]."""
        plain = (np.array([self._features(row) for _, row in rows]) - self.means) / self.scales
        kinds = np.array([[float(kind in row.kinds) for kind in self.kinds] for _, row in rows])
        common = np.concatenate([plain, kinds], axis=1)
        of = np.array([[float(name == one) for one in self.sets] for name, _ in rows])
        own = (of[:, :, None] * common[:, None, :]).reshape(len(rows), -1)
        return np.concatenate([common, own, of], axis=1)

    def own(self, name: str, coefficients: Array, intercept: float) -> Logistic:
        """The regression of one set, in the features as they are."""
        width, at = len(FEATURES) + len(self.kinds), self.sets.index(name)
        total = coefficients[:width] + coefficients[(at + 1) * width : (at + 2) * width]
        weights = total[: len(FEATURES)] / self.scales
        base = intercept + coefficients[width * (1 + len(self.sets)) + at] - float(weights @ self.means)
        offsets = dict(zip(self.kinds, total[len(FEATURES) :].tolist(), strict=True))
        return Logistic(intercept=float(base), weights=tuple(weights.tolist()), typical=self.typical, offsets=offsets)


def _regress(table: Array, labels: Sequence[bool]) -> tuple[Array, float]:
    """Coefficients and intercept; when all labels are alike, the smoothed base rate alone."""
    from sklearn.linear_model import LogisticRegression

    if len(set(labels)) < 2:
        right = sum(labels) + 1
        return np.zeros(table.shape[1]), math.log(right / (len(labels) + 2 - right))
    model = LogisticRegression(C=1 / PENALTY, max_iter=2000).fit(table, [int(label) for label in labels])
    return model.coef_[0], float(model.intercept_[0])
