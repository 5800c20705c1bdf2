from __future__ import annotations

from pathlib import Path

from mllm.draft.retriever import SimilarCase
from tests.fake_assistant import film_case
from web.cases import empty_cases, render_cases


class Thumbnails:
    def thumbnail(self, study_id: str) -> bytes:
        return study_id.encode()


def test_cards_in_order_with_similarity_findings_and_source() -> None:
    cases = [SimilarCase(film_case(Path("x"), name), score) for name, score in (("a", 0.912), ("b", 0.5))]
    page = render_cases(cases, Thumbnails(), used=["b"])
    first, second = page.split("</li><li>")
    assert "<b>0.91</b>" in first
    assert "left pleural effusion, small" in first
    assert "made here, Apache-2.0" in first
    assert "shown to the model" not in first
    assert "shown to the model" in second


def test_no_patient_is_named_and_text_is_escaped() -> None:
    case = film_case(Path("x"), "<i>").model_copy(update={"source": "<u>"})
    page = render_cases([SimilarCase(case, 0.5)], Thumbnails())
    assert "patient of" not in page
    assert "<i>" not in page
    assert "<u>" not in page


def test_nothing_found() -> None:
    assert "No similar case was found." in render_cases([], Thumbnails())
    assert "&lt;b&gt;" in empty_cases("<b>")
