"""Several tabs at once, and work that is ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from typing import Any, cast

import pytest

from radiology.study import Draft, Study
from tests.fake_assistant import FakeAssistant, film_study, write_film
from tests.fake_writer import LONG, FakeWriter, WritingAssistant
from web.desk import Desk, Reply
from web.film import Film, films
from web.session import Session, Sessions

GREYS = (200, 100, 50)


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path / "tabs")


@pytest.fixture
def open_tab(tmp_path: Path, sessions: Sessions) -> Callable[..., Session]:
    def make(desk: Desk, grey: int) -> Session:
        session = sessions.start(str(grey))
        list(desk.open_study(session, _film(tmp_path, grey)))
        return session

    return make


def _film(folder: Path, grey: int) -> Study:
    return film_study(write_film(folder / f"{grey}.png", grey), f"film {grey}")


def _desk(assistant: object) -> Desk:
    return Desk(cast("Any", assistant))


def test_tabs_are_drafted_for_and_answered_at_the_same_time_each_by_its_own_film(
    tmp_path: Path, sessions: Sessions
) -> None:
    """Every draft and every answer waits for those of all other tabs, so one at a time would never end."""
    together = Barrier(len(GREYS), timeout=60)

    class Meeting(FakeAssistant):
        def draft(self, study: Study, **options: Any) -> Draft:
            together.wait()
            return super().draft(study, **options)

        def converse(self, study: Study, force: bool = False) -> Any:
            together.wait()
            return super().converse(study)

    desk = _desk(Meeting())

    def visit(grey: int) -> tuple[str, str, Session]:
        session = sessions.start(str(grey))
        last = list(desk.open_study(session, _film(tmp_path, grey)))[-1]
        return last.draft, list(desk.ask(session, "Mine?"))[-1].text, session

    with ThreadPoolExecutor(len(GREYS)) as pool:
        visits = list(pool.map(visit, GREYS))
    for grey, (draft, answer, session) in zip(GREYS, visits, strict=True):
        assert f"brightness {grey}." in draft
        assert f"Brightness {grey}," in answer
        assert session.editing is not None
        assert f"brightness {grey}." in session.editing.drafted
        for other in set(GREYS) - {grey}:
            assert f"rightness {other}" not in draft + answer + session.editing.drafted


def test_a_long_answer_keeps_nobody_waiting(open_tab: Callable[..., Session]) -> None:
    desk = _desk(WritingAssistant())
    slow, quick = open_tab(desk, 200), open_tab(desk, 100)
    answer = desk.ask(slow, LONG)
    assert [next(answer).text, next(answer).text] == ["Brightness", "Brightness 200"]
    assert list(desk.ask(quick, "What is seen?"))[-1].text == "Brightness 100."
    answer.close()


@pytest.fixture
def answering(open_tab: Callable[..., Session]) -> Iterator[tuple[Desk, Session, FakeWriter, Iterator[Reply]]]:
    """A tab in the middle of an answer that does not end by itself."""
    assistant = WritingAssistant()
    desk = _desk(assistant)
    session = open_tab(desk, 200)
    answer = desk.ask(session, LONG)
    assert [next(answer).text, next(answer).text] == ["Brightness", "Brightness 200"]
    assert assistant.engine.wait_for(1)
    yield desk, session, assistant.engine, answer
    answer.close()
    assert assistant.engine.wait_for(0)


def test_a_reader_that_leaves_frees_the_slot(answering: tuple[Desk, Session, FakeWriter, Any]) -> None:
    _, _, engine, answer = answering
    answer.close()
    assert engine.wait_for(0)


def test_a_closed_tab_frees_the_slot(sessions: Sessions, answering: tuple[Desk, Session, FakeWriter, Any]) -> None:
    _, _, engine, answer = answering
    sessions.end("200")
    assert engine.wait_for(0)
    assert list(answer) == []


def test_asking_again_ends_the_answer_and_the_conversation_goes_on(
    answering: tuple[Desk, Session, FakeWriter, Any],
) -> None:
    desk, session, engine, answer = answering
    assert list(desk.ask(session, "What is seen?"))[-1].text == "Brightness 200."
    assert list(answer) == []
    assert engine.wait_for(0)


def test_another_study_ends_the_answer_about_the_one_before(
    answering: tuple[Desk, Session, FakeWriter, Any], tmp_path: Path
) -> None:
    desk, session, engine, answer = answering
    list(desk.open_study(session, _film(tmp_path, 100)))
    assert list(answer) == []
    assert engine.wait_for(0)
    assert list(desk.ask(session, "What is seen?"))[-1].text == "Brightness 100."


def test_a_cleared_conversation_ends_its_answer(answering: tuple[Desk, Session, FakeWriter, Any]) -> None:
    _, session, engine, answer = answering
    assert session.reading is not None
    session.reading.clear()
    assert list(answer) == []
    assert engine.wait_for(0)


def test_another_study_ends_a_draft_with_its_sentence(sessions: Sessions, tmp_path: Path) -> None:
    held, going = Event(), WritingAssistant()
    going.held = lambda: held.wait(60)
    desk, session = _desk(going), sessions.start("key")
    screens = desk.open_study(session, _film(tmp_path, 200))
    next(screens)
    assert "A left pleural effusion" in next(screens).draft
    assert going.engine.wait_for(1)
    later = desk.open_study(session, _film(tmp_path, 100))
    next(later)
    assert list(screens) == []
    held.set()
    assert "100 mm" in list(later)[-1].draft
    assert going.engine.wait_for(0)


def test_of_two_studies_the_one_that_was_opened_last_is_open(
    sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go_on, desk, session = Event(), Event(), _desk(FakeAssistant()), sessions.start("key")

    def slow_films(study: Study) -> tuple[Film, ...]:
        if study.study_id == "film 200":
            reading.set()
            go_on.wait(60)
        return films(study)

    monkeypatch.setattr("web.desk.films", slow_films)
    slow, quick = (_film(tmp_path, grey) for grey in (200, 100))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: list(desk.open_study(session, slow)))
        assert reading.wait(60)
        list(desk.open_study(session, quick))
        go_on.set()
        assert first.result(60) == []
    assert session.reading is not None
    assert session.reading.study is quick


def test_what_is_asked_about_a_study_that_was_closed_is_not_answered(
    open_tab: Callable[..., Session], tmp_path: Path
) -> None:
    desk = _desk(WritingAssistant())
    session = open_tab(desk, 200)
    reading = session.reading
    list(desk.open_study(session, _film(tmp_path, 100)))
    session.reading, now = reading, session.reading
    assert list(desk.ask(session, "What is seen?")) == []
    session.reading = now
    assert list(desk.ask(session, "What is seen?"))[-1].text == "Brightness 100."
