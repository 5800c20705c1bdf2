from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mllm.draft.editing.editor import Editor
from mllm.draft.editing.recheck import rechecked
from radiology.errors import SightlineError
from radiology.study import Draft, DraftSentence, Fault, Finding, Mention, Side, Study

Make = Callable[..., Any]
ALONE = Study(study_id="S1", patient_id="P1")
LEFT = [("pleural_effusion", 0.75, 0.7)]


def _texts(draft: Draft) -> list[str]:
    return [sentence.text for sentence in draft.sentences]


def test_an_edit_is_weighed_by_the_film(drafted: Make, sight: Make) -> None:
    editor = Editor(drafted("Findings: Small left effusion. No nodule."), ALONE, sight(lit=LEFT))
    wrong = editor.edit("the effusion is on the right")
    assert wrong is not None
    assert editor.draft.sentences[0].flags == (
        "unsupported",
        "disagreement: heads see pleural effusion on the left, not on the right",
        "edited",
    )
    assert "! disagreement: heads see pleural effusion on the left, not on the right" in wrong.text
    editor.edit("the effusion is on the left")
    assert set(editor.draft.sentences[0].flags) == {"edited"}
    assert [evidence.kind for evidence in editor.draft.sentences[0].evidence] == ["region"]


def test_undo_and_redo_lose_nothing(drafted: Make, sight: Make) -> None:
    first = drafted("Findings: Small left effusion. No nodule.")
    editor = Editor(first, ALONE, sight())
    editor.edit("remove the effusion")
    editor.edit("add cardiomegaly")
    assert _texts(editor.draft) == ["No nodule.", "Cardiomegaly."]
    back = editor.edit("undo")
    assert back is not None
    assert back.diff == ("Findings", "- Cardiomegaly.")
    editor.edit("undo")
    assert editor.draft is first
    with pytest.raises(SightlineError, match="nothing to undo"):
        editor.edit("undo")
    editor.edit("redo")
    assert _texts(editor.draft) == ["No nodule."]
    editor.edit("add a left nodule")
    with pytest.raises(SightlineError, match="nothing to redo"):
        editor.edit("redo")


def test_a_refused_edit_leaves_the_draft(drafted: Make, sight: Make) -> None:
    first = drafted("Findings: Small left effusion.")
    editor = Editor(first, ALONE, sight())
    with pytest.raises(SightlineError):
        editor.edit("remove the nodule")
    assert editor.draft is first
    assert editor.edit("Is there a nodule?") is None


def test_faults_are_looked_for_again(drafted: Make, sight: Make) -> None:
    editor = Editor(drafted("Findings: Left effusion. Impression: Left effusion."), ALONE, sight())
    done = editor.edit("the effusion is new")
    assert done is not None
    assert "comparison without a prior" in editor.draft.sentences[0].flags
    assert "  ! comparison without a prior: " in done.text
    editor.edit("undo")
    assert all(sentence.faults == () for sentence in editor.draft.sentences)


def test_rechecking_drops_what_no_longer_holds_and_keeps_the_rest() -> None:
    left = Mention(finding=Finding(name="pleural_effusion", side=Side.LEFT), start=0, end=13)
    fault = Fault(check="present and absent", reason="Something else denies it.")
    stale = DraftSentence(
        text="Left effusion.",
        section="findings",
        findings=(left,),
        flags=("unsupported", "present and absent"),
        faults=(fault,),
    )
    (fresh,) = rechecked([stale], ALONE)
    assert (fresh.flags, fresh.faults) == (("unsupported",), ())
    assert rechecked([fresh], ALONE)[0] is fresh
