from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from mllm.draft.assistant import REPORT_TOKENS, Assistant, Clock
from mllm.draft.calibration.record import Calibration
from radiology.errors import SightlineError
from radiology.study import NOTICE, Draft, DraftSentence, Finding, Side, Study
from tests.calibrations import plain_calibration, plain_kind

Make = Callable[..., Any]
TEXT = (
    "There is a <obj>left pleural effusion<box view=F>60,50,95,90</box></obj>. Right consolidation. No nodule. "
    "The film is rotated.\nImpression: Left pleural effusion."
)
LIT = [("pleural_effusion", 0.75, 0.7)]


def calibration(confident_without: str = "unsupported") -> Calibration:
    """Sure of every sentence but those with one feature."""
    return plain_calibration("0123456789abcdef", {confident_without: -8.0}, intercept=4.0, abstain_below=0.5)


def test_a_draft_from_film_to_evidence(study: Study, heads: Make, writer: Make, shelf: Make, case: Make) -> None:
    engine = writer(TEXT)
    similar = case("C1", Finding(name="pleural_effusion", side=Side.LEFT))
    draft = Assistant(engine, heads(lit=LIT), shelf(similar)).draft(study)
    assert [(s.section[0], s.flags) for s in draft.sentences] == [
        ("f", ()),
        (
            "f",
            (
                "unsupported",
                "disagreement: heads see no consolidation (.03, below .10)",
                "left out of the impression",
            ),
        ),
        ("f", ()),
        ("f", ("no finding",)),
        ("i", ()),
    ]
    assert [e.kind for e in draft.sentences[0].evidence] == ["region", "case"]
    assert draft.sentences[0].boxes[0].x0 == pytest.approx(0.605, abs=0.01)
    assert draft.impression == "Left pleural effusion."
    assert draft.retrieved_ids == ("C1",)
    assert draft.model.hash == "0123456789abcdef"
    assert draft.flags == ("uncalibrated",)
    assert draft.notice == NOTICE
    assert all(sentence.confidence is None for sentence in draft.sentences)
    text = engine.requests[0].messages[0].text
    assert "Case 1, similarity .81: left pleural effusion" in text
    assert draft.prompt_hash == hashlib.sha256(f"user: {text}".encode()).hexdigest()
    assert Draft.model_validate_json(draft.model_dump_json()) == draft


def test_times_are_parts_of_the_total(study: Study, heads: Make, writer: Make) -> None:
    timing = Assistant(writer(TEXT), heads()).draft(study).timing
    assert list(timing) == ["images", "retrieve", "generate", "evidence", "total"]
    assert sum(seconds for name, seconds in timing.items() if name != "total") <= timing["total"]
    assert min(timing.values()) >= 0


def test_sentences_are_handed_out_as_they_come(study: Study, heads: Make, writer: Make) -> None:
    engine = writer(TEXT)
    given: list[DraftSentence] = []
    draft = Assistant(engine, heads(lit=LIT)).draft(study, on_sentence=given.append)
    assert [s.text for s in given] == [s.text for s in draft.sentences]
    assert given[0].evidence == draft.sentences[0].evidence


def test_confidence_and_abstention(study: Study, heads: Make, writer: Make) -> None:
    draft = Assistant(writer(TEXT), heads(lit=LIT), calibration=calibration()).draft(study)
    assert draft.flags == ()
    sure, doubted, _, rotated, _ = draft.sentences
    assert sure.confidence is not None
    assert sure.confidence > 0.9
    assert doubted.confidence is not None
    assert doubted.confidence < 0.1
    assert "low confidence" in doubted.flags
    assert "low confidence" not in sure.flags
    assert rotated.confidence is None


def test_a_film_unlike_those_of_the_calibration_is_flagged(study: Study, heads: Make, writer: Make) -> None:
    strict = plain_kind(films=((0.0, 1.0, 0.0),), familiar=0.5)
    known = calibration().model_copy(update={"kinds": (strict,)})
    draft = Assistant(writer(TEXT), heads(lit=LIT), calibration=known).draft(study)
    assert draft.flags == ("unlike calibration films",)
    assert draft.sentences[0].confidence is not None


def test_no_chest_film_is_refused_or_flagged(study: Study, heads: Make, writer: Make) -> None:
    assistant = Assistant(writer(TEXT), heads(chest=0.2))
    with pytest.raises(SightlineError, match="chest film"):
        assistant.draft(study)
    assert assistant.draft(study, force=True).flags[0] == "not_chest"


def test_no_cases_are_asked_for_with_k_0(study: Study, heads: Make, writer: Make, shelf: Make, case: Make) -> None:
    draft = Assistant(writer(TEXT), heads(), shelf(case("C1"))).draft(study, k=0)
    assert draft.retrieved_ids == ()


def test_a_model_that_does_not_stop_is_cut_short_and_says_so(study: Study, heads: Make, writer: Make) -> None:
    endless, short = ("No nodule. " * 200)[: 5 * REPORT_TOKENS], "No nodule."
    assert "cut short" in Assistant(writer(endless), heads()).draft(study).flags
    assert "cut short" not in Assistant(writer(short), heads()).draft(study).flags


def test_a_model_that_writes_nothing_gives_a_draft_without_sentences(study: Study, heads: Make, writer: Make) -> None:
    draft = Assistant(writer(""), heads()).draft(study)
    assert draft.sentences == ()
    assert draft.impression == ""


def test_the_same_text_over_a_normal_film_is_unsupported(study: Study, heads: Make, writer: Make) -> None:
    ill = Assistant(writer(TEXT), heads(lit=LIT)).draft(study).sentences
    normal = Assistant(writer(TEXT), heads()).draft(study).sentences
    assert [s.text for s in ill] == [s.text for s in normal]
    assert "unsupported" not in ill[0].flags + ill[4].flags
    assert "unsupported" in normal[0].flags
    assert "unsupported" in normal[4].flags


def test_a_part_inside_another_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 1.0, 3.0, 8.0, 10.0, 12.0])
    monkeypatch.setattr("mllm.draft.assistant.time.perf_counter", lambda: next(now))
    clock = Clock()
    with clock.part("generate"), clock.part("evidence"):
        pass
    assert clock.read() == {"generate": 4.0, "evidence": 5.0, "total": 12.0}
