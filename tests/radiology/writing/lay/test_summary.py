from __future__ import annotations

import pytest

from radiology.reading.mentions import read_sentence
from radiology.study import Draft, DraftSentence, ModelInfo
from radiology.writing.lay.summary import ASK, summarise, to_lay_text

EFFUSION = "There is extra fluid around the left lung (pleural effusion)."


def _sentence(text: str, section: str = "findings", *flags: str) -> DraftSentence:
    return DraftSentence.model_validate(
        {"text": text, "section": section, "findings": read_sentence(text), "flags": flags}
    )


def _draft(*sentences: DraftSentence, flags: tuple[str, ...] = ()) -> Draft:
    model = ModelInfo(id="fake", hash="0")
    return Draft(study_id="S1", sentences=sentences, model=model, prompt_hash="", flags=flags)


def test_what_is_there_what_is_not_and_what_is_in_doubt_stand_apart() -> None:
    summary = summarise(
        _draft(
            _sentence("Left effusion."),
            _sentence("No nodule."),
            _sentence("Cardiomegaly.", "findings", "unsupported"),
            _sentence("No mass.", "findings", "low confidence"),
        )
    )
    assert summary.seen == (EFFUSION,)
    assert summary.denied == ("There is no round spot in the lungs (nodule).",)
    assert summary.doubted == ("There is an enlarged heart (cardiomegaly).", "There is no lump in the lungs (mass).")


def test_a_finding_is_told_once_and_doubted_where_any_sentence_is() -> None:
    summary = summarise(
        _draft(
            _sentence("Small left effusion."),
            _sentence("Left effusion.", "impression", "findings against impression"),
        )
    )
    assert summary.seen == ()
    assert summary.doubted == ("There is a small amount of extra fluid around the left lung (pleural effusion).",)


def test_two_findings_of_one_kind_are_both_told() -> None:
    texts = ("Nodule in the left upper zone.", "Nodule in the left lower zone.")
    assert len(summarise(_draft(*map(_sentence, texts))).seen) == 2


def test_what_a_person_wrote_is_named_and_not_doubted_for_it() -> None:
    (told,) = summarise(_draft(_sentence("Left effusion.", "findings", "edited"))).seen
    assert told == f"{EFFUSION} A person wrote this."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("No acute cardiopulmonary abnormality.", "There is no sudden problem of the heart or lungs."),
        ("Normal chest.", "There is nothing unusual."),
        ("The patient is rotated.", 'In its own words: "The patient is rotated."'),
    ],
)
def test_a_sentence_without_a_finding(text: str, told: str) -> None:
    assert summarise(_draft(_sentence(text, "impression"))).seen == (told,)


def test_flags_of_the_draft_are_explained() -> None:
    notes = summarise(_draft(flags=("not_chest", "cut short", "strange"))).notes
    assert notes[0] == "The program doubts that this is a chest X-ray."
    assert notes[2] == 'The draft carries the note "strange".'


@pytest.mark.parametrize("sentences", [(), (_sentence("Left effusion."),)])
def test_it_ends_with_the_notice_and_the_doctor(sentences: tuple[DraftSentence, ...]) -> None:
    text = to_lay_text(_draft(*sentences))
    assert text.endswith(f"Draft, not for diagnosis. {ASK}")
    assert "The draft says nothing" in text or EFFUSION in text
