"""Which cases may be shown beside a study, and to a question about it: rules that can be read off the page.

1. A frontal is compared with frontals, a lateral with laterals; what projection it has counts only where the size of
   heart or mediastinum is asked for, which an AP film enlarges.
2. A question what something means, or how it is told from something else, gets no cases: it is for the knowledge base,
   which looks for entries about what is named (`retrieval/knowledge/base.py`).
3. A question what has changed gets no cases either: that is for the patient's own priors.
4. A question about findings gets cases in which they are known, present or absent. Cases where nothing is known of
   them give way only where the others hold both answers; films that all have a finding would answer for this one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from mllm.draft.scope import asked_about
from radiology.imaging.chosen import film_of
from radiology.study import Case, Certainty, Noun, Projection, Study
from radiology.timeline.known import known_findings

Kind = Literal["report", "film", "meaning", "change"]
_FILM = {
    Projection.PA: "a PA",
    Projection.AP: "an AP",
    Projection.LATERAL: "a lateral",
    Projection.UNKNOWN: "a frontal",
}
ENLARGED_BY_AP = frozenset({"cardiomegaly", "enlarged_mediastinum"})
_BEDSIDE = re.compile(r"\b(?:portable|bed-?side|mobile|supine|semi-?(?:erect|upright|supine)|AP)\b", re.I)
_MEANING = re.compile(
    r"\b(?:what (?:is|are) (?:an? |the )?(?:sign|cause|meaning|differential|definition|appearance)"
    r"|what does [\w\s]+ mean|what (?:causes|mimics)"
    r"|how (?:do|does|can|would) (?:you|i|one|we) (?:tell|distinguish|differentiate|recogni[sz]e|report|grade|measure)"
    r"|how (?:is|are) [\w\s]+ (?:told|distinguished|differentiated|recogni[sz]ed|defined|measured|reported|graded)"
    r"|differential|mimics?|look-?alikes?|defin(?:e|ition)|difference between|guidelines?)\b",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:prior|previous(?:ly)?|compar(?:ed|ison)|changed?|since|interval|worse|better|progress\w*|resolved"
    r"|(?:larger|smaller)(?! than \d)|last (?:film|study|exam\w*))\b",
    re.I,
)


class Route(Noun):
    """Of one study and what is asked of it; `findings` are the names asked about."""

    kind: Kind
    lateral: bool = False
    projection: Projection = Projection.UNKNOWN
    findings: tuple[str, ...] = ()


def route(study: Study, question: str = "") -> Route:
    """Where `study`, or a `question` about it, leads. A portable or supine film of unknown projection is an AP."""
    film = film_of(study)
    projection = film.projection if film else Projection.UNKNOWN
    if projection is Projection.UNKNOWN and _BEDSIDE.search(study.technique):
        projection = Projection.AP
    findings = tuple(dict.fromkeys(finding.name for finding in asked_about(question)))
    return Route(
        kind=_kind(question), lateral=projection is Projection.LATERAL, projection=projection, findings=findings
    )


def _kind(question: str) -> Kind:
    if not question.strip():
        return "report"
    if _MEANING.search(question):
        return "meaning"
    return "change" if _CHANGE.search(question) else "film"


def case_barred(way: Route, case: Case) -> str:
    """Why a case may not be shown, "" when it may."""
    if way.kind == "meaning":
        return "what something means is not answered by cases"
    if way.kind == "change":
        return "what has changed is told by the patient's own priors"
    film = film_of(case.study)
    if film is None:
        return ""
    if film.projection.frontal is way.lateral:
        kinds = ("frontal", "lateral") if way.lateral else ("lateral", "frontal")
        return "its film is a {}, this one a {}".format(*kinds)
    if ENLARGED_BY_AP & set(way.findings) and _other_size(film.projection, way.projection):
        return f"its film is {_FILM[film.projection]}, this one {_FILM[way.projection]}: hearts differ in size"
    return ""


def silent_barred(way: Route, cases: Sequence[Case]) -> list[str]:
    """Of each case why it may not be shown: it is silent on what is asked, while others tell both answers."""
    told = [_certainties(way.findings, case) for case in cases]
    both = {Certainty.PRESENT, Certainty.ABSENT} <= set().union(*told)
    return ["nothing is known there of what is asked" if both and not own else "" for own in told]


def _certainties(names: Sequence[str], case: Case) -> set[Certainty]:
    return {finding.certainty for finding in known_findings(case) if finding.name in names}


def _other_size(one: Projection, other: Projection) -> bool:
    return {one, other} == {Projection.PA, Projection.AP}
