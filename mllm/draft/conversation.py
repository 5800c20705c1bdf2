"""Questions and answers about one study, and edits of its draft, with the images and the text so far in one session."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from copy import copy
from dataclasses import dataclass, field

from mllm.draft.claims import Claim, read_claims
from mllm.draft.editing.difference import report_lines
from mllm.draft.editing.edit import Edit
from mllm.draft.editing.editor import Editor
from mllm.draft.editing.grammar import EXAMPLES, parse
from mllm.draft.evidence import weigh
from mllm.draft.general import general
from mllm.draft.knowledge import Aspect, Librarian, Passage, cited, quotation, sources
from mllm.draft.retriever import SimilarCase
from mllm.draft.scope import asked_about, refusal, yes_or_no
from mllm.draft.sight import Sight
from mllm.draft.transcript import Transcript
from mllm.engine.protocol import Engine, Piece, Request
from mllm.prompts import Shown, next_question, question_request
from radiology.errors import SightlineError
from radiology.reading.mentions import read_sentence
from radiology.study import Certainty, Draft, DraftSentence, Finding, Mention, Side, Study

ANSWER_TOKENS = 96
_YES_OR_NO = re.compile(r"^\W*(yes|no)\b\W*$", re.I)
_SIDES = {
    Side.LEFT: re.compile(r"\bleft\b", re.I),
    Side.RIGHT: re.compile(r"\bright\b", re.I),
    Side.BILATERAL: re.compile(r"\b(?:both|bilateral)\b", re.I),
}


@dataclass(frozen=True)
class Answer:
    """`probability` is that of `text`, None where the engine does not tell; `distribution` that of each choice.

    `sentences` are the answer's claims with evidence and flags; a refusal has none. `edit` is what a command changed.
    `knowledge` is what the answer quotes or cites: it is general and not about the film.
    """

    text: str
    probability: float | None = None
    distribution: dict[str, float] = field(default_factory=dict)
    sentences: tuple[DraftSentence, ...] = ()
    refused: bool = False
    edit: Edit | None = None
    knowledge: tuple[Passage, ...] = ()


class Conversation:
    """Of one user about one study. `last` is the latest answer with its evidence, also after streaming.

    `draft`, where it was set, is what edit commands change. `drafting` makes one when the first command comes. `record`
    is told of every edit before it stands: nothing has changed where it raises.
    """

    def __init__(
        self,
        engine: Engine,
        study: Study,
        shown: Sequence[Shown],
        sight: Sight,
        similar: Sequence[SimilarCase] = (),
        librarian: Librarian | None = None,
    ) -> None:
        self.study, self.sight, self.similar = study, sight, tuple(similar)
        self.last: Answer | None = None
        self.drafting: Callable[[], Draft] | None = None
        self.record: Callable[[Edit], object] | None = None
        self._editor: Editor | None = None
        self._it: tuple[Finding, ...] = ()
        self._engine, self._shown, self._librarian = engine, tuple(shown), librarian
        self._session = engine.session()
        self._before: tuple[Request, str] | None = None

    @property
    def draft(self) -> Draft | None:
        """The draft as it stands after all edits."""
        return self._editor.draft if self._editor else None

    @draft.setter
    def draft(self, draft: Draft) -> None:
        self._editor = Editor(draft, self.study, self.sight, self.similar)

    def ask(self, text: str) -> Generator[Piece, None, None]:
        """Stream the answer to `text`, of an edit command what it changed; what was streamed when the reader stops is
        what later turns see."""
        if (settled := self._settled(text)) is not None:
            yield Piece(settled.text)
            return
        given = self._looked_up(text)
        request = self._request(text, knowledge=given)
        transcript = Transcript(self.sight.frames)
        try:
            for piece in self._session.stream(request, ANSWER_TOKENS):
                if added := transcript.add(piece):
                    yield Piece(added, piece.probability)
        finally:
            self._keep(request, text, transcript, given)
        if told := sources(transcript.text, given):
            yield Piece(f"\n\n{told}")

    def answer(self, text: str, choices: Sequence[str] = ()) -> Answer:
        """The whole answer; with `choices`, or to a closed question, the likeliest choice and its probability."""
        if not choices and (settled := self._settled(text)) is not None:
            return settled
        options = tuple(choices) or yes_or_no(text)
        if not options:
            self.last = None
            for _ in self.ask(text):
                pass
            return self.last or Answer("")
        request = self._request(text, choices)
        chances = dict(zip(options, self._engine.choose(request, options), strict=True))
        best = max(chances, key=chances.__getitem__)
        self._before = (request, best)
        claims = read_claims(best, self.sight.frames)
        return self._said(text, Answer(best, chances[best], chances, self._weighed(text, best, claims)))

    def edit(self, command: str) -> Edit | None:
        """Carry out an edit command on the draft; None if it is none.

        Raises SightlineError, with the choices there are, for one that cannot be carried out, or without a draft.
        """
        if parse(command) is None:
            return None
        if self._editor is None:
            raise SightlineError(f"`{command}`: there is no draft to edit yet, draft the report first.")
        editor = copy(self._editor)
        done = editor.edit(command, self._it)
        if done is not None:
            if self.record is not None:
                self.record(done)
            self._editor, self._it = editor, done.about or self._it
        return done

    def cancel(self) -> None:
        """End the answer that is being streamed, from any thread; a server's answer ends with its next piece."""
        self._session.cancel()

    def _settled(self, text: str) -> Answer | None:
        """The answer to what no model is asked: a refusal, what the knowledge base says, or an edit of the draft, which
        is made first if need be."""
        drafted = self._draft_first(text)
        try:
            done = self.edit(text)
        except SightlineError as error:
            self.last = Answer(drafted + str(error), refused=True)
            return self.last
        if done is not None:
            self.last = Answer(drafted + done.text, edit=done)
            return self.last
        known = self._known(text)
        if known and self._engine.box_tokens:
            self.last = Answer(quotation(known), knowledge=known)
            return self.last
        no = None if known else refusal(text, self.study, EXAMPLES if self.draft else ())
        if no is None:
            return None
        self.last = Answer(no, refused=True)
        return self.last

    def _draft_first(self, text: str) -> str:
        """What an edit command shall change, where nothing was drafted yet and it can be."""
        if self.drafting is None or self.draft is not None or parse(text) is None:
            return ""
        self.draft = draft = self.drafting()
        return "\n".join(("Drafted:", *report_lines(draft), f"{draft.notice}.", "", "Changed:", ""))

    def _known(self, text: str) -> tuple[Passage, ...]:
        """What the knowledge base has on a general question; nothing on one about the film."""
        aspect = general(text)
        return self._librarian.find(text, aspect) if self._librarian and aspect else ()

    def _looked_up(self, text: str) -> tuple[Passage, ...]:
        """What a model is given to read beside the film; the bundled one was not taught to read it."""
        if self._librarian is None or self._engine.box_tokens:
            return ()
        return self._librarian.find(text, general(text) or Aspect.APPEARANCE)

    def _request(self, text: str, choices: Sequence[str] = (), knowledge: Sequence[Passage] = ()) -> Request:
        """The first turn carries the images, later ones only their text."""
        if self._before is None:
            return question_request(self.study, self._shown, text, choices, knowledge=knowledge)
        return next_question(*self._before, text, choices, knowledge)

    def _keep(self, request: Request, question: str, transcript: Transcript, given: Sequence[Passage]) -> None:
        if not transcript.raw:
            return
        self._before = (request, transcript.raw)
        said = transcript.text.strip()
        sentences = self._weighed(question, said, transcript.rest())
        used = cited(said, given)
        self._said(question, Answer(said, transcript.probability(), {}, sentences, knowledge=used))

    def _said(self, question: str, answer: Answer) -> Answer:
        """Keep an answer; what it, else its question, speaks of is what "it" means next."""
        stated = tuple(mention.finding for sentence in answer.sentences for mention in sentence.findings)
        self._it = stated or asked_about(question) or self._it
        self.last = answer
        return answer

    def _weighed(self, question: str, answer: str, claims: tuple[Claim, ...]) -> tuple[DraftSentence, ...]:
        return weigh(answer_claims(question, answer) or claims, self.study, self.sight, self.similar)


def answer_claims(question: str, answer: str) -> tuple[Claim, ...]:
    """What a bare "yes", "no" or side states about the findings its question names; nothing for any other answer, nor
    where the question denies ("free of effusion?") or compares, since "no" then means another thing."""
    if read_sentence(answer):
        return ()
    asked = asked_about(question)
    if any(finding.certainty is not Certainty.PRESENT or finding.change for finding in asked):
        return ()
    verdict = _YES_OR_NO.match(answer)
    if verdict:
        certainty = Certainty.PRESENT if verdict[1].lower() == "yes" else Certainty.ABSENT
        stated = [finding.model_copy(update={"certainty": certainty}) for finding in asked]
    else:
        stated = [_on_side(finding, side) for finding in asked if (side := _side(answer)) is not None]
    mentions = tuple(Mention(finding=finding, start=0, end=len(answer)) for finding in stated)
    return (Claim(answer, "findings", mentions, (), 0, len(answer)),) if mentions else ()


def _on_side(finding: Finding, side: Side) -> Finding:
    return finding.model_copy(update={"certainty": Certainty.PRESENT, "side": side})


def _side(answer: str) -> Side | None:
    named = [side for side, words in _SIDES.items() if words.search(answer)]
    if Side.BILATERAL in named or len(named) == 2:
        return Side.BILATERAL
    return named[0] if named else None
