"""When one case is what was looked for beside another, over many at once, and the rows that are scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eval.metrics.bootstrap import estimate
from eval.metrics.findings import present
from eval.metrics.metric import Metric
from eval.prediction import Prediction
from radiology.study import Case, Side

Places = NDArray[np.intp]
Scores = Callable[[Places], NDArray[np.float32]]
"""Places [Q] of queries -> how near each of the N studies is, [Q, N]."""
ALIKE = 0.5
"""Jaccard index of two sets of findings from which they match."""
AT_ONCE = 250


@dataclass(frozen=True)
class Marks:
    """`table` [N, P]: whether study n has pair p of a finding and its side. Two studies without any match."""

    cases: Sequence[Case]
    table: NDArray[np.float32]

    @cached_property
    def patients(self) -> NDArray[np.intp]:
        """[N] a number for each patient."""
        return np.unique([case.study.patient_id for case in self.cases], return_inverse=True)[1]

    def matches(self, queries: Places) -> NDArray[np.bool_]:
        """[Q, N] whether the findings are alike."""
        own = self.table[queries]
        both = own @ self.table.T
        either = own.sum(axis=1)[:, None] + self.table.sum(axis=1)[None] - both
        alike: NDArray[np.bool_] = both >= ALIKE * either
        return alike

    def others(self, queries: Places) -> NDArray[np.bool_]:
        """[Q, N] whether the patient is another one."""
        other: NDArray[np.bool_] = self.patients[queries][:, None] != self.patients[None]
        return other

    def sets(self) -> dict[bytes, Places]:
        """The studies of every set of findings that occurs."""
        found: dict[bytes, list[int]] = {}
        for place, row in enumerate(self.table):
            found.setdefault(row.tobytes(), []).append(place)
        return {name: np.array(places) for name, places in found.items()}


def marks_of(cases: Sequence[Case], sided: bool = True) -> Marks:
    """Findings with their sides, or findings alone."""
    pairs = [set(_pairs(case, sided)) for case in cases]
    columns = {pair: i for i, pair in enumerate(sorted(set().union(*pairs), key=str))}
    table = np.zeros((len(cases), len(columns)), np.float32)
    for row, own in zip(table, pairs, strict=True):
        row[[columns[pair] for pair in own]] = 1
    return Marks(cases, table)


def _pairs(case: Case, sided: bool) -> Iterator[tuple[str, Side | None]]:
    for name, sides in present(case.findings).items():
        yield from ((name, side) for side in (sides if sided and sides else (None,)))


def by_vectors(vectors: NDArray[np.float32]) -> Scores:
    """Cosines of unit vectors [N, D]."""
    return lambda queries: vectors[queries] @ vectors.T


def by_chance(n: int, seed: int = 0) -> Scores:
    rng = np.random.default_rng(seed)
    return lambda queries: rng.random((len(queries), n), dtype=np.float32)


def nearest(marks: Marks, scores: Scores, queries: Places, k: int) -> Iterator[tuple[int, Places, NDArray[np.float32]]]:
    """(query, places [k] of other patients best first, their scores [k])."""
    for part in np.array_split(queries, -(-len(queries) // AT_ONCE)):
        near = np.where(marks.others(part), scores(part), -np.inf).astype(np.float32)
        best = np.argsort(-near, axis=1, kind="stable")[:, :k]
        yield from zip(part.tolist(), best, np.take_along_axis(near, best, axis=1), strict=True)


def ranked_rows(marks: Marks, scores: Scores, queries: Places, k: int) -> list[Prediction]:
    """What is found for each study by its film: gains of 1 for a match."""
    rows = []
    for query, places, _ in nearest(marks, scores, queries, k):
        own = np.array([query])
        fits = (marks.matches(own) & marks.others(own))[0]
        study = marks.cases[query].study
        rows.append(row_of(study.study_id, study.patient_id, fits[places], int(fits.sum())))
    return rows


def row_of(name: str, patient: str, found: NDArray[np.bool_], relevant: int) -> Prediction:
    """One query. Of what is relevant no more counts than could be found, so that a recall can reach 1."""
    return Prediction(
        id=name,
        task="retrieval",
        prediction="",
        reference="",
        study_id=name,
        patient_id=patient,
        ranking=tuple(found.astype(float).tolist()),
        relevant=(1.0,) * min(relevant, len(found)),
    )


@dataclass(frozen=True)
class Told:
    """One number of the benchmark with its 95 % interval."""

    part: str
    way: str
    metric: str
    value: float
    low: float
    high: float
    n: int


def told(part: str, way: str, metric: Metric, rows: Sequence[Prediction]) -> Told:
    """Score rows and print the score."""
    value, low, high = estimate(rows, metric.score)
    n = metric.size(rows)
    print(f"  {way:34s} {metric.name:12s} {value:.3f} ({low:.3f} to {high:.3f}), n={n} {metric.unit}", flush=True)
    return Told(part, way, metric.name, value, low, high, n)
