"""RadFact with a language model: it splits reports into phrases and decides which phrases the other report entails.

Bannur et al., "MAIRA-2: Grounded Radiology Report Generation" (2024), with prompts of our own: one request a report for
the phrases, one a phrase for its entailment. With a server's URL the texts of reports leave this machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from pydantic import BaseModel, ConfigDict

from eval.judges.asking import Asked, ask, read_json
from eval.judges.opening import open_writer
from eval.judges.phrases import UNJUDGED, Verdict, Weighed, boxes_of, verdict
from eval.judges.protocol import Judge
from eval.judges.writer import Conversation, Writer
from eval.prediction import Prediction
from mllm.engine.protocol import Message
from radiology.reading.mentions import read_sentence
from radiology.study import Box, Finding

SPLIT = """You prepare chest X-ray reports for comparison. Rewrite the report as a list of short statements.
- Each statement describes one finding, or the absence of one, and can be understood alone.
- Take a sentence about several findings apart, and repeat side, place and severity for each of them.
- Keep what is said about change over time: new, larger, unchanged, resolved.
- Leave out guesses at a cause, advice, requests for further imaging, the technique, and who was informed.
- Add nothing that the report does not say, and say nothing twice.
Answer with JSON alone: {"phrases": ["...", "..."]}. A report without findings gives {"phrases": []}.
Example: "Small left effusion and basal atelectasis, both unchanged. No pneumothorax. Suggest CT." gives
{"phrases": ["Small left pleural effusion, unchanged.", "Left basal atelectasis, unchanged.", "No pneumothorax."]}"""

ENTAIL = """You check statements about a chest X-ray. You are given the numbered statements of a report and one claim.
Decide whether the claim must be true if the report is true.
- A claim that says less than the report is entailed: "effusion" follows from "small left effusion".
- A claim that says more, or something else about presence, side, place, severity or change, is not entailed.
- What the report does not mention is not entailed, unless it follows: a normal chest has no effusion.
Answer with JSON alone: {"entailed": true, "evidence": [2]}, where evidence lists the numbers of the statements that
the claim follows from, or {"entailed": false, "evidence": []}."""

MAX_TOKENS = 1024


class _Phrases(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    phrases: tuple[str, ...]


class _Entailment(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    entailed: bool
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True)
class Query:
    """Do the premises, the phrases of one report, entail the claim?"""

    claim: str
    premises: tuple[str, ...]


Evidence = tuple[int, ...]
"""Indices of the premises that entail a claim, none where it is not entailed."""


def open_radfact(where: str) -> Judge:
    """`reader`, the rule that needs no model, or a language model: a server's URL, a folder, a hub id."""
    if where == "reader":
        from eval.judges.reader import RadFactReader

        return RadFactReader()
    return RadFactChat(open_writer(where))


Grounded = dict[str, tuple[Box, ...]]
"""The phrases of a report and their boxes."""

Pair = tuple[Grounded, Grounded]
"""Candidate and reference."""


class RadFactChat:
    """RadFact by the language model behind `writer`; a report it gives no usable answer about is not judged."""

    name = "radfact"

    def __init__(self, writer: Writer) -> None:
        prompts = hashlib.sha256((SPLIT + ENTAIL).encode()).hexdigest()[:8]
        self.identity = f"{writer.identity}, prompts {prompts}"
        self._writer = writer

    def judge(self, rows: Sequence[Prediction]) -> list[Verdict]:
        """See `eval.judges.phrases.Verdict`; NaN for a row without a reference text."""
        phrases = self._split(text for row in rows if row.reference.strip() for text in _texts(row))
        pairs = [_pair(row, phrases) if row.reference.strip() else None for row in rows]
        evidence = self._entail(query for pair in pairs if pair for query in _queries(*pair))
        return [_verdict(*pair, evidence) if pair else UNJUDGED for pair in pairs]

    def _split(self, texts: Iterable[str]) -> dict[str, tuple[str, ...] | None]:
        """Text -> its phrases, None where the model failed; an empty text has none."""
        unique = [text for text in dict.fromkeys(texts) if text]
        found = ask(self._writer, [Asked(_turns(SPLIT, text), read_phrases) for text in unique], MAX_TOKENS)
        return {"": ()} | dict(zip(unique, found, strict=True))

    def _entail(self, queries: Iterable[Query]) -> dict[Query, Evidence | None]:
        """Query -> its evidence, None where the model failed; an empty report entails nothing."""
        unique = list(dict.fromkeys(queries))
        asked = [query for query in unique if query.premises]
        found = ask(self._writer, [_entailment(query) for query in asked], MAX_TOKENS)
        nothing: dict[Query, Evidence | None] = dict.fromkeys(unique, ())
        return nothing | dict(zip(asked, found, strict=True))


def read_phrases(answer: str) -> tuple[str, ...]:
    """ValueError when the answer is not the JSON asked for."""
    phrases = (phrase.strip() for phrase in read_json(answer, _Phrases).phrases)
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))


def read_entailment(answer: str, premises: int) -> Evidence:
    """ValueError when the answer is not the JSON asked for, or its evidence names no statement."""
    read = read_json(answer, _Entailment)
    if not read.entailed:
        return ()
    if not read.evidence or not all(1 <= number <= premises for number in read.evidence):
        raise ValueError(f"the evidence of an entailed claim must be numbers from 1 to {premises}")
    return tuple(number - 1 for number in read.evidence)


def _texts(row: Prediction) -> tuple[str, str]:
    return (row.prediction or "").strip(), row.reference.strip()


def _turns(task: str, text: str) -> Conversation:
    return Message("system", task), Message("user", text)


def _entailment(query: Query) -> Asked[Evidence]:
    numbered = "\n".join(f"{number}. {premise}" for number, premise in enumerate(query.premises, start=1))
    turns = _turns(ENTAIL, f"Report:\n{numbered}\n\nClaim: {query.claim}")
    return Asked(turns, partial(read_entailment, premises=len(query.premises)))


def _pair(row: Prediction, phrases: dict[str, tuple[str, ...] | None]) -> Pair | None:
    """Both reports as grounded phrases; None where one of them could not be split."""
    candidate, reference = (phrases[text] for text in _texts(row))
    if candidate is None or reference is None:
        return None
    return _ground(candidate, row.findings), _ground(reference, row.truth)


def _ground(phrases: Sequence[str], known: Sequence[Finding]) -> Grounded:
    """The boxes of what `radiology.reading` reads in each phrase."""
    return {
        phrase: tuple(box for mention in read_sentence(phrase) for box in boxes_of(mention.finding, known))
        for phrase in phrases
    }


def _queries(candidate: Grounded, reference: Grounded) -> list[Query]:
    """Every phrase of either report against the other report."""
    return [
        *(Query(claim, tuple(reference)) for claim in candidate),
        *(Query(claim, tuple(candidate)) for claim in reference),
    ]


def _verdict(candidate: Grounded, reference: Grounded, evidence: dict[Query, Evidence | None]) -> Verdict:
    forth, back = _weigh(candidate, reference, evidence), _weigh(reference, candidate, evidence)
    return UNJUDGED if forth is None or back is None else verdict(forth, back)


def _weigh(claims: Grounded, premises: Grounded, evidence: dict[Query, Evidence | None]) -> list[Weighed] | None:
    """None where one of the claims could not be decided."""
    given, weighed = tuple(premises), []
    for claim, boxes in claims.items():
        found = evidence[Query(claim, given)]
        if found is None:
            return None
        weighed.append(Weighed(bool(found), boxes, tuple(box for i in found for box in premises[given[i]])))
    return weighed
