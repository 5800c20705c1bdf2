"""Which of the cases that were found are shown beside a study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mllm.draft.retriever import SimilarCase
from mllm.prompts import case_text, opening_text
from radiology.study import Case, Certainty, Study
from radiology.timeline.known import known_findings
from retrieval.cases.base import CaseBase
from retrieval.cases.query import Hit
from retrieval.context.routing import case_barred, route, silent_barred
from retrieval.context.select import Candidate, Chosen, CountTokens, count_by_length, select
from retrieval.context.settings import ContextSettings
from retrieval.ranking.cases import vectors_of
from retrieval.store.filter import patient_hash
from retrieval.store.record import Vector

_NOBODY = Study(study_id="", patient_id="")
_UNKNOWN = ("", patient_hash(""))
"""What cases of patients without a name are called; they are not of one patient."""


@dataclass(frozen=True)
class AdaptiveContext:
    """A choice of hits for `CaseRetriever`; tokens are counted by `count_tokens`, best the engine's own."""

    settings: ContextSettings = field(default_factory=ContextSettings)
    count_tokens: CountTokens = count_by_length

    def __call__(self, base: CaseBase, study: Study, hits: Sequence[Hit], k: int) -> list[Hit]:
        """At most `k` of the hits, in their order."""
        rows = {str(hit.row): hit for hit in hits}
        return [rows[each.id] for each in self.choose(base, study, hits, k).shown]

    def choose(self, base: CaseBase, study: Study, hits: Sequence[Hit], k: int, question: str = "") -> Chosen:
        """The same with why each of the others is left out. The ids of the candidates are rows of the store."""
        rows = [hit.row for hit in hits]
        found, vectors = base.store.cases(rows), vectors_of(base, rows)
        there = [hit for hit in hits if hit.row in found]
        cases = [found[hit.row] for hit in there]
        way = route(study, question)
        barred = [
            case_barred(way, case) or silent for case, silent in zip(cases, silent_barred(way, cases), strict=True)
        ]
        candidates = [
            candidate(str(hit.row), SimilarCase(case, hit.score), vectors.get(hit.row), why)
            for hit, case, why in zip(there, cases, barred, strict=True)
        ]
        return select(candidates, self.settings.model_copy(update={"most": k}), self.count_tokens)


def candidate(name: str, similar: SimilarCase, vector: Vector | None, barred: str = "") -> Candidate:
    """A case as it stands in the prompt. Reports of normal films are alike without being copies: not compared."""
    patient = similar.case.study.patient_id
    return Candidate(
        id=name,
        text=opening_text(_NOBODY, (), (similar,)),
        score=similar.score,
        vector=vector,
        report=case_text(similar.case) if _says_something(similar.case) else "",
        patient="" if patient in _UNKNOWN else patient,
        barred=barred,
    )


def _says_something(case: Case) -> bool:
    return case.report is not None and any(f.certainty is not Certainty.ABSENT for f in known_findings(case))
