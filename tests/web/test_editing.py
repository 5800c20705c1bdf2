from __future__ import annotations

from pathlib import Path

import pytest

from mllm.audit.auditor import Auditor
from mllm.audit.events import LONGEST_TEXT, Edited, SignedOff
from mllm.audit.log import Log, entry_of
from radiology.errors import SightlineError
from radiology.imaging.deid.secret import Secret
from web.editing import UNCHANGED, Editing, render_changes

DRAFTED = "Findings:\nThe heart is enlarged.\nNo effusion."
EDITED = "Findings:\nThe heart is normal.\nNo effusion."


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    return Auditor(Log(tmp_path / "log.sqlite", Secret(b"k" * 32)), "page", "root")


@pytest.fixture
def editing(auditor: Auditor) -> Editing:
    return Editing(DRAFTED, auditor, 7)


def _events(auditor: Auditor) -> list[tuple[str, object]]:
    return [(entry.who, entry.event) for entry in map(entry_of, auditor.log.rows())]


def test_edits_are_logged_once_under_the_name_given(editing: Editing, auditor: Auditor) -> None:
    assert editing.save(EDITED, " Dr  Ada ") == "Edits of Dr Ada saved: entry 1 of the audit log."
    assert "Nothing has changed" in editing.save(EDITED + "\n\n", "Dr Ada")
    assert _events(auditor) == [("Dr Ada", Edited(draft=7, before=DRAFTED, after=EDITED))]


def test_a_signature_logs_the_edits_before_it(editing: Editing, auditor: Auditor) -> None:
    editing.save(EDITED, "Dr Ada")
    last = EDITED.replace("No effusion.", "Small effusion.")
    assert editing.sign(last, "Dr Bo") == "Signed off by Dr Bo: entry 3 of the audit log."
    assert _events(auditor)[1:] == [
        ("Dr Bo", Edited(draft=7, before=EDITED, after=last)),
        ("Dr Bo", SignedOff.of(7, last)),
    ]


def test_a_draft_may_be_signed_as_it_is(editing: Editing, auditor: Auditor) -> None:
    editing.sign(DRAFTED, "Dr Ada")
    assert _events(auditor) == [("Dr Ada", SignedOff.of(7, DRAFTED))]


def test_what_is_signed_stays(editing: Editing, auditor: Auditor) -> None:
    editing.sign(DRAFTED, "Dr Ada")
    for act in (editing.save, editing.sign):
        with pytest.raises(SightlineError, match="is signed off"):
            act(EDITED, "Dr Bo")
    assert len(_events(auditor)) == 1


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        (EDITED, "  ", "name is missing"),
        (EDITED, "x" * 101, "is no name for the log"),
        (EDITED, "Dr \x1b[31m", "is no name for the log"),
        ("x" * (LONGEST_TEXT + 1), "Dr Ada", "shorten it"),
        ("  \n ", "Dr Ada", "The report is empty"),
    ],
)
def test_what_cannot_be_signed_leaves_no_entry(
    editing: Editing, auditor: Auditor, text: str, name: str, sentence: str
) -> None:
    with pytest.raises(SightlineError, match=sentence):
        editing.sign(text, name)
    assert not editing.signed
    assert not auditor.log.file.exists() or _events(auditor) == []


def test_half_a_character_is_replaced(editing: Editing, auditor: Auditor) -> None:
    editing.sign("Heart \ud83d normal.", "Dr Ada")
    assert _events(auditor)[-1] == ("Dr Ada", SignedOff.of(7, "Heart ? normal."))


def test_without_a_log_nothing_can_be_signed() -> None:
    for act in (Editing(DRAFTED).save, Editing(DRAFTED).sign):
        with pytest.raises(SightlineError, match="started without an audit log"):
            act(EDITED, "Dr Ada")


def test_every_draft_has_its_own_token() -> None:
    assert Editing(DRAFTED).token != Editing(DRAFTED).token


def test_changes_are_told_in_words_and_escaped() -> None:
    evil = '<script>x</script>" onload="y'
    page = render_changes(DRAFTED, DRAFTED.replace("No effusion.", evil) + "\nMore.")
    assert "<del><b>Drafted</b> No effusion.</del>" in page
    assert "<ins><b>Now</b> More.</ins>" in page
    assert "<script" not in page
    assert '" onload' not in page
    assert "The heart" not in page
    assert UNCHANGED in render_changes(DRAFTED, DRAFTED + " \n")
