"""What of all that was found is shown, and why each of the others is not.

Steps in order: the route, the floor, copies, the drop, then variety, number and tokens. None looks at what an
earlier one has left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mllm.draft.wording import figure
from mllm.prompts import CHARACTERS
from retrieval.context.cut import before_the_drop
from retrieval.context.settings import ContextSettings
from retrieval.ranking.diversity import Shingles, resemblance, shingles, spread

Step = Literal["route", "floor", "copy", "drop", "number", "tokens"]
CountTokens = Callable[[str], int]


@dataclass(frozen=True)
class Candidate:
    """Something that may be shown; `text` is what would stand in the prompt.

    score: cosine to the query. vector: [D] of unit length. report: words that are compared for copies, "" for what
    everybody writes alike. patient: equal for cases of one patient. barred: why the route does not allow it.
    """

    id: str
    text: str
    score: float
    vector: NDArray[np.float32] | None = field(default=None, repr=False)
    report: str = ""
    patient: str = ""
    barred: str = ""


@dataclass(frozen=True)
class LeftOut:
    candidate: Candidate
    step: Step
    reason: str
    """A clause for the reader: "likeness .31 is below .50"."""


@dataclass(frozen=True)
class Chosen:
    """`shown` in the order of the prompt, `left_out` in the order of the steps, tokens of all that is shown."""

    shown: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    tokens: int


def count_by_length(text: str) -> int:
    """Tokens of `text` at the most, where no tokenizer is at hand: one for every `CHARACTERS` characters."""
    return -(-len(text) // CHARACTERS)


def select(
    candidates: Sequence[Candidate], settings: ContextSettings, count_tokens: CountTokens = count_by_length
) -> Chosen:
    """Choose from `candidates`, best first. Their order is kept unless `settings.diversity` asks for variety."""
    kept, left = list(candidates), list[LeftOut]()
    for name, step in _STEPS:
        reasons = step(kept, settings)
        left += [LeftOut(each, name, reasons[each.id]) for each in kept if each.id in reasons]
        kept = [each for each in kept if each.id not in reasons]
    kept, more = _first(_varied(kept, settings), settings.most)
    fitting, tokens, rest = _fitting(kept, settings.tokens, count_tokens)
    return Chosen(tuple(fitting), (*left, *more, *rest), tokens)


Reasons = dict[str, str]
"""Id of a candidate -> why it is left out."""


def _barred(kept: Sequence[Candidate], settings: ContextSettings) -> Reasons:
    del settings
    return {each.id: each.barred for each in kept if each.barred}


def _unlike(kept: Sequence[Candidate], settings: ContextSettings) -> Reasons:
    floor = settings.floor
    return {
        each.id: f"likeness {figure(each.score)} is below {figure(floor)}" for each in kept if not each.score >= floor
    }


def _copies(kept: Sequence[Candidate], settings: ContextSettings) -> Reasons:
    """Of films or reports that are alike the first stays, of one patient the first few."""
    reasons: Reasons = {}
    vectors, reports = list[NDArray[np.float32]](), list[Shingles]()
    patients: Counter[str] = Counter()
    for each in kept:
        said = shingles(each.report)
        if each.patient and patients[each.patient] >= settings.per_patient:
            reasons[each.id] = "another case of the same patient is shown"
        elif each.vector is not None and any(other @ each.vector >= settings.same_vector for other in vectors):
            reasons[each.id] = "nearly the same film is shown"
        elif any(resemblance(said, other) >= settings.same_text for other in reports):
            reasons[each.id] = "nearly the same report is shown"
        else:
            vectors += [] if each.vector is None else [each.vector]
            reports.append(said)
            patients[each.patient] += 1
    return reasons


def _behind_the_drop(kept: Sequence[Candidate], settings: ContextSettings) -> Reasons:
    """By the scores alone, whatever the order: words may have put a less alike film in front. Only falls among as many
    as may be shown count, for somewhere in a long list there is always a larger one."""
    ranked = sorted(kept, key=lambda each: -each.score)
    first = [each.score for each in ranked[: settings.most]]
    count = before_the_drop(first, settings.drop)
    if count == len(first):
        return {}
    above = figure(first[count - 1])
    return {each.id: f"likeness falls from {above} to {figure(each.score)}" for each in ranked[count:]}


_STEPS: tuple[tuple[Step, Callable[[Sequence[Candidate], ContextSettings], Reasons]], ...] = (
    ("route", _barred),
    ("floor", _unlike),
    ("copy", _copies),
    ("drop", _behind_the_drop),
)


def _varied(kept: Sequence[Candidate], settings: ContextSettings) -> list[Candidate]:
    """Those with vectors by likeness and variety; as they stand without vectors or where no variety is asked for."""
    vectors = [each.vector for each in kept if each.vector is not None]
    if not settings.diversity or not kept or len(vectors) < len(kept):
        return list(kept)
    order = spread([each.score for each in kept], np.stack(vectors), settings.most, settings.diversity)
    return [kept[i] for i in (*order, *sorted(set(range(len(kept))) - set(order)))]


def _first(kept: Sequence[Candidate], most: int) -> tuple[list[Candidate], list[LeftOut]]:
    reason = f"{most} are shown at most"
    return list(kept[:most]), [LeftOut(each, "number", reason) for each in kept[most:]]


def _fitting(
    kept: Sequence[Candidate], room: int, count_tokens: CountTokens
) -> tuple[list[Candidate], int, list[LeftOut]]:
    """In order; what does not fit is left out, a shorter one behind it may still fit."""
    fitting, spent, rest = list[Candidate](), 0, list[LeftOut]()
    for each in kept:
        tokens = count_tokens(each.text)
        if spent + tokens <= room:
            fitting.append(each)
            spent += tokens
        else:
            rest.append(LeftOut(each, "tokens", f"its {tokens} tokens do not fit into the {room - spent} left"))
    return fitting, spent, rest
