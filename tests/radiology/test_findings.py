from __future__ import annotations

from collections import Counter

import pytest

from radiology.findings import CHEXPERT_LABELS, FINDINGS, NIH_LABELS, PHANTOM_FINDINGS
from radiology.reading.mentions import read_sentence
from radiology.vocabulary.term import Term

BOTH = {
    "hydropneumothorax": {"pleural_effusion", "pneumothorax"},
    "hemopneumothorax": {"pleural_effusion", "pneumothorax"},
    "haemopneumothorax": {"pleural_effusion", "pneumothorax"},
    "pyopneumothorax": {"pleural_effusion", "pneumothorax"},
    "compression fracture": {"fracture", "vertebral_compression"},
    "compression fractures": {"fracture", "vertebral_compression"},
    "kyphoscoliosis": {"kyphosis", "scoliosis"},
    "miliary nodules": {"miliary_pattern", "nodule"},
}
"""The phrases that name two findings."""


def test_models_are_stored_under_these_names() -> None:
    assert PHANTOM_FINDINGS[:9] == (
        "cardiomegaly",
        "pleural_effusion",
        "consolidation",
        "nodule",
        "pneumothorax",
        "atelectasis",
        "edema",
        "pacemaker",
        "central_line",
    )
    assert list(NIH_LABELS.values()) == [
        "cardiomegaly",
        "pleural_effusion",
        "consolidation",
        "nodule",
        "pneumothorax",
        "atelectasis",
        "edema",
        "infiltration",
        "mass",
        "pneumonia",
        "emphysema",
        "fibrosis",
        "pleural_thickening",
        "hernia",
    ]


def test_every_chexpert_label_has_a_finding_and_no_other_is_named() -> None:
    assert {term.chexpert for term in FINDINGS.values()} - {None} == set(CHEXPERT_LABELS) - {"No Finding"}


def test_names_codes_and_phrases_are_not_shared() -> None:
    codes = Counter(term.snomed for term in FINDINGS.values() if term.snomed)
    phrases = Counter(phrase for term in FINDINGS.values() for phrase in {term.text, *term.synonyms})
    assert max(codes.values()) == 1
    assert {phrase for phrase, count in phrases.items() if count > 1} == set(BOTH)
    assert len({term.text for term in FINDINGS.values()}) == len(FINDINGS)


@pytest.mark.parametrize("term", FINDINGS.values(), ids=list(FINDINGS))
def test_every_phrase_is_read_as_its_finding_and_no_other(term: Term) -> None:
    for phrase in (term.text, *term.synonyms):
        assert phrase == phrase.lower()
        names = {mention.finding.name for mention in read_sentence(f"The film shows {phrase}.")}
        assert names == BOTH.get(phrase, {term.name}), phrase
