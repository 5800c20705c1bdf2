"""Look for cases: by a film, by words, or by both."""

from __future__ import annotations

from pathlib import Path

from mllm.draft.retriever import Retriever, SimilarCase
from mllm.model.perception import Perception
from mllm.prompts import NO_FINDINGS
from radiology.errors import SightlineError
from radiology.imaging.chosen import film_of
from radiology.imaging.intake import read_studies
from radiology.imaging.letterbox import letterbox
from radiology.study import Noun, Study
from radiology.timeline.known import known_findings
from retrieval.cases.base import CaseBase
from retrieval.cases.eyes import reader_for
from retrieval.cases.films import read_film
from retrieval.cases.query import Query
from retrieval.cases.retriever import CaseRetriever
from retrieval.ranking.cases import HybridRanking
from retrieval.store.filter import EVERYTHING, Filter
from retrieval.store.words import words_of


class Found(Noun):
    """A hit as a command prints it; `findings` are what is present, in words."""

    study_id: str
    score: float
    date: str | None
    view: str
    findings: str
    source: str
    licence: str

    @classmethod
    def of(cls, similar: SimilarCase) -> Found:
        case, view = similar.case, film_of(similar.case.study)
        return cls(
            study_id=case.study.study_id,
            score=round(similar.score, 4),
            date=case.study.date.isoformat() if case.study.date else None,
            view=view.projection if view else "",
            findings=words_of(case, known_findings(case))[0],
            source=case.source,
            licence=case.licence,
        )

    @property
    def line(self) -> str:
        return f"{self.score:.2f}  {self.study_id}  {self.findings or NO_FINDINGS}  [{self.source}]"


def similar_to(study: Study, retriever: Retriever, perception: Perception, k: int) -> tuple[SimilarCase, ...]:
    """The cases most like a study's frontal (else its lateral) view, best first."""
    seen = perception.see([letterbox(read_film(study), perception.image_size)[0]])[0]
    return retriever.similar(study, seen.embedding, k)


def search_film(
    folder: Path, path: Path, perception: Perception, k: int = 5, words: str = "", within: Filter = EVERYTHING
) -> tuple[SimilarCase, ...]:
    """The cases most like a film (DICOM, PNG, JPEG), and with `words` like what these say; best first, never of the
    film's own patient. Raises SightlineError when the file holds no one study or `folder` is no case base."""
    studies = read_studies([path])
    if len(studies) != 1:
        raise SightlineError(f"`{path}`: holds {len(studies)} studies, name a film of one.")
    retriever = CaseRetriever(folder, perception, HybridRanking(), within=within)
    return similar_to(studies[0].model_copy(update={"indication": words}), retriever, perception, k)


def search_words(
    folder: Path, words: str, k: int = 5, model: str = "", within: Filter = EVERYTHING
) -> list[SimilarCase]:
    """The cases whose findings and reports hold `words` and, where the base's embedder reads text, films that fit them.

    model: the folder of the model whose tower embedded the base, "" for the bundled one. The score is the cosine of
    words and film; where the embedder sees films only the agreement with the findings that the words state, else BM25.
    """
    base = CaseBase(folder)
    reader = reader_for(base, model)
    vector = reader.texts([words])[0] if reader else None
    hits = HybridRanking()(base, Query(vector, words, within), k)
    cases = base.store.cases([hit.row for hit in hits])
    return [SimilarCase(cases[hit.row], hit.score) for hit in hits if hit.row in cases]
