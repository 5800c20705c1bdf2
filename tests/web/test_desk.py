from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from mllm.audit.auditor import Auditor
from mllm.audit.log import Log, entry_of
from mllm.draft.retriever import SimilarCase
from radiology.errors import SightlineError
from radiology.imaging.deid.secret import Secret
from radiology.study import Case, Draft, Study
from tests.fake_assistant import FakeAssistant, film_case, film_study, write_film
from web.cases import Gallery
from web.desk import NO_BASE, NO_FILM, Desk, alert
from web.session import Session, Sessions


def _desk(
    assistant: FakeAssistant | None = None, gallery: Gallery | None = None, auditor: Auditor | None = None
) -> Desk:
    return Desk(cast("Any", assistant or FakeAssistant()), gallery, auditor)


def _said(desk: Desk, session: Session, question: str) -> list[str]:
    return [reply.text for reply in desk.ask(session, question)]


def test_an_error_names_no_folder_of_the_server(tmp_path: Path) -> None:
    text = f"`{tmp_path}/{'a' * 32}/{'0f' * 16}/3/<film>.dcm`: is cut short."
    assert "`&lt;film&gt;.dcm`: is cut short." in alert(SightlineError(text))


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Sessions(tmp_path / "tabs").start("key")


def _take(session: Session, tmp_path: Path, grey: int = 200) -> list[Path]:
    upload = tmp_path / f"upload-{grey}"
    upload.mkdir()
    return session.take([write_film(upload / "film", grey)])


def test_opening_shows_the_film_then_each_sentence_then_everything(session: Session, tmp_path: Path) -> None:
    screens = list(_desk().open_files(session, _take(session, tmp_path)))
    assert [screen.draft.count("sl-card") for screen in screens] == [0, 2, 3, 4, 6, 6]
    assert "<img" in screens[0].film
    assert [screen.film.count('role="img"') for screen in screens] == [0, 0, 0, 0, 0, 2]
    assert "brightness 200" in screens[-1].draft
    assert NO_BASE.split("`")[0] in screens[-1].cases
    assert all(screen.error == "" for screen in screens)


def test_similar_cases_with_their_thumbnails(session: Session, tmp_path: Path) -> None:
    class Shelf:
        def similar(self, study: Study, embedding: NDArray[np.float32], k: int) -> tuple[SimilarCase, ...]:
            assert (embedding.shape, k) == ((3,), 5)
            return tuple(SimilarCase(film_case(tmp_path, f"case-{n}"), score) for n, score in ((1, 0.9), (2, 0.8)))

        def thumbnail(self, study_id: str) -> bytes:
            return study_id.encode()

    last = list(_desk(gallery=Shelf()).open_files(session, _take(session, tmp_path, 130)))[-1]
    assert last.cases.count("<img") == 2
    assert last.cases.index("case-1") < last.cases.index("shown to the model") < last.cases.index("case-2")


def test_what_cannot_be_read_is_an_error_in_place(session: Session, tmp_path: Path) -> None:
    upload = tmp_path / "upload"
    upload.mkdir()
    (upload / "note.txt").write_text("<b>no film</b>", encoding="utf-8")
    (screen,) = _desk().open_files(session, session.take([upload / "note.txt"]))
    assert 'role="alert"' in screen.error
    assert "`note.txt`:" in screen.error
    assert not screen.refused
    assert session.reading is None
    assert not session.folder.exists()


def test_a_list_of_paths_is_not_opened(session: Session, tmp_path: Path) -> None:
    upload = tmp_path / "upload"
    upload.mkdir()
    study = film_study(write_film(tmp_path / "secret.png", 200))
    (upload / "studies.jsonl").write_text(Case(study=study).model_dump_json(), encoding="utf-8")
    (screen,) = _desk().open_files(session, session.take([upload / "studies.jsonl"]))
    assert "is a list of files" in screen.error
    assert "<img" not in screen.film


def test_a_failed_file_leaves_nothing_of_the_study_before(session: Session, tmp_path: Path) -> None:
    desk = _desk()
    list(desk.open_files(session, _take(session, tmp_path)))
    upload = tmp_path / "upload"
    upload.mkdir()
    (upload / "note.txt").write_text("no film", encoding="utf-8")
    (screen,) = desk.open_files(session, session.take([upload / "note.txt"]))
    assert "<img" not in screen.film
    assert _said(desk, session, "What?") == [NO_FILM]


def test_no_chest_film_is_refused_unless_forced(session: Session, tmp_path: Path) -> None:
    desk = _desk()
    refused = list(desk.open_files(session, _take(session, tmp_path, 5)))[-1]
    assert "is not a chest film" in refused.error
    assert refused.refused
    assert "<img" in refused.film
    assert "is not a chest film" in _said(desk, session, "What?")[-1]
    forced = list(desk.draft(session, force=True))[-1]
    assert forced.error == ""
    assert "Does not look like a chest film" in forced.draft
    assert _said(desk, session, "What?")[0] == "Brightness"


def test_answers_grow_and_end_with_their_evidence(session: Session, tmp_path: Path) -> None:
    desk = _desk()
    list(desk.open_files(session, _take(session, tmp_path)))
    answers = _said(desk, session, "Why?")
    assert answers[:3] == ["Brightness", "Brightness 200", "Brightness 200, you asked: Why?"]
    assert answers[3] == answers[2] + "\n\n[absence: image-level head sees no effusion, .02]"


def test_one_conversation_for_a_study_and_a_new_one_for_the_next(session: Session, tmp_path: Path) -> None:
    desk = _desk()
    list(desk.open_files(session, _take(session, tmp_path, 200)))
    _said(desk, session, "One?")
    assert session.reading is not None
    first = session.reading.conversation
    _said(desk, session, "Two?")
    assert session.reading.conversation is first
    list(desk.open_files(session, _take(session, tmp_path, 100)))
    assert "Brightness 100" in _said(desk, session, "Three?")[-1]


def test_an_example_may_be_opened_again(session: Session, tmp_path: Path) -> None:
    study = film_study(write_film(tmp_path / "example.png", 150))
    for _ in range(2):
        assert "brightness 150" in list(_desk().open_study(session, study))[-1].draft


def test_a_tab_closed_while_drafting_gets_no_more(session: Session, tmp_path: Path) -> None:
    screens = _desk().open_files(session, _take(session, tmp_path))
    next(screens)
    session.forget()
    assert list(screens) == []


def test_what_breaks_while_drafting_is_not_swallowed(session: Session, tmp_path: Path) -> None:
    class Broken(FakeAssistant):
        def draft(self, study: Study, **options: Any) -> Draft:
            raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        list(_desk(Broken()).open_files(session, _take(session, tmp_path)))


def _auditor(file: Path) -> Auditor:
    return Auditor(Log(file, Secret(b"k" * 32)), "page", "root")


def test_a_finished_draft_is_logged_and_can_be_edited(session: Session, tmp_path: Path) -> None:
    auditor = _auditor(tmp_path / "log.sqlite")
    screens = list(_desk(auditor=auditor).open_files(session, _take(session, tmp_path)))
    assert [screen.editing is not None for screen in screens] == [False] * 5 + [True]
    editing = screens[-1].editing
    assert editing is session.editing
    assert editing is not None
    assert editing.drafted.startswith("Findings:\nThe heart is enlarged, brightness 200.\nThere is no effusion.\n")
    (entry,) = map(entry_of, auditor.log.rows())
    assert (entry.number, entry.event.kind, entry.who) == (editing.entry, "drafted", "page")


def test_a_draft_that_cannot_be_logged_is_not_shown(session: Session, tmp_path: Path) -> None:
    (tmp_path / "log.sqlite").write_text("x" * 5000, encoding="utf-8")
    desk = _desk(auditor=_auditor(tmp_path / "log.sqlite"))
    last = list(desk.open_files(session, _take(session, tmp_path)))[-1]
    assert "cannot be used as audit log" in last.error
    assert "sl-card" not in last.draft
    assert last.editing is None
    assert not last.refused


def test_without_a_log_a_draft_can_be_edited_and_leaves_no_file(session: Session, tmp_path: Path) -> None:
    last = list(_desk().open_files(session, _take(session, tmp_path)))[-1]
    assert last.editing is not None
    assert last.editing.auditor is None
    assert list(tmp_path.rglob("*.sqlite")) == []


def test_each_tab_edits_its_own_draft(session: Session, tmp_path: Path) -> None:
    desk, other = _desk(auditor=_auditor(tmp_path / "log.sqlite")), Sessions(tmp_path / "others").start("key")
    for tab, grey in ((session, 200), (other, 100)):
        list(desk.open_files(tab, _take(tab, tmp_path, grey)))
    assert session.editing is not None
    assert other.editing is not None
    assert (session.editing.entry, other.editing.entry) == (1, 2)
    assert "brightness 200" in session.editing.drafted
    assert "brightness 100" in other.editing.drafted


def test_a_new_film_ends_the_editing_of_the_one_before(session: Session, tmp_path: Path) -> None:
    desk = _desk()
    list(desk.open_files(session, _take(session, tmp_path)))
    before = session.editing
    screens = desk.open_files(session, _take(session, tmp_path, 100))
    next(screens)
    assert session.editing is None
    list(screens)
    assert session.editing is not before
    session.forget()
    assert vars(session)["reading"] is None
