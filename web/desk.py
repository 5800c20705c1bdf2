"""What the page does with a study, free of any widget: open it, draft its report, answer questions about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING

from mllm.audit.changes import draft_text
from radiology.errors import SightlineError
from radiology.imaging.intake import read_studies
from radiology.study import Draft, DraftSentence, Study
from retrieval.cases import CaseRetriever, similar_to
from web.cases import empty_cases, render_cases
from web.draft import evidence_line, render_draft
from web.editing import Editing
from web.film import films, render_films
from web.session import Session

if TYPE_CHECKING:
    from mllm.audit.auditor import Auditor
    from mllm.draft.assistant import Assistant

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


class Desk:
    """One model at work for all tabs, one request at a time; all that belongs to a tab is in its `Session`."""

    def __init__(
        self, assistant: Assistant, retriever: CaseRetriever | None = None, auditor: Auditor | None = None
    ) -> None:
        self._assistant = assistant
        self._retriever = retriever
        self.auditor = auditor
        self._lock = Lock()

    def open_files(self, session: Session, paths: Sequence[Path]) -> Iterator[Screen]:
        """Read files that `Session.take` gave, then draft; an error is shown in place and leaves no study open."""
        session.forget(keep=paths)
        yield from self._open(session, lambda: _latest(paths))

    def open_study(self, session: Session, study: Study) -> Iterator[Screen]:
        """The same for a study that was read before, such as an example."""
        session.forget()
        yield from self._open(session, lambda: study)

    def _open(self, session: Session, find: Callable[[], Study]) -> Iterator[Screen]:
        try:
            session.study = find()
            session.films = films(session.study)
        except SightlineError as error:
            session.forget()
            yield Screen(error=alert(error))
        else:
            yield from self.draft(session)

    def draft(self, session: Session, force: bool = False) -> Iterator[Screen]:
        """Films at once, each sentence as it is written, then boxes, evidence of the whole and similar cases."""
        study = session.study
        if study is None:
            yield Screen()
            return
        session.forced, session.editing = force, None
        screen = Screen(film=render_films(session.films), draft=render_draft((), working=True), cases="")
        yield screen
        written: list[DraftSentence] = []
        try:
            for result in self._stream(study, force):
                if session.study is not study:
                    return
                if isinstance(result, Draft):
                    yield self._finished(session, study, result)
                else:
                    written.append(result)
                    yield replace(screen, draft=render_draft(written, working=True))
        except SightlineError as error:
            if session.study is study:
                yield replace(screen, draft=render_draft(()), error=alert(error), refused=not force)

    def ask(self, session: Session, question: str) -> Iterator[str]:
        """The answer as far as it goes; an error is its last text."""
        if session.study is None:
            yield NO_FILM
            return
        answer = ""
        try:
            with self._lock:
                if session.conversation is None:
                    session.conversation = self._assistant.converse(session.study, force=session.forced)
                for piece in session.conversation.ask(question):
                    answer += piece.text
                    yield answer
                last = session.conversation.last
                if last is not None and (line := evidence_line(last.sentences)):
                    yield f"{answer}\n\n[{line}]"
        except SightlineError as error:
            yield str(error)

    def _finished(self, session: Session, study: Study, draft: Draft) -> Screen:
        """With an audit log, a draft that cannot be logged is not shown."""
        shown, cases = session.films, self._cases(study, draft)
        try:
            entry = self.auditor.drafted(draft) if self.auditor else None
        except SightlineError as error:
            return Screen(film=render_films(shown), cases="", error=alert(error))
        session.editing = Editing(draft_text(draft), self.auditor, entry)
        return Screen(
            film=render_films(shown, draft.sentences),
            draft=render_draft(draft.sentences, draft),
            cases=cases,
            editing=session.editing,
        )

    def _cases(self, study: Study, draft: Draft) -> str:
        if self._retriever is None:
            return empty_cases(NO_BASE)
        with self._lock:
            similar = similar_to(study, self._retriever, self._assistant.perception, SIMILAR)
        return render_cases(similar, self._retriever, draft.retrieved_ids)

    def _stream(self, study: Study, force: bool) -> Iterator[DraftSentence | Draft]:
        """The sentences as they come and the draft at the end; what the drafting raises is raised here."""
        results: SimpleQueue[DraftSentence | Draft | BaseException] = SimpleQueue()

        def work() -> None:
            try:
                with self._lock:
                    results.put(self._assistant.draft(study, force=force, on_sentence=results.put))
            except BaseException as error:
                results.put(error)

        Thread(target=work, daemon=True).start()
        while not isinstance(result := results.get(), Draft | BaseException):
            yield result
        if isinstance(result, BaseException):
            raise result
        yield result


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
