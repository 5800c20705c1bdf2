"""Edit commands in the conversation: they take the way of the edits that a person types."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from mllm.audit.auditor import Auditor
from mllm.audit.events import Edited
from mllm.audit.log import Log, entry_of
from radiology.imaging.deid.secret import Secret
from tests.fake_assistant import film_study, write_film
from tests.fake_writer import WritingAssistant
from web.desk import Desk, Reply
from web.session import Session, Sessions
from web.talk import Typed

BEFORE = "Findings:\nA left pleural effusion.\nA 200 mm right nodule.\n\nImpression:\nLeft pleural effusion."
AFTER = "Findings:\nA 200 mm right nodule."


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    return Auditor(Log(tmp_path / "log.sqlite", Secret(b"k" * 32)), "page", "root")


@pytest.fixture
def desk(auditor: Auditor) -> Desk:
    return Desk(cast("Any", WritingAssistant()), None, auditor)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Sessions(tmp_path / "tabs").start("key")


def _open(desk: Desk, session: Session, tmp_path: Path) -> None:
    list(desk.open_study(session, film_study(write_film(tmp_path / "film.png", 200))))
    assert session.editing is not None
    assert session.editing.drafted == BEFORE


def _tell(desk: Desk, session: Session, command: str, text: str | None = None, name: str = "Dr Ada") -> Reply:
    editing = session.editing
    assert editing is not None
    return list(desk.ask(session, command, Typed(editing.token, editing.saved if text is None else text, name)))[-1]


def _edits(auditor: Auditor) -> list[tuple[str, Edited]]:
    entries = map(entry_of, auditor.log.rows())
    return [(entry.who, entry.event) for entry in entries if isinstance(entry.event, Edited)]


def test_a_command_changes_film_draft_and_panel_and_is_logged_under_the_name(
    desk: Desk, session: Session, auditor: Auditor, tmp_path: Path
) -> None:
    _open(desk, session, tmp_path)
    reply = _tell(desk, session, "remove the effusion")
    assert "- A left pleural effusion." in reply.text
    assert reply.screen is not None
    assert reply.screen.editing is session.editing
    assert "pleural effusion" not in reply.screen.draft
    assert "Edited by a person" in reply.screen.draft
    assert session.editing is not None
    assert (session.editing.drafted, session.editing.saved) == (BEFORE, AFTER)
    assert session.editing.told == "Edits of Dr Ada saved: entry 2 of the audit log."
    assert _edits(auditor) == [("Dr Ada", Edited(draft=1, before=BEFORE, after=AFTER))]


def test_undo_is_logged_too(desk: Desk, session: Session, auditor: Auditor, tmp_path: Path) -> None:
    _open(desk, session, tmp_path)
    _tell(desk, session, "remove the effusion")
    _tell(desk, session, "undo", name="Dr Bo")
    assert [(who, edit.after) for who, edit in _edits(auditor)] == [("Dr Ada", AFTER), ("Dr Bo", BEFORE)]


def test_without_a_name_nothing_changes(desk: Desk, session: Session, auditor: Auditor, tmp_path: Path) -> None:
    _open(desk, session, tmp_path)
    reply = _tell(desk, session, "remove the effusion", name=" ")
    assert "Your name is missing" in reply.text
    assert reply.screen is None
    assert session.editing is not None
    assert session.editing.saved == BEFORE
    assert _edits(auditor) == []
    assert _tell(desk, session, "remove the effusion").screen is not None


def test_a_signed_report_takes_no_command(desk: Desk, session: Session, auditor: Auditor, tmp_path: Path) -> None:
    _open(desk, session, tmp_path)
    assert session.editing is not None
    session.editing.sign(BEFORE, "Dr Ada")
    reply = _tell(desk, session, "remove the effusion")
    assert "is signed off" in reply.text
    assert reply.screen is None
    assert session.reading is not None
    assert session.reading.conversation is not None
    assert session.reading.conversation.draft is session.reading.draft
    assert _edits(auditor) == []


def test_a_log_that_fails_leaves_the_draft_as_it_was(
    desk: Desk, session: Session, auditor: Auditor, tmp_path: Path
) -> None:
    _open(desk, session, tmp_path)
    auditor.log.file.write_bytes(b"x" * 5000)
    reply = _tell(desk, session, "remove the effusion")
    assert "audit log" in reply.text
    assert reply.screen is None
    assert session.editing is not None
    assert session.editing.saved == BEFORE


def test_what_was_typed_before_stays_and_is_weighed(
    desk: Desk, session: Session, auditor: Auditor, tmp_path: Path
) -> None:
    _open(desk, session, tmp_path)
    typed = BEFORE.replace("A 200 mm right nodule.", "A small right nodule.\nNo pneumothorax.")
    reply = _tell(desk, session, "remove the effusion", typed)
    assert reply.screen is not None
    assert "No pneumothorax." in reply.screen.draft
    after = "Findings:\nA small right nodule.\nNo pneumothorax."
    assert _edits(auditor) == [("Dr Ada", Edited(draft=1, before=BEFORE, after=after))]


@pytest.mark.parametrize("typed", ["Technique: portable.\n" + BEFORE, BEFORE + "\n\nRecommendation:\n- 1/2"])
def test_what_no_command_can_read_is_not_lost(desk: Desk, session: Session, typed: str, tmp_path: Path) -> None:
    _open(desk, session, tmp_path)
    reply = _tell(desk, session, "remove the effusion", typed)
    assert "cannot read" in reply.text
    assert reply.screen is None


def test_what_was_typed_for_another_draft_does_not_count(desk: Desk, session: Session, tmp_path: Path) -> None:
    _open(desk, session, tmp_path)
    last = list(desk.ask(session, "remove the effusion", Typed("0" * 32, "Findings:\nNormal.", "Dr Ada")))[-1]
    assert last.screen is not None
    assert "Normal." not in last.screen.draft


def test_without_a_log_a_command_needs_no_name(session: Session, tmp_path: Path) -> None:
    desk = Desk(cast("Any", WritingAssistant()))
    _open(desk, session, tmp_path)
    assert _tell(desk, session, "remove the effusion", name="").screen is not None
    assert session.editing is not None
    assert (session.editing.saved, session.editing.told) == (AFTER, "")


def test_a_question_leaves_the_draft_alone(desk: Desk, session: Session, auditor: Auditor, tmp_path: Path) -> None:
    _open(desk, session, tmp_path)
    _tell(desk, session, "remove the effusion")
    assert _tell(desk, session, "What is seen?").screen is None
    assert len(_edits(auditor)) == 1


def test_a_cleared_conversation_keeps_what_was_edited(desk: Desk, session: Session, tmp_path: Path) -> None:
    _open(desk, session, tmp_path)
    _tell(desk, session, "remove the effusion")
    assert session.reading is not None
    session.reading.clear()
    reply = _tell(desk, session, "the nodule is on the left")
    assert reply.screen is not None
    assert "effusion" not in reply.screen.draft
    assert "left nodule" in reply.screen.draft
