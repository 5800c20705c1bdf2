"""Similar cases of one folder, for `mllm.draft`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mllm.draft.retriever import SimilarCase
from mllm.engine.protocol import GrayImage
from mllm.model.perception import Perception
from radiology.study import Study
from retrieval.cases.base import CaseBase
from retrieval.cases.eyes import eyes_for
from retrieval.cases.films import film_or_none, without_copies
from retrieval.cases.query import Choosing, Hit, Query, Ranking, first_of, nearest_first
from retrieval.context.query import search_words
from retrieval.store.filter import EVERYTHING, Filter
from retrieval.store.record import pixel_hash

TIMES, SPARE = 4, 20
"""Hits asked for beyond what is wanted: copies of the film are left out, and a choice needs some to choose of."""


class CaseRetriever:
    """Safe to share between threads.

    perception: the model's own eyes; a base that another embedder made opens that one, by what the base remembers.
    rank, choose: in which order hits come, and which of them help. within: what holds for every search; a study's own
    patient, the study itself and copies of its film never come back, whatever it says.

    Raises SightlineError when the folder is no case base, or its embedder is not to be had.
    """

    def __init__(
        self,
        folder: Path,
        perception: Perception,
        rank: Ranking = nearest_first,
        choose: Choosing = first_of,
        within: Filter = EVERYTHING,
    ) -> None:
        self.base = CaseBase(folder)
        self._eyes = eyes_for(self.base, perception)
        self._rank, self._choose, self._within = rank, choose, within

    def similar(self, study: Study, embedding: NDArray[np.float32], k: int) -> tuple[SimilarCase, ...]:
        """At most `k` cases nearest to `embedding` [D], best first; never of `study`'s patient, never its film.

        Where another embedder made the base, `study`'s own film is embedded instead.
        """
        film = film_or_none(study)
        if self._eyes is not None:
            if film is None:
                return ()
            embedding = self._eyes.images([film])[0]
        query = Query(embedding, search_words(study), self._filter(study, film))
        hits = self._rank(self.base, query, TIMES * k + SPARE)
        return self._cases(self._choose(self.base, study, self._other(hits, film), k))

    def thumbnail(self, study_id: str) -> bytes:
        """PNG bytes; raises KeyError for a study that is not in the base."""
        found = self.base.store.thumbnail(study_id)
        if found is None:
            raise KeyError(study_id)
        return found

    def _filter(self, study: Study, film: GrayImage | None) -> Filter:
        own = {"without_patient": study.patient_id, "without_study": study.study_id}
        pixels = "" if film is None else pixel_hash(film)
        return self._within.model_copy(update={**own, "without_pixels": pixels})

    def _other(self, hits: list[Hit], film: GrayImage | None) -> list[Hit]:
        """Hits that do not show the film itself under another name."""
        if film is None:
            return hits
        kept = set(without_copies(self.base.store, film, [hit.row for hit in hits]))
        return [hit for hit in hits if hit.row in kept]

    def _cases(self, hits: Sequence[Hit]) -> tuple[SimilarCase, ...]:
        cases = self.base.store.cases([hit.row for hit in hits])
        return tuple(SimilarCase(cases[hit.row], hit.score) for hit in hits if hit.row in cases)
