from __future__ import annotations

import pytest

from radiology.findings import FINDINGS
from radiology.reading.mentions import read_sentence
from radiology.study import Draft, DraftSentence, Evidence, ModelInfo, Side
from radiology.writing.anatomy import Heading, fits, heading_of, heading_of_text
from radiology.writing.structured import structure, to_structured_text

REGION = Evidence(kind="region", id="frontal/x", text="seen", score=0.9)


def _sentence(text: str, section: str = "findings", **more: object) -> DraftSentence:
    return DraftSentence.model_validate(
        {"text": text, "section": section, "findings": read_sentence(text), "confidence": 0.875, **more}
    )


def _draft(*sentences: DraftSentence, impression: str = "") -> Draft:
    model = ModelInfo(id="fake", hash="0123456789abcdef")
    return Draft(study_id="S1", sentences=sentences, impression=impression, model=model, prompt_hash="")


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("central_line", Heading.LINES),
        ("nodule", Heading.LUNGS),
        ("pulmonary_embolism", Heading.LUNGS),
        ("pneumothorax", Heading.PLEURA),
        ("cardiomegaly", Heading.HEART),
        ("hilar_enlargement", Heading.HEART),
        ("fracture", Heading.BONES),
        ("bone_hardware", Heading.BONES),
        ("pneumoperitoneum", Heading.ABDOMEN),
        ("subcutaneous_emphysema", Heading.OTHER),
    ],
)
def test_findings_stand_where_a_radiologist_looks_for_them(name: str, heading: Heading) -> None:
    assert heading_of(name) is heading


def test_every_heading_but_none_has_findings() -> None:
    assert {heading_of(name) for name in FINDINGS} == set(Heading)


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("The trachea is unremarkable.", Heading.HEART),
        ("Ribs as before.", Heading.BONES),
        ("The lungs and the heart look as before.", Heading.LUNGS),
        ("No acute cardiopulmonary abnormality.", Heading.OTHER),
        ("The patient is rotated.", Heading.OTHER),
    ],
)
def test_a_sentence_without_a_finding_goes_by_its_first_organ(text: str, heading: Heading) -> None:
    assert heading_of_text(text) is heading


def test_a_place_is_on_its_side() -> None:
    assert fits("middle lobe", Side.RIGHT)
    assert not fits("middle lobe", Side.LEFT)
    assert not fits("lingula", Side.BILATERAL)
    assert fits("upper lobe", Side.LEFT)
    assert fits("lingula", None)


def test_sentences_keep_what_they_carry_and_stand_once() -> None:
    flagged = _sentence("Small left effusion.", flags=("unsupported",), evidence=(REGION,))
    denied = _sentence("No nodule or pneumothorax.")
    nodule = _sentence("Right granuloma.")
    parts = {part.heading: part for part in structure(_draft(denied, flagged, nodule))}
    assert parts[Heading.PLEURA].sentences == (flagged,)
    assert parts[Heading.LUNGS].sentences == (nodule, denied)
    assert parts[Heading.PLEURA].see == ("Lungs",)
    assert [part.heading for part in structure(_draft())] == list(Heading)


def test_what_nobody_described_is_not_normal() -> None:
    text = to_structured_text(_draft(_sentence("Small left effusion.")))
    assert "Lungs\n  not described" in text
    assert "Heart and mediastinum\n  not described" in text
    assert "Pleura\n  Small left effusion. [88 %]" in text
    assert "Impression\n  none" in text
    assert "normal" not in text.lower()
    assert text.endswith("Draft, not for diagnosis.")


def test_what_only_the_impression_tells_is_referred_to() -> None:
    draft = _draft(_sentence("Cardiomegaly.", "impression"), _sentence("Normal chest.", "impression"))
    text = to_structured_text(draft)
    assert "Heart and mediastinum\n  see Impression" in text
    assert "Lungs\n  not described" in text
    assert text.count("Cardiomegaly.") == 1


def test_the_opening_of_a_structured_sentence_is_not_repeated() -> None:
    text = to_structured_text(_draft(_sentence("Pleura: Small left effusion.", evidence=(REGION, REGION))))
    assert "Pleura\n  Small left effusion. [88 %; region x2]" in text


def test_brackets_hold_what_was_weighed() -> None:
    bare = _sentence("Mass.", confidence=None)
    edited = _sentence("Nodule.", confidence=None, flags=("unsupported", "edited"))
    text = to_structured_text(_draft(bare, edited))
    assert "  Mass.\n  Nodule. [unsupported; edited]\n" in text
