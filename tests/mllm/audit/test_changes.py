from __future__ import annotations

import pytest

from mllm.audit.changes import Change, changes, draft_text, is_heading
from radiology.study import Draft


def test_a_draft_is_a_sentence_a_line_under_its_headings(draft: Draft) -> None:
    text = "Findings:\nThe heart is enlarged.\nThere is no effusion.\n\nImpression:\nCardiomegaly."
    assert draft_text(draft) == text
    without = draft.model_copy(update={"sentences": draft.sentences[:2]})
    assert draft_text(without) == text
    assert draft_text(draft.model_copy(update={"sentences": (), "impression": ""})) == ""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("A.\nB.", "A.\nB.", []),
        ("A.\n\n  B. ", "A.\nB.\n", []),
        ("A.\nNo effusion.\nC.", "A.\nSmall effusion.\nC.", [("No effusion.", "Small effusion.")]),
        ("A.\nNo effusion.\nC.", "A.\nOld fracture.\nC.", [("No effusion.", ""), ("", "Old fracture.")]),
        ("A.\nB.", "A.", [("B.", "")]),
        ("A.", "A.\nB.\nC.", [("", "B."), ("", "C.")]),
        ("A b.\nC d.", "A x.\nc Y.", [("A b.", "A x."), ("C d.", "c Y.")]),
        ("An a.\nA b c.", "A b d.", [("An a.", ""), ("A b c.", "A b d.")]),
        ("A b c.", "New.\nA b d.\nMore.", [("", "New."), ("A b c.", "A b d."), ("", "More.")]),
        ("A b c.\nAn a.", "A b d.", [("A b c.", "A b d."), ("An a.", "")]),
        ("", "", []),
        ("A.", "", [("A.", "")]),
    ],
)
def test_changes_line_by_line(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    assert list(changes(before, after)) == [Change(before=a, after=b) for a, b in expected]


def test_headings() -> None:
    assert [is_heading(line) for line in ("Findings:", "Impression:", "Impression: clear.")] == [True, True, False]
