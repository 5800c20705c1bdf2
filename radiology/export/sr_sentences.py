"""The sentences of a draft as text content items: Qualitative Evaluations of PS3.16 TID 1500, row 14."""

from __future__ import annotations

from collections.abc import Iterator

from highdicom.sr import ContentItem, ContentSequence, NumContentItem, TextContentItem
from highdicom.sr.enum import RelationshipTypeValues
from pydicom.sr.coding import Code

from radiology.export.codes import (
    CERTAINTY_OF_FINDING,
    CERTAINTY_OF_IMPRESSION,
    EVIDENCE,
    FAULT,
    FINDING,
    FLAG,
    IMPRESSION,
    PERCENT,
    TRACKING,
)
from radiology.export.wording import percent, plain, source_of
from radiology.study import Draft, DraftSentence

_CONTAINS, _HAS = RelationshipTypeValues.CONTAINS, RelationshipTypeValues.HAS_PROPERTIES
_BECAUSE = RelationshipTypeValues.INFERRED_FROM


def sentences(draft: Draft) -> list[ContentItem]:
    """The flags of the study, then each sentence as a Finding or an Impression."""
    flags = _texts(FLAG, list(draft.flags), _CONTAINS)
    return [*flags, *(_sentence(number, sentence) for number, sentence in enumerate(draft.sentences, 1))]


def _sentence(number: int, sentence: DraftSentence) -> ContentItem:
    concept = FINDING if sentence.section == "findings" else IMPRESSION
    item = TextContentItem(concept, plain(sentence.text), _CONTAINS)
    item.ContentSequence = ContentSequence(list(_told(number, sentence)))
    return item


def _told(number: int, sentence: DraftSentence) -> Iterator[ContentItem]:
    """The number is the one that the measurement groups are tracked by."""
    yield TextContentItem(TRACKING, f"sentence {number}", _HAS)
    if sentence.confidence is not None:
        concept = CERTAINTY_OF_FINDING if sentence.section == "findings" else CERTAINTY_OF_IMPRESSION
        yield NumContentItem(concept, percent(sentence.confidence), PERCENT, relationship_type=_HAS)
    checks = {fault.check for fault in sentence.faults}
    yield from _texts(FLAG, [flag for flag in sentence.flags if flag not in checks], _HAS)
    yield from _texts(FAULT, [f"{fault.check}: {fault.reason}" for fault in sentence.faults], _HAS)
    yield from _texts(EVIDENCE, [source_of(evidence) for evidence in sentence.evidence], _BECAUSE)


def _texts(concept: Code, texts: list[str], relationship: RelationshipTypeValues) -> Iterator[ContentItem]:
    yield from (TextContentItem(concept, plain(text), relationship) for text in texts if plain(text))
