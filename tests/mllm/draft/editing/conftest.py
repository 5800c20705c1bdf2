"""Drafts of any text, and scales that find nothing for or against a claim."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mllm.draft.claims import Claim, read_claims
from radiology.study import Draft, DraftSentence, Evidence, ModelInfo

SEEN = Evidence(kind="region", id="frontal/x", text="seen", score=0.9)


def draft_of(text: str) -> Draft:
    """`text` as a model's draft, every sentence with evidence and confidence."""
    sentences = tuple(
        DraftSentence(text=claim.text, section=claim.section, findings=claim.mentions, confidence=0.9, evidence=(SEEN,))
        for claim in read_claims(text, ())
    )
    impression = " ".join(sentence.text for sentence in sentences if sentence.section == "impression")
    model = ModelInfo(id="fake", hash="0123456789abcdef")
    return Draft(study_id="S1", sentences=sentences, impression=impression, model=model, prompt_hash="1")


@pytest.fixture
def drafted() -> Callable[[str], Draft]:
    return draft_of


@pytest.fixture
def unweighed() -> Callable[[Claim], DraftSentence]:
    """Weighs nothing."""

    def weigh(claim: Claim) -> DraftSentence:
        return DraftSentence(text=claim.text, section=claim.section, findings=claim.mentions, boxes=claim.boxes)

    return weigh
