"""The assistant: reads a study, drafts its report sentence by sentence with evidence, and talks about it.

It holds models and the case base, never a study: what belongs to one user lives in a `Draft` or a `Conversation`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mllm.draft.calibration.grade import graded, trust
from mllm.draft.calibration.record import Calibration
from mllm.draft.claims import Claim
from mllm.draft.conversation import Conversation
from mllm.draft.evidence import weigh_claim
from mllm.draft.knowledge import Librarian, interpreted
from mllm.draft.precedents import Precedents, read_precedents
from mllm.draft.retriever import Retriever, SimilarCase
from mllm.draft.sight import Sight, current_images, look
from mllm.draft.transcript import Transcript
from mllm.engine.protocol import Engine, Request, Session
from mllm.model.perception import Perception
from mllm.prompts import Shown, report_request
from radiology.checks.check import references
from radiology.checks.table import checked
from radiology.imaging.chosen import reading_flags
from radiology.study import Draft, DraftSentence, Study

REPORT_TOKENS = 320
OnSentence = Callable[[DraftSentence], None]


class Assistant:
    """Drafts reports and answers questions. Without a `retriever` there are no similar cases, without a `calibration`
    no confidences, without a `librarian` no general knowledge; each may be replaced at any time."""

    def __init__(
        self,
        engine: Engine,
        perception: Perception,
        retriever: Retriever | None = None,
        calibration: Calibration | None = None,
        librarian: Librarian | None = None,
    ) -> None:
        self.engine, self.perception = engine, perception
        self.retriever, self.calibration, self.librarian = retriever, calibration, librarian

    def draft(
        self,
        study: Study,
        *,
        grounded: bool = True,
        k: int = 5,
        force: bool = False,
        on_sentence: OnSentence | None = None,
        session: Session | None = None,
    ) -> Draft:
        """Draft the report of `study` with up to `k` similar cases, with boxes if `grounded`.

        `on_sentence` gets each sentence with its evidence as soon as it is written; the checks that need the whole
        text come with the draft. To cancel `session`, where one is given, ends the text. Raises SightlineError for a
        study without a current image and, unless `force`, for one that is no chest film.
        """
        clock = Clock()
        with clock.part("images"):
            shown, sight = self.see(study, force)
        with clock.part("retrieve"):
            similar = self.similar(study, sight, k)
        request = report_request(study, shown, similar, grounded, explained=not self.engine.box_tokens)
        writer = Writer(sight, read_precedents(study, similar), self.calibration, clock, on_sentence, self.librarian)
        with clock.part("generate"):
            cut = self._write(request, writer, session or self.engine.session())
        with clock.part("evidence"):
            sentences = checked(writer.sentences, study, references(each.case for each in similar))
        return Draft(
            study_id=study.study_id,
            flags=(
                *sight.flags,
                *reading_flags(study),
                *trust(self.calibration, sight),
                *(("cut short",) if cut else ()),
            ),
            sentences=sentences,
            impression=" ".join(each.text for each in sentences if each.section == "impression"),
            model=self.engine.info,
            prompt_hash=prompt_hash(request),
            retrieved_ids=tuple(each.case.study.study_id for each in similar),
            timing=clock.read(),
        )

    def converse(self, study: Study, force: bool = False) -> Conversation:
        """A conversation about `study`; its images are read at once, so what is no chest film raises here."""
        shown, sight = self.see(study, force)
        return Conversation(self.engine, study, shown, sight, self.similar(study, sight, 5), self.librarian)

    def see(self, study: Study, force: bool = False) -> tuple[tuple[Shown, ...], Sight]:
        """The study's images for the engine, and what the heads make of them."""
        shown = current_images(study, self.engine.image_size)
        return shown, look(study, self.perception, shown, force)

    def similar(self, study: Study, sight: Sight, k: int = 5) -> tuple[SimilarCase, ...]:
        """Up to `k` cases like the film, of other patients, best first."""
        return self.retriever.similar(study, sight.embedding, k) if self.retriever and k > 0 else ()

    def _write(self, request: Request, writer: Writer, session: Session) -> bool:
        """Generate the text and weigh its sentences as they come; whether it was cut short by its length."""
        transcript = Transcript(writer.sight.frames)
        for piece in session.stream(request, REPORT_TOKENS):
            transcript.add(piece)
            writer.take(transcript.completed(), transcript)
        writer.take(transcript.rest(), transcript)
        return transcript.count >= REPORT_TOKENS


class Writer:
    """Turns claims into weighed sentences with a confidence, one after the other."""

    def __init__(
        self,
        sight: Sight,
        precedents: Precedents,
        calibration: Calibration | None,
        clock: Clock,
        on_sentence: OnSentence | None,
        librarian: Librarian | None = None,
    ) -> None:
        self.sight, self.sentences = sight, list[DraftSentence]()
        self._precedents, self._calibration = precedents, calibration
        self._clock, self._on_sentence, self._librarian = clock, on_sentence, librarian

    def take(self, claims: tuple[Claim, ...], transcript: Transcript) -> None:
        for claim in claims:
            with self._clock.part("evidence"):
                sentence = weigh_claim(claim, self.sight, self._precedents)
                if self._calibration:
                    sentence = graded(sentence, self.sight, self._calibration, transcript.log_probabilities(claim))
                sentence = interpreted(sentence, self._librarian)
            self.sentences.append(sentence)
            if self._on_sentence:
                self._on_sentence(sentence)


def prompt_hash(request: Request) -> str:
    """sha256 of the text of all messages."""
    text = "\n".join(f"{message.role}: {message.text}" for message in request.messages)
    return hashlib.sha256(text.encode()).hexdigest()


class Clock:
    """Seconds by part; a part measured inside another one is taken off the outer one."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._parts: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        start, inner = time.perf_counter(), sum(self._parts.values())
        try:
            yield
        finally:
            spent = time.perf_counter() - start - (sum(self._parts.values()) - inner)
            self._parts[name] = self._parts.get(name, 0.0) + spent

    def read(self) -> dict[str, float]:
        """Every part and the total since the clock was made."""
        order = ("images", "retrieve", "generate", "evidence")
        parts = {name: self._parts[name] for name in order if name in self._parts}
        return {**parts, "total": time.perf_counter() - self._start}
