from __future__ import annotations

from mllm.audit.auditor import Auditor
from mllm.audit.changes import draft_text
from mllm.audit.log import entry_of
from mllm.audit.preferences import Preference, preferences
from radiology.study import Draft


def _found(auditor: Auditor) -> list[Preference]:
    return list(preferences(map(entry_of, auditor.log.rows())))


def test_a_signed_edit_makes_a_pair_of_reports_and_one_of_sentences(auditor: Auditor, draft: Draft) -> None:
    text = draft_text(draft)
    signed = text.replace("no effusion", "a small left effusion").replace("Cardiomegaly.", "Cardiomegaly.\nEffusion.")
    number = auditor.drafted(draft)
    auditor.edited(number, text, signed)
    assert _found(auditor) == []
    auditor.signed_off(number, signed)
    report, sentence = _found(auditor)
    assert report == Preference(
        study_id="study-1",
        prompt="b" * 64,
        chosen="The heart is enlarged. There is a small left effusion.\nImpression: Cardiomegaly. Effusion.",
        rejected="The heart is enlarged. There is no effusion.\nImpression: Cardiomegaly.",
        why="report",
    )
    assert sentence.chosen == "There is a small left effusion."
    assert sentence.rejected == "There is no effusion."
    assert sentence.why == "sentence"


def test_what_was_signed_as_it_was_teaches_nothing(auditor: Auditor, draft: Draft) -> None:
    auditor.signed_off(auditor.drafted(draft), draft_text(draft))
    assert _found(auditor) == []


def test_the_last_signature_counts_and_drafts_are_kept_apart(auditor: Auditor, draft: Draft) -> None:
    text = draft_text(draft)
    first, second = auditor.drafted(draft), auditor.drafted(draft.model_copy(update={"study_id": "study-2"}))
    auditor.signed_off(first, text.replace("enlarged", "small"))
    auditor.signed_off(second, text.replace("no effusion", "an effusion"))
    auditor.signed_off(first, text.replace("enlarged", "normal"))
    pairs = _found(auditor)
    assert {(pair.study_id, pair.chosen) for pair in pairs if pair.why == "sentence"} == {
        ("study-1", "The heart is normal."),
        ("study-2", "There is an effusion."),
    }
    assert len(pairs) == 4


def test_removed_sentences_and_headings_are_no_pairs_of_sentences(auditor: Auditor, draft: Draft) -> None:
    signed = draft_text(draft).replace("\nThere is no effusion.", "").replace("Impression:", "Conclusion:")
    auditor.signed_off(auditor.drafted(draft), signed)
    assert [pair.why for pair in _found(auditor)] == ["report"]


def test_a_signature_of_what_is_no_draft_is_left_out(auditor: Auditor, draft: Draft) -> None:
    auditor.signed_off(auditor.checked(draft), "Something else.")
    auditor.signed_off(7, "Something else.")
    assert _found(auditor) == []
