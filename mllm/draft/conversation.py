"""Questions and answers about one study, with the images and the text so far kept in the engine's session."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from mllm.draft.claims import Claim, read_claims
from mllm.draft.evidence import weigh
from mllm.draft.retriever import SimilarCase
from mllm.draft.scope import asked_about, refusal, yes_or_no
from mllm.draft.sight import Sight
from mllm.draft.transcript import Transcript
from mllm.engine.protocol import Engine, Piece, Request
from mllm.prompts import Shown, next_question, question_request
from radiology.reading.mentions import read_sentence
from radiology.study import Certainty, DraftSentence, Finding, Mention, Side, Study

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

    `sentences` are the answer's claims with evidence and flags; a refusal has none.
    """

    text: str
    probability: float | None = None
    distribution: dict[str, float] = field(default_factory=dict)
    sentences: tuple[DraftSentence, ...] = ()
    refused: bool = False


class Conversation:
    """Of one user about one study. `last` is the latest answer with its evidence, also after streaming."""

    def __init__(
        self, engine: Engine, study: Study, shown: Sequence[Shown], sight: Sight, similar: Sequence[SimilarCase] = ()
    ) -> None:
        self.study, self.sight, self.similar = study, sight, tuple(similar)
        self.last: Answer | None = None
        self._engine, self._shown = engine, tuple(shown)
        self._session = engine.session()
        self._before: tuple[Request, str] | None = None

    def ask(self, text: str) -> Generator[Piece, None, None]:
        """Stream the answer to `text`; what was streamed when the reader stops is what later turns see."""
        if (no := refusal(text, self.study)) is not None:
            self.last = Answer(no, refused=True)
            yield Piece(no)
            return
        request = self._request(text)
        transcript = Transcript(self.sight.frames)
        try:
            for piece in self._session.stream(request, ANSWER_TOKENS):
                if added := transcript.add(piece):
                    yield Piece(added, piece.probability)
        finally:
            self._keep(request, text, transcript)

    def answer(self, text: str, choices: Sequence[str] = ()) -> Answer:
        """The whole answer; with `choices`, or to a closed question, the likeliest choice and its probability."""
        if not choices and (no := refusal(text, self.study)) is not None:
            self.last = Answer(no, refused=True)
            return self.last
        options = tuple(choices) or yes_or_no(text)
        if not options:
            for _ in self.ask(text):
                pass
            return self.last or Answer("")
        request = self._request(text, choices)
        chances = dict(zip(options, self._engine.choose(request, options), strict=True))
        best = max(chances, key=chances.__getitem__)
        self._before = (request, best)
        claims = read_claims(best, self.sight.frames)
        self.last = Answer(best, chances[best], chances, self._weighed(text, best, claims))
        return self.last

    def _request(self, text: str, choices: Sequence[str] = ()) -> Request:
        """The first turn carries the images, later ones only their text."""
        if self._before is None:
            return question_request(self.study, self._shown, text, choices)
        return next_question(*self._before, text, choices)

    def _keep(self, request: Request, question: str, transcript: Transcript) -> None:
        if not transcript.raw:
            return
        self._before = (request, transcript.raw)
        said = transcript.text.strip()
        sentences = self._weighed(question, said, transcript.rest())
        self.last = Answer(said, transcript.probability(), {}, sentences)

    def _weighed(self, question: str, answer: str, claims: tuple[Claim, ...]) -> tuple[DraftSentence, ...]:
        return weigh(answer_claims(question, answer) or claims, self.study, self.sight, self.similar)


def answer_claims(question: str, answer: str) -> tuple[Claim, ...]:
    """What a bare "yes", "no" or side states about the findings its question names; nothing for any other answer."""
    if read_sentence(answer):
        return ()
    asked = asked_about(question)
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
