"""What the adaptive context shows of what was found: how much, how well it fits, and where its limits should lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, product
from math import inf
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from benchmarks.retrieval.matching import Marks, Places, Told, by_vectors, nearest, row_of, told
from eval.metrics.averaging import averaged
from mllm.draft.retriever import SimilarCase
from retrieval.context.cases import candidate
from retrieval.context.select import Candidate, Chosen, select
from retrieval.context.settings import ContextSettings
from retrieval.embedders.protocol import Vectors

PART, POOL = "context", 40
BANDS = (-1.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 1.01)
NEVER = inf
FLOORS, DROPS, VARIETY = (-1.0, 0.4, 0.5, 0.6, 0.7, 0.8), (0.01, 0.02, 0.03, 0.05, 0.1, NEVER), (0.2, 0.5)
FITTING = averaged(
    "fitting", lambda row: mean(row.ranking) if row.ranking else None, "studies that are shown a case", ""
)
"""Share of the cases shown that fit, over the studies that are shown any."""
Pool = tuple[int, list[Candidate]]
"""A query and its nearest cases, best first."""


def pools(marks: Marks, vectors: Vectors, queries: Places) -> list[Pool]:
    return [
        (query, [_candidate(marks, vectors, place, score) for place, score in zip(places, scores, strict=True)])
        for query, places, scores in nearest(marks, by_vectors(vectors), queries, POOL)
    ]


def _candidate(marks: Marks, vectors: Vectors, place: int, score: float) -> Candidate:
    return candidate(str(place), SimilarCase(marks.cases[place], float(score)), vectors[place])


def measured(marks: Marks, vectors: Vectors, queries: Places) -> list[Told]:
    """What the defaults show and leave out, beside the nearest few without any rule."""
    plain = ContextSettings(floor=-1, drop=NEVER, same_vector=1, same_text=1, per_patient=POOL)
    known = pools(marks, vectors, queries)
    return [
        _measured(marks, known, way, settings)
        for way, settings in {"the nearest five": plain, "adaptive": ContextSettings()}.items()
    ]


def _measured(marks: Marks, known: Sequence[Pool], way: str, settings: ContextSettings) -> Told:
    chosen = [(query, select(candidates, settings)) for query, candidates in known]
    steps = Counter(left.step for _, own in chosen for left in own.left_out)
    shown = [len(own.shown) for _, own in chosen]
    rows = [
        row_of(marks.cases[query].study.study_id, marks.cases[query].study.patient_id, _fits(marks, query, own), 1)
        for query, own in chosen
    ]
    score = told(PART, way, FITTING, rows)
    print(f"    {mean(shown):.2f} cases a study, none to {shown.count(0)} of {len(shown)}; left out by {dict(steps)}")
    return score


def fit(marks: Marks, vectors: Vectors, queries: Places) -> None:
    """Print how often a case fits by its likeness, and what floor, drop and variety do to what is shown."""
    known = pools(marks, vectors, queries)
    _bands(marks, known)
    print("  floor   drop  variety  shown  of them fit  nothing shown")
    tried = [*((floor, drop, 0.0) for floor, drop in product(FLOORS, DROPS)), *((-1.0, NEVER, own) for own in VARIETY)]
    for floor, drop, variety in tried:
        settings = ContextSettings(floor=floor, drop=drop, diversity=variety)
        fits = [_fits(marks, query, select(candidates, settings)) for query, candidates in known]
        shown, fitting = np.array([(len(own), own.sum()) for own in fits]).T
        share = fitting.sum() / max(shown.sum(), 1)
        print(
            f"  {floor:5.2f} {drop:6.2f} {variety:8.1f} {shown.mean():6.2f} {share:12.3f} {np.mean(shown == 0):14.3f}"
        )


def _fits(marks: Marks, query: int, chosen: Chosen) -> NDArray[np.bool_]:
    """[K] whether each of those shown fits."""
    fits: NDArray[np.bool_] = marks.matches(np.array([query]))[0][[int(each.id) for each in chosen.shown]]
    return fits


def _bands(marks: Marks, known: Sequence[Pool]) -> None:
    likeness = np.array([[each.score for each in candidates] for _, candidates in known])
    fits = np.array([marks.matches(np.array([q]))[0][[int(each.id) for each in own]] for q, own in known])
    for low, high in pairwise(BANDS):
        within = (likeness >= low) & (likeness < high)
        if within.any():
            print(f"  likeness {low:5.2f} to {high:4.2f}: {fits[within].mean():.3f} fit, n={within.sum()}")
    low, half, high, most = np.quantile(likeness[:, 0], (0.01, 0.5, 0.99, 1.0))
    print(f"  likeness of the nearest: 1 % {low:.3f}, half {half:.3f}, 99 % {high:.3f}, most {most:.4f}")
