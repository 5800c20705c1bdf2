"""What the page does with a study, free of any widget: open it, draft its report, answer questions about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from mllm.audit.changes import draft_text
from radiology.errors import SightlineError
from radiology.imaging.chosen import film_of
from radiology.imaging.intake import read_studies
from radiology.imaging.letterbox import letterbox
from radiology.imaging.pixels import read_pixels
from radiology.study import Draft, DraftSentence, Study
from web.cases import Gallery, empty_cases, render_cases
from web.draft import evidence_line, render_draft
from web.editing import Editing
from web.film import films, render_films
from web.reading import Reading
from web.session import Session
from web.talk import NOTHING, Typed, talk
from web.work import Work

if TYPE_CHECKING:
    from mllm.audit.auditor import Auditor
    from mllm.draft.assistant import Assistant
    from mllm.draft.conversation import Answer
    from mllm.engine.protocol import Session as EngineSession

SIMILAR = 5
NO_BASE = "There is no case base here. Build one with `sightline cases build`."
NO_FILM = "Open a chest film first, then ask about it."
_TAKEN = re.compile(r"[^`\s]*/[0-9a-f]{32}/[0-9a-f]{32}/\d+/")
"""Where `Session.take` puts a file."""


@dataclass(frozen=True)
class Screen:
    """HTML of the page's parts; `refused` tells that the film was read but not drafted, so it may be forced;
    `editing` is the finished draft."""

    film: str = render_films(())
    draft: str = render_draft(())
    cases: str = empty_cases("Cases that look like the film appear here.")
    error: str = ""
    refused: bool = False
    editing: Editing | None = None


@dataclass(frozen=True)
class Reply:
    """An answer as far as it goes; `screen` has the film, the draft and the panel after an edit command."""

    text: str
    screen: Screen | None = None


class Desk:
    """The assistant at work for all tabs at once; all that belongs to a tab is in its `Session`.

    Assistant, engine, heads and case base may be asked by any number of threads (models run on a thread of their own,
    `mllm.model.compute`), so they stand behind no lock. A tab's conversation answers one question at a time
    (`Reading.talking`), and its report takes one edit or signature at a time (`Editing`).
    """

    def __init__(self, assistant: Assistant, gallery: Gallery | None = None, auditor: Auditor | None = None) -> None:
        self._assistant, self._gallery = assistant, gallery
        self.auditor = auditor

    def open_files(self, session: Session, paths: Sequence[Path]) -> Iterator[Screen]:
        """Read files that `Session.take` gave, then draft; an error is shown in place and leaves no study open."""
        yield from self._open(session, session.forget(keep=paths), lambda: _latest(paths))

    def open_study(self, session: Session, study: Study) -> Iterator[Screen]:
        """The same for a study that was read before, such as an example."""
        yield from self._open(session, session.forget(), lambda: study)

    def _open(self, session: Session, turn: int, find: Callable[[], Study]) -> Iterator[Screen]:
        """Nothing where another study was opened while this one was read."""
        try:
            study = find()
            reading = Reading(study, films(study))
        except SightlineError as error:
            if session.in_turn(turn):
                session.forget()
                yield Screen(error=alert(error))
        else:
            if session.open(reading, turn):
                yield from self._draft(reading)

    def draft(self, session: Session, force: bool = False) -> Iterator[Screen]:
        """Films at once, each sentence as it is written, then boxes, evidence of the whole and similar cases.

        To stop reading, or `Reading.stop`, ends the drafting.
        """
        yield from self._draft(session.reading, force) if session.reading else (Screen(),)

    def _draft(self, reading: Reading, force: bool = False) -> Iterator[Screen]:
        reading.forced, reading.draft, reading.editing, reading.conversation = force, None, None, None
        screen = Screen(film=render_films(reading.films), draft=render_draft((), working=True), cases="")
        writing = self._assistant.engine.session()
        work = Work[DraftSentence | Draft](lambda work: self._write(work, reading, writing), writing.cancel)
        reading.begin("draft", work)
        yield screen
        written: list[DraftSentence] = []
        try:
            for result in work:
                if isinstance(result, DraftSentence):
                    written.append(result)
                    yield replace(screen, draft=render_draft(written, working=True))
                elif (finished := self._finished(work, reading, result)) is not None:
                    yield finished
        except SightlineError as error:
            yield replace(screen, draft=render_draft(()), error=alert(error), refused=not force)
        finally:
            work.stop()

    def ask(self, session: Session, question: str, typed: Typed = NOTHING) -> Generator[Reply, None, None]:
        """The answer as far as it goes; an error is its last text. It ends the answer to the question before."""
        reading = session.reading
        if reading is None:
            yield Reply(NO_FILM)
            return
        work = Work["str | Answer"](lambda work: talk(work, reading, self._assistant, question, typed), reading.cancel)
        reading.begin("answer", work)
        text = ""
        try:
            for part in work:
                text += part if isinstance(part, str) else ""
                yield Reply(text) if isinstance(part, str) else _whole(reading, text, part)
        except SightlineError as error:
            yield Reply(str(error))
        finally:
            work.stop()

    def _write(self, work: Work[DraftSentence | Draft], reading: Reading, writing: EngineSession) -> None:
        work.check()
        draft = self._assistant.draft(reading.study, force=reading.forced, on_sentence=work.put, session=writing)
        work.put(draft)

    def _finished(self, work: Work[DraftSentence | Draft], reading: Reading, draft: Draft) -> Screen | None:
        """None where it is no longer wanted. With an audit log, a draft that cannot be logged is not shown."""
        cases = self._cases(reading.study, draft)
        if work.stopped:
            return None
        try:
            entry = self.auditor.drafted(draft) if self.auditor else None
        except SightlineError as error:
            return Screen(film=render_films(reading.films), cases="", error=alert(error))
        reading.draft, reading.editing = draft, Editing(draft_text(draft), self.auditor, entry)
        return _drafted(reading, draft, cases)

    def _cases(self, study: Study, draft: Draft) -> str:
        view = film_of(study)
        if self._gallery is None or view is None:
            return empty_cases(NO_BASE)
        perception = self._assistant.perception
        film, _ = letterbox(read_pixels(Path(view.path)), perception.image_size)
        similar = self._gallery.similar(study, perception.see([film])[0].embedding, SIMILAR)
        return render_cases(similar, self._gallery, draft.retrieved_ids)


def _drafted(reading: Reading, draft: Draft, cases: str = "") -> Screen:
    film, text = render_films(reading.films, draft.sentences), render_draft(draft.sentences, draft)
    return Screen(film=film, draft=text, cases=cases, editing=reading.editing)


def _whole(reading: Reading, text: str, answer: Answer) -> Reply:
    """A finished answer with its evidence, or with what a command made of the draft."""
    if answer.edit is not None:
        reading.draft = answer.edit.after
        return Reply(text, _drafted(reading, answer.edit.after))
    line = evidence_line(answer.sentences)
    return Reply(f"{text}\n\n[{line}]" if line else text)


def alert(error: SightlineError) -> str:
    """The error's sentence, to stand where it happened; files go by the names they had on the user's side."""
    text = _TAKEN.sub("", str(error))
    return f'<div class="sl-error" role="alert">{escape(text)}</div>'


def _latest(paths: Sequence[Path]) -> Study:
    """The newest study of the files, earlier ones of the patient as its priors.

    A list of cases is refused: it names files by path, and a page must not open what the user did not send.
    """
    listed = [path.name for path in paths if path.suffix == ".jsonl"]
    if listed:
        raise SightlineError(f"`{listed[0]}`: is a list of files, send the films themselves.")
    return read_studies(paths)[-1]
