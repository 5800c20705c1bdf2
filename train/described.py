"""Films with what is known of them, as stage `text` takes them: embedded once, by a tower that stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mllm.model.heads import LocalPerception
from radiology.errors import SightlineError
from radiology.study import Case
from train.claims import Facts, facts_of
from train.encoder import rows_of
from train.shelf import VALIDATION_SEEDS, Shard, film_key

BATCH = 256
"""Films embedded at a time."""
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Described:
    """Frontal phantoms: their embeddings [N, E], their cases and what is known of each."""

    films: Vectors
    cases: tuple[Case, ...]
    facts: tuple[Facts, ...]


def describe(shard: Shard, perception: LocalPerception, split: str) -> Described:
    """The frontal phantoms of one split as the frozen tower sees them."""
    cases = {film_key(c.study.study_id, v.id): (c, v) for c in shard.cases for v in c.study.views}
    rows = [
        row
        for row in rows_of(shard, split).tolist()
        if cases[shard.keys[row]][0].source == "phantom" and cases[shard.keys[row]][1].projection.frontal
    ]
    kept = tuple(cases[shard.keys[row]][0] for row in rows)
    seen = [_embed(perception, shard.images[rows[i : i + BATCH]]) for i in range(0, len(rows), BATCH)]
    films = np.concatenate(seen) if seen else np.zeros((0, perception.card.embedding), np.float32)
    return Described(films, kept, tuple(facts_of(case.findings) for case in kept))


def _embed(perception: LocalPerception, films: NDArray[np.uint8]) -> Vectors:
    return np.stack([percept.embedding for percept in perception.see(list(films))])


def refuse_evaluation(shard: Shard) -> None:
    """Raises SightlineError for a phantom that models are measured on."""
    for case in shard.cases:
        if case.seed is not None and case.seed >= VALIDATION_SEEDS.stop:
            raise SightlineError(
                f"phantom seed {case.seed}: evaluation takes seeds from {VALIDATION_SEEDS.stop}, training none of them;"
                " name other shards."
            )
