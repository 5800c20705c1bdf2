from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mllm.draft.dissent import dissent
from mllm.draft.evidence import weigh
from mllm.draft.precedents import read_precedents
from mllm.draft.retriever import SimilarCase
from radiology.study import Case, Certainty, Finding, Side, Study

HAS = Finding(name="nodule", side=Side.RIGHT)
LACKS = Finding(name="nodule", certainty=Certainty.ABSENT)
UNSURE = Finding(name="nodule", certainty=Certainty.UNCERTAIN)
SILENT = Finding(name="pleural_effusion")


def similar(make: Callable[..., Case], *findings: Finding) -> tuple[SimilarCase, ...]:
    return tuple(SimilarCase(make(f"C{i}", finding), 0.8) for i, finding in enumerate(findings))


@pytest.mark.parametrize(
    ("claim", "cases", "flag"),
    [
        (HAS, (LACKS, LACKS, LACKS, SILENT), "disagreement: 3 similar cases have no nodule"),
        (LACKS, (HAS, HAS, HAS, HAS), "disagreement: 4 similar cases have nodule"),
        (HAS, (LACKS, LACKS), None),
        (HAS, (LACKS, LACKS, LACKS, HAS), None),
        (HAS, (SILENT, SILENT, SILENT), None),
        (UNSURE, (LACKS, LACKS, LACKS), None),
        (HAS, (), None),
    ],
)
def test_cases_object_where_several_contradict_and_none_agrees(
    claim: Finding, cases: tuple[Finding, ...], flag: str | None, study: Study, case: Callable[..., Case]
) -> None:
    assert dissent(claim, read_precedents(study, similar(case, *cases))) == flag


def test_cases_against_heads_and_text_are_shown_beside_the_support(
    study: Study, case: Callable[..., Case], sight: Callable[..., Any]
) -> None:
    seen = sight(lit=[("nodule", 0.75, 0.2)])
    (sentence,) = weigh("Left nodule.", study, seen, similar(case, LACKS, LACKS, LACKS))
    assert sentence.flags == ("disagreement: 3 similar cases have no nodule",)
    assert [evidence.kind for evidence in sentence.evidence] == ["region"]
